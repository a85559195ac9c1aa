"""A virtual year of a township: its theme days and service days, by one process and by two at once, and a recount.

What the calendar does is done by processes of their own. What people and branches say is said here, by a rule; the same
rule is counted out in plain Python, and compared after each day.
"""

import heapq
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import func, select

from bench import county, taps
from bench.county import Size
from bench.processes import PATIENCE, ROOT
from bench.table import Figure
from bot.config import load as load_config
from dispatch import actors
from dispatch.gatherings import answering, attending, habits, meetings, planning, seats
from dispatch.gatherings.meetings import Meeting
from dispatch.points import settling
from dispatch.rules import Rules
from dispatch.work import Work
from models.gatherings import Gathering
from models.habits import Errand, GatheringKind, Reply, Standing
from models.ledger import PointEntry
from models.mail import Outbox
from models.store import Store

TOWNSHIP = Size(villages=24, stewards=31, volunteers=40)
WEEKS, QUICK_WEEKS = 52, 5
FIRST_SATURDAY = date(2026, 2, 7)
NEEDED = 20
FIRST_BRANCH = 3  # The person who is the first village's admin; see `county`.


@dataclass(slots=True)
class Year:
    """What came of it. `wrong` counts gatherings of which something was missing, doubled or of another count."""

    days: Counter[GatheringKind] = field(default_factory=Counter)
    wrong: int = 0
    invited: int = 0
    points: Counter[int] = field(default_factory=Counter)  # By person, as the rule has it.
    wrong_points: int = 0
    seconds: list[float] = field(default_factory=list)


def measure(quick: bool) -> list[Figure]:
    """One process on SQLite, two on PostgreSQL."""
    weeks = QUICK_WEEKS if quick else WEEKS
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, taps.postgresql(Path(name)) as url:
        one = turn(f"sqlite:///{Path(name) / 'together.db'}", weeks, 1)
        two = turn(url, weeks, 2)
    return [*_figures("SQLite, one process", one), *_figures("PostgreSQL, two processes", two)]


def _figures(how: str, year: Year) -> list[Figure]:
    days = f"{year.days[GatheringKind.THEME]} theme days, {year.days[GatheringKind.SERVICE]} service days"
    return [
        Figure(f"{how}: gatherings not exactly as counted", year.wrong, at_most=0, note=days),
        Figure(f"{how}: people whose points differ", year.wrong_points, at_most=0,
               note=f"{year.points.total():,} points"),
        Figure(f"{how}: one run of the calendar, median", median(year.seconds), "s",
               note=f"longest {max(year.seconds):.2f}; {year.invited:,} invitations"),
    ]  # fmt: skip


class Town:
    """The township with its processes, on one clock."""

    def __init__(self, store: Store, rules: Rules, year: Year, processes: list[subprocess.Popen[str]]) -> None:
        self.store, self.rules, self.year, self.processes = store, rules, year, processes

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """A time of the county's clock."""
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.rules.zone).astimezone(UTC)

    def look(self, now: datetime) -> None:
        """All processes look into the calendar at once, minute by minute, until no errand is due."""
        while True:
            self._look(now)
            with self.store.read() as conn:
                if not conn.scalar(select(func.count()).where(Gathering.due_at <= now)):
                    return
            now += timedelta(minutes=1)

    def _look(self, now: datetime) -> None:
        for process in self.processes:
            assert process.stdin is not None
            process.stdin.write(f"{now.isoformat()}\n")
            process.stdin.flush()
        for process in self.processes:
            assert process.stdout is not None
            told = json.loads(process.stdout.readline())
            self.year.seconds += [told["seconds"]] * told["ran"]

    @contextmanager
    def work(self, now: datetime) -> Iterator[Work]:
        """One transaction of the conversation's."""
        with self.store.write() as conn:
            work = Work(conn, now, self.rules)
            yield work
            settling.settle(work)
            work.flush()


