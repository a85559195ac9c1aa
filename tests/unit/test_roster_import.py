"""A roster goes into the tables as a whole or not at all, and a second time it changes nothing."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from bot.roster import (
    SHEETS,
    AdminRow,
    GridRow,
    HouseholdRow,
    ResidentRow,
    Roster,
    StewardRow,
    VillageRow,
    VolunteerRow,
)
from dispatch import geo, roster
from dispatch.categories import Category
from dispatch.rules import Rules
from models.clock import MovableClock
from models.people import Admin, Person, Route, Steward, VolunteerGroup
from models.places import Area, Grid, Household
from models.store import Store
from models.words import Datum, Level, RouteState, StewardKind

RULES = Rules(categories=(Category(name="electric", skill="electric", words=("电工", "lamp")),))
VILLAGE, TOWNSHIP, COUNTY = "130227001001", "130227001", "130227"
AT = ("t", 2)


def _roster(**sheets: Any) -> Roster:
    """A small village; `sheets` replace what it has."""
    home = {"lat": 40.1401, "lon": 118.3002}
    rows: dict[str, Any] = {
        "villages": [VillageRow(*AT, VILLAGE, "东村", TOWNSHIP, "一镇", 40.14, 118.30, "0315-1")],
        "grids": [GridRow(*AT, VILLAGE, "一组"), GridRow(*AT, VILLAGE, "二组")],
        "households": [
            HouseholdRow(*AT, VILLAGE, "一组", "1", "一组1号", **home, phone="03151234"),
            HouseholdRow(*AT, VILLAGE, "二组", "2", "二组2号"),
        ],
        "residents": [
            ResidentRow(*AT, VILLAGE, "1", "张三", "13800000001", 111, frail=True),
            ResidentRow(*AT, VILLAGE, "1", "张小三", "13800000001"),
            ResidentRow(*AT, VILLAGE, "2", "李四"),
        ],
        "stewards": [
            StewardRow(*AT, VILLAGE, "一组", "王五", "13800000002", 40.141, 118.301, skills=("电工", "书法")),
            StewardRow(*AT, VILLAGE, "二组", "赵六", "13800000003", on_duty=False),
        ],
        "volunteers": [VolunteerRow(*AT, VILLAGE, "一队", "钱七", "13800000004", 40.142, 118.302)],
        "admins": [
            AdminRow(*AT, VILLAGE, Level.BRANCH, "孙八", "13800000005", 888),
            AdminRow(*AT, TOWNSHIP, Level.TOWNSHIP, "周九", "13800000006"),
            AdminRow(*AT, COUNTY, Level.COUNTY, "吴十", "13800000007"),
        ],
    }
    return Roster(**(rows | sheets))


def _write(store: Store, clock: MovableClock, rows: Roster) -> roster.Report:
    with store.write() as conn:
        return roster.write(conn, clock.now(), RULES, rows)


def _refusal(store: Store, clock: MovableClock, rows: Roster) -> roster.Refused:
    with pytest.raises(roster.Refused) as refusal:
        _write(store, clock, rows)
    return refusal.value


def _all(store: Store, *columns: Any, **where: Any) -> list[Any]:
    with store.read() as conn:
        return [tuple(row) for row in conn.execute(select(*columns).filter_by(**where).order_by(columns[0]))]


def _changes(report: roster.Report) -> dict[str, tuple[int, int, int]]:
    counts = report.counts.items()
    return {name: (one.added, one.changed, one.unchanged) for name, one in counts if one.added or one.changed}


def test_every_sheet_arrives_in_its_table(store: Store, clock: MovableClock) -> None:
    report = _write(store, clock, _roster())
    assert _changes(report) == {
        "villages": (1, 0, 0), "grids": (2, 0, 0), "households": (2, 0, 0), "residents": (3, 0, 0),
        "stewards": (2, 0, 0), "volunteers": (1, 0, 0), "admins": (3, 0, 0),
    }  # fmt: skip
    assert _all(store, Area.code, Area.level, Area.name, Area.parent_code, Area.lat, Area.phone) == [
        (COUNTY, Level.COUNTY, "迁西县", None, None, None),
        (TOWNSHIP, Level.TOWNSHIP, "一镇", COUNTY, None, None),
        (VILLAGE, Level.BRANCH, "东村", TOWNSHIP, 40.14, "0315-1"),
    ]
    assert _all(store, Household.name, Household.lat, Household.village_code, Household.county_code) == [
        ("1", 40.1401, VILLAGE, COUNTY),
        ("2", None, VILLAGE, COUNTY),
    ]
    stewards = _all(store, Steward.kind, Steward.skills, Steward.on_duty, Steward.township_code)
    assert sorted(stewards) == [
        (StewardKind.STEWARD, "", False, TOWNSHIP),
        (StewardKind.STEWARD, ";electric;书法;", True, TOWNSHIP),
        (StewardKind.VOLUNTEER, "", True, TOWNSHIP),
    ]
    assert _all(store, Route.address, Route.channel, Route.state) == [
        ("111", "telegram", RouteState.LIVE),
        ("888", "telegram", RouteState.LIVE),
    ]
    assert _all(store, Person.frail, Person.created_at, name="张三") == [(True, clock.now())]


def test_the_second_time_nothing_changes(store: Store, clock: MovableClock) -> None:
    _write(store, clock, _roster())
    clock.move(days=1)
    report = _write(store, clock, _roster())
    assert report.changes == 0
    assert [one.unchanged for one in report.counts.values() if one.unchanged] == [1, 2, 2, 3, 2, 1, 3]
    assert len(_all(store, Person.id)) == 9


def test_one_sheet_alone_finds_the_rest_in_the_store(store: Store, clock: MovableClock) -> None:
    _write(store, clock, _roster())
    alone = Roster(stewards=_roster().stewards, admins=_roster().admins)
    assert _write(store, clock, alone).changes == 0


def test_what_was_changed_is_changed_and_counted(store: Store, clock: MovableClock) -> None:
    _write(store, clock, _roster())
    rows = _roster()
    rows.villages[0] = replace(rows.villages[0], village="西村")
    rows.households[1] = replace(rows.households[1], grid="一组", lat=40.15, lon=118.31)
    rows.residents[2] = replace(rows.residents[2], phone="13800000009", telegram_id=444)
    rows.stewards[1] = replace(rows.stewards[1], on_duty=True, phone="13800000008")
    assert _changes(_write(store, clock, rows)) == {
        "villages": (0, 1, 0), "households": (0, 1, 1), "residents": (0, 1, 2), "stewards": (0, 1, 1),
    }  # fmt: skip
    assert _all(store, Household.lat, Household.grid_id, name="2") == [(40.15, 1)]
    assert _all(store, Person.phone, name="赵六") == [("13800000008",)], "a new number is no new person"
    assert _all(store, Person.phone, name="李四") == [("13800000009",)]
    assert _write(store, clock, rows).changes == 0


def test_a_blank_leaves_what_is_known(store: Store, clock: MovableClock) -> None:
    _write(store, clock, _roster())
    rows = _roster()
    rows.villages[0] = replace(rows.villages[0], lat=None, lon=None, phone=None)
    rows.households[0] = replace(rows.households[0], lat=None, lon=None, phone=None)
    rows.residents[0] = replace(rows.residents[0], phone=None, telegram_id=None, frail=None)
    rows.stewards = [replace(row, lat=None, lon=None, skills=(), on_duty=None) for row in rows.stewards]
    assert _write(store, clock, rows).changes == 0


def test_gcj_02_is_turned_into_wgs_84_and_kept(store: Store, clock: MovableClock) -> None:
    there = geo.Point(40.141, 118.301)
    given = geo.to_gcj02(there)
    home = HouseholdRow(*AT, VILLAGE, "一组", "1", "一组1号", given.lat, given.lon, Datum.GCJ02)
    rows = _roster(households=[home, _roster().households[1]])
    _write(store, clock, rows)
    ((lat, lon, *raw),) = _all(
        store, Household.lat, Household.lon, Household.raw_lat, Household.raw_lon, Household.datum, name="1"
    )
    assert geo.metres(geo.Point(lat, lon), there) < 0.001
    assert raw == [given.lat, given.lon, Datum.GCJ02]
    assert _write(store, clock, rows).changes == 0


def test_one_human_is_one_person(store: Store, clock: MovableClock) -> None:
    phone, chat = "13800000001", 111
    rows = _roster(
        stewards=[StewardRow(*AT, VILLAGE, "一组", "张三", phone, 40.141, 118.301)],
        volunteers=[VolunteerRow(*AT, VILLAGE, "一队", "张三", "13900000000", telegram_id=chat)],
        admins=[
            AdminRow(*AT, VILLAGE, Level.BRANCH, "张三", phone),
            AdminRow(*AT, COUNTY, Level.COUNTY, "张三", phone),
        ],
    )
    _write(store, clock, rows)
    ((person, number),) = _all(store, Person.id, Person.phone, name="张三")
    assert number == phone, "the first sheet that names a phone has the word"
    assert _all(store, Steward.person_id, Steward.kind) == [
        (person, StewardKind.STEWARD),
        (person, StewardKind.VOLUNTEER),
    ]
    assert _all(store, Admin.area_code, Admin.person_id) == [(COUNTY, person), (VILLAGE, person)]
    assert _write(store, clock, rows).changes == 0


def test_a_family_that_shares_a_phone_stays_a_family(store: Store, clock: MovableClock) -> None:
    _write(store, clock, _roster())
    assert len(_all(store, Person.id, phone="13800000001")) == 2


def test_a_chat_of_somebody_else_is_a_fault(store: Store, clock: MovableClock) -> None:
    _write(store, clock, _roster())
    rows = _roster(residents=[ResidentRow("r", 7, VILLAGE, "2", "李四", telegram_id=888)])
    (fault,) = _refusal(store, clock, rows).faults
    assert (fault.key, fault.source, fault.line, fault.column) == ("roster.fault.chat_taken", "r", 7, "telegram_id")
    assert (fault.value, fault.allowed) == ("888", "孙八")


def test_a_stranger_who_spoke_first_becomes_the_person_of_the_roster(store: Store, clock: MovableClock) -> None:
    with store.write() as conn:
        stranger = conn.execute(
            insert(Person).values(name="三儿", created_at=clock.now()).returning(Person.id)
        ).scalar_one()
        conn.execute(insert(Route).values(person_id=stranger, channel="telegram", address="111"))
    _write(store, clock, _roster())
    ((person,),) = _all(store, Person.id, name="张三")
    assert person != stranger
    assert _all(store, Route.person_id, address="111") == [(person,)]
    assert _write(store, clock, _roster()).changes == 0


FAR = {"lat": 39.9, "lon": 116.4}
MANY_SKILLS = tuple(f"{number:030}" for number in range(9))


@pytest.mark.parametrize(
    ("sheets", "key", "column"),
    [
        ({"villages": [VillageRow(*AT, VILLAGE, "东村", TOWNSHIP, "一镇", **FAR)]}, "outside", "lat"),
        ({"villages": [VillageRow(*AT, TOWNSHIP, "东村", TOWNSHIP, "一镇")]}, "other_level", "village_code"),
        ({"grids": [GridRow(*AT, "130227009009", "一组")]}, "not_stored", "village_code"),
        ({"households": [HouseholdRow(*AT, VILLAGE, "一组", "1", "x", **FAR)]}, "outside", "lat"),
        ({"households": [HouseholdRow(*AT, VILLAGE, "九组", "1", "x")]}, "not_stored", "grid"),
        ({"residents": [ResidentRow(*AT, VILLAGE, "99", "张三")]}, "not_stored", "household"),
        ({"stewards": [StewardRow(*AT, VILLAGE, "九组", "张三", "110")]}, "not_stored", "grid"),
        ({"stewards": [StewardRow(*AT, VILLAGE, "一组", "张三", "110", **FAR)]}, "outside", "lat"),
        (
            {"stewards": [StewardRow(*AT, VILLAGE, grid, "张三", "110") for grid in ("一组", "二组")]},
            "two_posts",
            "name",
        ),
        (
            {"stewards": [StewardRow(*AT, VILLAGE, "一组", "张三", "110", skills=MANY_SKILLS)]},
            "skills_long",
            "skills",
        ),
        ({"volunteers": [VolunteerRow(*AT, "130227009009", "一队", "张三", "110")]}, "not_stored", "village_code"),
        ({"admins": [AdminRow(*AT, "130227009", Level.TOWNSHIP, "张三", "110")]}, "not_stored", "area_code"),
        ({"admins": [AdminRow(*AT, TOWNSHIP, Level.BRANCH, "张三", "110")]}, "not_stored", "area_code"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_a_fault_and_leaves_the_store_as_it_was(
    store: Store, clock: MovableClock, sheets: dict[str, Any], key: str, column: str
) -> None:
    refusal = _refusal(store, clock, _roster(**sheets))
    assert (f"roster.fault.{key}", column) in {(fault.key, fault.column) for fault in refusal.faults}
    with store.read() as conn:
        for table in (Area, Grid, Household, Person, Steward, VolunteerGroup, Admin, Route):
            assert conn.scalar(select(func.count()).select_from(table)) == 0


def test_codes_filled_up_with_zeros_are_understood(store: Store, clock: MovableClock) -> None:
    _write(store, clock, _roster(admins=[AdminRow(*AT, "130227000000", Level.COUNTY, "吴十", "110")]))
    assert _all(store, Admin.area_code) == [(COUNTY,)]


def test_faults_beyond_the_limit_are_counted(store: Store, clock: MovableClock) -> None:
    strangers = [ResidentRow("r", line, VILLAGE, f"no {line}", "某人") for line in range(250)]
    refusal = _refusal(store, clock, _roster(residents=strangers))
    assert (len(refusal.faults), refusal.more) == (200, 50)


def test_what_is_exported_can_be_imported_again(store: Store, clock: MovableClock) -> None:
    _write(store, clock, _roster())
    kinds = {sheet.name: sheet.row for sheet in SHEETS}
    again = Roster()
    with store.read() as conn:
        for line, (sheet, values) in enumerate(roster.export_rows(conn)):
            getattr(again, sheet).append(kinds[sheet]("export", line, **values))
    assert [len(rows) for sheet in kinds if (rows := getattr(again, sheet))] == [1, 2, 2, 3, 2, 1, 3]
    assert again.residents[0].telegram_id == 111
    assert again.households[0].lat == 40.1401
    assert _write(store, clock, again).changes == 0
    with store.read() as conn:
        assert [sheet for sheet, _ in roster.export_rows(conn, within="130228")] == []
