"""The record of what is done together goes out beside the roster, is never imported, and nobody erased is in it."""

import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import insert, update
from typer.testing import CliRunner

from bot.cli.commands import app
from bot.roster import RECORDS, SHEETS, Roster, read_roster, write_roster
from bot.roster.records import PublicationRow
from dispatch import roster
from dispatch.messages import text
from dispatch.publishing import publishing
from dispatch.rights import erasing
from dispatch.rules import Rules
from dispatch.work import Work
from models.awards import AwardRound, Nomination
from models.ballots import Ballot
from models.gatherings import Gathering, Seat
from models.habits import AwardEnding, Consent, Deed, GatheringKind, PublicationKind, Reply, Standing, TieRule
from models.ledger import Chain, PointEntry
from models.migrate import migrate
from models.people import Person
from models.places import Area
from models.publishing import Objection
from models.store import Store
from models.words import Level

VILLAGE, TOWNSHIP, COUNTY = "130227001001", "130227001", "130227"
PLACE = {"county_code": COUNTY, "township_code": TOWNSHIP, "village_code": VILLAGE}
NOW = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)  # 12:00 in Qianxi.
HOSTILE, GONE = "=HYPERLINK(1)", "会消失的人"


@pytest.fixture
def village(store: Store) -> Store:
    """A village that met, gave points, voted and published; one of its two people has a name like a formula."""
    fill(store)
    return store


def fill(store: Store) -> None:
    """Write what the village did."""
    with store.write() as conn:
        areas = ((COUNTY, Level.COUNTY, "县", None), (TOWNSHIP, Level.TOWNSHIP, "镇", COUNTY))
        for code, level, name, parent in (*areas, (VILLAGE, Level.BRANCH, "东村", TOWNSHIP)):
            conn.execute(insert(Area).values(code=code, level=level, name=name, parent_code=parent))
        for name in (HOSTILE, GONE):
            conn.execute(insert(Person).values(name=name, created_at=NOW, **PLACE))
        for number, standing in enumerate((Standing.CLOSED, Standing.CANCELLED), 1):
            conn.execute(
                insert(Gathering).values(
                    token=str(number), kind=GatheringKind.THEME, begins_at=NOW, ends_at=NOW, place="老祠堂",
                    standing=standing, **PLACE,
                )
            )  # fmt: skip
        seat = {"reason": "私事", "reply": Reply.YES, "invited_at": NOW, "came_at": NOW, "went_at": NOW, **PLACE}
        seats = (
            {"gathering_id": 1, "person_id": 1, "stayed": 30},
            {"gathering_id": 1, "person_id": 2, "typed_by": 1, "stayed": None},
            {"gathering_id": 2, "person_id": 1, "stayed": None},
        )
        for number, one in enumerate(seats):
            conn.execute(insert(Seat).values(token=f"s{number}", **(seat | one)))
        conn.execute(insert(Chain).values(area_code=VILLAGE, number=2, hash="x", month="2026-03", **PLACE))
        for number, person_id, points, reverses in ((1, 2, 3, None), (2, 2, -3, 1)):
            conn.execute(
                insert(PointEntry).values(
                    area_code=VILLAGE, number=number, person_id=person_id, deed=Deed.SERVED, about="gathering:1",
                    turn=number, amount=1, points=points, at=NOW, day=date(2026, 3, 4), month="2026-03", made_at=NOW,
                    flagged=False, reverses_id=reverses, previous="", hash=str(number), **PLACE,
                )
            )  # fmt: skip
        for number, voted in ((1, 4), (2, 5), (3, 9)):
            ending = AwardEnding.NO_QUORUM if number == 3 else AwardEnding.AWARDED
            times = {"opened_at": NOW, "closes_at": NOW, "closed_at": NOW}
            conn.execute(
                insert(Ballot).values(
                    token=str(number), entitled=9, quorum=1, tie=TieRule.SHARE, voted=voted, **times, **PLACE
                )
            )
            conn.execute(
                insert(AwardRound).values(
                    token=str(number), kind="neighbour", opened_by=1, opened_at=NOW, nominate_until=NOW,
                    ballot_id=number, ended_at=NOW, ending=ending, **PLACE,
                )
            )  # fmt: skip
            nominee = {1: 1, 2: 2, 3: 1}[number]
            conn.execute(
                insert(Nomination).values(
                    token=str(number), round_id=number, person_id=nominee, nominated_by=1, reason="扫雪", at=NOW,
                    consent=Consent.AGREED, won=number != 3, **PLACE,
                )
            )  # fmt: skip
        work = Work(conn, NOW, Rules())
        title = text("service.title_honours", village="=东村")
        where = type("Where", (), PLACE)()
        number = publishing.publish(
            work, PublicationKind.PRIORITIES, where, title=title, about="x", objections=Rules().publishing.objections
        )
        for at in (NOW, None):
            row: dict[str, Any] = {"publication_id": number, "person_id": 1, "words": "", "at": NOW, **PLACE}
            conn.execute(insert(Objection).values(token=f"o{at is None}", level=Level.BRANCH, answered_at=at, **row))


