"""The list at the year's end: figures equal a recount, every number leads to its rows, and the page is right on A4."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest
from sqlalchemy import insert, update
from typer.testing import CliRunner

from bot.cli.commands import app
from bot.print import HEIGHT, WIDTH, Fonts, Paper
from bot.texts import Texts
from bot.yearend import page, workbook
from dispatch.ledger.facts import Fact
from dispatch.points import settling, yearend
from dispatch.points.yearend import GROUPS, YearList
from dispatch.rules import Rules
from dispatch.work import Work
from models.habits import Deed
from models.people import Person
from models.places import Area
from models.store import Store
from models.words import Language, Level
from tests.conftest import NOON, stamp

COUNTY, TOWNSHIP, VILLAGE = "130227", "130227100", "130227100200"
TEXTS = Texts()
RULES = Rules.model_validate({"points": {"a_day": 1000}})
NAMES = ("张桂兰", "李国庆", '=HYPERLINK("http://x";"王")', "赵铁柱", "欧阳春花")
DOTS = 4  # Dots of the picture to a millimetre, about 100 dpi.


def say(key: str, /, **params: Any) -> str:
    return TEXTS.say(Language.ZH, key, **params)


def fill(store: Store, names: tuple[str, ...] = NAMES) -> None:
    """A village where each of these people did a number of things in March, and something of it was taken back."""
    with store.write() as conn:
        conn.execute(insert(Area), [{"code": VILLAGE, "level": Level.BRANCH, "name": "东村村民委员会"}])
        work = Work(conn, NOON, RULES)
        for index, name in enumerate(names):
            values = {"name": name, "created_at": NOON, "frail": False, "made_up": False, "village_code": VILLAGE,
                      "township_code": TOWNSHIP, "county_code": COUNTY}  # fmt: skip
            person = conn.execute(insert(Person).values(**values).returning(Person.id)).scalar_one()
            for number, deed in enumerate(deed for deed in Deed for _ in range(index % 4 + 1)):
                at, points = NOON - timedelta(days=number % 3), 4 if deed is Deed.BY_HAND else None
                fact = Fact(deed, person, f"thing:{number}", at, COUNTY, TOWNSHIP, VILLAGE, amount=2, points=points)
                work.earned.append(fact)
            taken = Fact(Deed.REQUEST_SOLVED, person, "thing:0", NOON, COUNTY, TOWNSHIP, VILLAGE, takes=True)
            work.earned.append(taken)
        settling.settle(work)
        work.flush()


def listed(store: Store, rules: Rules = RULES, year: int = 2026) -> YearList:
    with store.read() as conn:
        found = yearend.of_village(conn, rules, VILLAGE, year)
    assert found is not None
    return found


def test_every_deed_stands_in_one_column() -> None:
    assert sorted(deed for deeds in GROUPS.values() for deed in deeds) == sorted(Deed)


def test_figures_equal_a_recount_from_the_rows(store: Store) -> None:
    fill(store)
    found = listed(store)
    read = ['=HYPERLINK("http://x";"王")', "李国庆", "欧阳春花", "张桂兰", "赵铁柱"]  # Li, Ou, Zhang, Zhao.
    assert [row.name for row in found.rows] == read, "as people look up names, not by points"
    for row in found.rows:
        assert row.points == sum(row.of(group)[1] for group in GROUPS) == sum(one.points for one in row.entries)
        times = sum(one.amount * (1 if one.stands else -1) for one in row.entries)
        assert sum(row.of(group)[0] for group in GROUPS) == times
    assert found.open_months == ("2026-03",)
    assert listed(store, year=2025).rows == ()


def test_by_points_only_where_the_county_wants_a_league_table(store: Store) -> None:
    fill(store)
    league = Rules.model_validate({"points": {"league_table": True}})
    points = [row.points for row in listed(store, league).rows]
    assert points == sorted(points, reverse=True)


def test_each_number_of_the_workbook_opens_its_rows(store: Store, tmp_path: Path) -> None:
    fill(store)
    workbook.write(tmp_path / "list.xlsx", listed(store), say)
    sums, entries = openpyxl.load_workbook(tmp_path / "list.xlsx").worksheets
    rows = {row[0].row: row for row in entries.iter_rows(min_row=2)}
    people = [row for row in sums.iter_rows(min_row=5) if row[0].value]
    assert len(people) == len(NAMES)
    for person in people:
        assert person[0].data_type == "s", "no name is a formula"
        theirs = [row for row in rows.values() if row[1].value == person[0].value]
        assert person[-1].value == sum(row[6].value for row in theirs)
        assert rows[_target(person[-1])][1].value == person[0].value
        for times, points, deeds in zip(person[1:-1:2], person[2:-1:2], GROUPS.values(), strict=True):
            names = {say(f"points.deed.{deed}") for deed in deeds}
            behind = [row for row in theirs if row[4].value in names]
            assert points.value == sum(row[6].value for row in behind)
            assert times.value is not None
            assert _target(points) == _target(times) == min(row[0].row for row in behind)


def _target(cell: Any) -> int:
    """The row of the second sheet to which a cell leads."""
    sheet, _, place = cell.hyperlink.location.partition("!") if cell.hyperlink.location else (
        cell.hyperlink.target.removeprefix("#").partition("!")
    )  # fmt: skip
    assert sheet.strip("'") == say("yearlist.entries")
    return int(place.removeprefix("A"))


@pytest.mark.parametrize("language", Language)
def test_the_page_is_a4_with_every_name_and_sum(store: Store, language: Language) -> None:
    fill(store)
    document, paper = _drawn(listed(store), language)
    assert len(document) == 1
    assert document[0].get_size() == pytest.approx((WIDTH * 72 / 25.4, HEIGHT * 72 / 25.4))
    words = document[0].get_textpage().get_text_range()
    for row in listed(store).rows:
        assert row.name[:8] in words
        assert str(row.points) in words
    assert paper.fonts.missing == set()
    picture = document[0].render(scale=DOTS * 25.4 / 72).to_pil().convert("L")
    for edge in ((0, 0, 8, HEIGHT), (WIDTH - 8, 0, WIDTH, HEIGHT), (0, HEIGHT - 8, WIDTH, HEIGHT)):
        assert min(picture.crop(tuple(round(one * DOTS) for one in edge)).getextrema()) == 255, "nothing at the edge"
    document.close()


def _drawn(found: YearList, language: Language = Language.ZH) -> tuple[Any, Paper]:
    content = BytesIO()
    paper = Paper(content, Fonts(usual=()), "list")
    page.draw(paper, found, lambda key, **params: TEXTS.say(language, key, **params))
    paper.close()
    return pypdfium2.PdfDocument(content.getvalue()), paper


def test_many_people_take_more_pages_and_none_is_lost(store: Store) -> None:
    names = tuple(f"张{number:03d}" for number in range(65))
    fill(store, names)
    document, _ = _drawn(listed(store))
    words = "".join(document[number].get_textpage().get_text_range() for number in range(len(document)))
    assert len(document) == 3
    assert [name for name in names if name not in words] == []
    for number in range(len(document)):
        page_ = document[number].get_textpage()
        lowest = min(_foot(page_, name) for name in names if name in page_.get_text_range())
        assert _foot(page_, "党支部") < lowest - 10, "who signs does so below the last line"
    document.close()


def _foot(words: Any, sought: str) -> float:
    """How high above the page's lower edge these words stand, in points."""
    found = words.search(sought).get_next()
    assert found is not None
    return float(words.get_charbox(found[0])[1])


