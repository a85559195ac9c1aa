"""A virtual year of home visits in the county: each week's reminders and lists, by one process and by two at once."""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Connection, select, text

from bench import county, taps
from bench.county import Size
from bench.processes import PATIENCE, ROOT
from bench.table import Figure
from models.mail import Outbox
from models.store import Store

YEAR, QUICK_YEAR = 52, 4
COUNTY = Size(villages=430, stewards=31, volunteers=172, households=302, residents=430 * 30)
SMALL = Size(villages=3, stewards=4, households=40, residents=30)
FIRST_MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in Qianxi.
LOOKS = (timedelta(minutes=-5), timedelta(), timedelta(seconds=15), timedelta(hours=1))  # Into the calendar each week.
LAX, KEEN = 40, 95  # Visits made of a hundred that are due, by a third of the stewards and by the others.


@dataclass(slots=True)
class Year:
    """What came of it. `wrong` counts weeks in which a reminder or list was missing, doubled or of another count."""

    weeks: int
    runs: int = 0
    wrong: int = 0
    reminders: int = 0
    lists: int = 0
    visits: int = 0
    seconds: list[float] = field(default_factory=list)  # Of each run of the job.
    cpu: list[float] = field(default_factory=list)
    peaks: list[float] = field(default_factory=list)  # Memory in MB of each process, look by look.


def measure(quick: bool) -> list[Figure]:
    """One process on SQLite, two on PostgreSQL; every week is compared with a count made without SQL."""
    weeks = QUICK_YEAR if quick else YEAR
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, taps.postgresql(Path(name)) as url:
        one = turn(f"sqlite:///{Path(name) / 'visits.db'}", COUNTY, weeks, 1)
        two = turn(url, COUNTY, weeks, 2)
    return [*_figures("SQLite, one process", one), *_figures("PostgreSQL, two processes", two)]


def _figures(how: str, year: Year) -> list[Figure]:
    note = f"{year.reminders:,} reminders, {year.lists:,} lists, {year.visits:,} visits"
    longest = f"longest {max(year.seconds):.2f}; of CPU {median(year.cpu):.2f}"
    return [
        Figure(f"{how}: weeks not exactly once and right, of {year.weeks}", year.wrong, at_most=0, note=note),
        Figure(f"{how}: runs beyond one a week", year.runs - year.weeks, at_most=0),
        Figure(f"{how}: one run, median", median(year.seconds), "s", note=longest),
        Figure(f"{how}: peak memory of a process", max(year.peaks), "MB", 150, note=f"{year.peaks[0]:.0f} at first"),
    ]  # fmt: skip


def turn(database: str, size: Size, weeks: int, processes: int) -> Year:
    """Fill an empty store, and let so many weeks pass in front of so many processes."""
    store = Store(database)
    county.fill(store, size)
    with store.write() as conn:
        _link(conn, size)
    year, oracle = Year(weeks), Oracle(size)
    with ExitStack() as stack:
        people = [stack.enter_context(_serving(database)) for _ in range(processes)]
        _look(year, people, FIRST_MONDAY)  # A new job waits for its next time.
        for week in range(1, weeks + 1):
            monday = _monday(week)
            with store.write() as conn:
                year.visits += _visit(conn, size, week)
            oracle.visit(week)
            for after in LOOKS:
                _look(year, people, monday + after)
            _compare(store, year, oracle, monday)
    store.close()
    return year


def _monday(week: int) -> datetime:
    return FIRST_MONDAY + timedelta(weeks=week)


@contextmanager
def _serving(database: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "bench.rounds", database, "visits"]
    process = subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield process
    finally:
        process.communicate(timeout=PATIENCE)


def _look(year: Year, processes: list[subprocess.Popen[str]], at: datetime) -> None:
    """All of them look into the calendar at once."""
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(f"{at.isoformat()}\n")
        process.stdin.flush()
    for process in processes:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        year.runs += told["ran"]
        year.seconds += [told["seconds"]] * told["ran"]
        year.cpu += [told["cpu"]] * told["ran"]
        year.peaks.append(told["peak"])


