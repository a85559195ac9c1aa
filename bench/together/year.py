"""The year itself, in front of one process and of two, and what the table says of it."""

import tempfile
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from statistics import median

from bench import taps
from bench.table import Figure
from bench.together import awards, gatherings, mentoring, people, points, published, recount, requests, visits
from bench.together.book import Book
from bench.together.town import Days, Town, live, serving
from bot.config import load as load_config
from dispatch.gatherings import habits
from models.store import Store

WEEKS, QUICK_WEEKS = 52, 5
FIRST_SATURDAY = date(2026, 2, 7)


def measure(quick: bool) -> list[Figure]:
    """One process on SQLite, two on PostgreSQL."""
    weeks = QUICK_WEEKS if quick else WEEKS
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, taps.postgresql(Path(name)) as url:
        one = turn(f"sqlite:///{Path(name) / 'together.db'}", weeks, 1)
        two = turn(url, weeks, 2)
    return [*_figures("SQLite, one process", one), *_figures("PostgreSQL, two processes", two)]


def _figures(how: str, book: Book) -> list[Figure]:
    did = book.did
    notes = {
        "gatherings": f"{did['theme']} theme days, {did['service']} service days, {did['invitations']:,} invitations",
        points.PERIODS: f"{did['periods']} periods; {did['objections']} objections, {did['reversals']} reversals",
        points.BY_HAND: f"{did[points.BY_HAND]} entries",
        points.POINTS: f"{did['points']:,} points",
        awards.ROUNDS: f"{did['rounds']} rounds, {did['votes']:,} votes",
        "requests": f"{did['requests']:,} requests",
        "mentoring": f"{did['pairs']} pairs",
        published.RESULTS: f"{did['results']} results",
        published.REPORTS: f"{did['reports']} reports",
        "publications": f"{did['publications']} publications",
    }
    return [
        *(
            Figure(f"{how}: {what}, not as counted", book.wrong[what], at_most=0,
                   note=notes.get(what) or f"{looked:,} compared")
            for what, looked in book.looked.items()
        ),
        Figure(f"{how}: one run of the calendar, median", median(book.seconds), "s",
               note=f"longest {max(book.seconds):.2f}"),
    ]  # fmt: skip


def turn(database: str, weeks: int, processes: int) -> Book:
    """Let so many weeks pass in front of so many processes."""
    store = Store(database)
    people.fill(store)
    saturdays = [FIRST_SATURDAY + timedelta(weeks=week) for week in range(weeks)]
    firsts = _firsts(saturdays[-1] + timedelta(days=6))
    with ExitStack() as stack:
        town = Town(store, load_config(None).dispatch,
                    [stack.enter_context(serving(database)) for _ in range(processes)])  # fmt: skip
        town.look(town.at(date(2026, 1, 15), 9))  # A new job waits for its next time.
        live([*_habits(town, saturdays), *_months(town, firsts)])
        names = [f"{first - timedelta(days=1):%Y-%m}" for first in firsts]
        recount.compare(town, *names)
        recount.people_points(town)
        mentoring.compare(town)
        published.everything(town, names, town.awarded)
    store.close()
    return town.book


def _firsts(last: date) -> list[date]:
    """The first days of the months that follow one in which something happened, until the last day."""
    days = (FIRST_SATURDAY + timedelta(days=one) for one in range((last - FIRST_SATURDAY).days + 1))
    return [day for day in days if day.day == 1]


def _habits(town: Town, saturdays: list[date]) -> list[Days]:
    """What goes on week by week."""
    fridays = [one + timedelta(days=6) for one in saturdays]
    first = [one for one in fridays if one == habits.first_friday(one.year, one.month)]
    return [
        gatherings.plan_months(town, {(one - timedelta(days=one.day)).replace(day=20) for one in first}),
        *(gatherings.service_day(town, one) for one in saturdays),
        *(gatherings.theme_day(town, one) for one in first),
        *(requests.day(town, one - timedelta(days=4), week) for week, one in enumerate(saturdays)),
        *(visits.day(town, one - timedelta(days=5), week) for week, one in enumerate(saturdays)),
    ]


def _months(town: Town, firsts: list[date]) -> list[Days]:
    """What goes on month by month; awards once."""
    return [
        mentoring.pairs_form(town, date(2026, 2, 10)),
        awards.round_of_awards(town, date(2026, 2, 16)),
        *(points.period(town, one, number) for number, one in enumerate(firsts)),
        *(points.by_hand(town, one - timedelta(days=1), number) for number, one in enumerate(firsts)),
        *(
            mentoring.month(town, (one - timedelta(days=1)).replace(day=13), number)
            for number, one in enumerate(firsts)
        ),
    ]
