"""Who is nearest and fits: one statement ranks the people around many requests, the geodesic has the last word."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import Row, and_, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from dispatch import geo
from dispatch.cases import Case
from dispatch.rules import Rung
from dispatch.work import Work
from models.people import Admin, Person, Route, Steward
from models.requests import Offer, Request
from models.words import HELD_STATES, Answer, Ask, RouteState, Skip, StewardKind, Urgency, Within

PROOF = 2e-5  # Whoever is ranked within this share of the last one chosen is measured by geodesic as well.
SPARE = 3  # How many fitting people beyond the number asked are fetched, for that proof and for "why me?".
BEYOND = 6  # How many more of the nearest are looked at, since some of them may not fit.
ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person considered: distance in metres (None without a point) and why they were passed over."""

    person_id: int
    metres: float | None
    skip: Skip
    skilled: bool = False


_b = bindparam
_Task = aliased(Request)  # What the person considered has, or had today; beside the request that asks.
_fresh = and_(Steward.live_at.is_not(None), Steward.live_at >= _b("live_since"))
_lat = case((_fresh, Steward.live_lat), else_=Steward.lat)
_lon = case((_fresh, Steward.live_lon), else_=Steward.lon)
_on_leave = and_(or_(Steward.leave_from.is_(None), Steward.leave_from <= _b("date")), Steward.leave_until >= _b("date"))
_today = (
    select(func.count())
    .where(_Task.owner_id == Steward.person_id, _Task.accepted_at >= _b("today"))
    .correlate(Steward)
    .scalar_subquery()
)
# First what the person's own state says; it is the same for every request, so it is looked up once a person.
_own_skip: ColumnElement[Any] = case(
    (Steward.on_duty.is_(False), Skip.OFF_DUTY),
    (_on_leave, Skip.ON_LEAVE),
    (~exists().where(Route.person_id == Steward.person_id, Route.state == RouteState.LIVE), Skip.UNREACHABLE),
    (exists().where(_Task.owner_id == Steward.person_id, _Task.state.in_(HELD_STATES)), Skip.BUSY),
    (_today >= _b("cap"), Skip.DAY_FULL),
    (_lat.is_(None), Skip.NO_POINT),
    else_=Skip.NONE,
)
_refused = exists().where(
    Offer.request_id == Request.id,
    Offer.answer.in_((Answer.DECLINED, Answer.GAVE_BACK, Answer.UNREACHABLE)),
)
_asked = exists().where(Offer.request_id == Request.id, Offer.answer == Answer.OPEN)


def _statement(within: Within) -> Any:
    """Per request its people in order: fitting and skilled, then by distance, down to `fits` fitting ones.

    Only the `look` nearest are asked for their reasons, which cost more than distances.
    """
    dy, dx = _lat - Request.lat, _lon - Request.lon
    squared = Request.k1 * dy * dy + dx * dx * (Request.k2 + Request.k3 * dy)
    unskilled = case(
        (and_(Request.skill.is_not(None), Steward.skills.like("%;" + Request.skill + ";%"),
              or_(squared <= _b("reach"), Request.lat.is_(None))), 0),
        else_=1,
    )  # fmt: skip
    here = Steward.village_code == Request.village_code
    if within is Within.GRID:
        here = and_(here, or_(Steward.grid_id == Request.grid_id, Request.grid_id.is_(None)))  # Unknown: all of it.
    around = (
        select(
            Request.id, Steward.id.label("steward_id"), _lat.label("lat"), _lon.label("lon"),
            squared.label("squared"), unskilled.label("unskilled"),
            func.row_number().over(partition_by=Request.id, order_by=(unskilled, squared)).label("place"),
        )
        .join(Steward, here)
        .where(Request.id.in_(_b("requests", expanding=True)), Steward.kind == _b("kind"))
        .cte("around")
    )  # fmt: skip
    asker = Person.__table__.alias("asker")
    home = Person.household_id
    skip = case(
        (Steward.person_id == Request.requester_id, Skip.REQUESTER),
        (or_(home == Request.household_id, home == asker.c.household_id), Skip.SAME_HOUSEHOLD),
        (_refused.where(Offer.person_id == Steward.person_id), Skip.REFUSED),
        (_asked.where(Offer.person_id == Steward.person_id), Skip.ASKED),
        (and_(_b("quiet"), Request.urgency != Urgency.URGENT, _own_skip == Skip.NONE), Skip.QUIET),
        else_=_own_skip,
    )
    pairs = (
        select(
            around, Steward.person_id, Steward.asked_at, _today.label("load"), skip.label("skip"),
            Request.lat.label("to_lat"), Request.lon.label("to_lon"),
        )
        .join(Steward, Steward.id == around.c.steward_id)
        .join(Person, Person.id == Steward.person_id)
        .join(Request, Request.id == around.c.id)
        .join(asker, asker.c.id == Request.requester_id)
        .where(around.c.place <= _b("look"))
        .cte("pairs")
        .prefix_with("MATERIALIZED")  # Or the reasons are looked up again for each place that they stand in.
    )  # fmt: skip
    fits = func.sum(case((pairs.c.skip == Skip.NONE, 1), else_=0)).over(
        partition_by=pairs.c.id, order_by=_order_of(pairs), rows=(None, 0)
    )
    inner = select(pairs, fits.label("fits")).subquery()
    enough = or_(inner.c.fits < _b("fits"), and_(inner.c.fits == _b("fits"), inner.c.skip == Skip.NONE))
    return select(inner).where(enough).order_by(inner.c.id, *_order_of(inner))