def turn(database: str, weeks: int, processes: int) -> Year:
    """Let so many weeks pass in front of so many processes."""
    store, year = Store(database), Year()
    county.fill(store, TOWNSHIP)
    with ExitStack() as stack:
        serving = [stack.enter_context(_serving(database)) for _ in range(processes)]
        town = Town(store, load_config(None).dispatch, year, serving)
        town._look(town.at(date(2026, 1, 15), 9))  # A new job waits for its next time.
        saturdays = [FIRST_SATURDAY + timedelta(weeks=week) for week in range(weeks)]
        fridays = [one + timedelta(days=6) for one in saturdays]
        first = [one for one in fridays if one == habits.first_friday(one.year, one.month)]
        _live(
            [_planning(town, {(one - timedelta(days=one.day)).replace(day=20) for one in first})]
            + [_service_day(town, one) for one in saturdays]
            + [_theme_day(town, one) for one in first]
        )
    with store.read() as conn:
        rows = conn.execute(select(PointEntry.person_id, func.sum(PointEntry.points)).group_by(PointEntry.person_id))
        earned = {person_id: int(points) for person_id, points in rows}
    people = earned.keys() | year.points.keys()
    year.wrong_points = sum(earned.get(one, 0) != year.points[one] for one in people)
    store.close()
    return year


@contextmanager
def _serving(database: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "bench.rounds", database, "theme days", "gatherings"]
    process = subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield process
    finally:
        process.communicate(timeout=PATIENCE)


Days = Iterator[datetime]
"""Something that goes on for days: it says when it wants to go on, and goes on when that time has come."""


def _live(days: list[Days]) -> None:
    """Let all of it happen in the order of its times."""
    waiting = [(next(one), place) for place, one in enumerate(days)]
    heapq.heapify(waiting)
    while waiting:
        _, place = heapq.heappop(waiting)
        at = next(days[place], None)
        if at is not None:
            heapq.heappush(waiting, (at, place))


def _planning(town: Town, days: Collection[date]) -> Days:
    """On these days the calendar plans the next month's theme days."""
    for day in sorted(days):
        now = town.at(day, 9)
        yield now
        town.look(now)


def _service_day(town: Town, saturday: date) -> Days:
    """Planned on Wednesday, answered on Thursday, held on Saturday."""
    begins_at, wednesday = town.at(saturday, 8, 30), town.at(saturday - timedelta(days=3), 10)
    yield wednesday
    with town.work(wednesday) as work:
        for village in range(TOWNSHIP.villages):
            branch = actors.load(work.conn, [FIRST_BRANCH + village])[FIRST_BRANCH + village]
            values = {"activity": "courtyard", "place": "Square", "needed": NEEDED, "safety": ""}
            at = planning.ground(work, branch)
            planning.plan(work, branch, at, GatheringKind.SERVICE, begins_at, **values)
    yield wednesday + timedelta(minutes=1)
    town.look(wednesday + timedelta(minutes=1))
    yield from _held(town, GatheringKind.SERVICE, begins_at)


def _theme_day(town: Town, friday: date) -> Days:
    """Planned and announced by the calendar."""
    begins_at = town.at(friday, 15)
    yield begins_at - timedelta(days=7)
    town.look(begins_at - timedelta(days=7))
    yield from _held(town, GatheringKind.THEME, begins_at)


def _held(town: Town, kind: GatheringKind, begins_at: datetime) -> Days:
    """People answer, are reminded, come and go; four of five branches close it, and the calendar the rest."""
    with town.store.read() as conn:
        held = meetings.find(conn, Gathering.kind == kind, Gathering.begins_at == begins_at, limit=1000)
    counts = {one.id: Count(kind, one.id, _invited(kind, one)) for one in held}
    yield begins_at - timedelta(days=2)
    with town.work(begins_at - timedelta(days=2)) as work:
        for one in held:
            _answer(work, one, counts[one.id])
    evening = town.at(town.rules.local(begins_at).date() - timedelta(days=1), 18)
    for reminder in (evening, begins_at - timedelta(hours=1)):
        yield reminder
        town.look(reminder)
    yield begins_at
    with town.work(begins_at) as work:
        for one in held:
            _come(work, one, counts[one.id])
    for minute in sorted({minutes for count in counts.values() for minutes in count.leaves.values()}):
        yield begins_at + timedelta(minutes=minute)
        with town.work(begins_at + timedelta(minutes=minute)) as work:
            for one in held:
                _go(work, one, counts[one.id], minute)
    closing, late = held[0].ends_at + timedelta(minutes=5), held[0].ends_at + timedelta(hours=12)
    yield closing
    with town.work(closing) as work:
        for index, one in enumerate(held):
            if index % 5:
                attending.close(work, None, meetings.held(work.conn, Gathering.id == one.id))
    yield late
    town.look(late)
    for one in held:
        _compare(town, one, counts[one.id])


