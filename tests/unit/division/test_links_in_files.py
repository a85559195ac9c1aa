"""Links survive export and import, also into an empty store, and where two stewards share a phone."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.roster import SHEETS as FILES
from bot.roster import GridRow, HouseholdRow, Roster, RosterFaults, StewardRow, VillageRow, read_roster, write_roster
from dispatch import roster
from dispatch.rules import Rules
from models.clock import MovableClock
from models.people import Link, Person, Steward
from models.places import Household
from models.store import Store
from models.tables import metadata

VILLAGE, AT = "130227001001", ("t", 2)
KINDS = {sheet.name: sheet.row for sheet in FILES}


def _roster(*stewards: str | None) -> Roster:
    """Three stewards, two of whom share a phone; a home for each of the named."""
    homes = [HouseholdRow(*AT, VILLAGE, "一组", f"{n}", f"{n}号", steward=who) for n, who in enumerate(stewards)]
    people = [("王五", "13800000002"), ("赵六", "13800000003"), ("钱七", "13800000003")]
    return Roster(
        villages=[VillageRow(*AT, VILLAGE, "东村", VILLAGE[:9], "一镇")],
        grids=[GridRow(*AT, VILLAGE, "一组")],
        households=homes,
        stewards=[StewardRow(*AT, VILLAGE, "一组", name, phone) for name, phone in people],
    )


def _write(store: Store, clock: MovableClock, rows: Any) -> roster.Report:
    with store.write() as conn:
        return roster.write(conn, clock.now(), Rules(), rows)


def _links(store: Store) -> list[tuple[str, str]]:
    statement = select(Household.name, Person.name).join(Link, Link.household_id == Household.id)
    statement = statement.join(Steward, Steward.id == Link.steward_id).join(Person, Person.id == Steward.person_id)
    with store.read() as conn:
        return [(home, who) for home, who in conn.execute(statement.order_by(Household.name))]


NAMED = ("13800000002", "13800000003 钱七", None)
LINKED = [("0", "王五"), ("1", "钱七")]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("target", ["files", "roster.xlsx"])
def test_there_and_back(store: Store, clock: MovableClock, tmp_path: Path, target: str, language: Any) -> None:
    report = _write(store, clock, _roster(*NAMED))
    assert (report.counts["links"].added, _links(store)) == (2, LINKED)
    with store.read() as conn:
        rows = [KINDS[sheet]("export", 2, **values) for sheet, values in roster.export_rows(conn)]
    write_roster(tmp_path / target, rows, language)
    read = read_roster(tmp_path / target)
    assert [row.steward for row in read.households] == list(NAMED)
    assert _write(store, clock, read).changes == 0
    with store.write() as conn:
        for table in reversed(metadata.sorted_tables):
            conn.execute(table.delete())
    _write(store, clock, read)
    assert _links(store) == LINKED


def test_a_blank_leaves_what_is_known_and_another_changes_it(store: Store, clock: MovableClock) -> None:
    _write(store, clock, _roster(*NAMED))
    assert _write(store, clock, _roster(None, None, None)).changes == 0
    report = _write(store, clock, _roster("13800000003 赵六", None, "13800000002"))
    assert (report.counts["links"].added, report.counts["links"].changed) == (1, 1)
    assert _links(store) == [("0", "赵六"), ("1", "钱七"), ("2", "王五")]


@pytest.mark.parametrize(("said", "key"), [("13800000003", "shared_phone"), ("13800000009", "not_stored")])
def test_a_steward_who_is_not_one_is_a_fault(store: Store, clock: MovableClock, said: str, key: str) -> None:
    with pytest.raises(roster.Refused) as refusal:
        _write(store, clock, _roster(said))
    [fault] = refusal.value.faults
    assert (fault.key, fault.column, fault.value) == (f"roster.fault.{key}", "steward", said)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("138 0000 0002", "13800000002"),
        ("+86 13800000002 张建国", "13800000002 张建国"),
        ("0315-5600000 张 建国", "03155600000 张 建国"),
    ],
)
def test_how_a_steward_is_written(tmp_path: Path, written: str, meant: str) -> None:
    (tmp_path / "households.csv").write_text(
        f"村代码,网格,户号,地址,红管家电话\n{VILLAGE},一组,1,x,{written}\n", "utf-8"
    )
    assert read_roster(tmp_path).households[0].steward == meant


def test_a_name_alone_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "households.csv").write_text(f"村代码,网格,户号,地址,责任管家\n{VILLAGE},一组,1,x,张建国\n", "utf-8")
    with pytest.raises(RosterFaults) as refusal:
        read_roster(tmp_path)
    assert refusal.value.faults[0].key == "roster.fault.phone"


def test_who_left_is_exported_no_more(store: Store, clock: MovableClock) -> None:
    _write(store, clock, _roster(*NAMED))
    with store.write() as conn:
        conn.execute(Steward.__table__.update().where(Steward.id == 1).values(left_at=clock.now()))
    with store.read() as conn:
        rows = list(roster.export_rows(conn))
    assert [values["name"] for sheet, values in rows if sheet == "stewards"] == ["赵六", "钱七"]
    assert [values["steward"] for sheet, values in rows if sheet == "households"] == [None, "13800000003 钱七", None]
