"""Each township hears of its month: a workbook and a page to print, to its admins, once; charts for whoever asks."""

import io
import json
import subprocess
from typing import Any

import openpyxl
import pypdfium2
import pytest
from sqlalchemy import select

from bot.reports import making, page, workbook
from bot.reports.files import PDF, PNG, XLSX
from dispatch.figures import ordering
from models.reports import Order
from models.requests import Media
from models.words import Level
from tests.stories.counts import month_over, solved
from tests.stories.rounds import calendar_turns, moves_to
from tests.stories.world import World


def _files(world: World) -> dict[str, bytes]:
    with world.store.read() as conn:
        return {mime: content or b"" for mime, content in conn.execute(select(Media.mime, Media.content))}


def _made(world: World) -> int:
    """Everything that is due is made; returns how much that was."""
    count = 0
    while making.make_next(world.store, world.clock, world.rules):
        count += 1
    world.settle()
    return count


def test_a_month_is_reported_once_to_the_townships_admins(world: World) -> None:
    granny, branch = world.resident(), world.admin()
    township = world.admin("镇长", Level.TOWNSHIP)
    calendar_turns(world)
    world.clock.move(hours=1)
    calendar_turns(world)
    solved(world, granny, 3, "electric")
    month_over(world)
    moves_to(world, "2026-04-03 10:30")
    calendar_turns(world)
    calendar_turns(world)
    assert _made(world) == 1
    assert _made(world) == 0
    assert township.hears("兴城镇 2026-03 月报")
    assert not branch.hears("月报")
    files = _files(world)
    sheet = openpyxl.load_workbook(io.BytesIO(files[XLSX])).active
    assert sheet is not None
    lines = [list(line) for line in sheet.iter_rows(values_only=True)]
    assert lines[0][0] == "兴城镇 2026年3月 月报"
    at = lines[2].index("办成的事")
    assert [line[at] for line in lines[3:]] == [3, 0, 3]
    assert [line[1] for line in lines[3:]] == ["东村", "西河村", "合计"]
    document = pypdfium2.PdfDocument(files[PDF])
    words = document[0].get_textpage().get_text_range()
    document.close()
    assert "兴城镇 2026年3月 月报" in words
    assert "西河村" in words
    assert "2026年3月办了什么" in words
    assert "2026-04-03 有多少人和组织" in words


def test_in_english(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the language of whoever reads it, also what is drawn."""
    drawn: list[dict[str, Any]] = []
    monkeypatch.setattr("bot.reports.files.make", lambda found: drawn.append(found) or [(XLSX, b"workbook")])
    township = world.admin("Head", Level.TOWNSHIP)
    township.says("/lang en")
    calendar_turns(world)
    world.clock.move(hours=1)
    month_over(world)
    moves_to(world, "2026-04-03 10:30")
    calendar_turns(world)
    assert _made(world) == 1
    assert township.hears("兴城镇, report of 2026-03: a workbook and a page to print")
    assert (drawn[0]["sheet"], drawn[0]["heads"][:3]) == ("villages", ["code", "village", "households"])
    assert drawn[0]["together"][1] == "together"


def test_the_next_months_report_comes_as_well(world: World) -> None:
    township = world.admin("镇长", Level.TOWNSHIP)
    calendar_turns(world)
    for month in ("2026-04", "2026-05"):
        world.clock.move(hours=1)
        calendar_turns(world)
        moves_to(world, f"{month}-03 10:30")
        calendar_turns(world)
        assert _made(world) == 1
    assert township.hears("兴城镇 2026-03 月报")
    assert township.hears("兴城镇 2026-04 月报")


def test_whoever_asks_for_a_picture_gets_one(world: World) -> None:
    granny, branch = world.resident(), world.admin()
    solved(world, granny, 3, "electric")
    branch.says("/figures").taps("看图")
    assert branch.hears("正在画")
    assert _made(world) == 1
    assert branch.hears("东村村民委员会 2026-03：图")
    assert _files(world)[PNG].startswith(b"\x89PNG")


def test_whoever_asks_for_another_picture_gets_that_as_well(world: World) -> None:
    branch = world.admin()
    for count in (1, 2):
        branch.says("/figures").taps("看图")
        assert _made(world) == 1
        assert len([one for one in branch.heard if "：图" in one]) == count


def test_what_fails_is_tried_again_and_given_up_at_last(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_facts: object) -> None:
        raise subprocess.CalledProcessError(1, "drawing")

    monkeypatch.setattr("bot.reports.files.make", fail)
    branch = world.admin()
    branch.says("/figures").taps("看图")
    for _ in range(ordering.TRIES):
        assert _made(world) == 1
        world.clock.move(minutes=11)
    assert _made(world) == 0
    with world.store.read() as conn:
        assert conn.execute(select(Order)).all() == []
    assert _files(world) == {}


def test_a_workbook_holds_no_formula() -> None:
    facts = {"sheet": "s", "title": "=1+1", "made": "m", "heads": ["c", "v", "n"], "rows": [["1", "@村", 5]],
             "together": ["", "合计", 5]}  # fmt: skip
    sheet = openpyxl.load_workbook(io.BytesIO(workbook.write(json.loads(json.dumps(facts))))).active
    assert sheet is not None
    assert [sheet["A1"].value, sheet["B4"].value, sheet["C4"].value] == ["'=1+1", "'@村", 5]


def _report(villages: int, most: int) -> dict[str, object]:
    """Facts of a township with so many villages, as the process that draws them gets them."""
    counts = [most - number for number in range(12)]
    return {
        "title": "兴城镇 2026-03 月报", "made": "迁西县", "sheet": "各村", "heads": ["编号", "村", *"甲乙丙丁"],
        "rows": [[f"{number:012}", f"村{number:03}", 1, 2, 3, 4] for number in range(villages)],
        "together": ["", "合计", 1, 2, 3, 4], "parts": [["办了什么", [4, 5]], ["有多少人", [2, 3]]],
        "chart": {"title": "各月", "nothing": "还没有", "months": [["1月", "2026"], *([["2月"]] * 11)],
                  "labels": ["办成", "其中"], "values": [counts, counts]},
    }  # fmt: skip


@pytest.mark.parametrize("villages", [1, 14, 29, 30, 31, 70])
def test_a_page_is_never_too_short_for_its_villages(villages: int) -> None:
    document = pypdfium2.PdfDocument(page.draw(_report(villages, 12_345)))
    pages = [document[number].get_textpage().get_text_range() for number in range(len(document))]
    document.close()
    for number in range(villages):
        assert sum(words.count(f"村{number:03}") for words in pages) == 2, "in each of the two tables"
    assert sum(words.count("合计") for words in pages) == 2
    assert all("兴城镇 2026-03 月报" in words for words in pages)
    assert all(("办了什么" in words or "有多少人" in words) for words in pages if "村0" in words), (
        "each under its title"
    )
    assert "12,345" in "".join(pages)


def test_where_nothing_was_solved_the_picture_says_so() -> None:
    facts = _report(1, 0)
    assert isinstance(facts["chart"], dict)
    facts["chart"]["values"] = [[0] * 12, [0] * 12]
    document = pypdfium2.PdfDocument(page.draw(facts))
    assert "还没有" in document[0].get_textpage().get_text_range()
    document.close()
