"""Which requests may be the same: of one kind, near, recent, of different people. Read once for a whole batch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Boolean, bindparam, func, literal_column, or_, select

from dispatch.among import among
from dispatch.cases import Case
from dispatch.desk.rules import Incidents
from dispatch.rules import Rules
from dispatch.work import Work
from models.requests import Request
from models.words import HELD_STATES, State, Urgency

LEADING = (State.WAITING, State.OFFERED, *HELD_STATES)  # Where a request can stand for others as well.
MOVABLE = (State.WAITING, State.OFFERED)  # Where it can still join another.

Kind = tuple[str | None, str]
"""Village and category: only requests of one kind are compared."""


@dataclass(slots=True)
class Report:
    """An open request as the others of its kind are compared with it."""

    id: int
    requester_id: int
    village_code: str | None
    grid_id: int | None
    category: str
    matter: str | None
    lat: float | None
    lon: float | None
    state: State
    followers: int
    opened_at: datetime


_FIELDS = tuple(Report.__dataclass_fields__)
_states = ", ".join(f"'{state}'" for state in LEADING)
_AROUND = (
    select(*(getattr(Request, name) for name in _FIELDS))
    .where(
        among(Request.village_code, "villages"),
        literal_column(f"requests.state IN ({_states})", Boolean),
        among(Request.category, "categories"),
        Request.urgency == Urgency.NORMAL,
        Request.drill.is_(False),
        or_(Request.opened_at >= bindparam("since"), Request.followers > 0),
    )
    .order_by(Request.id)
)
_ONE_AT_A_TIME = select(func.pg_advisory_xact_lock(func.hashtext(bindparam("what"))))


def comparable(rules: Rules, case: Case) -> bool:
    """Whether a request is compared: no emergency, appointment or practice, nothing private, and not asked before."""
    return (
        case.urgency is Urgency.NORMAL
        and not case.drill
        and case.wanted_at is None
        and case.like_id is None
        and case.village_code is not None
        and case.category in rules.compared
    )


def around(work: Work, cases: Sequence[Case]) -> dict[Kind, list[Report]]:
    """The open requests of the same kinds as these, these among them, in the order of their numbers.

    On PostgreSQL several processes open requests at once: those that report the same matter in one village wait for
    each other here until the end of the transaction, so that each sees the reports before it. SQLite has one writer.
    """
    if work.conn.dialect.name == "postgresql":
        for what in sorted({f"{case.village_code}:{case.matter}" for case in cases if case.matter}):
            work.conn.execute(_ONE_AT_A_TIME, {"what": what})
    span = max(work.rules.incidents.recent, work.rules.incidents.within)
    rows = work.conn.execute(
        _AROUND,
        {
            "villages": list({case.village_code for case in cases}),
            "categories": list({case.category for case in cases}),
            "since": work.now - span,
        },
    )
    found: dict[Kind, list[Report]] = {}
    for row in rows.all():
        report = Report(*row)
        found.setdefault((report.village_code, report.category), []).append(report)
    return found


def incident(rules: Incidents, case: Case, known: Iterable[Report], now: datetime) -> list[Report]:
    """The reports that make one incident with this request, the one that leads first; none where it stays alone.

    An incident that runs leads; else whoever has somebody on the way; else the oldest.
    """
    if case.matter is None:
        return []
    alike = [
        one
        for one in known
        if one.matter == case.matter
        and one.requester_id != case.requester_id
        and (one.followers > 0 or now - one.opened_at <= rules.within)
        and _together(case, one, rules.radius)
    ]
    people = {one.requester_id for one in alike}
    if 1 + len(people) + sum(one.followers for one in alike) < rules.reports:
        return []
    return sorted(alike, key=lambda one: (one.followers == 0, one.state in MOVABLE, one.id))


def nearest(rules: Incidents, case: Case, known: Iterable[Report], now: datetime) -> tuple[Report, float] | None:
    """The nearest request that may be the same as this one, and how many metres away it is."""
    near = [
        (distance, one.id, one)
        for one in known
        if one.requester_id != case.requester_id
        and now - one.opened_at <= rules.recent
        and (distance := metres(case, one)) is not None
        and distance <= rules.near
    ]
    if not near:
        return None
    distance, _, one = min(near)
    return one, distance


def metres(case: Case, other: Report) -> float | None:
    """How far the other is, by the request's own polynomial (`geo.Ranking`); None where a point is not known."""
    if case.lat is None or case.lon is None or case.k1 is None or case.k2 is None or case.k3 is None:
        return None
    if other.lat is None or other.lon is None:
        return None
    dy, dx = other.lat - case.lat, other.lon - case.lon
    return float((case.k1 * dy * dy + dx * dx * (case.k2 + case.k3 * dy)) ** 0.5)


def _together(case: Case, other: Report, radius: float) -> bool:
    """Near enough for one matter; where a point is not known, in the same grid."""
    distance = metres(case, other)
    if distance is not None:
        return distance <= radius
    return case.grid_id is not None and case.grid_id == other.grid_id
