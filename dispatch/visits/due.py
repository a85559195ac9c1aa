"""What is due: each household's next visit, the round of one steward, and what is overdue, grid by grid."""

from collections import Counter
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, literal, not_, select

from dispatch.actors import Actor
from dispatch.areas import scope
from dispatch.geo import Point
from dispatch.rules import Rules
from dispatch.visits import tour
from dispatch.visits.calls import Home
from dispatch.visits.rules import Visits
from dispatch.work import Work
from models.base import Instant
from models.people import Admin, Link, Person, Steward
from models.places import Area, Grid, Household
from models.visits import Visit
from models.words import Level, StewardKind

frail = exists().where(Person.household_id == Link.household_id, Person.frail).correlate(Link)
_last = (
    select(func.max(Visit.at))
    .where(Visit.household_id == Link.household_id, Visit.counts)
    .correlate(Link)
    .scalar_subquery()
)
HOMES = (
    select(
        Household.id, Household.name, Household.address, Household.lat, Household.lon, Household.county_code,
        Household.township_code, Household.village_code, Steward.person_id,
    )
    .join(Link, Link.household_id == Household.id)
    .join(Steward, Steward.id == Link.steward_id)
)  # fmt: skip
_DUES = HOMES.add_columns(Link.since, _last.label("last"), frail.label("frail"))
_FIELDS = len(fields(Home))


@dataclass(frozen=True, slots=True)
class Due:
    """A household with its last visit that counts (None: none yet) and when the next one is due."""

    home: Home
    last: datetime | None
    at: datetime


def homes(work: Work, actor: Actor) -> list[Due]:
    """The households that the actor is responsible for, the most overdue first."""
    rows = work.conn.execute(_DUES.where(Steward.person_id == actor.id, Steward.kind == StewardKind.STEWARD))
    return sorted((_due(work.rules.visits, row) for row in rows), key=lambda one: (one.at, one.home.household_id))


def _due(rules: Visits, row: Any) -> Due:
    last = row.last  # A household that changed hands keeps its last visit; one that was never visited begins anew.
    return Due(Home(*row[:_FIELDS]), last, (last or row.since) + rules.every(frail=row.frail))


@dataclass(frozen=True, slots=True)
class Stop:
    """One household on the round; `metres` from the stop before, None where a point is not known."""

    due: Due
    metres: float | None


def round_of(work: Work, actor: Actor) -> tuple[list[Stop], int]:
    """What is due now, in walking order from where the actor stands, and how many were left for another day.

    Households without a point come last; without a point to start from, the most overdue is first.
    """
    waiting = [one for one in homes(work, actor) if one.at <= work.now]
    now, later = waiting[: work.rules.visits.stops], waiting[work.rules.visits.stops :]
    start = _stands(work, actor)
    placed = [(one, Point(one.home.lat, one.home.lon)) for one in now if one.home.lat and one.home.lon]
    if start is None or not placed:
        return [Stop(one, None) for one in now], len(later)
    ordered = [placed[index] for index in tour.shortest(start, [point for _, point in placed])]
    metres = tour.legs(start, [point for _, point in ordered])
    stops = [Stop(one, leg) for (one, _), leg in zip(ordered, metres, strict=True)]
    known = {one.home.household_id for one, _ in placed}
    return [*stops, *(Stop(one, None) for one in now if one.home.household_id not in known)], len(later)


def _stands(work: Work, actor: Actor) -> Point | None:
    """The fresh live position, else the steward's own point."""
    mine = (Steward.person_id == actor.id) & (Steward.kind == StewardKind.STEWARD)
    row = work.conn.execute(
        select(Steward.lat, Steward.lon, Steward.live_lat, Steward.live_lon, Steward.live_at).where(mine)
    ).one_or_none()
    if row is None:
        return None
    if row.live_at is not None and row.live_lat is not None and work.now - row.live_at <= work.rules.live_fresh:
        return Point(row.live_lat, row.live_lon)
    return Point(row.lat, row.lon) if row.lat is not None else None


def overdue(rules: Visits, now: datetime) -> ColumnElement[bool]:
    """Whether a link's household waits longer than the grace after its visit was due; one index look for each."""

    def since(every: timedelta) -> Any:
        return literal(now - every - rules.grace, Instant())

    limit = case((frail, since(rules.every(frail=True))), else_=since(rules.every(frail=False)))
    latest = (Visit.household_id == Link.household_id, Visit.counts, Visit.at >= limit)
    visited = exists().where(*latest).correlate(Link)
    return and_(Link.since < limit, not_(visited))


@dataclass(frozen=True, slots=True)
class Late:
    """How many overdue visits one steward has in one grid."""

    person_id: int
    grid_id: int
    leave_from: date | None
    leave_until: date | None
    count: int

    def on_leave(self, day: date) -> bool:
        """Whether the steward is on leave that day."""
        begun = self.leave_from is None or self.leave_from <= day
        return begun and self.leave_until is not None and self.leave_until >= day


def late(conn: Connection, rules: Rules, now: datetime, where: ColumnElement[bool]) -> list[Late]:
    """What is overdue among the links that fulfil a condition, in one pass: half a second for 130,000 households."""
    rows = conn.execute(
        select(Steward.person_id, Household.grid_id, Steward.leave_from, Steward.leave_until, func.count())
        .select_from(Link)
        .join(Steward, Steward.id == Link.steward_id)
        .join(Household, Household.id == Link.household_id)
        .where(overdue(rules.visits, now), where)
        .group_by(Steward.id, Steward.person_id, Steward.leave_from, Steward.leave_until, Household.grid_id)
        .order_by(Steward.person_id)
    )
    return [Late(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many households of a grid wait for an overdue visit, of how many that have a steward."""

    village_code: str
    village: str
    grid: str
    overdue: int
    linked: int


def by_grid(conn: Connection, found: list[Late], where: ColumnElement[bool]) -> list[Waiting]:
    """The grids in which something is overdue, in the order of village and grid."""
    counts: Counter[int] = Counter()
    for one in found:
        counts[one.grid_id] += one.count
    if not counts:
        return []
    linked = (
        select(Household.grid_id, func.count().label("linked"))
        .join(Link, Link.household_id == Household.id)
        .where(where)
        .group_by(Household.grid_id)
        .subquery()
    )
    rows = conn.execute(
        select(Area.code, Area.name, Grid.name, Grid.id, linked.c.linked)
        .join(Grid, Grid.village_code == Area.code)
        .join(linked, linked.c.grid_id == Grid.id)
        .order_by(Area.code, Grid.name)
    )
    return [Waiting(code, village, grid, counts[key], total) for code, village, grid, key, total in rows if counts[key]]


def within(conn: Connection, rules: Rules, now: datetime, actor: Actor) -> list[Waiting]:
    """The grids with overdue visits within an admin's areas."""
    mine = scope(actor, Link)
    return by_grid(conn, late(conn, rules, now, mine), mine)


def branches(conn: Connection) -> dict[str, list[int]]:
    """The admins of each branch by their village's code."""
    found: dict[str, list[int]] = {}
    rows = conn.execute(select(Admin.area_code, Admin.person_id).where(Admin.level == Level.BRANCH))
    for code, person_id in rows:
        found.setdefault(code, []).append(person_id)
    return found