def _link(conn: Connection, size: Size) -> None:
    """Every household has a steward of its village; every other of the residents is frail."""
    first = county.FIRST_STEWARD
    conn.execute(
        text(
            "INSERT INTO links (household_id, steward_id, since, county_code, township_code, village_code) "
            "SELECT h.id, s.id, :since, h.county_code, h.township_code, h.village_code FROM households h "
            "JOIN stewards s ON s.person_id = :first + ((h.id - 1) / :each) * :stewards "
            "+ ((h.id - 1) % :each) % :stewards"
        ),
        {"since": _stored(conn, county.SINCE), "first": first, "each": size.households, "stewards": size.stewards},
    )
    conn.execute(text("UPDATE people SET frail = true WHERE household_id IS NOT NULL AND id % 2 = 0"))


def _visit(conn: Connection, size: Size, week: int) -> int:
    """The visits of the week before this Monday: SQL's twin of `Oracle.visit`."""
    at = _stored(conn, _monday(week) - timedelta(days=1))
    rate = f"(CASE WHEN (((h.id - 1) % {size.households}) % {size.stewards}) % 3 = 0 THEN {LAX} ELSE {KEEN} END)"
    made = conn.execute(
        text(
            "INSERT INTO visits (token, household_id, person_id, at, kind, ended_at, counts, county_code, "
            "township_code, village_code) "
            "SELECT 'w' || CAST(:week AS VARCHAR(4)) || '.' || h.id, h.id, s.person_id, :at, 'in_person', :at, true, "
            "h.county_code, h.township_code, h.village_code "
            "FROM households h JOIN links l ON l.household_id = h.id JOIN stewards s ON s.id = l.steward_id "
            "WHERE (EXISTS (SELECT 1 FROM people p WHERE p.household_id = h.id AND p.frail) "
            "OR (h.id + :week) % 2 = 0) "
            f"AND (h.id * 7919 + :week * 104729 + h.id / 97) % 100 < {rate}"
        ),
        {"week": week, "at": at},
    )
    return made.rowcount


def _stored(conn: Connection, at: datetime) -> Any:
    """A time as the store's own columns hold it."""
    return at.strftime("%Y-%m-%d %H:%M:%S.%f") if conn.dialect.name == "sqlite" else at


class Oracle:
    """Who has how many overdue households, counted in plain Python."""

    def __init__(self, size: Size) -> None:
        self.size = size
        homes = size.villages * size.households
        self.last = [county.SINCE] * homes
        each = size.households
        people = range(county.FIRST_RESIDENT, county.FIRST_RESIDENT + size.residents)
        numbers = (person - county.FIRST_RESIDENT for person in people if person % 2 == 0)
        self.frail = {number % size.villages * each + number // size.villages % each for number in numbers}

    def visit(self, week: int) -> None:
        """The visits of a week."""
        at, size = _monday(week) - timedelta(days=1), self.size
        for index in range(len(self.last)):
            home = index + 1
            rate = LAX if index % size.households % size.stewards % 3 == 0 else KEEN
            wanted = index in self.frail or (home + week) % 2 == 0
            if wanted and (home * 7919 + week * 104729 + home // 97) % 100 < rate:
                self.last[index] = at

    def overdue(self, now: datetime) -> tuple[Counter[int], Counter[int]]:
        """How many by the steward's person, and by village: twice a month and three days, four times for the frail."""
        plain, weak = now - timedelta(days=18), now - timedelta(days=10.5)
        people: Counter[int] = Counter()
        villages: Counter[int] = Counter()
        for index, last in enumerate(self.last):
            if last < (weak if index in self.frail else plain):
                village, home = divmod(index, self.size.households)
                people[county.FIRST_STEWARD + village * self.size.stewards + home % self.size.stewards] += 1
                villages[village] += 1
        return people, villages


def _compare(store: Store, year: Year, oracle: Oracle, monday: datetime) -> None:
    people, villages = oracle.overdue(monday)
    day = monday.date().isoformat()
    with store.read() as conn:
        messages = select(Outbox.key, Outbox.person_id, Outbox.message).where(Outbox.created_at == monday)
        rows = conn.execute(messages).all()
    reminders = [
        (row.person_id, row.message["params"]["count"]) for row in rows if row.key.startswith(f"visits:{day}:")
    ]
    lists = [(row.key, row.message["params"]["count"]) for row in rows if row.key.startswith(f"overdue:{day}:")]
    codes = Counter({county.code(village): count for village, count in villages.items()})
    told = sorted((key.rpartition(":")[2], count) for key, count in lists)
    right = sorted(reminders) == sorted(people.items()) and told == sorted(codes.items())
    year.wrong += not right or len(rows) != len(people) + len(villages)
    year.reminders += len(reminders)
    year.lists += len(lists)
