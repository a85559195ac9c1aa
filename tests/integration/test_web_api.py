"""What the web chat takes and what it refuses, over real HTTP."""

import json
import logging
import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from bot.config import load
from dispatch.rules import Rules
from models.mail import Inbox, WebMessage
from models.requests import Media
from models.words import Language
from tests.integration.webroom import TEXTS, Room, hear, new_store, words
from web import limits
from web.chat import address_of
from web.limits import Paces
from web.refusals import Refusal

KEY = "k" * 40
OTHER = "o" * 40
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 50


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    store = new_store(tmp_path)
    room = Room(store, rules=Rules(media_bytes=100_000)).start()
    yield room
    room.stop()
    store.close()


def test_opening_a_chat_stores_nothing(room: Room) -> None:
    with room.client() as client:
        keys = {client.post("/api/chat/open").json()["key"] for _ in range(5)}
    assert len(keys) == 5
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{32,}", key) for key in keys)
    assert room.count(WebMessage) == room.count(Inbox) == 0


def test_words_reach_the_inbox_and_the_page(room: Room) -> None:
    with room.client(KEY, **{"Accept-Language": "en-GB;q=0.5, zh-CN"}) as client:
        answer = client.post("/api/chat/say", json=words("  楼道灯坏了\r\n三楼\x07 "))
    assert (answer.status_code, answer.json()) == (202, {"accepted": True})
    address = address_of(KEY)
    assert room.inbox() == [
        {
            "address": address, "id": "message-0001", "kind": "text", "text": "楼道灯坏了\n三楼",
            "data": None, "to": None, "lat": None, "lon": None, "accuracy": None, "media": None, "language": "zh-CN",
        }
    ]  # fmt: skip
    with room.store.read() as conn:
        row = conn.execute(select(Inbox)).one()
    assert (row.channel, row.key, row.sender) == ("webchat", f"{address}:message-0001", f"webchat:{address}")
    assert room.arrivals == 1
    [line] = hear(room, KEY, 1)
    assert line["from"] == "me"
    assert (line["text"], line["said"], line["replaces"]) == ("楼道灯坏了\n三楼", "message-0001", None)
    assert line["at"].endswith("+00:00")


def test_the_same_id_again_changes_nothing(room: Room) -> None:
    def post(_number: int) -> int:
        with room.client(KEY) as client:
            return client.post("/api/chat/say", json=words("灯坏了")).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(post, range(16))) == {202}
    assert room.count(WebMessage) == room.count(Inbox) == 1
    with room.client(OTHER) as client:  # The same id in another chat is another message.
        assert client.post("/api/chat/say", json=words("灯坏了")).status_code == 202
    assert room.count(Inbox) == 2


