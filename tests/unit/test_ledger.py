"""The ledger: what one deed earns, and that a row which was changed by hand is found and named."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from dispatch.ledger import verifying
from dispatch.ledger.facts import Fact
from dispatch.ledger.verifying import Why
from dispatch.points import months, settling
from dispatch.points.earning import earn
from dispatch.rules import Rules
from dispatch.work import Work
from models.clock import MovableClock
from models.habits import Cut, Deed
from models.ledger import Chain, EntryNote, PointEntry
from models.people import Person
from models.store import Store
from tests.conftest import NOON

COUNTY, TOWNSHIP, VILLAGES = "130227", "130227100", ("130227100200", "130227100201")
LOOSE = Rules.model_validate({"points": {"a_day": 1000, "back_and_forth": 100}})


@dataclass(frozen=True)
class Place:
    """Somewhere in the county."""

    village_code: str
    township_code: str = TOWNSHIP
    county_code: str = COUNTY


PLACES = tuple(Place(code) for code in VILLAGES)


def people(store: Store) -> list[int]:
    """Two people of each village, with a number left free before each, so that no number means two things."""
    with store.write() as conn:
        return [
            conn.execute(
                insert(Person)
                .values(name=name, created_at=NOON, frail=False, made_up=False, county_code=COUNTY,
                        township_code=TOWNSHIP, village_code=village)
                .returning(Person.id)
            ).scalar_one()
            for village in VILLAGES
            for name in ("张三", "李四")
        ]  # fmt: skip


def write(store: Store, clock: MovableClock, *facts: Fact, rules: Rules = LOOSE) -> None:
    """One transaction in which these deeds ended."""
    with store.write() as conn:
        work = Work(conn, clock.now(), rules)
        work.earned.extend(facts)
        settling.settle(work)
        work.flush()


def fact(person_id: int, about: str = "request:1", deed: Deed = Deed.REQUEST_SOLVED, **more: Any) -> Fact:
    """A deed of the first village."""
    return Fact(deed, person_id, about, more.pop("at", NOON), COUNTY, TOWNSHIP, VILLAGES[0], **more)


def rows(store: Store) -> list[Any]:
    with store.read() as conn:
        return list(conn.execute(select(PointEntry).order_by(PointEntry.area_code, PointEntry.number)))


def broken(store: Store) -> list[tuple[int, Why]]:
    with store.read() as conn:
        return [(one.number, one.why) for one in verifying.everything(conn)]


# --- what one deed earns


def test_the_same_earns_once_whatever_repeats(store: Store, clock: MovableClock) -> None:
    one = people(store)[0]
    write(store, clock, fact(one), fact(one))
    write(store, clock, fact(one))
    assert [(row.points, row.turn) for row in rows(store)] == [(2, 0)]


def test_what_is_taken_back_can_be_earned_again(store: Store, clock: MovableClock) -> None:
    one = people(store)[0]
    for takes in (True, False, False, True, True, False):
        write(store, clock, fact(one, takes=takes))
    assert [(row.points, row.turn) for row in rows(store)] == [(2, 0), (-2, 1), (2, 2)]
    assert rows(store)[1].reverses_id == rows(store)[0].id


@pytest.mark.parametrize(
    ("deed", "times", "rules", "points", "cuts"),
    [
        (Deed.VISIT_MADE, 7, {}, [1, 1, 1, 1, 1, 0, 0], {Cut.DEED_CAP}),
        (Deed.REQUEST_SOLVED, 3, {"a_day": 5}, [2, 2, 1], {Cut.DAY_CAP}),
        (Deed.REQUEST_SOLVED, 3, {"a_day": 4}, [2, 2, 0], {Cut.DAY_CAP}),
        (Deed.REQUEST_SOLVED, 2, {"deeds": {"request_solved": {"points": 30}}}, [20, 0], {Cut.DAY_CAP}),
        (Deed.REQUEST_UNCONFIRMED, 2, {"deeds": {"request_unconfirmed": {"points": 1}}}, [1, 1], set()),
    ],
)
def test_above_a_cap_it_is_written_with_the_reason(
    store: Store, clock: MovableClock, deed: Deed, times: int, rules: Any, points: list[int], cuts: set[Cut]
) -> None:
    one = people(store)[0]
    for number in range(times):
        write(store, clock, fact(one, f"thing:{number}", deed), rules=Rules.model_validate({"points": rules}))
    assert [row.points for row in rows(store)] == points
    assert {row.cut for row in rows(store)} - {None} == cuts


def test_a_cap_is_of_the_day_on_which_it_was_done(store: Store, clock: MovableClock) -> None:
    one = people(store)[0]
    for number in range(12):
        write(store, clock, fact(one, f"thing:{number}", Deed.VISIT_MADE, at=NOON - timedelta(days=number % 2)))
    assert sum(row.points for row in rows(store)) == 10


@pytest.mark.parametrize("deed", [deed for deed in Deed if deed is not Deed.BY_HAND])
def test_what_the_rules_do_not_reward_is_not_written(store: Store, clock: MovableClock, deed: Deed) -> None:
    one = people(store)[0]
    nothing = Rules.model_validate({"points": {"deeds": {str(deed): {"points": 0}}}})
    with store.write() as conn:
        work = Work(conn, clock.now(), nothing)
        earn(work, deed, one, about="thing:1", at=NOON, place=PLACES[0])
        assert work.earned == []


def test_it_stands_in_the_chain_of_the_helpers_village(store: Store, clock: MovableClock) -> None:
    there = people(store)[2]
    write(store, clock, fact(there))
    assert [row.area_code for row in rows(store)] == [VILLAGES[1]]


def test_on_ones_own_word_it_is_nothing_and_flagged(store: Store, clock: MovableClock) -> None:
    one = people(store)[0]
    write(store, clock, fact(one, giver_id=one))
    assert [(row.points, row.cut, row.flagged) for row in rows(store)] == [(0, Cut.SELF, True)]


def test_back_and_forth_is_flagged_from_the_third_each_way(store: Store, clock: MovableClock) -> None:
    one, two, *_ = people(store)
    for number in range(6):
        there, back = (one, two) if number % 2 else (two, one)
        write(store, clock, fact(there, f"request:{number}", giver_id=back), rules=Rules())
    assert [row.flagged for row in rows(store)] == [False] * 5 + [True]


def test_long_ago_is_not_back_and_forth(store: Store, clock: MovableClock) -> None:
    one, two, *_ = people(store)
    by_hand = {"deed": Deed.BY_HAND, "points": 2}
    write(store, clock, fact(one, "hand:1", giver_id=two, at=NOON - timedelta(days=100), **by_hand))
    write(store, clock, fact(two, "hand:2", giver_id=one, **by_hand))
    assert [row.flagged for row in rows(store)] == [False, False]
    write(store, clock, fact(one, "hand:3", giver_id=two, **by_hand))
    assert rows(store)[2].flagged


# --- what was changed by hand


@pytest.fixture
def chained(store: Store, clock: MovableClock) -> Store:
    """Five entries of one village, the third with a note, and two of another."""
    one, _, there, _ = people(store)
    with store.write() as conn:
        conn.execute(insert(EntryNote).values(id=1, person_id=one, salt="salt", text="搬桌椅", at=NOON))
    for number in range(5):
        write(store, clock, fact(one, f"request:{number}", note_id=1 if number == 2 else None))
    write(store, clock, *(fact(there, f"request:{number}") for number in range(2)))
    assert broken(store) == []
    return store


_third = (PointEntry.area_code == VILLAGES[0]) & (PointEntry.number == 3)
_last = (PointEntry.area_code == VILLAGES[0]) & (PointEntry.number == 5)


@pytest.mark.parametrize(
    "change",
    [
        {"points": 9}, {"person_id": 2}, {"deed": Deed.SERVED}, {"about": "request:9"}, {"month": "2026-02"},
        {"at": NOON - timedelta(seconds=1)}, {"giver_id": 1}, {"second_id": 1}, {"flagged": True},
        {"cut": Cut.DAY_CAP}, {"amount": 3}, {"note_hash": None},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_a_row_changed_by_hand_is_named(chained: Store, change: dict[str, Any]) -> None:
    with chained.write() as conn:
        conn.execute(update(PointEntry).where(_third).values(**change))
    assert (3, Why.CHANGED) in broken(chained)
    assert {number for number, _ in broken(chained)} == {3}


@pytest.mark.parametrize(("number", "which"), [(3, _third), (5, _last)])
def test_a_row_that_was_sealed_anew_is_named(chained: Store, number: int, which: Any) -> None:
    with chained.write() as conn:
        row = dict(conn.execute(select(PointEntry).where(which)).one()._mapping) | {"points": 9}
        conn.execute(update(PointEntry).where(which).values(points=9, hash=verifying.chain.seal(row)))
    assert broken(chained) == [(number, Why.TORN)]


@pytest.mark.parametrize(("number", "which"), [(3, _third), (5, _last)])
def test_a_row_that_was_deleted_is_named(chained: Store, number: int, which: Any) -> None:
    with chained.write() as conn:
        conn.execute(PointEntry.__table__.delete().where(which))
    assert broken(chained) == [(number, Why.MISSING)]


def test_a_note_that_was_changed_is_named_and_one_that_was_erased_is_not(chained: Store) -> None:
    with chained.write() as conn:
        conn.execute(update(EntryNote).values(text="搬了两次"))
    assert broken(chained) == [(3, Why.NOTE)]
    with chained.write() as conn:
        conn.execute(update(EntryNote).values(text="", salt=""))
    assert broken(chained) == []


def test_a_chain_made_anew_is_not_the_one_that_was_published(chained: Store, clock: MovableClock) -> None:
    clock.move(days=30)
    with chained.write() as conn:
        months.publish(Work(conn, clock.now(), LOOSE))
        before = ""
        conn.execute(update(PointEntry).where(_third).values(points=9))
        for row in conn.execute(
            select(PointEntry).where(PointEntry.area_code == VILLAGES[0]).order_by(PointEntry.number)
        ).all():
            fresh = dict(row._mapping) | {"previous": before}
            before = verifying.chain.seal(fresh)
            conn.execute(
                update(PointEntry).where(PointEntry.id == row.id).values(previous=fresh["previous"], hash=before)
            )
        conn.execute(update(Chain).where(Chain.area_code == VILLAGES[0]).values(hash=before))
    assert broken(chained) == [(5, Why.PUBLISHED)]


def test_each_minute_looks_at_what_is_new_and_goes_round(
    chained: Store, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "A_MINUTE", 3)
    looked: list[int] = []
    real = verifying.look
    monkeypatch.setattr(verifying, "look", lambda conn, after, count: looked.append(after) or real(conn, after, count))
    for _ in range(4):
        with chained.write() as conn:
            verifying.watch(Work(conn, clock.now(), LOOSE))
    assert looked == [0, 0, 3, 3, 6, 6, 7, 0]
