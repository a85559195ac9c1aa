"""Ten thousand offers whose time is over at the same moment: how long until all next rungs are committed."""

import random
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from sqlalchemy import func, select

from bench import county
from bench.table import Figure
from bot.app import tune
from bot.config import load as load_config
from dispatch import actors, escalation
from dispatch.desk import needs
from dispatch.desk.needs import Need
from dispatch.desk.timeline import Words
from dispatch.rules import Rules
from dispatch.spots import Spot, home
from dispatch.sweep import sweep_all
from dispatch.work import Work
from models.clock import Clock, MovableClock
from models.requests import Offer, Request
from models.store import Store

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
COUNT, QUICK_COUNT, RUNS = 10_000, 2_000, 3
FEW = 10  # Of as many villages: a busy evening's tick.


def measure(quick: bool) -> list[Figure]:
    """The default ladder: each next rung asks three stewards, tells the requester, and changes their card."""
    count = QUICK_COUNT if quick else COUNT
    seconds = []
    for _ in range(1 if quick else RUNS):
        with opened(count) as (store, clock, rules):
            clock.move(minutes=5, seconds=1)
            tune()  # As the service does when it starts,
            store.checkpoint()  # and every quarter of a minute.
            begun = time.perf_counter()
            swept = sweep_all(store, clock, rules)
            seconds.append(time.perf_counter() - begun)
            with store.read() as conn:
                climbed = conn.scalar(select(func.count()).select_from(Request).where(Request.rung == 1))
                offers = conn.scalar(select(func.count()).select_from(Offer).where(Offer.rung == 1)) or 0
            assert swept == climbed == count, (swept, climbed)
    note = " ".join(f"{one:.2f}" for one in seconds) + f"; {offers:,} new offers"
    return [
        Figure(f"{count:,} offers due at once, all next rungs committed", median(seconds), "s", 3.0, note=note),
        Figure(f"{FEW} due at once, beside a thread that computes", median(_beside() for _ in range(RUNS)), "s", 1.0),
    ]


def _beside() -> float:
    """Seconds of a small sweep while another thread of the process computes all the time, as for a report."""
    ended = threading.Event()

    def compute() -> None:
        while not ended.is_set():
            sum(range(1000))

    with opened(FEW) as (store, clock, rules):
        clock.move(minutes=5, seconds=1)
        tune()
        beside = threading.Thread(target=compute)
        beside.start()
        try:
            begun = time.perf_counter()
            swept = sweep_all(store, clock, rules)
            seconds = time.perf_counter() - begun
        finally:
            ended.set()
            beside.join()
        assert swept == FEW, swept
    return seconds


@contextmanager
def opened(count: int) -> Iterator[tuple[Store, MovableClock, Rules]]:
    """A county's store in which so many requests wait in their first rung."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'sweep.db'}")
        county.fill(store, county.Size(residents=count))
        clock, rules = MovableClock(NOON), load_config(None).dispatch
        open_all(store, clock, rules, range(county.FIRST_RESIDENT, county.FIRST_RESIDENT + count))
        yield store, clock, rules
        store.close()


def open_all(store: Store, clock: Clock, rules: Rules, people: range) -> None:
    """Let everyone ask for help, and their first rung be asked."""
    rnd = random.Random(7)
    for begin in range(people.start, people.stop, 500):
        with store.write() as conn:
            work = Work(conn, clock.now(), rules)
            batch = actors.load(conn, range(begin, min(begin + 500, people.stop)))
            for actor in batch.values():
                spot = home(conn, actor.household_id)
                assert isinstance(spot, Spot)
                needs.ask(work, actor, Need(Words(f"灯坏了 {rnd.random()}"), spot))
            escalation.start(work)
            work.flush()