def test_taps_and_places(room: Room) -> None:
    asked = room.bot(KEY, "请接单", buttons=[[{"label": "接单", "data": "acc:abc"}]])
    place = {"id": "place-0001", "kind": "place", "lat": 40.146, "lon": 118.305, "accuracy": 12}
    with room.client(KEY) as client:
        for said in ({"id": "tap-00001", "kind": "tap", "data": "acc:abc", "to": asked}, place):
            assert client.post("/api/chat/say", json=said).status_code == 202
    tapped, placed = room.inbox()
    assert (tapped["data"], tapped["to"]) == ("acc:abc", asked)
    assert (placed["lat"], placed["lon"], placed["accuracy"]) == (40.146, 118.305, 12.0)
    _asked, tap_line, place_line = hear(room, KEY, 3)
    assert tap_line["tap"] == {"data": "acc:abc", "to": asked}
    assert place_line["pin"] == {"lat": 40.146, "lon": 118.305, "title": ""}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[1]", 400),
        (b"{", 400),
        (b"[" * 60_000, 400),
        (b"\xff\xfe", 400),
        ({"id": "message-0001", "kind": "dance"}, 400),
        ({"kind": "text", "text": "no id"}, 400),
        ({"id": "short", "kind": "text", "text": "x"}, 400),
        ({"id": "message 0001", "kind": "text", "text": "x"}, 400),
        ({"id": "message-0001", "kind": "text"}, 400),
        ({"id": "message-0001", "kind": "text", "text": " \n\x00 "}, 400),
        ({"id": "message-0001", "kind": "text", "text": 5}, 400),
        (b'{"id": "message-0001", "kind": "text", "text": "\\ud800"}', 400),
        ({"id": "message-0001", "kind": "text", "text": "长" * 4097}, 413),
        (b'{"id": "message-0001", "kind": "text", "text": "' + b"x" * 70_000 + b'"}', 413),
        ({"id": "message-0001", "kind": "tap", "data": "x" * 65}, 400),
        ({"id": "message-0001", "kind": "tap", "data": "接单"}, 400),
        ({"id": "message-0001", "kind": "tap", "data": "acc:x", "to": "5"}, 400),
        ({"id": "message-0001", "kind": "tap", "data": "acc:x", "to": 2**70}, 400),
        (b'{"id": "message-0001", "kind": "place", "lat": NaN, "lon": 118}', 400),
        (b'{"id": "message-0001", "kind": "place", "lat": 1e999, "lon": 118}', 400),
        (b'{"id": "message-0001", "kind": "place", "lat": 40, "lon": 1' + b"0" * 400 + b"}", 400),
        ({"id": "message-0001", "kind": "place", "lat": 91, "lon": 118}, 400),
        ({"id": "message-0001", "kind": "place", "lat": True, "lon": 118}, 400),
        ({"id": "message-0001", "kind": "place", "lat": "40", "lon": 118}, 400),
        ({"id": "message-0001", "kind": "place", "lat": 40, "lon": 118, "accuracy": -1}, 400),
        ({"id": "message-0001", "kind": "photo"}, 400),
    ],
)
def test_bad_input_is_refused_and_leaves_nothing(room: Room, body: Any, status: int) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body)
    with room.client(KEY) as client:
        answer = client.post("/api/chat/say", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert answer.json()["error"].startswith("web.error.")
    assert answer.json()["text"]
    assert room.count(WebMessage) == room.count(Inbox) == room.count(Media) == room.arrivals == 0


@pytest.mark.parametrize("key", ["", "short", "x" * 200, "k" * 39 + "!"])
def test_without_a_key_nobody_speaks_or_hears(room: Room, key: str) -> None:
    with room.client(key) as client:
        assert client.post("/api/chat/say", json=words("x")).status_code == 401
        answer = client.get("/api/chat/events", headers={"Accept-Language": "en"})
    assert answer.status_code == 401
    assert answer.json() == {"error": "web.error.no_key", "text": TEXTS[Language.EN]["web.error.no_key"]}


def test_whoever_says_too_much_is_asked_to_wait(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    room = Room(store, says_per_minute=3).start()
    with room.client(KEY) as client:
        answers = [client.post("/api/chat/say", json=words("灯", number)) for number in range(5)]
    assert [answer.status_code for answer in answers] == [202, 202, 202, 429, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 60
    assert room.count(Inbox) == 3
    with room.client(OTHER) as client:
        assert client.post("/api/chat/say", json=words("灯")).status_code == 202
    room.stop()
    store.close()


@pytest.mark.parametrize(
    "cry",
    [
        *({"kind": "text", "text": text} for text in ("着火了", "Smell of GAS here", "Ｏｎ ｆｉｒｅ！")),
        {"kind": "tap", "data": "alarm:t0ken"},
    ],
)
def test_whoever_cries_for_help_is_never_asked_to_wait(tmp_path: Path, cry: dict[str, str]) -> None:
    store = new_store(tmp_path)
    rules = load(None).dispatch
    room = Room(store, rules, says_per_minute=1).start()
    with room.client(KEY) as client:
        said = [words("灯", 1), words("灯", 2), {**cry, "id": "message-0003"}]
        answers = [client.post("/api/chat/say", json=one) for one in said]
    assert [answer.status_code for answer in answers] == [202, 429, 202]
    room.stop()
    store.close()


def test_a_file_is_counted_whatever_it_says(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    room = Room(store, load(None).dispatch, says_per_minute=1).start()
    with room.client(KEY) as client:
        forms = [{"id": f"photo-000{number}", "kind": "photo", "text": "着火了"} for number in range(2)]
        answers = [client.post("/api/chat/say", data=form, files={"file": ("a", PNG)}) for form in forms]
        assert [answer.status_code for answer in answers] == [202, 429]
        assert client.post("/api/chat/say", json=words("着火了")).status_code == 202
    room.stop()
    store.close()


def _begun(room: Room) -> socket.socket:
    """A file of which a part has come."""
    line = socket.create_connection(("127.0.0.1", room.port), timeout=60)
    head = f"POST /api/chat/say HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {KEY}\r\nContent-Length: 90000\r\n"
    line.sendall(f"{head}Content-Type: multipart/form-data; boundary=x\r\n\r\n--x\r\n".encode())
    return line


def test_a_phone_that_loses_its_network_is_no_fault(room: Room, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        _begun(room).close()
    room.stop()
    room.start()
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_a_body_that_comes_no_further_is_not_waited_for(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "IDLE_SECONDS", 0.1)
    with _begun(room) as line:
        assert line.recv(100).startswith(b"HTTP/1.1 503")


def test_a_minute_later_one_may_speak_again() -> None:
    now = [0.0]
    paces = Paces(2, lambda: now[0])
    paces.take("a")
    now[0] = 30
    paces.take("a")
    with pytest.raises(Refusal) as refusal:
        paces.take("a")
    assert refusal.value.headers == {"Retry-After": "30"}
    now[0] = 60
    paces.take("a")


def test_a_store_that_does_not_answer_is_said_to_be_busy(room: Room) -> None:
    with room.store.write() as conn:
        conn.execute(text("DROP TABLE inbox"))
    with room.client(KEY, **{"Accept-Language": "en"}) as client:
        answer = client.post("/api/chat/say", json=words("灯"))
        assert (answer.status_code, answer.json()["error"]) == (503, "web.error.busy")
        assert room.count(WebMessage) == 0
        figures = client.get("/metrics").text
    assert "red_steward_store_up 0.0" in figures
