"""Gatherings and programmes come in with the roster: planned as in chat, and what was said there is not undone."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from bot.roster import (
    SHEETS,
    GatheringRow,
    GridRow,
    ProgrammeRow,
    Roster,
    StewardRow,
    VillageRow,
    VolunteerRow,
)
from dispatch import roster
from dispatch.gatherings import meetings
from dispatch.gatherings.meetings import Meeting
from dispatch.rules import Rules
from models.clock import MovableClock
from models.gatherings import Gathering, Seat, Session
from models.habits import Errand, GatheringKind, Reply, SessionKind, Standing
from models.people import Person
from models.requests import Audit
from models.store import Store

VILLAGE, TOWNSHIP = "130227001001", "130227001"
AT = ("t", 2)
FRIDAY, SATURDAY = date(2026, 3, 6), date(2026, 3, 7)
THEME = GatheringRow(*AT, VILLAGE, GatheringKind.THEME, FRIDAY, time(15), "党群服务中心")
SERVICE = GatheringRow(
    *AT, VILLAGE, GatheringKind.SERVICE, SATURDAY, time(8, 30), "村口", "一队", "清洁庭院", 10, "=1+1 戴手套"
)
LECTURE = ProgrammeRow(*AT, VILLAGE, FRIDAY, SessionKind.LECTURE, "乡村振兴", "王五", "第一行\n第二行")
SHEETS_OF_MINE = ("gatherings", "programme")


def _roster(**sheets: Any) -> Roster:
    """A village with two stewards and a volunteer; `sheets` replace what it has."""
    rows: dict[str, Any] = {
        "villages": [VillageRow(*AT, VILLAGE, "东村", TOWNSHIP, "一镇", 40.14, 118.30)],
        "grids": [GridRow(*AT, VILLAGE, "一组")],
        "stewards": [
            StewardRow(*AT, VILLAGE, "一组", "王五", "13800000002"),
            StewardRow(*AT, VILLAGE, "一组", "李四", "13800000003"),
            StewardRow(*AT, VILLAGE, "一组", "李四", "13800000004"),
        ],
        "volunteers": [VolunteerRow(*AT, VILLAGE, "一队", "钱七", "13800000005")],
    }
    return Roster(**(rows | sheets))


def _write(store: Store, clock: MovableClock, rows: Roster) -> roster.Report:
    with store.write() as conn:
        return roster.write(conn, clock.now(), Rules(), rows)


def _fault(store: Store, clock: MovableClock, **sheets: Any) -> tuple[str, str, str, str]:
    with pytest.raises(roster.Refused) as refusal:
        _write(store, clock, _roster(**sheets))
    (one,) = refusal.value.faults
    assert (one.source, one.line) == AT
    return one.key.removeprefix("roster.fault."), one.column, one.value, one.allowed


def _meets(store: Store) -> list[Meeting]:
    with store.read() as conn:
        return meetings.find(conn)


def _day(store: Store, place: int = 0, **values: Any) -> None:
    """What became of a gathering in chat."""
    with store.write() as conn:
        conn.execute(update(Gathering).where(Gathering.id == _meets(store)[place].id).values(**values))


def test_they_are_on_the_calendar_as_if_planned_in_chat(store: Store, clock: MovableClock) -> None:
    rows = _roster(gatherings=[THEME, SERVICE], programme=[LECTURE])
    first, second = _write(store, clock, rows), _write(store, clock, rows)
    assert [first.counts[name].added for name in SHEETS_OF_MINE] == [2, 0]
    assert first.counts["programme"].changed == 1
    assert second.changes == 0
    theme, service = _meets(store)
    assert theme.begins_at == datetime(2026, 3, 6, 7, 0, tzinfo=UTC), "at 15:00 in Qianxi"
    assert (theme.series, theme.standing, theme.due) == ("theme:2026-03", Standing.PLANNED, Errand.INVITE)
    assert (service.activity, service.needed, service.safety) == ("courtyard", 10, "=1+1 戴手套")
    assert (service.due, service.planned_by, service.county_code) == (Errand.INVITE, None, "130227")
    with store.read() as conn:
        assert conn.scalar(select(func.count()).select_from(Session)) == len(SessionKind)
        spoken = select(Session.title, Person.name, Session.material).join(Person, Person.id == Session.speaker_id)
        assert tuple(conn.execute(spoken).one()) == ("乡村振兴", "王五", "第一行\n第二行")
        actions = set(conn.scalars(select(Audit.action)))
    assert {"gathering_planned", "programme"} <= actions


def test_what_is_exported_can_be_imported_again(store: Store, clock: MovableClock) -> None:
    _write(store, clock, _roster(gatherings=[THEME, SERVICE], programme=[LECTURE]))
    kinds = {sheet.name: sheet.row for sheet in SHEETS}
    again = Roster()
    with store.read() as conn:
        for line, (sheet, values) in enumerate(roster.export_rows(conn)):
            getattr(again, sheet).append(kinds[sheet]("export", line, **values))
    assert [replace(one, source="t", line=2) for one in again.gatherings] == [
        THEME,
        replace(SERVICE, activity="courtyard"),
    ]
    assert [replace(one, source="t", line=2) for one in again.programme] == [LECTURE]
    assert _write(store, clock, again).changes == 0


def test_blanks_say_nothing(store: Store, clock: MovableClock) -> None:
    bare = replace(SERVICE, needed=None, safety=None)
    _write(store, clock, _roster(gatherings=[bare]))
    (service,) = _meets(store)
    assert (service.needed, service.safety) == (None, "戴手套，搬重物两个人一起。"), "the usual note of the activity"
    _day(store, needed=7, safety="别的")
    assert _write(store, clock, _roster(gatherings=[bare])).changes == 0


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (replace(THEME, day=date(2026, 3, 3)), ("day_over", "day", "2026-03-03", "")),
        (replace(THEME, day=date(1, 1, 1)), ("day_over", "day", "0001-01-01", "")),
        (replace(SERVICE, day=date(9999, 12, 31)), ("day_far", "day", "9999-12-31", "60")),
        (replace(SERVICE, needed=501), ("count", "needed", "501", "1–500")),
        (replace(SERVICE, activity=None), ("no_activity", "activity", "", "")),
        (replace(THEME, needed=3), ("service_only", "needed", "3", "")),
        (replace(THEME, group="一队"), ("service_only", "group", "一队", "")),
        (replace(SERVICE, group="没有队"), ("not_stored", "group", "没有队", "volunteers")),
        (replace(THEME, village_code="130227009009"), ("not_stored", "village_code", "130227009009", "villages")),
    ],
)
def test_a_day_that_cannot_be_is_a_fault_and_nothing_comes_in(
    store: Store, clock: MovableClock, row: GatheringRow, fault: tuple[str, str, str, str]
) -> None:
    assert _fault(store, clock, gatherings=[row]) == fault
    assert _meets(store) == []
    with store.read() as conn:
        assert conn.scalar(select(func.count()).select_from(Person)) == 0


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (replace(LECTURE, day=SATURDAY), ("not_stored", "day", "2026-03-07", "gatherings")),
        (replace(LECTURE, speaker="没人"), ("not_stored", "speaker", "没人", "stewards, volunteers")),
        (replace(LECTURE, speaker="李四"), ("shared_name", "speaker", "李四", "")),
    ],
)
def test_a_programme_that_cannot_be(
    store: Store, clock: MovableClock, row: ProgrammeRow, fault: tuple[str, str, str, str]
) -> None:
    assert _fault(store, clock, gatherings=[THEME], programme=[row]) == fault
    assert _meets(store) == []


def test_two_theme_days_of_one_month_are_a_fault(store: Store, clock: MovableClock) -> None:
    other = replace(THEME, day=date(2026, 3, 13))
    key, *_, number = _fault(store, clock, gatherings=[THEME, other])
    assert (key, number) == ("day_stands", "№1")


def test_a_list_moves_what_nobody_has_answered(store: Store, clock: MovableClock) -> None:
    _write(store, clock, _roster(gatherings=[THEME]))
    other = replace(THEME, day=date(2026, 3, 13), place="老祠堂")
    assert _write(store, clock, _roster(gatherings=[other])).counts["gatherings"].changed == 1
    (moved,) = _meets(store)
    assert (Rules().local(moved.begins_at).date(), moved.place, moved.moves) == (other.day, "老祠堂", 1)
    assert _write(store, clock, _roster(gatherings=[other])).changes == 0


@pytest.mark.parametrize("what", ["answered", "planned_by", "moves"])
def test_a_list_does_not_move_what_people_answered_or_said_in_chat(
    store: Store, clock: MovableClock, what: str
) -> None:
    _write(store, clock, _roster(gatherings=[THEME]))
    (day,) = _meets(store)
    if what == "answered":
        seat = {"token": "x", "gathering_id": day.id, "person_id": 1, "reply": Reply.NO, "reason": ""}
        with store.write() as conn:
            conn.execute(insert(Seat), [seat])
    else:
        _day(store, **{what: 1})
    fault = _fault(store, clock, gatherings=[replace(THEME, hour=time(16))])
    assert fault == ("day_stands", "day", "2026-03-06 16:00", f"№{day.id}")
    assert [one.begins_at for one in _meets(store)] == [day.begins_at]
    assert _write(store, clock, _roster(gatherings=[THEME])).changes == 0


def test_a_service_day_that_was_moved_in_chat_is_not_planned_anew(store: Store, clock: MovableClock) -> None:
    _write(store, clock, _roster(gatherings=[SERVICE]))
    _day(store, begins_at=datetime(2026, 3, 14, 0, 30, tzinfo=UTC), moves=1)
    assert _fault(store, clock, gatherings=[SERVICE])[0] == "day_stands"
    assert len(_meets(store)) == 1


@pytest.mark.parametrize("row", [THEME, SERVICE])
@pytest.mark.parametrize("standing", [Standing.CLOSED, Standing.CANCELLED])
def test_what_is_over_stays_as_it_is(store: Store, clock: MovableClock, row: GatheringRow, standing: Standing) -> None:
    rows = _roster(gatherings=[row], programme=[LECTURE] if row is THEME else [])
    _write(store, clock, rows)
    _day(store, standing=standing)
    clock.move(days=7)
    more = [replace(LECTURE, title="别的", material="还有")] if row is THEME else []
    assert _write(store, clock, _roster(gatherings=[row], programme=more)).changes == 0
    assert [one.standing for one in _meets(store)] == [standing]


def test_the_month_of_a_theme_day_that_was_called_off_gets_another(store: Store, clock: MovableClock) -> None:
    _write(store, clock, _roster(gatherings=[THEME]))
    _day(store, standing=Standing.CANCELLED)
    other = replace(THEME, day=date(2026, 3, 13))
    assert _write(store, clock, _roster(gatherings=[other])).counts["gatherings"].added == 1
    assert _write(store, clock, _roster(gatherings=[other])).changes == 0
    assert [one.standing for one in _meets(store)] == [Standing.CANCELLED, Standing.PLANNED]


def test_material_comes_to_what_is_there(store: Store, clock: MovableClock) -> None:
    rows = _roster(gatherings=[THEME], programme=[LECTURE])
    _write(store, clock, rows)
    more = replace(LECTURE, title=None, speaker=None, material="第三行")
    assert _write(store, clock, _roster(programme=[more])).counts["programme"].changed == 1
    assert _write(store, clock, _roster(programme=[more])).changes == 0
    assert _write(store, clock, rows).changes == 0, "the older list takes nothing away"
    with store.read() as conn:
        written = select(Session.title, Session.material).where(Session.kind == SessionKind.LECTURE)
        assert tuple(conn.execute(written).one()) == ("乡村振兴", "第一行\n第二行\n第三行")
