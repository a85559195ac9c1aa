"""Visits written down on paper: one person types the entry in, and it counts when a second one has compared it."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import func, or_, select

from dispatch import errors
from dispatch.actors import Actor
from dispatch.areas import scope
from dispatch.desk.timeline import Words
from dispatch.permissions import Action, can
from dispatch.visits import calls
from dispatch.visits.calls import Call, Home
from dispatch.visits.due import HOMES
from dispatch.work import Work
from models.habits import VisitKind, VisitStep
from models.places import Household
from models.visits import Visit

OLDEST_DAYS = 92  # An entry older than a quarter says nothing about what is due.


def home(work: Work, actor: Actor, name: str) -> Home:
    """The household of this name for which the actor may type entries in.

    Raises:
        NotFound: there is none with a steward in the actor's village or areas.
        BadValue: there are several, in different villages.
    """
    near = or_(scope(actor, Household), Household.village_code == actor.village_code)
    rows = work.conn.execute(HOMES.where(func.lower(Household.name) == name.lower(), near).limit(20)).all()
    found = [one for one in (Home(*row) for row in rows) if can(actor, Action.TYPE_VISIT, one)]
    if not found:
        raise errors.NotFound("visit.no_such_home", name=name)
    if len(found) > 1:
        raise errors.BadValue("visit.several_homes", name=name)
    return found[0]


def type_in(work: Work, actor: Actor, at: Home, on: date, kind: VisitKind, words: str) -> Call:
    """An entry as it stands on the paper. It counts only when somebody else has compared it.

    Raises:
        BadValue: the day is to come, or longer ago than a quarter; or such a visit of that day is on record.
    """
    today = work.rules.local(work.now).date()
    if not 0 <= (today - on).days <= OLDEST_DAYS:
        raise errors.BadValue("visit.paper_day", day=on.isoformat(), days=OLDEST_DAYS)
    if not can(actor, Action.TYPE_VISIT, at) or at.visitor_id is None:
        raise errors.NotAllowed("error.not_yours")
    begin = datetime.combine(on, time(), work.rules.zone)
    known = (Visit.household_id == at.household_id, Visit.kind == kind, Visit.at >= begin,
             Visit.at < begin + timedelta(days=1))  # fmt: skip
    if work.conn.execute(select(Visit.id).where(*known).limit(1)).first() is not None:
        raise errors.BadValue("visit.paper_twice", home=at.name, day=on.isoformat())
    noon = min(begin + timedelta(hours=12), work.now)
    call = calls.create(work, at, at.visitor_id, at=noon, kind=kind, ended_at=work.now, typed_by=actor.id)
    if words:
        calls.note(work, call, VisitStep.FIND_OUT, Words(words))
    calls.trail(work, actor, call, "visit_typed")
    return call


def waiting(work: Work, actor: Actor, limit: int = 10) -> list[Call]:
    """The entries that wait for a second person, as far as the actor may be that one, oldest first."""
    near = or_(scope(actor, Visit), Visit.village_code == actor.village_code)
    conditions = (Visit.typed_by.is_not(None), Visit.checked_by.is_(None), Visit.typed_by != actor.id, near)
    found = calls.find(work.conn, *conditions, limit=limit)
    return [call for call in found if can(actor, Action.CHECK_VISIT, call)]


def check(work: Work, actor: Actor, token: str, *, right: bool) -> Call:
    """A second person compared the entry with the paper: it counts, or it is struck.

    Raises:
        NotFound: no such entry, or the actor may not see it.
        NotAllowed: the actor typed it in.
        NotNow: somebody has compared it already.
    """
    call = calls.by_token(work.conn, token)
    if call.typed_by is None or not can(actor, Action.CHECK_VISIT, call):
        raise errors.NotFound("error.button")
    if call.typed_by == actor.id:
        raise errors.NotAllowed("visit.paper_other")
    if call.checked_by is not None:
        raise errors.NotNow("visit.paper_checked")
    calls.trail(work, actor, call, "visit_checked" if right else "visit_struck", at=call.at.isoformat())
    if right:
        return calls.change(work, call, checked_by=actor.id)
    calls.drop(work, call)
    return call
