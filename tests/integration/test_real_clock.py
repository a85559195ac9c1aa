"""The real service on the real clock, with waits of seconds: each rung in time, a standstill made up for once."""

import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from bench import county, processes
from models.requests import Audit, Offer, Request
from models.store import Store
from models.words import Ask

WAIT = 6.0  # Seconds of each rung: a start beside other tests takes some, and must not outlast the next wait.
PEOPLE = 5
IN_TIME = timedelta(seconds=1)  # The promise: each rung is asked within a second of its due time.
LADDER = [
    {"ask": "nearest", "within": "grid", "count": 1, "wait": f"{WAIT}s"},
    {"ask": "nearest", "within": "village", "count": 2, "wait": f"{WAIT}s"},
    {"ask": "branch", "wait": f"{WAIT}s"},
    {"ask": "township", "wait": "1m"},  # Long enough for a slow start: what is due by then must still be this one.
    {"ask": "county", "repeat": "1h"},
]


def asked(store: Store) -> dict[tuple[int, int], datetime]:
    """When each rung of each request was first asked."""
    found: dict[tuple[int, int], datetime] = {}
    with store.read() as conn:
        for request, rung, at in conn.execute(
            select(Offer.request_id, Offer.rung, Offer.asked_at).order_by(Offer.asked_at)
        ):
            found.setdefault((request, rung), at)
    return found


def all_asked(store: Store, rung: int) -> bool:
    """Whether this rung of every request was asked."""
    return sum(one == rung for _, one in asked(store)) >= PEOPLE


def opened(store: Store) -> dict[int, datetime]:
    """When each request was recorded: its first rung's time runs from then."""
    with store.read() as conn:
        return dict(conn.execute(select(Request.id, Request.opened_at)).all())


def in_time(store: Store, rung: int, up: datetime) -> bool:
    """Whether each request's rung was asked within a second of its due time, or of the moment the service was up."""
    when = asked(store)
    due = {one: at + timedelta(seconds=WAIT * rung) for one, at in opened(store).items()}
    return all(at <= when[one, rung] <= max(at, up) + IN_TIME for one, at in due.items())


def came_up(config: Path) -> datetime:
    """When the service answers; how long a start takes is for `make bench` to say."""
    processes.wait_until(lambda: processes.listening(config))
    return datetime.now(UTC)


def test_every_rung_in_time_also_after_a_restart(tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'store.db'}"
    store = Store(database)
    county.fill(store, county.Size(villages=PEOPLE, residents=PEOPLE))
    with processes.standing_in(tmp_path) as standin:
        config = processes.configure(tmp_path, database, standin.api_url, dispatch={"ladders": {"normal": LADDER}})
        people = [one.id for one in standin.people(county.FIRST_RESIDENT, PEOPLE)]
        standin.people(county.FIRST_STEWARD, PEOPLE * county.Size().stewards)
        standin.people(1, PEOPLE + 2)
        service = processes.serving(config)
        try:
            processes.wait_until(lambda: standin.counters["polling"])
            standin.burst(people, PEOPLE, "灯坏了 {n}")
            processes.wait_until(lambda: all_asked(store, 1))
            assert in_time(store, 1, opened(store)[1])

            service.kill()  # And at once a new start: the next rung is due while it comes up, or soon after.
            service = processes.serving(config)
            up = came_up(config)
            processes.wait_until(lambda: all_asked(store, 2))
            assert in_time(store, 2, up)

            service.kill()  # Down for longer than the next wait.
            time.sleep(WAIT + 0.5)
            service = processes.serving(config)
            processes.wait_until(lambda: all_asked(store, 3))
            time.sleep(1)
        finally:
            service.end()
    with store.read() as conn:
        rung = Audit.detail["rung"].as_integer()
        steps = Counter(conn.execute(select(Audit.request_id, rung).where(Audit.action == "offer")).all())
        townships = conn.execute(select(Offer.id).where(Offer.ask == Ask.TOWNSHIP)).all()
    assert set(steps.values()) == {1}
    assert len(townships) == PEOPLE
    store.close()
