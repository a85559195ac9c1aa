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
from web.app import DemoControls

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
        for month in range(1, 15):  # From November 2025 to December 2026.
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


def named(month: int) -> str:
    """The months in the order in which they are published."""
    return f"{2025 + (month + 9) // 12}-{(month + 9) % 12 + 1:02}"


def _results(room: Room, month: int) -> dict[str, object]:
    solved = {str(kind): 0 for kind in ("electric", "water", "care", "road", "errands", "house")}
    found = results.Results(
        solved | {"electric": 7 + month, "care": 2, "road": 3}, {Ending.REFERRED: 6}, 6, [120.0] * (12 + month),
        40, 143, 12, 4, [(GatheringKind.SERVICE, "给张三家搬家", "03-14")],
    )  # fmt: skip
    return {
        "kind": PublicationKind.RESULTS, "area_code": VILLAGE, "about": f"{month}", "published_at": room.clock.now(),
        "title": text("results.title", month=named(month), village="东村"), "body": results.told(room.rules, found),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh", ("办成的事", "电和灯", "其他各类合计", "转给了别处", "志愿服务", "第 14 号公示",
             "2026年12月", "3月14日", "/object 14 原因")),
     ("en", ("Problems solved", "electricity and lights", "all other kinds together", "passed on",
             "publication 14", "Dec 2026", "14 Mar", "/object 14 REASON"))],
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
    names = ["12", "11", "10", "9", "8", "7", "6", "5", "4", "3", "2", "1"]
    assert re.findall(r"</span>2026年(\d+)月 <small>", page) == names
    assert "张三" not in page


def test_the_newest_month_is_open_and_all_are_where_one_asks_for_it(room: Room) -> None:
    with room.client() as client:
        page, whole = (client.get(f"/public/{VILLAGE}{rest}").text for rest in ("", "?lang=zh&months=all"))
    assert (page.count("<details>"), page.count("<details open>")) == (11, 0)
    assert (whole.count("<details>"), whole.count("<details open>")) == (0, 11)
    assert page.index("2026年12月") < page.index("<details")
    assert "months=all" in page


def test_the_chart_has_a_bar_a_month_oldest_first(room: Room) -> None:
    with room.client() as client:
        page = client.get(f"/public/{VILLAGE}?lang=zh").text
    bars = re.findall(r'<th scope="row">(\S+)</th><td class="bar">.*?width="([\d.]+)%".*?<td>(\d+)</td>', page)
    assert [(name, number) for name, _, number in bars] == [
        (f"2026年{month - 2}月", str(12 + month)) for month in range(3, 15)
    ]
    assert [float(width) for _, width, _ in bars] == [round(100 * (12 + month) / 26, 1) for month in range(3, 15)]


def test_no_count_on_it_is_below_five(room: Room) -> None:
    """In its numbers, tables and chart. What has a unit or is a day is no count."""
    with room.client() as client:
        page = client.get(f"/public/{VILLAGE}?lang=en").text
    counts = [int(number) for number in re.findall(r'(?:<td>|<dd>|class="value"[^>]*>)(\d+)\s*<', page)]
    assert len(counts) > 12 * 4
    assert min(counts) >= 5


def test_a_village_without_results_says_so(room: Room) -> None:
    with room.client() as client:
        answer = client.get(f"/public/{QUIET}?lang=zh")
    assert answer.status_code == 200
    assert "还没有公示过结果。每月 3 号" in answer.text
    assert "/object" not in answer.text, "there is nothing to object to"


@pytest.mark.parametrize("code", ["130227999999", "130227100", "x", "13022710020０"])
def test_no_such_village_is_said_in_plain_words(room: Room, code: str) -> None:
    with room.client() as client:
        answer = client.get(f"/public/{code}", headers={"Accept-Language": "zh"})
    assert answer.status_code == 404
    assert "这个编号不是本县的村" in answer.text


def test_in_the_demo_it_says_that_its_numbers_are_made_up(room: Room) -> None:
    assert "编的" not in _page_of(room)
    room.stop()
    room.demo = DemoControls([], lambda: "real", lambda _pace: None)
    room.start()
    assert "数字都是编的" in _page_of(room)


def _page_of(room: Room) -> str:
    with room.client() as client:
        return client.get(f"/public/{VILLAGE}?lang=zh").text
