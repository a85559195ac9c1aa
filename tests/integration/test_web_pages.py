"""The pages, their languages and headers, the demo, and what machines ask, over real HTTP."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from dispatch.rules import Rules
from models.tables import metadata
from models.words import Language
from tests.integration.webroom import TEXTS, Room, Trouble, new_store, words
from web.app import DemoControls, Phone
from web.chat import new_key
from web.pages import SCRIPT_TEXTS

KEY = "k" * 40


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    store = new_store(tmp_path)
    room = Room(store, rules=Rules(media_bytes=100_000)).start()
    yield room
    room.stop()
    store.close()


def test_alive_and_ready(room: Room) -> None:
    with room.client() as client:
        assert (client.get("/healthz").status_code, client.get("/healthz").json()) == (200, "ok")
        assert client.get("/readyz").json() == {"ready": True}
        room.faults = [Trouble("sweep", "last ran 90 s ago")]
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "faults": [{"name": "sweep", "detail": "last ran 90 s ago"}]}


def test_figures_for_prometheus(room: Room) -> None:
    with room.client(KEY) as client:
        client.post("/api/chat/say", json=words("灯"))
        with room.store.write() as conn:
            row = {"name": "sweep", "value": "", "at": room.clock.now()}
            conn.execute(metadata.tables["marks"].insert(), row)
        room.clock.move(seconds=7)
        figures = client.get("/metrics")
    assert figures.headers["content-type"].startswith("text/plain")
    for line in (
        "red_steward_store_up 1.0",
        'red_steward_inbox{state="new"} 1.0',
        'red_steward_outbox{lane="offer"} 0.0',
        'red_steward_requests{state="waiting"} 0.0',
        'red_steward_mark_age_seconds{mark="sweep"} 7.0',
    ):
        assert line in figures.text.splitlines()


@pytest.mark.parametrize(
    ("path", "status"),
    [("/", 200), ("/i/ABC-123", 200), ("/nowhere", 404), ("/i/%3Cx%3E", 404), ("/healthz", 200), ("/demo", 404)],
)
def test_every_answer_carries_the_security_headers(room: Room, path: str, status: int) -> None:
    with room.client() as client:
        answer = client.get(path)
    assert answer.status_code == status
    assert answer.headers["content-security-policy"].startswith("default-src 'self'; ")
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_fault_pages_speak_both_languages(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*_arguments: object) -> None:
        raise RuntimeError("a secret")

    with room.client(**{"Accept-Language": "en"}) as client:
        for answer in (client.get("/nowhere"), client.post("/")):
            assert answer.status_code in {404, 405}
            for language in Language:
                assert TEXTS[language]["web.fault.not_found.title"] in answer.text
        lost = client.get("/api/nowhere")
        assert lost.json() == {"error": "web.error.not_here", "text": TEXTS[Language.EN]["web.error.not_here"]}
        monkeypatch.setattr("web.chat.new_key", explode)
        monkeypatch.setattr("web.pages.Pages._chat", explode)
        broken = client.post("/api/chat/open")
    with room.client() as client:  # The server hangs up after a fault of its own.
        page = client.get("/")
    assert (broken.status_code, broken.json()["error"]) == (500, "web.error.broken")
    assert (page.status_code, "secret" in page.text) == (500, False)
    assert page.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(
    ("path", "accepts", "language"),
    [
        ("/", "", "zh-CN"),
        ("/", "en-US,en;q=0.9,zh;q=0.8", "en"),
        ("/", "fr, en;q=0.2, zh;q=0.7", "zh-CN"),
        ("/", "fr;q=x, *, ,,", "zh-CN"),
        ("/?lang=en", "zh-CN", "en"),
        ("/?lang=xx", "en", "en"),
    ],
)
def test_the_page_speaks_the_language_that_is_asked_for(room: Room, path: str, accepts: str, language: str) -> None:
    with room.client(**{"Accept-Language": accepts}) as client:
        page = client.get(path).text
        assert f'<html lang="{language}"' in page
        if path == "/?lang=en":  # It is remembered.
            assert '<html lang="en"' in client.get("/").text


def test_the_page_has_no_script_of_its_own_and_names_nobody_else(room: Room) -> None:
    with room.client() as client:
        page = client.get("/").text
        assert not re.search(r"<script(?![^>]*src=)|\son\w+=|style=|https?://", page)
        files = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
        for file in set(files):
            answer = client.get(file)
            assert answer.status_code == 200
            assert "immutable" in answer.headers["cache-control"]
            assert not re.search(r"(?:src|href|import|url)\W{1,4}https?://", answer.text)
        stale = client.get(re.sub(r"/static/\w+/", "/static/old/", files[0]))
        assert (stale.status_code, stale.headers["cache-control"]) == (200, "no-cache")
        assert client.get("/static/x/chat.html").status_code == 404


def test_all_texts_of_the_scripts_exist() -> None:
    used = {
        word
        for path in Path("web/static").glob("*.js")
        for word in re.findall(r"texts\.(\w+)", path.read_text("utf-8"))
    }
    assert used <= set(SCRIPT_TEXTS)
    assert all(f"web.js.{name}" in TEXTS[language] for name in SCRIPT_TEXTS for language in Language)


def test_the_demo_shows_three_phones_and_switches_its_clock(tmp_path: Path) -> None:
    pace = ["real"]
    phones = [
        Phone(f"web.demo.{role}", new_key(), name) for role, name in (("resident", "张桂兰"), ("steward", "王建国"))
    ]
    store = new_store(tmp_path)
    room = Room(store, demo=DemoControls(phones, lambda: pace[0], lambda wanted: pace.__setitem__(0, wanted))).start()
    with room.client(**{"Accept-Language": "en"}) as client:
        home = client.get("/")
        assert (home.status_code, home.headers["location"]) == (307, "/demo")
        page = client.get("/demo")
        for phone in phones:
            assert f"/?phone=1&amp;lang=en#k={phone.key}" in page.text
            assert phone.name in page.text
        assert page.headers["x-frame-options"] == "SAMEORIGIN"
        inside = client.get("/?phone=1")
        assert '"keep": false' in inside.text
        assert "set-cookie" not in client.get("/?phone=1&lang=zh").headers
        assert client.post("/demo/pace", json={"pace": "fast"}).json() == {"pace": "fast"}
        assert pace == ["fast"]
        bad: list[httpx.Response] = [
            client.post("/demo/pace", json={"pace": "never"}),
            client.post("/demo/pace", content=b'{"pace": "real"}'),
            client.post("/demo/pace", json=[]),
        ]
        assert {answer.status_code for answer in bad} == {400}
    assert pace == ["fast"]
    room.stop()
    store.close()
