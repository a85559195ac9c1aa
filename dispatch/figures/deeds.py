"""Figures of what was done in a month: problems solved, answers in time, visits, gatherings, points; no practice."""

from sqlalchemy import and_, func, or_

from dispatch.figures.elapsed import seconds_between
from dispatch.figures.figure import Figure, figure
from models.gatherings import Gathering, Seat
from models.habits import Standing
from models.ledger import PointEntry
from models.people import Person
from models.places import Household
from models.requests import Request
from models.visits import Visit
from models.words import Ending

IN_TIME = 5 * 60
"""Seconds within which whoever asks is answered: the promise of the service."""

ENDED = (~Request.drill, func.coalesce(Request.leader_id, 0) == 0)
"""Requests of their own: no practice, and none that only followed another's; asked past their index."""

SOLVED = (*ENDED, Request.ending == Ending.SOLVED)

ANSWERED = or_(
    seconds_between(Request.opened_at, Request.accepted_at) <= IN_TIME,
    and_(Request.wanted_at.is_not(None), Request.accepted_at <= Request.wanted_at),
)
"""Somebody took it in time: at once, or for an appointment before its hour."""

_CASE = (
    Request.id.label("number"), Request.category, Request.ending, Request.opened_at.label("asked_at"),
    Request.accepted_at, Request.ended_at,
)  # fmt: skip
_NAMED = ((Person, Person.id == Seat.person_id),)

DEEDS: tuple[Figure, ...] = (
    figure("ended", Request, _CASE, *ENDED, month=Request.ended_at),
    figure("solved", Request, _CASE, *SOLVED, month=Request.ended_at),
    figure("in_time", Request, _CASE, *SOLVED, ANSWERED, month=Request.ended_at),
    figure(
        "visits", Visit, (Household.name.label("household"), Person.name.label("steward"), Visit.at, Visit.kind),
        Visit.counts, month=Visit.at,
        joins=((Household, Household.id == Visit.household_id), (Person, Person.id == Visit.person_id)),
    ),
    figure(
        "gatherings", Gathering, (Gathering.id.label("number"), Gathering.kind, Gathering.begins_at, Gathering.place),
        Gathering.standing == Standing.CLOSED, month=Gathering.begins_at,
    ),
    figure("came", Seat, (Person.name, Seat.came_at), Seat.stayed.is_not(None), month=Seat.came_at, joins=_NAMED),
    figure(
        "points", PointEntry, (Person.name, PointEntry.deed, PointEntry.day, PointEntry.points),
        joins=((Person, Person.id == PointEntry.person_id),), village=PointEntry.area_code, month=PointEntry.month,
        sums=PointEntry.points,
    ),
)  # fmt: skip
