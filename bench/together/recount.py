"""All figures once more from the raw rows, in plain Python, compared with what `dispatch.figures` says of an area."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from bench import county
from bench.together import people
from bench.together.town import Town
from dispatch.figures import area, counting, months
from dispatch.figures.months import Month
from dispatch.ledger import verifying
from models.cooperatives import Cooperative
from models.gatherings import Gathering, Seat
from models.habits import Standing
from models.ledger import PointEntry
from models.mentoring import IncomeLeader, JobFound, Pair
from models.people import Steward, VolunteerGroup
from models.places import Area, Household
from models.requests import Request
from models.visits import Visit
from models.words import Ending, Level, StewardKind

Recounted = Counter[tuple[str, str, str]]
"""By figure, village and month; the month is empty where a figure has none."""

FIGURES, SCRIPT = "figures", "figures, by the script"
BOOKED = ("ended", "solved", "in_time", "visits", "gatherings", "came", "leaders", "in_work")


class Recount:
    """Every figure of every village and month, from the rows that a connection sees."""

    def __init__(self, town: Town, conn: Connection) -> None:
        self.town, self.conn, self.found = town, conn, Recounted()
        for count in (self._places, self._people, self._requests, self._meetings, self._points):
            count()

    def of(self, key: str, code: str, month: str) -> int:
        """A figure of a village; of a month, where it has one."""
        return self.found[key, code, month if counting.FIGURES[key].monthly else ""]

    def _rows(self, table: Any) -> Iterable[Any]:
        return self.conn.execute(select(table.__table__))

    def _add(self, key: str, row: Any, at: datetime | None = None, much: int = 1) -> None:
        self.found[key, row.village_code, self.town.month(at) if at else ""] += much

    def _places(self) -> None:
        for row in self._rows(Area):
            self.found["villages", row.code, ""] += row.level is Level.BRANCH
        for key, table in (("households", Household), ("groups", VolunteerGroup), ("cooperatives", Cooperative)):
            for row in self._rows(table):
                self._add(key, row)

    def _people(self) -> None:
        for row in self._rows(Steward):
            self._add("stewards" if row.kind is StewardKind.STEWARD else "volunteers", row, much=row.left_at is None)
        for row in self._rows(IncomeLeader):
            self._add("leaders", row, much=row.left_at is None)
        taken = {row.id: row.person_id for row in self._rows(Pair)}
        for code, _ in {(row.village_code, taken[row.pair_id]) for row in self._rows(JobFound)}:
            self.found["in_work", code, ""] += 1

    def _requests(self) -> None:
        for row in self._rows(Request):
            if row.drill or row.leader_id is not None or row.ended_at is None:
                continue
            solved = row.ending is Ending.SOLVED
            self._add("ended", row, row.ended_at)
            self._add("solved", row, row.ended_at, solved)
            soon = row.accepted_at is not None and row.accepted_at - row.opened_at <= timedelta(minutes=5)
            self._add("in_time", row, row.ended_at, solved and soon)

    def _meetings(self) -> None:
        for row in self._rows(Visit):
            self._add("visits", row, row.at, row.counts)
        for row in self._rows(Gathering):
            self._add("gatherings", row, row.begins_at, row.standing is Standing.CLOSED)
        for row in self._rows(Seat):
            if row.stayed is not None:
                self._add("came", row, row.came_at)

    def _points(self) -> None:
        for row in self._rows(PointEntry):
            self.found["points", row.area_code, row.month] += row.points


def compare(town: Town, *names: str) -> None:
    """The figures of these months: of the county, of the township and of each village, and the rows they open to."""
    with town.store.read() as conn:
        found = Recount(town, conn)
        for name in names:
            month = months.named(town.rules, name)
            for code in (county.COUNTY, county.TOWNSHIP, *people.CODES):
                place = area.by_code(conn, code)
                assert place is not None
                _shown(town, conn, found, area.villages(conn, place), month, code)
            for key in BOOKED:
                of = name if counting.FIGURES[key].monthly else ""
                for code in people.CODES:
                    town.book.check(
                        SCRIPT, f"{key} of {code} in {name}", found.of(key, code, name), town.book.counts[key, code, of]
                    )


def _shown(town: Town, conn: Connection, found: Recount, villages: Collection[str], month: Month, code: str) -> None:
    """Each figure of an area: by village, together, and opened to its rows."""
    counts = counting.counts(conn, villages, month)
    sums = counting.sums(counts)
    for key, figure in counting.FIGURES.items():
        wanted = {one: much for one in villages if (much := found.of(key, one, month.name))}
        shown = {one: count for one, count in counts[key].items() if count}
        columns, opened = counting.rows(conn, villages, month, key)
        rows = sum(row[columns.index(figure.sums)] for row in opened) if figure.sums else len(opened)
        total = sum(wanted.values())
        town.book.check(FIGURES, f"{key} of {code} in {month.name}", (shown, sums[key], rows), (wanted, total, total))


def people_points(town: Town) -> None:
    """What each has of every month, and that every seal holds."""
    found: Counter[tuple[str, int]] = Counter()
    with town.store.read() as conn:
        for month, person, points in conn.execute(select(PointEntry.month, PointEntry.person_id, PointEntry.points)):
            found[month, person] += points
        broken = list(verifying.everything(conn))
    for key in found.keys() | town.book.points.keys():
        town.book.check("points", f"of {key}", found[key], town.book.points[key])
    town.book.did["points"] = sum(found.values())
    town.book.check("broken seals", "all chains", broken, [])
