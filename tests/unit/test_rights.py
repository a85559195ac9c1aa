"""What was erased does not come back with a roster, leaves no bytes, and a stone is only shown to whom it belongs."""

from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, insert, select

from bot.roster import GridRow, HouseholdRow, ResidentRow, Roster, StewardRow, VillageRow
from dispatch import roster
from dispatch.rights import erasing, retention, tombstones
from dispatch.rules import Rules
from dispatch.work import Work
from models.clock import MovableClock
from models.people import Person
from models.places import Household
from models.store import Store

VILLAGE, TOWNSHIP = "130227001001", "130227001"
AT = ("t", 2)


def _roster() -> Roster:
    return Roster(
        villages=[VillageRow(*AT, VILLAGE, "东村", TOWNSHIP, "一镇", 40.14, 118.30, "0315-1")],
        grids=[GridRow(*AT, VILLAGE, "一组")],
        households=[HouseholdRow(*AT, VILLAGE, "一组", "1", "一组1号")],
        residents=[
            ResidentRow(*AT, VILLAGE, "1", "金丝雀婆婆"),
            ResidentRow(*AT, VILLAGE, "1", "李四"),
        ],
        stewards=[StewardRow(*AT, VILLAGE, "一组", "金丝雀管家", "13800000002")],
    )


def _import(store: Store, clock: MovableClock) -> None:
    with store.write() as conn:
        roster.write(conn, clock.now(), Rules(), _roster())


def _erase(store: Store, clock: MovableClock, name: str) -> None:
    with store.write() as conn:
        work = Work(conn, clock.now(), Rules())
        person_id = conn.scalars(select(Person.id).where(Person.name == name)).one()
        erasing.ask(work, person_id)
        work.flush()
        erasing.finish(work)
        work.flush()


@pytest.mark.parametrize("name", ["金丝雀婆婆", "金丝雀管家"])
def test_a_roster_does_not_bring_an_erased_person_back_silently(store: Store, clock: MovableClock, name: str) -> None:
    _import(store, clock)
    _erase(store, clock, name)
    with pytest.raises(roster.Refused) as refusal:
        _import(store, clock)
    (fault,) = refusal.value.faults
    assert (fault.key, fault.column, fault.value) == ("roster.fault.erased", "name", name)
    with store.read() as conn:
        assert conn.scalar(select(func.count()).where(Person.name == name)) == 0


def test_the_home_of_others_stays(store: Store, clock: MovableClock) -> None:
    _import(store, clock)
    _erase(store, clock, "金丝雀婆婆")
    with store.read() as conn:
        assert conn.scalars(select(Household.address)).all() == ["一组1号"]
    _erase(store, clock, "李四")
    with store.read() as conn:
        assert conn.scalars(select(Household.address)).all() == [""]


def test_the_same_number_of_another_birth_is_somebody_else(store: Store, clock: MovableClock) -> None:
    _import(store, clock)
    _erase(store, clock, "李四")
    with store.write() as conn:
        stones = tombstones.kept(conn)
        assert len(tombstones.risen(conn)) == 1
        later = {**stones[0], "born_at": clock.now().replace(year=2020)}
        tombstones.bring(conn, [later])
        assert tombstones.risen(conn) == []


def test_scrubbing_leaves_no_byte(tmp_path: Path, clock: MovableClock) -> None:
    store = Store(f"sqlite:///{tmp_path}/s.db")
    with store.write() as conn:
        Person.metadata.create_all(conn)
        conn.execute(insert(Person), [{"name": f"金丝雀{number}", "created_at": clock.now()} for number in range(500)])
    with store.write() as conn:
        conn.execute(Person.__table__.delete())  # type: ignore[attr-defined]
    canary = "金丝雀".encode()
    assert any(canary in path.read_bytes() for path in tmp_path.iterdir()), "deleted rows stay in the files"
    assert store.scrub()
    assert not any(canary in path.read_bytes() for path in tmp_path.iterdir())
    store.close()


def test_a_fault_of_the_database_names_no_value(store: Store, clock: MovableClock) -> None:
    row = {"id": 1, "name": "金丝雀", "created_at": clock.now()}
    with pytest.raises(Exception, match="parameters hidden") as fault, store.write() as conn:
        for _ in range(2):
            conn.execute(insert(Person).values(**row))
    assert "金丝雀" not in str(fault.value)


@pytest.mark.parametrize(
    ("local", "slot"),
    [("2026-03-04 01:00", "2026-03-04 01:00"), ("2026-03-04 04:59", "2026-03-04 04:59"),
     ("2026-03-04 05:00", "2026-03-04 04:59"), ("2026-03-04 00:59", "2026-03-03 04:59")],
)  # fmt: skip
def test_what_is_old_goes_in_the_small_hours(local: str, slot: str) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    at = datetime.fromisoformat(local).replace(tzinfo=zone)
    assert retention.nightly(at) == datetime.fromisoformat(slot).replace(tzinfo=zone)
    assert time(1) <= retention.nightly(at).time() < time(5)
