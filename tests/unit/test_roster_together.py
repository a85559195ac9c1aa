"""Leaders, pairs, jobs, cooperatives and members come in with the roster: once, as a whole, each fault by its place."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot.roster import (
    SHEETS,
    CooperativeRow,
    GridRow,
    HouseholdRow,
    JobRow,
    LeaderRow,
    MemberRow,
    MentoredRow,
    ResidentRow,
    Roster,
    VillageRow,
)
from dispatch import roster
from dispatch.rules import Rules
from models.clock import MovableClock
from models.cooperatives import Cooperative, Member
from models.habits import PairState
from models.mentoring import IncomeLeader, JobFound, Pair
from models.people import Person
from models.store import Store

VILLAGE, TOWNSHIP = "130227001001", "130227001"
AT = ("t", 2)
LEADER, OTHER = "13800000002", "13800000003"
NAMES = ("李四", "赵六", "钱七", "孙八", "周九", "吴十")


def _roster(**sheets: Any) -> Roster:
    """A village with a leader, whom nobody follows yet; `sheets` replace what it has."""
    rows: dict[str, Any] = {
        "villages": [VillageRow(*AT, VILLAGE, "东村", TOWNSHIP, "一镇", 40.14, 118.30, "0315-1")],
        "grids": [GridRow(*AT, VILLAGE, "一组")],
        "households": [HouseholdRow(*AT, VILLAGE, "一组", "1", "一组1号")],
        "residents": [
            ResidentRow(*AT, VILLAGE, "1", "王五", LEADER),
            ResidentRow(*AT, VILLAGE, "1", "郑一", OTHER),
            *(ResidentRow(*AT, VILLAGE, "1", name) for name in NAMES),
        ],
        "leaders": [LeaderRow(*AT, VILLAGE, "王五", LEADER, "香菇"), LeaderRow(*AT, VILLAGE, "郑一", OTHER)],
    }
    return Roster(**(rows | sheets))


def _pair(name: str, leader: str = LEADER, line: int = 2) -> MentoredRow:
    return MentoredRow("t", line, VILLAGE, leader, "1", name)


def _write(store: Store, clock: MovableClock, rows: Roster) -> roster.Report:
    with store.write() as conn:
        return roster.write(conn, clock.now(), Rules(), rows)


def _count(store: Store, table: Any) -> int:
    with store.read() as conn:
        return conn.scalar(select(func.count()).select_from(table)) or 0


def test_they_come_in_once(store: Store, clock: MovableClock) -> None:
    rows = _roster(
        mentored=[_pair("李四"), _pair("赵六", "13800000002 王五")],
        jobs=[JobRow(*AT, VILLAGE, "1", "李四", "板栗厂", date(2026, 3, 1))],
        cooperatives=[CooperativeRow(*AT, VILLAGE, "板栗合作社")],
        members=[MemberRow(*AT, VILLAGE, "板栗合作社", "1", "李四")],
    )
    first = _write(store, clock, rows)
    second = _write(store, clock, rows)
    sheets = ("leaders", "mentored", "jobs", "cooperatives", "members")
    assert [first.counts[name].added for name in sheets] == [2, 2, 1, 1, 1]
    assert second.changes == 0
    assert [_count(store, table) for table in (IncomeLeader, Pair, JobFound, Cooperative, Member)] == [2, 2, 1, 1, 1]
    with store.read() as conn:
        assert set(conn.scalars(select(Pair.state))) == {PairState.ACTIVE}
        codes = select(Pair.county_code, Pair.township_code, Pair.village_code).limit(1)
        assert tuple(conn.execute(codes).one()) == ("130227", TOWNSHIP, VILLAGE)
    changed = _write(store, clock, _roster(leaders=[LeaderRow(*AT, VILLAGE, "王五", LEADER, "板栗")]))
    assert changed.counts["leaders"].changed == 1


def test_what_is_exported_can_be_imported_again(store: Store, clock: MovableClock) -> None:
    member = MemberRow(*AT, VILLAGE, "板栗合作社", "1", "李四")
    job = JobRow(*AT, VILLAGE, "1", "李四", "=板栗厂", date(2026, 3, 1))
    cooperatives = [CooperativeRow(*AT, VILLAGE, "板栗合作社")]
    _write(store, clock, _roster(mentored=[_pair("李四")], jobs=[job], cooperatives=cooperatives, members=[member]))
    kinds = {sheet.name: sheet.row for sheet in SHEETS}
    again = Roster()
    with store.read() as conn:
        for line, (sheet, values) in enumerate(roster.export_rows(conn)):
            getattr(again, sheet).append(kinds[sheet]("export", line, **values))
    assert [replace(one, source="t", line=2) for one in again.jobs] == [job]
    assert [replace(one, source="t", line=2) for one in again.members] == [member]
    assert [(one.leader, one.household, one.name) for one in again.mentored] == [(f"{LEADER} 王五", "1", "李四")]
    assert _write(store, clock, again).changes == 0


@pytest.mark.parametrize(
    ("sheets", "key", "column", "value"),
    [
        ({"leaders": [LeaderRow(*AT, VILLAGE, "没人", LEADER)]}, "not_stored", "name", "没人"),
        ({"mentored": [_pair("没人")]}, "not_stored", "name", "没人"),
        ({"mentored": [replace(_pair("李四"), household="9")]}, "not_stored", "household", "9"),
        ({"mentored": [_pair("李四", "13800000009")]}, "not_stored", "leader", "13800000009"),
        ({"mentored": [_pair(name) for name in NAMES]}, "leader_full", "leader", LEADER),
        ({"mentored": [_pair("李四"), _pair("李四", OTHER)]}, "has_a_leader", "name", "李四"),
        ({"jobs": [JobRow(*AT, VILLAGE, "1", "李四", "板栗厂", date(2026, 3, 1))]}, "not_stored", "name", "李四"),
        (
            {
                "mentored": [_pair("李四")],
                "jobs": [JobRow(*AT, VILLAGE, "1", "李四", "板栗厂", date(2026, 3, 9))],
            },
            "day_to_come",
            "since",
            "2026-03-09",
        ),
        ({"members": [MemberRow(*AT, VILLAGE, "没有社", "1", "李四")]}, "not_stored", "cooperative", "没有社"),
    ],
)
def test_each_fault_is_named_and_nothing_comes_in(
    store: Store, clock: MovableClock, sheets: dict[str, Any], key: str, column: str, value: str
) -> None:
    with pytest.raises(roster.Refused) as refusal:
        _write(store, clock, _roster(**sheets))
    fault = refusal.value.faults[0]
    assert (fault.key, fault.column, fault.value, fault.line) == (f"roster.fault.{key}", column, value, 2)
    assert _count(store, Person) == _count(store, Pair) == 0


@pytest.mark.parametrize(
    ("state", "key"),
    [(PairState.REFUSED, "refused_leader"), (PairState.ENDED, None), (PairState.ASKED, "has_a_leader")],
)
def test_a_list_does_not_undo_what_was_said_in_chat(
    store: Store, clock: MovableClock, state: PairState, key: str | None
) -> None:
    rows = _roster(mentored=[_pair("李四")])
    _write(store, clock, rows)
    with store.write() as conn:
        conn.execute(update(Pair).values(state=state))
    if key is None:
        assert _write(store, clock, rows).changes == 0
    else:
        with pytest.raises(roster.Refused) as refusal:
            _write(store, clock, rows)
        assert refusal.value.faults[0].key == f"roster.fault.{key}"
    with store.read() as conn:
        assert conn.scalars(select(Pair.state)).all() == [state]


def test_a_leader_who_left_is_not_brought_back(store: Store, clock: MovableClock) -> None:
    _write(store, clock, _roster())
    with store.write() as conn:
        conn.execute(update(IncomeLeader).values(left_at=clock.now()))
    assert _write(store, clock, _roster()).changes == 0
    with pytest.raises(roster.Refused) as refusal:
        _write(store, clock, _roster(mentored=[_pair("李四")]))
    assert refusal.value.faults[0].key == "roster.fault.leads_no_more"