def _records(store: Store, sheet: str, within: str = "") -> list[dict[str, Any]]:
    with store.read() as conn:
        return [values for name, values in roster.export_records(conn, within) if name == sheet]


def test_who_was_where(village: Store) -> None:
    there, on_paper = _records(village, "attendance")
    assert (there["name"], there["invited"], there["reply"], there["minutes"]) == (HOSTILE, True, Reply.YES, 30)
    assert f"{there['begins']:%Y-%m-%d %H:%M}" == "2026-03-04 12:00", "as the county's clocks show it"
    assert (on_paper["came"], on_paper["went"]) == (None, None), "nobody has compared the list yet"
    assert "私事" not in repr([there, on_paper]), "reasons stay in chat"


def test_points_with_what_they_take_back(village: Store) -> None:
    found = [(one["number"], one["points"], one["reverses"]) for one in _records(village, "points")]
    assert found == [(1, 3, None), (2, -3, 1)]


def test_votes_are_told_from_five_on_and_only_where_somebody_won(village: Store) -> None:
    found = [(one["winner"], one["ending"], one["votes"]) for one in _records(village, "awards")]
    assert found == [
        (HOSTILE, AwardEnding.AWARDED, None),
        (GONE, AwardEnding.AWARDED, 5),
        (None, AwardEnding.NO_QUORUM, None),
    ]


def test_publications_and_their_answers(village: Store) -> None:
    (one,) = _records(village, "publications")
    assert (one["day"], one["open"], one["answered"]) == (date(2026, 3, 4), True, 1)
    assert _records(village, "publications", "130228") == []


def test_whoever_is_erased_has_no_name_in_it(village: Store) -> None:
    with village.write() as conn:
        work = Work(conn, NOW, Rules())
        erasing.erase(work, 2)
        work.flush()
    with village.read() as conn:
        everything = list(roster.export_records(conn))
    assert GONE not in repr(everything)
    assert [one["winner"] for one in _records(village, "awards")] == [HOSTILE, None, None]
    assert [one["points"] for one in _records(village, "points")] == [3, -3], "the counts stay"


@pytest.mark.parametrize("target", ["out", "out.xlsx"])
def test_the_record_is_safe_from_formulas_and_is_passed_over(village: Store, tmp_path: Path, target: str) -> None:
    kinds: dict[str, Any] = {sheet.name: sheet.row for sheet in RECORDS}
    with village.read() as conn:
        rows = [kinds[sheet]("", 2, **values) for sheet, values in roster.export_records(conn)]
    titled = [row for row in rows if not isinstance(row, PublicationRow)]
    write_roster(tmp_path / target, titled, "zh")
    if target == "out":
        with (tmp_path / target / "attendance.csv").open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert f"'{HOSTILE}" in cells
        assert "2026-03-04 12:00" in cells
        assert "活动编号" in cells
    else:
        book = openpyxl.load_workbook(tmp_path / target)
        assert {cell.data_type for row in book["活动签到"].iter_rows() for cell in row} <= {"s", "n"}
    passed_over: list[str] = []
    assert read_roster(tmp_path / target, passed_over) == Roster()
    assert len(passed_over) == len(RECORDS)


@pytest.mark.parametrize(("lang", "said", "title"), [("en", "Passed over: ", "'=东村: "), ("zh", "略过", "'=东村：")])
def test_the_command_line_writes_it_and_says_what_it_passes_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, said: str, title: str
) -> None:
    monkeypatch.chdir(tmp_path)
    store = Store(f"sqlite:///{tmp_path}/red-steward.db")
    migrate(store)
    fill(store)
    with store.write() as conn:
        conn.execute(update(Person).values(village_code=None))
    store.close()
    call = CliRunner().invoke
    assert call(app, ["export", "out", "--lang", lang]).exit_code == 0
    assert {path.stem for path in (tmp_path / "out").iterdir()} == {sheet.name for sheet in SHEETS + RECORDS}
    assert title in (tmp_path / "out" / "publications.csv").read_text("utf-8-sig")
    told = call(app, ["import", "out", "--lang", lang])
    assert told.exit_code == 0
    assert said in told.stdout
    assert "attendance.csv" in told.stdout
    assert len(json.loads(call(app, ["import", "out", "--json"]).stdout)["passed_over"]) == len(RECORDS)
