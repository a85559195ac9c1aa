"""The ledger under Hypothesis: whatever is earned, reversed, objected to, published and closed, in any order."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy import insert, select

from dispatch import actors, errors
from dispatch.points import months, reversing, settling
from dispatch.points.earning import earn, take_back
from dispatch.publishing import objecting, publishing
from dispatch.work import Work
from models.clock import MovableClock
from models.habits import Deed
from models.people import Admin
from models.points import PointMonth
from models.publishing import Objection, Publication
from models.store import Store
from models.words import Level
from tests.conftest import NOON
from tests.unit.test_ledger import LOOSE, PLACES, VILLAGES, broken, people, rows

Step = tuple[Any, ...]
KINDS = [Deed.REQUEST_SOLVED, Deed.VISIT_MADE]
_WHO, _THING, _NUMBER = some.integers(0, 3), some.integers(0, 2), some.integers(1, 2)
_EARN = some.tuples(
    some.just("earn"), _WHO, _THING, some.sampled_from(KINDS), some.integers(1, 3), some.none() | _WHO
)  # fmt: skip
_OTHERS = (
    some.tuples(some.just("take"), _WHO, _THING, some.sampled_from(KINDS)),
    some.tuples(some.just("reverse"), some.sampled_from([1, 3]), some.integers(1, 8)),
    some.tuples(some.just("passes"), some.sampled_from([1, 3, 8, 31])),
    some.tuples(some.just("object"), _WHO, _NUMBER),
    some.tuples(some.just("answer"), _NUMBER, some.booleans()),
)
_STEPS = some.lists(some.one_of(_EARN, _EARN, _EARN, *_OTHERS), min_size=20, max_size=50)


class Story:
    """A county to which steps happen; after each of them the service does what the calendar asks for."""

    def __init__(self, store: Store) -> None:
        self.store, self.clock, self.crowd = store, MovableClock(NOON), people(store)
        self.standing: dict[tuple[Deed, int, str], bool | None] = {}  # None: reversed for good.
        self.closed: dict[tuple[str, str], Any] = {}
        with store.write() as conn:
            for person_id in self.crowd[1], self.crowd[3]:
                area = VILLAGES[0] if person_id == self.crowd[1] else VILLAGES[1]
                conn.execute(insert(Admin).values(person_id=person_id, area_code=area, level=Level.BRANCH))

    def happens(self, step: Step) -> None:
        """One step, in one transaction; then the calendar's jobs in another."""
        what, *how = step
        with self.store.write() as conn:
            work = Work(conn, self.clock.now(), LOOSE)
            with suppress(errors.StewardError):
                getattr(self, what)(work, *how)
            settling.settle(work)
            work.flush()
        with self.store.write() as conn:
            work = Work(conn, self.clock.now(), LOOSE)
            for job in (months.publish, publishing.look_after, months.close, objecting.go_up):
                job(work)
            work.flush()
        with self.store.read() as conn:
            for one in conn.execute(select(PointMonth).where(PointMonth.closed_at.is_not(None))):
                now = months.totals(conn, one.area_code, one.month)
                assert self.closed.setdefault((one.area_code, one.month), now) == now, "a closed month never changes"

    def earn(self, work: Work, who: int, thing: int, deed: Deed, amount: int, giver: int | None) -> None:
        giver_id = None if giver is None else self.crowd[giver]
        about = f"thing:{thing}"
        earn(
            work, deed, self.crowd[who], about=about, at=work.now, place=PLACES[who // 2], amount=amount,
            giver_id=giver_id,
        )  # fmt: skip
        key = deed, self.crowd[who], about
        if work.earned and self.standing.get(key, False) is not None:
            self.standing[key] = True

    def take(self, work: Work, who: int, thing: int, deed: Deed) -> None:
        take_back(work, deed, self.crowd[who], about=f"thing:{thing}", place=PLACES[who // 2])
        key = deed, self.crowd[who], f"thing:{thing}"
        if self.standing.get(key):
            self.standing[key] = False

    def reverse(self, work: Work, who: int, number: int) -> None:
        actor = actors.load(work.conn, self.crowd)[self.crowd[who]]
        entry = reversing.reverse(work, actor, number, "弄错了")
        self.standing[entry.deed, entry.person_id, entry.about] = None  # For good.

    def passes(self, _work: Work, days: int) -> None:
        self.clock.move(days=days)

    def object(self, work: Work, who: int, number: int) -> None:
        objecting.object_to(work, actors.load(work.conn, self.crowd)[self.crowd[who]], number, "不对")

    def answer(self, work: Work, number: int, upheld: bool) -> None:
        token = work.conn.scalar(select(Objection.token).where(Objection.id == number))
        people = actors.load(work.conn, self.crowd)
        for one in (self.crowd[1], self.crowd[3]):
            with suppress(errors.StewardError):
                objecting.answer(work, people[one], token or "", "看过了", upheld=upheld)

    def holds(self) -> None:
        """What has to be so, whatever happened."""
        assert broken(self.store) == []
        found = rows(self.store)
        for area in VILLAGES:
            numbers = [row.number for row in found if row.area_code == area]
            assert numbers == list(range(1, len(numbers) + 1))
        latest = {(row.deed, row.person_id, row.about): row.turn % 2 == 0 for row in found}
        assert latest == {key: bool(stands) for key, stands in self.standing.items()}
        net: Counter[tuple[Deed, int, str]] = Counter()
        for row in found:
            net[row.deed, row.person_id, row.about] += row.points
        assert all(points >= 0 if latest[key] else points == 0 for key, points in net.items())
        with self.store.read() as conn:
            for one in conn.execute(select(PointMonth, Publication).join(Publication)):
                shown = Counter({line["params"]["name"]["person"]: line["params"]["points"] for line in one.body})
                recount: Counter[int] = Counter()
                for row in found:
                    if (row.area_code, row.month) == (one.area_code, one.month):
                        recount[row.person_id] += row.points
                assert shown == recount
            waiting = select(Objection.id).join(Publication).where(Objection.answered_at.is_(None))
            assert conn.execute(waiting.where(Publication.closed_at.is_not(None))).first() is None


@pytest.fixture
def begin(rewritten: tuple[Store, bytes]) -> Callable[[], Story]:
    """Begins a story in an empty store on SQLite."""

    def begin() -> Story:
        store, empty = rewritten
        store.close()
        path = Path(str(store.url.database))
        for beside in ("-wal", "-shm"):
            path.with_name(path.name + beside).unlink(missing_ok=True)
        path.write_bytes(empty)
        return Story(store)

    return begin


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=_STEPS)
def test_in_any_order_totals_equal_the_rows_and_the_chain_holds(begin: Callable[[], Story], steps: list[Step]) -> None:
    story = begin()
    for step in steps:
        story.happens(step)
    story.holds()
    story.store.close()
