"""The household's word: a visit was not so. It reaches the branch in private, and gets an answer."""

from sqlalchemy import select

from dispatch import cards, errors, offices
from dispatch.actors import Actor
from dispatch.guardians import bonds, wards
from dispatch.messages import Button, Message, text
from dispatch.permissions import Action, can
from dispatch.rules import Rules
from dispatch.taps import Verb, data
from dispatch.visits import calls
from dispatch.visits.calls import Call
from dispatch.work import Work
from models.people import Admin
from models.visits import Visit
from models.words import Lane, Level

SHOWN = 6  # Visits that a household is shown, the newest.


def of_home(work: Work, actor: Actor) -> list[Call]:
    """The visits that have ended at the actor's own household and at those of their wards, newest first."""
    homes = {actor.household_id, *(bond.household_id for bond in bonds.wards(work.conn, actor.id))} - {None}
    if not homes:
        return []
    here = (Visit.household_id.in_(homes), Visit.ended_at.is_not(None))
    found = calls.find(work.conn, *here, limit=SHOWN, newest=True)
    return [call for call in found if wards.may(work, actor, Action.SEE_VISITS, call.household_id, call)]


def object_to(work: Work, actor: Actor, call: Call) -> Call:
    """It was not so: the visit no longer counts until the branch has looked at it. A second tap changes nothing.

    Raises:
        NotFound: it is another household's visit.
    """
    if not wards.may(work, actor, Action.OBJECT_TO_VISIT, call.household_id, call):
        raise errors.NotFound("error.button")
    if call.objected_at is not None or call.ended_at is None:
        return call
    call = calls.change(work, call, objected_by=actor.id, objected_at=work.now)
    calls.trail(work, actor, call, "visit_object")
    question = Message("visit.objection", {**told(work, call), "who": cards.shown_name(actor)}, _answers(call))
    for person_id in _judges(work, call):
        work.post(person_id, question, Lane.STATUS)
    return call


def _answers(call: Call) -> tuple[tuple[Button, ...], ...]:
    return (
        (
            Button("button.visit_upheld", data(Verb.VISIT_UPHELD, call.token)),
            Button("button.visit_stands", data(Verb.VISIT_STANDS, call.token)),
        ),
    )


def _judges(work: Work, call: Call) -> list[int]:
    """The branch; the township, where the visitor is of the branch."""
    own = select(Admin.id).where(Admin.person_id == call.visitor_id, Admin.area_code == call.village_code)
    of_the_branch = work.conn.execute(own).first() is not None
    return offices.answering(work, call, Level.TOWNSHIP if of_the_branch else Level.BRANCH)


def answer(work: Work, actor: Actor, call: Call, *, upheld: bool) -> Call:
    """The branch's answer, which the household hears. Nobody answers for a visit of their own.

    Raises:
        NotFound: it lies beside the actor's areas, or it is their own visit.
        NotNow: there is no objection, or it has its answer.
    """
    if not can(actor, Action.ANSWER_OBJECTION, call) or call.visitor_id == actor.id:
        raise errors.NotFound("error.button")
    objector = call.objected_by
    if objector is None or call.upheld is not None:
        raise errors.NotNow("visit.answered")
    call = calls.change(work, call, upheld=upheld)
    calls.trail(work, actor, call, "visit_upheld" if upheld else "visit_stands")
    key = "visit.news_upheld" if upheld else "visit.news_stands"
    work.post(objector, Message(key, told(work, call)), Lane.STATUS)
    return call


def told(work: Work, call: Call) -> dict[str, object]:
    """How a visit is named in a sentence: day, visitor, kind, household."""
    visitor = cards.person(work.conn, call.visitor_id)
    return {"day": day(work.rules, call), "name": cards.shown_name(visitor), "home": call.home,
            "kind": text(f"visit.kind.{call.kind}")}  # fmt: skip


def day(rules: Rules, call: Call) -> str:
    """The day of a visit on the county's calendar."""
    return f"{rules.local(call.at):%m-%d}"
