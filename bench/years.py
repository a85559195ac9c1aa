"""A store that remembers: the same moments of the service with little behind them, and with a year of a county.

Everything that is always at work must find what is open among what is past without looking at that.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median

from sqlalchemy import Connection, insert, select, update

from bench import county
from bench.sweep import open_all
from bench.table import Figure
from bot.config import load as load_config
from dispatch import actors, drawing, health, outbox, views
from dispatch.rights import retention
from dispatch.rules import Rules
from dispatch.sweep import sweep_all
from dispatch.work import Work
from models.clock import MovableClock
from models.mail import Outbox
from models.people import Admin
from models.requests import Media, Offer, Request
from models.store import Store
from models.tables import metadata
from models.words import Answer, Ending, MediaKind, Post, State

PAST, COPIES, QUICK_COPIES = 1_000, 200, 20
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
AGO = NOON - timedelta(days=10)  # Not so long that a night forgets it.
PHOTOS = 100  # That nothing holds any more, for each night.
REPEATED = 20
STEP = 10_000_000
COPIED = {"requests": "token", "offers": "token", "searches": "", "notes": "", "audit": "", "outbox": "key"}
"""What grows with each request, and what has to differ in a copy of a row."""

Moments = dict[str, Callable[[], object]]


def measure(quick: bool) -> list[Figure]:
    """The median of each moment in a store with little behind it and in one with much."""
    copies = QUICK_COPIES if quick else COPIES
    with _county(1) as young, _county(copies) as old:
        found = [(name, _timed(moment, REPEATED), _timed(old[name], REPEATED)) for name, moment in young.items()]
    return [
        Figure(
            f"{name}, {PAST * copies:,} ÷ {PAST:,} ended",
            after / before,
            at_most=2.0,
            note=f"{before * 1000:.2f} → {after * 1000:.2f} ms",
        )
        for name, before, after in found
    ]


@contextmanager
def _county(copies: int) -> Iterator[Moments]:
    """What there is to measure in a county's store in which so many times `PAST` requests ended long ago."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'years.db'}")
        county.fill(store, county.Size(residents=PAST + REPEATED))
        clock, rules = MovableClock(AGO), load_config(None).dispatch
        open_all(store, clock, rules, range(county.FIRST_RESIDENT, county.FIRST_RESIDENT + PAST))
        ended = {"state": State.CLOSED, "ending": Ending.SOLVED, "ended_at": AGO, "due": None, "due_at": None}
        with store.write() as conn:
            conn.execute(update(Request).values(**ended))
            conn.execute(update(Offer).values(answer=Answer.OVER))
            conn.execute(update(Outbox).values(state=Post.SENT, sent_at=AGO))
            _remember(conn, copies)
        clock.move(seconds=(NOON - AGO).total_seconds())
        yield _moments(store, clock, rules)
        store.close()


def _moments(store: Store, clock: MovableClock, rules: Rules) -> Moments:
    residents = count(county.FIRST_RESIDENT + PAST)

    def request() -> None:
        first = next(residents)
        open_all(store, clock, rules, range(first, first + 1))

    def climb_and_send() -> None:
        """The next rung of all, and what is to be sent then: cards, and edits of cards that are still on their way."""
        clock.move(minutes=5, seconds=1)
        sweep_all(store, clock, rules)
        with store.write() as conn:
            outbox.claim(conn, ["telegram"], 1, clock.now(), 200, partial(drawing.draw, rules))

    def open_in_township() -> None:
        with store.read() as conn:
            admin = conn.scalar(select(Admin.person_id).where(Admin.area_code == county.TOWNSHIP)) or 0
            views.open_cases(conn, actors.load(conn, [admin])[admin])

    photos = count()

    def night() -> None:
        """A minute of it, in which recordings go that nothing holds any more."""
        shown = {"kind": MediaKind.PHOTO, "channel": "telegram", "mime": "image/jpeg"}
        old = {**shown, "created_at": clock.now() - timedelta(days=200)}
        with store.write() as conn:
            conn.execute(insert(Media), [{"token": f"photo {next(photos)}", **old} for _ in range(PHOTOS)])
            retention.forget(Work(conn, clock.now(), rules))

    return {
        "a sweep without work": lambda: sweep_all(store, clock, rules),
        "a request": request,
        "a climb and its messages": climb_and_send,
        "/readyz": lambda: health.faults(store, clock, polls=False),
        "/open of a township": open_in_township,
        "a night's minute": night,
    }


def _timed(moment: Callable[[], object], times: int) -> float:
    seconds = []
    for _ in range(times):
        begun = time.perf_counter()
        moment()
        seconds.append(time.perf_counter() - begun)
    return median(seconds)


def _remember(conn: Connection, copies: int) -> None:
    """Put so many times the rows behind the store, each copy with numbers of its own."""
    for copy in range(1, copies):
        for table, unique in COPIED.items():
            columns = [column.name for column in metadata.tables[table].columns]
            changed = {"id": f"id + {copy * STEP}", "request_id": f"request_id + {copy * STEP}"}
            if unique:
                changed[unique] = f"\"{unique}\" || ' copy {copy}'"
            names = ", ".join(f'"{name}"' for name in columns)
            values = ", ".join(changed.get(name, f'"{name}"') for name in columns)
            conn.exec_driver_sql(f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE id < {STEP}")
