"""Several processes on PostgreSQL: deeds in the same villages at once, months published and closed by all of them."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from dispatch import calendar
from dispatch.jobs import JOBS
from dispatch.ledger import verifying
from dispatch.ledger.facts import Fact
from dispatch.points import settling
from dispatch.rules import Rules
from dispatch.work import Work
from models.clock import MovableClock
from models.habits import Deed
from models.ledger import PointEntry
from models.mail import Outbox
from models.people import Person
from models.points import PointMonth
from models.publishing import Publication
from models.store import Store
from tests.conftest import NOON, stamp

PROCESSES, VILLAGES, ROUNDS = 4, 6, 12
RULES = Rules.model_validate({"points": {"a_day": 30, "deeds": {"visit_made": {"points": 1}}}})


@pytest.fixture
def stores(postgresql_url: str) -> Iterator[list[Store]]:
    found = [Store(postgresql_url) for _ in range(PROCESSES)]
    stamp(found[0])
    yield found
    for store in found:
        store.close()


def codes(village: int) -> tuple[str, str, str]:
    return "130227", "130227100", f"1302271002{village:02d}"


def together(stores: list[Store], do: Any) -> None:
    """All processes do this in the same moment; what one of them raises fails the test."""
    start, faults = Barrier(PROCESSES), []

    def one(number: int) -> None:
        start.wait()
        try:
            do(number, stores[number])
        except Exception as fault:
            faults.append(fault)

    threads = [Thread(target=one, args=(number,)) for number in range(PROCESSES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_each_thing_once_and_all_figures_equal_a_recount(stores: list[Store]) -> None:
    with stores[0].write() as conn:
        people = [
            conn.execute(
                insert(Person)
                .values(name="张三", created_at=NOON, frail=False, made_up=False,
                        **dict(zip(("county_code", "township_code", "village_code"), codes(village), strict=True)))
                .returning(Person.id)
            ).scalar_one()
            for village in range(VILLAGES)
        ]  # fmt: skip

    def earns(number: int, store: Store) -> None:
        """The same deeds as all others, each in an order of its own, so that careless locks would wait in a ring."""
        for turn in range(ROUNDS):
            order = range(VILLAGES) if number % 2 else reversed(range(VILLAGES))
            with store.write() as conn:
                work = Work(conn, NOON, RULES)
                for village in order:
                    for thing in range(turn * 3, turn * 3 + 3):
                        fact = Fact(Deed.VISIT_MADE, people[village], f"visit:{thing}", NOON, *codes(village))
                        work.earned.append(fact)
                settling.settle(work)
                work.flush()

    together(stores, earns)
    with stores[0].read() as conn:
        rows = conn.execute(select(PointEntry.person_id, func.count(), func.sum(PointEntry.points)).group_by(
            PointEntry.person_id)).all()  # fmt: skip
        assert {tuple(row)[1:] for row in rows} == {(ROUNDS * 3, 30)}, "each visit once, and exactly the day's limit"
        assert list(verifying.everything(conn)) == []

    later = MovableClock(NOON)
    for step in (timedelta(), timedelta(days=28), timedelta(minutes=1), timedelta(days=8), timedelta(minutes=2)):
        later.move(seconds=step.total_seconds())
        together(stores, lambda _number, store: calendar.run_due(store, later, RULES, JOBS))
    with stores[0].read() as conn:
        assert conn.scalar(select(func.count()).select_from(Publication)) == VILLAGES
        months = conn.execute(select(PointMonth)).all()
        assert len(months) == VILLAGES
        assert all(row.closed_at is not None for row in months)
        told = Counter(conn.scalars(select(Outbox.person_id).where(Outbox.key.like("points:%"))).all())
        assert told == dict.fromkeys(people, 1), "everybody heard once"
        bodies = conn.scalars(select(Publication.body)).all()
        assert [line["params"]["points"] for body in bodies for line in body] == [30] * VILLAGES
