"""What is exported and imported again is the same, and no spreadsheet takes a text for a formula."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import Field, fields, replace
from datetime import date, time
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.formulas import guard
from bot.roster import (
    AdminRow,
    CooperativeRow,
    GatheringRow,
    GridRow,
    HouseholdRow,
    JobRow,
    LeaderRow,
    MemberRow,
    MentoredRow,
    ProgrammeRow,
    ResidentRow,
    Roster,
    Row,
    StewardRow,
    VillageRow,
    VolunteerRow,
    read_roster,
    write_roster,
)
from bot.roster.cells import trim
from models.habits import MOST_NEEDED, GatheringKind, SessionKind
from models.words import Datum, Level

TEXTS = st.text(
    st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"), exclude_characters=";；、,，"),
    min_size=1,
    max_size=25,
).filter(lambda text: text.strip() == text and trim(guard(text)) == text)
NAMES = st.one_of(TEXTS, st.sampled_from(["=1+2", "+86", "-1", "@x", "'=x", "'x", '"', "a;b", "#", "a\u3000b"]))
LABELS = st.from_regex(r"[=+\-@'a-z0-9第格号]{1,9}", fullmatch=True)
PHONES = st.one_of(st.from_regex(r"1[3-9]\d{9}", fullmatch=True, alphabet="0123456789"), st.just("+442079460000"))
POINTS = st.one_of(
    st.just((None, None)),
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)).filter(lambda point: point != (0, 0)),
)
DAYS = st.dates(min_value=date(1000, 1, 1))
HOURS = st.builds(time, st.integers(0, 23), st.integers(0, 59))
WORDS = st.none() | st.lists(NAMES, min_size=1, max_size=3).map("\n".join)
CODE = "130227001001"


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    """One row of each kind, so that no two contradict each other."""
    grid, household, lat_lon = draw(LABELS), draw(LABELS), draw(POINTS)
    name, phone = draw(NAMES), draw(PHONES)
    datum, flag = draw(st.sampled_from(Datum)), draw(st.none() | st.booleans())
    chat = draw(st.none() | st.integers(1, 2**52 - 1))
    cooperative, day = draw(LABELS), draw(DAYS)
    skills = tuple(dict.fromkeys(draw(st.lists(TEXTS, max_size=3))))
    return Roster(
        [VillageRow("", 2, CODE, draw(NAMES), "130227001", draw(NAMES), *lat_lon, draw(st.none() | PHONES))],
        [GridRow("", 2, CODE, grid)],
        [HouseholdRow("", 2, CODE, grid, household, draw(NAMES), *lat_lon, datum, None)],
        [ResidentRow("", 2, CODE, household, name, None, chat, flag, draw(st.none() | PHONES))],
        [StewardRow("", 2, CODE, grid, name, phone, *lat_lon, datum, skills, chat, flag)],
        [VolunteerRow("", 2, CODE, draw(LABELS), name, phone, *lat_lon, datum, skills, chat)],
        [AdminRow("", 2, "130227", Level.COUNTY, name, phone, chat)],
        [LeaderRow("", 2, CODE, name, phone, draw(st.none() | NAMES))],
        [MentoredRow("", 2, CODE, phone, household, name)],
        [JobRow("", 2, CODE, household, name, draw(NAMES), draw(DAYS))],
        [CooperativeRow("", 2, CODE, cooperative)],
        [MemberRow("", 2, CODE, cooperative, household, name)],
        [
            GatheringRow(
                "",
                2,
                CODE,
                draw(st.sampled_from(GatheringKind)),
                day,
                draw(HOURS),
                draw(NAMES),
                grid,
                draw(NAMES),
                draw(st.none() | st.integers(1, MOST_NEEDED)),
                draw(st.none() | NAMES),
            ),
        ],
        [ProgrammeRow("", 2, CODE, day, draw(st.sampled_from(SessionKind)), draw(NAMES), name, draw(WORDS))],
    )


def without_source(rows: Iterable[Row]) -> list[Row]:
    return [replace(row, source="") for row in rows]


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(roster=rosters())
def test_csv_comes_back_the_same(tmp_path: Path, roster: Roster) -> None:
    write_roster(tmp_path, roster.rows())
    assert without_source(read_roster(tmp_path).rows()) == list(roster.rows())


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(roster=rosters())
def test_a_workbook_comes_back_the_same(tmp_path: Path, roster: Roster) -> None:
    write_roster(tmp_path / "roster.xlsx", roster.rows(), "zh")
    assert without_source(read_roster(tmp_path / "roster.xlsx").rows()) == list(roster.rows())


HOSTILE = StewardRow("", 2, CODE, "-1", '=HYPERLINK("http://x")', "+442079460000", skills=("@a", "b"))


def test_no_cell_of_a_csv_is_a_formula(tmp_path: Path) -> None:
    write_roster(tmp_path, [HOSTILE])
    with (tmp_path / "stewards.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")] == []
    assert (tmp_path / "stewards.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert without_source(read_roster(tmp_path).stewards) == [HOSTILE]


def test_no_cell_of_a_workbook_is_a_formula(tmp_path: Path) -> None:
    write_roster(tmp_path / "roster.xlsx", [HOSTILE])
    book = openpyxl.load_workbook(tmp_path / "roster.xlsx")
    assert {cell.data_type for row in book["stewards"].iter_rows() for cell in row} <= {"s", "n"}
    assert without_source(read_roster(tmp_path / "roster.xlsx").stewards) == [HOSTILE]


def test_southern_points_stay_numbers(tmp_path: Path) -> None:
    row = VillageRow("", 2, CODE, "a", "130227001", "b", -33.9, -151.2)
    write_roster(tmp_path, [row])
    assert "-33.9,-151.2" in (tmp_path / "villages.csv").read_text("utf-8-sig")
    assert without_source(read_roster(tmp_path).villages) == [row]


@pytest.mark.parametrize("part", fields(Roster), ids=lambda part: part.name)
def test_sheets_without_rows_have_headings(tmp_path: Path, part: "Field[object]") -> None:
    write_roster(tmp_path, [])
    assert (tmp_path / f"{part.name}.csv").read_text("utf-8-sig").count("\n") == 1
    assert read_roster(tmp_path) == Roster()


class _Full(Exception):
    """What stops an export half-way."""


def _until_the_disk_is_full(roster: Roster) -> Iterator[Row]:
    yield from list(roster.rows())[:3]
    raise _Full


@pytest.mark.parametrize("target", ["out", "out.xlsx"])
def test_an_export_that_fails_leaves_the_one_before(tmp_path: Path, target: str) -> None:
    path, roster = tmp_path / target, Roster(villages=[VillageRow("x", 2, "130227001001", "东村", "130227001", "一镇")])
    write_roster(path, roster.rows())
    files = [path] if path.is_file() else sorted(path.iterdir())
    before = {file: file.read_bytes() for file in files}
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    with pytest.raises(_Full):
        write_roster(path, _until_the_disk_is_full(roster))
    assert {file: file.read_bytes() for file in before} == before
    with pytest.raises(_Full):
        write_roster(tmp_path / "new" / target, _until_the_disk_is_full(roster))
    left = sorted(file for file in tmp_path.rglob("*") if file.is_file())
    assert left == sorted(before), "nor anything half-made"