class Count:
    """What the rule makes of one gathering, in plain Python."""

    def __init__(self, kind: GatheringKind, number: int, invited: list[int]) -> None:
        self.kind, self.invited = kind, invited
        said = {person: (person * 7919 + number * 104729) % 100 for person in invited}
        self.yes = [person for person in invited if said[person] < 40]
        self.no = [person for person in invited if 40 <= said[person] < 55]
        self.back = [person for person in self.yes[: self._most()] if said[person] < 5]  # Cannot after all.
        left = [person for person in self.yes if person not in self.back]
        self.coming = left[: self._most()]
        luck = {person: (person * 31 + number * 17) % 100 for person in self.coming}
        self.there = [person for person in self.coming if luck[person] < 85]
        service = kind is GatheringKind.SERVICE
        self.leaves = {one: 60 + luck[one] % 50 for one in self.there if service and luck[one] % 10}
        whole = 120 if service else 30
        self.stayed = {one: self.leaves.get(one, whole) for one in self.there}

    def _most(self) -> int:
        return NEEDED if self.kind is GatheringKind.SERVICE else len(self.invited)

    def points(self, person: int) -> int:
        """What having been there earns."""
        return round(self.stayed[person] / 60) if self.kind is GatheringKind.SERVICE else 1


def _invited(kind: GatheringKind, meeting: Meeting) -> list[int]:
    """Who is invited, by the county's own numbers."""
    village = next(one for one in range(TOWNSHIP.villages) if county.code(one) == meeting.village_code)
    first = county.FIRST_STEWARD + village * TOWNSHIP.stewards
    people = list(range(first, first + TOWNSHIP.stewards))
    if kind is GatheringKind.SERVICE:
        first = county.FIRST_VOLUNTEER + village * TOWNSHIP.volunteers
        people += range(first, first + TOWNSHIP.volunteers)
    return people


def _answer(work: Work, meeting: Meeting, count: Count) -> None:
    for say, people in ((answering.yes, count.yes), (answering.no, count.no), (answering.no, count.back)):
        for person in people:
            guest = seats.of_person(work.conn, meeting, person)
            assert guest is not None
            say(work, guest)


def _come(work: Work, meeting: Meeting, count: Count) -> None:
    branch = next(iter(actors.load(work.conn, [FIRST_BRANCH]).values()))
    opened = attending.open_(work, branch, meetings.held(work.conn, Gathering.id == meeting.id))
    for person in count.there:
        attending.come(work, person, opened, seats.taken(work, opened, person))


def _go(work: Work, meeting: Meeting, count: Count, minute: int) -> None:
    for person in (one for one, minutes in count.leaves.items() if minutes == minute):
        guest = seats.of_person(work.conn, meeting, person)
        assert guest is not None
        attending.go(work, person, meetings.held(work.conn, Gathering.id == meeting.id), guest)


def _compare(town: Town, meeting: Meeting, count: Count) -> None:
    silent = [one for one in count.invited if one not in {*count.yes, *count.no}]
    told = count.coming + (silent if count.kind is GatheringKind.THEME else [])
    with town.store.read() as conn:
        found = {one.invited_id: one for one in seats.of(conn, meeting)}
        wanted: dict[str, Any] = {
            "invite": count.invited,
            str(Errand.DAY_BEFORE): told,
            str(Errand.HOUR_BEFORE): count.coming,
        }
        right = all(_written(conn, meeting, what) == sorted(people) for what, people in wanted.items())
        closed = conn.scalar(select(Gathering.standing).where(Gathering.id == meeting.id)) is Standing.CLOSED
    coming = sorted(one for one, guest in found.items() if guest.reply is Reply.YES)
    stayed = {one: guest.stayed for one, guest in found.items() if guest.stayed is not None}
    right &= closed and sorted(found) == sorted(count.invited) and coming == sorted(count.coming)
    town.year.wrong += not (right and stayed == count.stayed)
    town.year.invited += len(count.invited)
    town.year.days[count.kind] += 1
    for person in count.there:
        town.year.points[person] += count.points(person)


def _written(conn: Any, meeting: Meeting, what: str) -> list[int]:
    keys = Outbox.key.like(f"gather:{meeting.id}:0:{what}:%")
    return sorted(conn.scalars(select(Outbox.person_id).where(keys)))