def _order_of(pairs: Any) -> tuple[Any, ...]:
    ranked = pairs.c
    return ranked.unskilled, ranked.squared, ranked.load, ranked.asked_at.nulls_first(), ranked.person_id


_STATEMENTS = {within: _statement(within) for within in Within}  # Built once, not per request.


def search(work: Work, requests: Sequence[Case], rung: Rung) -> dict[int, list[Candidate]]:
    """For each request by id the people of its rung, best first, with distance and reason (`Skip.NONE`: fits).

    Those who fit come first: the skilled within reach where a skill is needed, then by geodesic distance; ties go to
    the least loaded today, then to the one not asked for longest, then to the lower id. Those passed over follow, as
    far as they are nearer than the last one who fits. The same input gives the same answer.
    """
    if rung.ask not in (Ask.NEAREST, Ask.VOLUNTEERS):
        return {case.id: _admins(work, case, rung.ask) for case in requests}
    fits = rung.count + SPARE
    found, cut = _search(work, requests, rung, fits, fits + BEYOND)
    unsure = [case for case in requests if case.id in cut or _crowded(found[case.id], rung.count)]
    if unsure:
        found |= _search(work, unsure, rung, ALL, ALL)[0]
    return found


def _search(
    work: Work, requests: Sequence[Case], rung: Rung, fits: int, look: int
) -> tuple[dict[int, list[Candidate]], set[int]]:
    """The people of each request, and the requests for which more may be found by looking further."""
    rules, local = work.rules, work.rules.local(work.now)
    parameters = {
        "requests": [case.id for case in requests],
        "kind": StewardKind.STEWARD if rung.ask is Ask.NEAREST else StewardKind.VOLUNTEER,
        "live_since": work.now - rules.live_fresh,
        "today": rules.day_start(work.now),
        "date": local.date(),
        "cap": rules.daily_cap,
        "quiet": rules.quiet_hours.holds(local),
        "reach": rules.skill_reach**2,
        "fits": fits,
        "look": look,
    }
    found: dict[int, list[Candidate]] = {case.id: [] for case in requests}
    cut: set[int] = set()
    for request_id, group in groupby(work.conn.execute(_STATEMENTS[rung.within], parameters), key=lambda row: row.id):
        people = list(group)
        found[request_id] = _order(people)
        if people[-1].fits < fits and len(people) >= look:
            cut.add(request_id)
    return found, cut


def _order(rows: list[Row[Any]]) -> list[Candidate]:
    """The ranking stands except between neighbours that are nearly alike: those the geodesic puts in order."""
    fitting = [row for row in rows if row.skip == Skip.NONE]
    near = {index for index in range(1, len(fitting)) if _alike(fitting[index - 1], fitting[index])}
    exact = near | {index - 1 for index in near}
    ranked = [(row, _metres(row, index in exact)) for index, row in enumerate(fitting)]
    if exact:
        ranked.sort(key=lambda one: (one[0].unskilled, one[1], *_tie(one[0])))
    found = [
        Candidate(row.person_id, None if row.to_lat is None else metres, Skip.NONE, not row.unskilled)
        for row, metres in ranked
    ]
    return found + [
        Candidate(row.person_id, round(row.squared**0.5, 1) if row.squared is not None else None, Skip(row.skip))
        for row in rows
        if row.skip != Skip.NONE
    ]


def _alike(nearer: Row[Any], farther: Row[Any]) -> bool:
    return nearer.squared is not None and farther.squared <= nearer.squared * (1 + 2 * PROOF) + 1e-9


def _metres(row: Row[Any], exact: bool) -> float:
    """By geodesic where it decides, else the ranking's own figure, which differs by less than a millimetre in 1 km."""
    if row.to_lat is None:
        return 0.0
    if not exact:
        return float(row.squared**0.5)
    return geo.metres(geo.Point(row.to_lat, row.to_lon), geo.Point(row.lat, row.lon))


def _tie(row: Row[Any]) -> tuple[int, str, int]:
    return row.load, str(row.asked_at or ""), row.person_id


def _crowded(found: list[Candidate], count: int) -> bool:
    """Whether somebody who was not fetched could be as near as the last one chosen."""
    fitting = [one for one in found if one.skip is Skip.NONE]
    if len(fitting) < count + SPARE:
        return False
    last, spare = fitting[count - 1].metres or 0.0, fitting[-1].metres or 0.0
    return spare <= last * (1 + PROOF) and fitting[-1].skilled == fitting[count - 1].skilled


_ADMIN_POOL = (
    select(
        Admin.person_id,
        case(
            (Admin.person_id == _b("requester"), Skip.REQUESTER),
            (_refused.where(Offer.person_id == Admin.person_id), Skip.REFUSED),
            (_asked.where(Offer.person_id == Admin.person_id), Skip.ASKED),
            (~exists().where(Route.person_id == Admin.person_id, Route.state == RouteState.LIVE), Skip.UNREACHABLE),
            else_=Skip.NONE,
        ).label("skip"),
    )
    .join(Request, Request.id == _b("request"))
    .where(Admin.area_code == _b("area"))
    .order_by(Admin.id)
)
_AREA = {Ask.BRANCH: "village_code", Ask.TOWNSHIP: "township_code", Ask.COUNTY: "county_code"}


def _admins(work: Work, case: Case, ask: Ask) -> list[Candidate]:
    parameters = {"area": getattr(case, _AREA[ask]), "requester": case.requester_id, "request": case.id}
    rows = work.conn.execute(_ADMIN_POOL, parameters)
    found = [Candidate(row.person_id, None, Skip(row.skip)) for row in rows]
    return sorted(found, key=lambda one: one.skip is not Skip.NONE)
