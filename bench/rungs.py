"""A ladder on the real clock: how late each rung is asked, also straight after a restart, and that it is asked once."""

import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from bench import county, processes
from bench.table import Figure
from models.requests import Audit, Offer, Request
from models.store import Store
from models.words import Ask

PEOPLE = 5
WAIT, QUICK_WAIT = 6.0, 4.0  # Seconds of each rung: a start takes some, and must not outlast the next wait.


@dataclass(frozen=True, slots=True)
class Found:
    """What the store says of the rungs that were asked while the service was killed twice."""

    late: float  # Seconds between the due time of the second rung and its offers, at most.
    late_after_restart: float  # The same of the third, from its due time or from when the service answered again.
    early: int  # Rungs asked before their time.
    steps: Counter[tuple[int, int]]  # How often each (request, rung) was asked.
    made_up_for: int  # Offers of the fourth, whose time ran out while nothing ran.


def measure(quick: bool) -> list[Figure]:
    """Waits of seconds with the installed command."""
    with tempfile.TemporaryDirectory() as folder:
        found = play(Path(folder), QUICK_WAIT if quick else WAIT)
    wrong = sum(count != 1 for count in found.steps.values()) + abs(found.made_up_for - PEOPLE) + found.early
    return [
        Figure("a rung after its due time, longest", found.late, "s", 1, note=f"{PEOPLE} requests at once"),
        Figure("the same straight after kill -9 and a new start", found.late_after_restart, "s", 1),
        Figure("rungs not asked just once, or too early", wrong, at_most=0),
    ]


def play(folder: Path, wait: float) -> Found:
    """Requests climb; the service is killed and started anew at once, then stays down beyond the next wait."""
    ladder = [
        {"ask": "nearest", "within": "grid", "count": 1, "wait": f"{wait}s"},
        {"ask": "nearest", "within": "village", "count": 2, "wait": f"{wait}s"},
        {"ask": "branch", "wait": f"{wait}s"},
        {"ask": "township", "wait": "1m"},  # Long enough for a slow start: what is due by then must still be this one.
        {"ask": "county", "repeat": "1h"},
    ]
    database = f"sqlite:///{folder / 'store.db'}"
    store = Store(database)
    county.fill(store, county.Size(villages=PEOPLE, residents=PEOPLE))
    with processes.standing_in(folder) as standin:
        config = processes.configure(folder, database, standin.api_url, dispatch={"ladders": {"normal": ladder}})
        people = [one.id for one in standin.people(county.FIRST_RESIDENT, PEOPLE)]
        standin.people(county.FIRST_STEWARD, PEOPLE * county.Size().stewards)
        standin.people(1, PEOPLE + 2)
        service = processes.serving(config)
        try:
            processes.wait_until(lambda: standin.counters["polling"])
            standin.burst(people, PEOPLE, "灯坏了 {n}")
            processes.wait_until(lambda: _all_asked(store, 1))
            late = _late(store, 1, wait)

            service.kill()  # And at once a new start: the next rung is due while it comes up, or soon after.
            service = processes.serving(config)
            processes.wait_until(lambda: processes.listening(config))
            up = datetime.now(UTC)
            processes.wait_until(lambda: _all_asked(store, 2))
            late_after_restart = _late(store, 2, wait, up)

            service.kill()  # Down for longer than the next wait.
            time.sleep(wait + 0.5)
            service = processes.serving(config)
            processes.wait_until(lambda: _all_asked(store, 3))
            time.sleep(1)
        finally:
            service.end()
    with store.read() as conn:
        rung = Audit.detail["rung"].as_integer()
        steps = conn.execute(select(Audit.request_id, rung).where(Audit.action == "offer")).all()
        townships = conn.execute(select(Offer.id).where(Offer.ask == Ask.TOWNSHIP)).all()
    when, opened = _asked(store), _opened(store)
    early = sum(at < opened[request] + timedelta(seconds=wait) * nth for (request, nth), at in when.items())
    store.close()
    counted = Counter((row[0], row[1]) for row in steps)
    return Found(late, late_after_restart, early, counted, len(townships))


def _asked(store: Store) -> dict[tuple[int, int], datetime]:
    """When each rung of each request was first asked."""
    found: dict[tuple[int, int], datetime] = {}
    with store.read() as conn:
        for request, rung, at in conn.execute(
            select(Offer.request_id, Offer.rung, Offer.asked_at).order_by(Offer.asked_at)
        ):
            found.setdefault((request, rung), at)
    return found


def _all_asked(store: Store, rung: int) -> bool:
    return sum(one == rung for _, one in _asked(store)) >= PEOPLE


def _opened(store: Store) -> Mapping[int, datetime]:
    """When each request was recorded: its first rung's time runs from then."""
    with store.read() as conn:
        return dict(conn.execute(select(Request.id, Request.opened_at)).all())


def _late(store: Store, rung: int, wait: float, up: datetime | None = None) -> float:
    """Seconds by which this rung came after its due time, or after the moment the service was `up`; the longest."""
    when = _asked(store)
    due = {one: at + timedelta(seconds=wait) * rung for one, at in _opened(store).items()}
    return max((when[one, rung] - (max(at, up) if up else at)).total_seconds() for one, at in due.items())
