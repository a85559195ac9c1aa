"""A village's public page: readable without account and scripts, in both languages, with what was published alone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.texts import Texts
from dispatch.figures import results
from dispatch.messages import text
from models.habits import GatheringKind, PublicationKind
from models.places import Area
from models.publishing import Publication
from models.words import Ending, Level
from tests.integration import webroom
from tests.integration.webroom import Room, new_store

VILLAGE, QUIET = "130227100200", "130227100201"
TEXTS = Texts()


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    monkeypatch.setattr(webroom, "say", lambda language, key, params: TEXTS.say(language, key, **params))
    store = new_store(tmp_path)
    room = Room(store).start()
    places = ((VILLAGE, "东村<村>民委员会"), (QUIET, "西河村民委员会"))
    with store.write() as conn:
        conn.execute(insert(Area), [{"code": code, "level": Level.BRANCH, "name": name} for code, name in places])
        for month in range(1, 15):
            conn.execute(insert(Publication), [_results(room, month)])
        names = {
            "kind": PublicationKind.POINTS,
            "title": text("points.title"),
            "body": [text("points.line", name="张三")],
        }
        conn.execute(insert(Publication), [{**_results(room, 99), **names}])
    yield room
    room.stop()
    store.close()


def _results(room: Room, month: int) -> dict[str, object]:
    solved = {str(kind): 0 for kind in ("electric", "water", "care", "road", "errands", "house")}
    found = results.Results(
        solved | {"electric": 7 + month, "care": 2, "road": 3}, {Ending.REFERRED: 6}, 6, [120.0] * (12 + month),
        40, 143, 12, 4, [(GatheringKind.SERVICE, "给张三家搬家", "03-14")],
    )  # fmt: skip
    return {
        "kind": PublicationKind.RESULTS, "area_code": VILLAGE, "about": f"{month}", "published_at": room.clock.now(),
        "title": text("results.title", month=f"m{month}", village="东村"), "body": results.told(room.rules, found),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", ("办成的事", "电和灯", "其他各类合计", "转给了别处", "志愿服务", "第 14 号公示")),
     ("en", ("problems solved", "electricity and lights", "all other kinds together", "passed on", "publication 14"))],
)  # fmt: skip
def test_it_reads_in_both_languages(room: Room, language: str, words: tuple[str, ...]) -> None:
    with room.client() as client:
        answer = client.get(f"/public/{VILLAGE}?lang={language}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=300"
    assert [word for word in words if word not in answer.text] == []
    assert "<script" not in answer.text
    assert "style=" not in answer.text
    assert "东村&lt;村&gt;民委员会" in answer.text


def test_it_shows_the_last_twelve_months_and_nobody(room: Room) -> None:
    with room.client() as client:
        page = client.get(f"/public/{VILLAGE}").text
    assert re.findall(r"<h2[^>]*>m(\d+) ", page) == [str(month) for month in range(14, 2, -1)]
    assert "张三" not in page


def test_a_village_without_results_says_so(room: Room) -> None:
    with room.client() as client:
        answer = client.get(f"/public/{QUIET}?lang=zh")
    assert answer.status_code == 200
    assert "还没有公示过结果。每月 3 号" in answer.text


@pytest.mark.parametrize("code", ["130227999999", "130227100", "x", "13022710020０"])
def test_no_such_village_is_said_in_plain_words(room: Room, code: str) -> None:
    with room.client() as client:
        answer = client.get(f"/public/{code}", headers={"Accept-Language": "zh"})
    assert answer.status_code == 404
    assert "这个编号不是本县的村" in answer.text
