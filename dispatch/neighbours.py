"""Who stands around a request and what speaks against asking them: read once for a whole batch of requests."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, bindparam, case, exists, func, literal, or_, select

from dispatch import chats
from dispatch.among import among
from dispatch.cases import Case
from dispatch.geo import Box
from dispatch.work import Work
from models.people import Admin, Link, Person, Steward
from models.requests import Offer, Request
from models.words import HELD_STATES, Answer, Skip, StewardKind, Urgency

_b = bindparam
_fresh = and_(Steward.live_at.is_not(None), Steward.live_at >= _b("live_since"))
_on_leave = and_(or_(Steward.leave_from.is_(None), Steward.leave_from <= _b("date")), Steward.leave_until >= _b("date"))


class Neighbour(NamedTuple):
    """One who may be asked, as their own row says; in WGS-84 degrees, a fresh live position before the own point."""

    person_id: int
    village_code: str
    grid_id: int | None
    lat: float | None
    lon: float | None
    skills: str
    asked_at: datetime | None
    absent: str  # A `Skip`: off duty, on leave, or none.


_lat = case((_fresh, Steward.live_lat), else_=Steward.lat)
_lon = case((_fresh, Steward.live_lon), else_=Steward.lon)
_PEOPLE = select(
    Steward.person_id,
    Steward.village_code,
    Steward.grid_id,
    _lat,
    _lon,
    Steward.skills,
    Steward.asked_at,
    case(
        (Steward.on_duty.is_(False), literal(Skip.OFF_DUTY.value)),
        (_on_leave, literal(Skip.ON_LEAVE.value)),
        else_=literal(Skip.NONE.value),
    ),
).where(Steward.kind == _b("kind"), Steward.left_at.is_(None))
_NEIGHBOURS = _PEOPLE.where(among(Steward.village_code, "villages"))
_SKILLED = _PEOPLE.where(
    among(Steward.township_code, "townships"),
    Steward.skills != "",
    _lat.between(_b("south"), _b("north")),
    _lon.between(_b("west"), _b("east")),
)


_OF_GRIDS = _NEIGHBOURS.where(among(Steward.grid_id, "grids"))


def around(
    work: Work, villages: Collection[str], kind: StewardKind, grids: Collection[int] = ()
) -> dict[str, list[Neighbour]]:
    """Everyone of this kind in these villages, by village code; with `grids` only those of these grids."""
    found: dict[str, list[Neighbour]] = {code: [] for code in villages}
    parameters = {"villages": list(villages), **_today(work, kind)}
    if grids:
        parameters["grids"] = list(grids)
    for row in work.conn.execute(_OF_GRIDS if grids else _NEIGHBOURS, parameters).all():
        found[row[1]].append(Neighbour._make(row))
    return found


def skilled(work: Work, townships: Collection[str], box: Box, kind: StewardKind) -> list[Neighbour]:
    """Everyone of this kind in these townships who has some skill and is within the box, whichever their village."""
    bounds = {"south": box.south, "north": box.north, "west": box.west, "east": box.east}
    rows = work.conn.execute(_SKILLED, {"townships": list(townships), **bounds, **_today(work, kind)}).all()
    return [Neighbour._make(row) for row in rows]


def _today(work: Work, kind: StewardKind) -> dict[str, Any]:
    return {
        "kind": kind,
        "live_since": work.now - work.rules.live_fresh,
        "date": work.rules.local(work.now).date(),
    }


class State(NamedTuple):
    """What holds a person back at the moment, whichever request it is: reachable, busy, and the tasks of today."""

    household_id: int | None
    reachable: bool
    busy: bool
    load: int


_STATES = select(
    Person.id,
    Person.household_id,
    chats.live(Person.id),
    exists().where(
        Request.owner_id == Person.id,
        Request.state.in_(HELD_STATES),
        Request.drill.is_(False),
        or_(Request.wanted_at.is_(None), Request.wanted_at <= _b("soon")),
    ),
    select(func.count())
    .where(Request.owner_id == Person.id, Request.accepted_at >= _b("today"), Request.drill.is_(False))
    .correlate(Person)
    .scalar_subquery(),
).where(among(Person.id, "people"))


def states(work: Work, people: Collection[int]) -> dict[int, State]:
    """The state of each of these people."""
    soon = work.now + work.rules.appointments.soon
    parameters = {"people": list(people), "today": work.rules.day_start(work.now), "soon": soon}
    rows = work.conn.execute(_STATES, parameters).all()
    return {person_id: State(home, reachable, busy, load) for person_id, home, reachable, busy, load in rows}


_HOMES = select(Person.id, Person.household_id).where(among(Person.id, "people"))


def homes(conn: Connection, people: Collection[int]) -> dict[int, int | None]:
    """The household of each of these people, of whom nothing else need be known."""
    return {row[0]: row[1] for row in conn.execute(_HOMES, {"people": list(people)}).all()}


_OFFERS = select(Offer.request_id, Offer.person_id, Offer.answer).where(
    among(Offer.request_id, "requests"),
    Offer.answer.in_((Answer.OPEN, Answer.DECLINED, Answer.GAVE_BACK, Answer.UNREACHABLE)),
)


def asked(conn: Connection, requests: Iterable[int]) -> dict[int, dict[int, Skip]]:
    """By request and person: who has been asked already, or said no; a no outweighs an open offer."""
    found: dict[int, dict[int, Skip]] = {}
    still_open = Answer.OPEN
    for request_id, person_id, answer in conn.execute(_OFFERS, {"requests": list(requests)}).all():
        people = found.setdefault(request_id, {})
        if answer is not still_open:
            people[person_id] = Skip.REFUSED
        else:
            people.setdefault(person_id, Skip.ASKED)
    return found


_RESPONSIBLE = (
    select(Link.household_id, Steward.person_id)
    .join(Steward, Steward.id == Link.steward_id)
    .where(among(Link.household_id, "households"))
)


def responsible(conn: Connection, households: Collection[int]) -> dict[int, int]:
    """The person responsible for each of these households, where somebody is."""
    if not households:
        return {}
    return {row[0]: row[1] for row in conn.execute(_RESPONSIBLE, {"households": list(households)}).all()}


_ADMINS = select(Admin.area_code, Admin.person_id).where(among(Admin.area_code, "areas")).order_by(Admin.id)


def admins(conn: Connection, areas: Collection[str]) -> dict[str, list[int]]:
    """The admins of each of these areas, by its code."""
    found: dict[str, list[int]] = {}
    for code, person_id in conn.execute(_ADMINS, {"areas": list(areas)}).all():
        found.setdefault(code, []).append(person_id)
    return found


@dataclass(frozen=True, slots=True)
class Reasons:
    """What one search knows about people. The first reason that applies is the one that is recorded."""

    states: Mapping[int, State]
    homes: Mapping[int, int | None]  # Of the requesters.
    asked: Mapping[int, Mapping[int, Skip]]  # By request, then by person.
    daily_cap: int
    quiet: bool
    at_any_hour: frozenset[int] = frozenset()  # Practices that were ordered in quiet hours, and for them.
    alone: dict[int, Skip] = field(default_factory=dict)  # What holds a person back from any request, once known.
    _members: dict[int | None, list[int]] = field(default_factory=dict)  # By household.

    def against(self, case: Case, one: Neighbour) -> Skip:
        """Why this neighbour is passed over for this request; NONE if they fit."""
        skip = self.special(case).get(one.person_id) or self.held_back(one)
        return Skip.QUIET if skip is Skip.NONE and self.waits(case) else skip

    def special(self, case: Case) -> dict[int, Skip]:
        """Whom this very request passes over, and why: few, and they come before what holds for any request."""
        found = dict(self.asked.get(case.id, ()))
        members, same = self._members, Skip.SAME_HOUSEHOLD
        if not members:
            for person_id, state in self.states.items():
                members.setdefault(state.household_id, []).append(person_id)
        for home in {case.household_id, self.homes[case.requester_id]} - {None}:
            for person_id in members.get(home, ()):
                found[person_id] = same
        found[case.requester_id] = Skip.REQUESTER
        return found

    def waits(self, case: Case) -> bool:
        """Whether it is the hour at which nobody is asked for this request."""
        return self.quiet and case.urgency is not Urgency.URGENT and case.id not in self.at_any_hour

    def held_back(self, one: Neighbour) -> Skip:
        """Why somebody is passed over whatever the request; `alone` knows it from then on."""
        state = self.states[one.person_id]
        if one.absent != Skip.NONE:
            skip = Skip(one.absent)
        elif not state.reachable:
            skip = Skip.UNREACHABLE
        elif state.busy:
            skip = Skip.BUSY
        elif state.load >= self.daily_cap:
            skip = Skip.DAY_FULL
        else:
            skip = Skip.NO_POINT if one.lat is None else Skip.NONE
        return self.alone.setdefault(one.person_id, skip)

    def against_admin(self, case: Case, person_id: int) -> Skip:
        """Why an admin is passed over: an office is asked at any hour and with any load."""
        if person_id == case.requester_id:
            return Skip.REQUESTER
        known = self.asked.get(case.id, {}).get(person_id)
        if known is not None:
            return known
        return Skip.NONE if self.states[person_id].reachable else Skip.UNREACHABLE
