"""The township with its processes, on one clock, and how what goes on in it for days happens in the order of time."""

import heapq
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection, func, select

from bench.processes import PATIENCE, ROOT
from bench.together.book import Book
from dispatch import actors, escalation
from dispatch.actors import Actor
from dispatch.points import settling
from dispatch.rules import Rules
from dispatch.work import Work
from models.gatherings import Gathering
from models.mail import Outbox
from models.store import Store

JOBS = (
    "theme days", "gatherings", "awards", "points", "points closed", "points by hand", "publications", "results",
    "reports", "objections",
)  # fmt: skip

Days = Iterator[datetime]
"""Something that goes on for days: it says when it wants to go on, and goes on when that time has come."""


class Town:
    """The township with its processes."""

    def __init__(self, store: Store, rules: Rules, processes: list[subprocess.Popen[str]]) -> None:
        self.store, self.rules, self.processes, self.book = store, rules, processes, Book()
        self.awarded: list[str] = []  # What the publications of awards are about.

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """A time of the county's clock."""
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.rules.zone).astimezone(UTC)

    def month(self, instant: datetime) -> str:
        """The month in which it lies on the county's calendar."""
        return f"{self.rules.local(instant):%Y-%m}"

    def look(self, now: datetime, minutes: int = 1) -> None:
        """All processes look at clock and calendar at once, minute by minute, and on until no errand is due."""
        while True:
            self._look(now)
            minutes -= 1
            if minutes <= 0 and not self._due(now):
                return
            now += timedelta(minutes=1)

    def _due(self, now: datetime) -> bool:
        with self.store.read() as conn:
            return bool(conn.scalar(select(func.count()).where(Gathering.due_at <= now)))

    def _look(self, now: datetime) -> None:
        for process in self.processes:
            assert process.stdin is not None
            process.stdin.write(f"{now.isoformat()}\n")
            process.stdin.flush()
        ran = 0
        for process in self.processes:
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            self.book.seconds += [told["seconds"]] * bool(told["ran"])
            ran += told["ran"]
        self.book.check("looks at the calendar", now.isoformat(), ran if ran > len(JOBS) else 0, 0)

    @contextmanager
    def work(self, now: datetime) -> Iterator[Work]:
        """One transaction of the conversation's."""
        with self.store.write() as conn:
            work = Work(conn, now, self.rules)
            yield work
            escalation.start(work)
            settling.settle(work)
            work.flush()


def actor(work: Work, person_id: int) -> Actor:
    """Somebody at the moment of acting."""
    return actors.load(work.conn, [person_id])[person_id]


def heard(conn: Connection, keys: str) -> list[int]:
    """Who has a message whose key begins so, each as often as they have one."""
    mine = select(Outbox.person_id).where(Outbox.key.like(f"{keys}%")).order_by(Outbox.person_id)
    return list(conn.scalars(mine))


def live(days: list[Days]) -> None:
    """Let all of it happen in the order of its times."""
    waiting = [(next(one), place) for place, one in enumerate(days)]
    heapq.heapify(waiting)
    while waiting:
        _, place = heapq.heappop(waiting)
        at = next(days[place], None)
        if at is not None:
            heapq.heappush(waiting, (at, place))


@contextmanager
def serving(database: str) -> Iterator[subprocess.Popen[str]]:
    """A process of the service that goes by the script's clock."""
    command = [sys.executable, "-m", "bench.rounds", database, "sweep", *JOBS, "drawing"]
    process = subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield process
    finally:
        process.communicate(timeout=PATIENCE)