@pytest.mark.parametrize("end", ["xlsx", "pdf"])
def test_the_command_writes_it(tmp_path: Path, end: str) -> None:
    store = Store(f"sqlite:///{tmp_path}/store.db")
    stamp(store)
    fill(store)
    store.close()
    (tmp_path / "config.yaml").write_text(f"locale: zh\ndatabase: {{url: 'sqlite:///{tmp_path}/store.db'}}\n")
    out = tmp_path / f"list.{end}"
    said = ["points", "list", "--config", f"{tmp_path}/config.yaml", "--village", VILLAGE, "--year", "2026"]
    result = CliRunner().invoke(app, [*said, "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert "5 人" in result.output
    assert "草稿：2026-03" in result.output
    assert out.stat().st_size > 2000
    assert CliRunner().invoke(app, [*said, "--out", f"{tmp_path}/list.doc"]).exit_code == 2
    assert CliRunner().invoke(app, [*said[:5], "999", "--out", str(out)]).exit_code == 1


def test_doctor_names_the_row_that_was_changed(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/store.db")
    stamp(store)
    fill(store)
    with store.write() as conn:
        changed = yearend.PointEntry
        conn.execute(update(changed).where(changed.number == 7).values(points=50))
    store.close()
    (tmp_path / "config.yaml").write_text(f"locale: zh\ndatabase: {{url: 'sqlite:///{tmp_path}/store.db'}}\n")
    result = CliRunner().invoke(app, ["doctor", "--config", f"{tmp_path}/config.yaml"])
    assert result.exit_code == 1
    assert f"积分账本 {VILLAGE} 第 7 笔：内容被改过" in result.output
    assert result.output.count("积分账本") == 1


def test_the_workbook_is_printed_across_a4_with_its_headings_on_each_page(store: Store, tmp_path: Path) -> None:
    fill(store)
    workbook.write(tmp_path / "list.xlsx", listed(store), say)
    sums, entries = openpyxl.load_workbook(tmp_path / "list.xlsx").worksheets
    for sheet, head, first in ((sums, 4, "B5"), (entries, 1, "C2")):
        assert (sheet.print_title_rows, sheet.freeze_panes) == (f"${head}:${head}", first)
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToHeight) == (True, 0)
        assert {cell.font.name for row in sheet.iter_rows() for cell in row} == {"Calibri"}, "one type for all"
