"""Appointments while they run: asked about the day before, kept, put on another day, or wanted at once after all."""

from datetime import datetime

from sqlalchemy import select

from dispatch import appointments, cards, errors, escalation, lifecycle, telling
from dispatch.actors import Actor
from dispatch.cases import Case
from dispatch.desk import needs
from dispatch.desk.holding import Held
from dispatch.messages import Message
from dispatch.permissions import Action, can
from dispatch.taps import Verb
from dispatch.work import Work
from models.requests import Offer
from models.words import Answer, Due, Lane, State

_OWNERS_OFFER = select(Offer.token).where(Offer.answer == Answer.ACCEPTED).order_by(Offer.id.desc()).limit(1)


def ask_still_on(work: Work, case: Case) -> None:
    """The day before: both sides are asked whether it holds. Silence means yes; the next step is the time itself."""
    if case.wanted_at is None:
        lifecycle.change(work, case, **lifecycle.clock(work, case, State.ACCEPTED))
        return
    lifecycle.record(work, case, "ask_still_on", None)
    owner = cards.person(work.conn, case.owner_id)
    params = {
        "number": case.id,
        "need": cards.need(case.words, 60),
        "when": appointments.shown(work.rules, case.wanted_at),
    }
    rows = cards.buttons(((Verb.STILL_ON,), (Verb.OTHER_DAY, Verb.CANCEL)), case.token)
    asked = Message("dated.still_on", {**params, "name": cards.shown_name(owner)}, rows, loud=True)
    work.post(case.requester_id, asked, Lane.ANSWER, case=case)
    token = work.conn.execute(
        _OWNERS_OFFER.where(Offer.request_id == case.id, Offer.person_id == case.owner_id)
    ).scalar()
    if token is not None and case.owner_id is not None:
        rows = cards.buttons(((Verb.KEEP, Verb.HAND_OVER), (Verb.ADDRESS,)), token)
        work.post(case.owner_id, Message("dated.can_you", params, rows, loud=True), Lane.ANSWER, case=case)
    lifecycle.change(work, case, **appointments.after_confirming(work.rules, case.wanted_at))


def still_on(work: Work, actor: Actor, case: Case) -> None:
    """The requester says that it holds: whoever comes hears it.

    Raises:
        NotNow: it is no appointment that somebody has.
    """
    when = _kept(work, actor, case, Action.KEEP_DATE)
    if case.owner_id is not None:
        work.post(
            case.owner_id, Message("dated.requester_keeps", {"number": case.id, "when": when}), Lane.ANSWER, case=case
        )


def keep(work: Work, actor: Actor, held: Held) -> None:
    """The owner says that they will come: the requester hears it.

    Raises:
        NotNow: it is no appointment that this person has.
    """
    when = _kept(work, actor, held.case, Action.ARRIVE)
    name = cards.shown_name(cards.person(work.conn, actor.id))
    message = Message("dated.owner_keeps", {"name": name, "when": when, "number": held.case.id})
    work.post(held.case.requester_id, message, Lane.ANSWER, case=held.case)


def _kept(work: Work, actor: Actor, case: Case, action: Action) -> object:
    if not can(actor, action, case):
        raise errors.NotAllowed("error.not_yours")
    if case.state is not State.ACCEPTED or case.wanted_at is None:
        raise errors.NotNow(state=str(case.state))
    lifecycle.record(work, case, "keep_date", actor.id)
    return appointments.shown(work.rules, case.wanted_at)


def start_now(work: Work, actor: Actor, case: Case) -> Case:
    """Not on that day: at once, by the ladder of every day. Whoever has it already hears so loudly.

    Raises:
        NotNow: somebody is there already, or it has ended.
    """
    _changeable(actor, case)
    ladder = needs.ladder_for(work, case.urgency, case.hands)
    lifecycle.record(work, case, "start_now", actor.id)
    if case.state is State.ACCEPTED:
        case = lifecycle.change(work, case, wanted_at=None, ladder=ladder)
        case = lifecycle.change(work, case, **lifecycle.clock(work, case, State.ACCEPTED))
        _tell_owner(
            work, case, Message("dated.now", {"number": case.id, "need": cards.need(case.words, 60)}, loud=True)
        )
        telling.edit(work, case, case.requester_id, cards.OWN)
        return case
    waited = case.due is Due.START
    case = lifecycle.change(work, case, wanted_at=None, ladder=ladder)
    if waited:
        escalation.begin(work, [case])
        return case
    clock = escalation.ladder(case)[case.rung].clock
    case = lifecycle.change(work, case, due_at=min(case.due_at or work.now, work.now + clock))
    telling.redraw_asked(work, case)
    telling.edit(work, case, case.requester_id, cards.OWN)
    return case


def put_on(work: Work, actor: Actor, case: Case, wanted_at: datetime) -> Case:
    """On this day and time instead, which lies ahead. Those who know of it hear or see it.

    Raises:
        NotNow: somebody is there already, or it has ended.
    """
    _changeable(actor, case)
    lifecycle.record(work, case, "put_on", actor.id, wanted_at=wanted_at.isoformat())
    case = lifecycle.change(work, case, wanted_at=wanted_at)
    if case.state is State.ACCEPTED:
        case = lifecycle.change(work, case, **lifecycle.clock(work, case, State.ACCEPTED))
        when = appointments.shown(work.rules, wanted_at)
        _tell_owner(work, case, Message("dated.moved", {"number": case.id, "when": when}, loud=True))
    elif case.due is Due.START:
        start_at = appointments.start(work.rules, wanted_at, work.now)
        ladder = needs.ladder_for(work, case.urgency, case.hands, wanted_at, start_at)
        case = lifecycle.change(work, case, ladder=ladder, due_at=start_at or work.now)
        if start_at is None:
            escalation.begin(work, [case])
    telling.redraw_asked(work, case)
    telling.edit(work, case, case.requester_id, cards.OWN)
    return case


def _changeable(actor: Actor, case: Case) -> None:
    if not can(actor, Action.AMEND, case):
        raise errors.NotAllowed
    if case.state not in (State.WAITING, State.OFFERED, State.ACCEPTED):
        raise errors.NotNow(state=str(case.state))


def _tell_owner(work: Work, case: Case, message: Message) -> None:
    if case.owner_id is not None:
        work.post(case.owner_id, message, Lane.ANSWER, case=case)
        telling.edit(work, case, case.owner_id, cards.OFFER)
