"""What a steward does at a household's door: begin, say, skip, end; and what is not solved becomes a request."""

from typing import Any

from sqlalchemy import select

from dispatch import errors, spots
from dispatch.actors import Actor
from dispatch.cases import Case, load
from dispatch.categories import Category
from dispatch.desk import needs
from dispatch.desk.needs import Helped, Need
from dispatch.desk.timeline import Words
from dispatch.permissions import Action, can
from dispatch.visits import calls
from dispatch.visits.calls import STEPS, Call, Home
from dispatch.work import Work
from models.habits import VisitKind, VisitStep
from models.people import Person
from models.places import Household
from models.visits import Visit
from models.words import MediaKind, Urgency

SHOWN = (MediaKind.PHOTO, MediaKind.VIDEO)  # What is shown stays at its step, since an album comes one by one.
_AT_ONCE = (VisitKind.ABSENT, VisitKind.REFUSED)  # With these nothing is left to be said.


def unfinished(work: Work, actor: Actor) -> list[Call]:
    """The actor's visits that were begun and not ended, oldest first."""
    return calls.find(work.conn, Visit.person_id == actor.id, Visit.ended_at.is_(None), limit=5)


def begin(work: Work, actor: Actor, home: Home) -> Call:
    """At the door. One that is under way at this household goes on.

    Raises:
        NotAllowed: somebody else is responsible for the household.
    """
    if not can(actor, Action.VISIT, home):
        raise errors.NotAllowed("error.not_yours")
    here = (Visit.person_id == actor.id, Visit.household_id == home.household_id, Visit.ended_at.is_(None))
    under_way = calls.find(work.conn, *here, limit=1)
    return under_way[0] if under_way else calls.create(work, home, actor.id, step=STEPS[0])


def held(work: Work, actor: Actor, token: str) -> Call:
    """The actor's own visit with this token.

    Raises:
        NotFound: no such visit, or it is somebody else's (a forged or borrowed button looks the same).
    """
    call = calls.by_token(work.conn, token)
    if not can(actor, Action.VISIT, call):
        raise errors.NotFound("error.button")
    return call


def say(work: Work, call: Call, words: Words) -> Call:
    """An answer to the step that is asked. Words and voice go on to the next; what is shown waits for more of it."""
    if call.step is None:
        raise errors.NotNow("visit.over")
    calls.note(work, call, call.step, words)
    return call if any(one.kind in SHOWN for one in words.recordings) else _next(work, call)


def skip(work: Work, call: Call, step: VisitStep) -> Call:
    """Leave a step empty, or go on from it. A second tap changes nothing."""
    return _next(work, call) if call.step is step else call


def _next(work: Work, call: Call) -> Call:
    left = STEPS[STEPS.index(call.step) + 1 :] if call.step else ()
    return calls.change(work, call, step=left[0]) if left else end(work, call)


def end(work: Work, call: Call) -> Call:
    """It is over as it is."""
    return call if call.ended_at else calls.change(work, call, step=None, ended_at=work.now)


def turned_out(work: Work, call: Call, kind: VisitKind) -> Call:
    """Nobody at home, not wanted, or by phone: the first two end it at once."""
    if call.ended_at is not None:
        return call
    over: dict[str, Any] = {"step": None, "ended_at": work.now} if kind in _AT_ONCE else {}
    return calls.change(work, call, kind=kind, **over)


def drop(work: Work, actor: Actor, call: Call) -> None:
    """Begun by mistake: it never was. What was ended, or led to a request, stays."""
    if call.ended_at is not None or call.request_id is not None:
        raise errors.NotNow("visit.over")
    calls.trail(work, actor, call, "visit_drop")
    calls.drop(work, call)


def need_of(work: Work, call: Call) -> Words:
    """What the household needs, as it was said; empty words where nothing was."""
    for step in (VisitStep.ASK, VisitStep.FIND_OUT, VisitStep.SOLVE):
        said = calls.words(work.conn, call, step)
        if said.text or said.recordings:
            return said
    return Words()


def ask_for(
    work: Work, actor: Actor, call: Call, words: Words, category: Category, urgency: Urgency = Urgency.NORMAL
) -> tuple[Call, Case]:
    """What was not solved becomes a request on the household's behalf, once; the steward hears how it goes.

    An emergency is a request of its own, whatever was asked for before.
    """
    if call.request_id is not None and urgency is Urgency.NORMAL:
        return call, load(work.conn, call.request_id)
    spot = spots.home(work.conn, call.household_id)
    if spot is None:
        raise errors.NotFound("error.not_found")
    name, phone = _helped(work, call)
    need = Need(words, spot, category.name, category.skill, urgency, helped=Helped(name, phone) if name else None)
    case = needs.ask(work, actor, need)
    call = calls.change(work, call, request_id=case.id)
    calls.trail(work, actor, call, "visit_request")
    return call, case


def _helped(work: Work, call: Call) -> tuple[str, str | None]:
    """Who is helped: the household's frail resident, else the first on the roster, else the household by its name."""
    residents = select(Person.name, Person.phone).where(Person.household_id == call.household_id)
    row = work.conn.execute(residents.order_by(Person.frail.desc(), Person.id).limit(1)).one_or_none()
    phone = work.conn.execute(select(Household.phone).where(Household.id == call.household_id)).scalar()
    return (row.name, row.phone or phone) if row is not None else (call.home, phone)
