"""What the person asked does: accept, decline, arrive, solve, call for help, hand over, see the address, talk."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from dispatch import cards, chats, companions, errors, escalation, lifecycle, offers, telling
from dispatch.actors import Actor
from dispatch.areas import Located
from dispatch.cases import Case
from dispatch.desk import holding, pairs, timeline
from dispatch.desk.holding import Held
from dispatch.desk.timeline import Words
from dispatch.drills import ending
from dispatch.messages import Message, Pin
from dispatch.permissions import Action, can
from dispatch.taps import new_token
from dispatch.work import Work
from models.people import Person
from models.places import Household
from models.requests import Offer
from models.words import HELD_STATES, Answer, Ask, Due, Event, Lane, NoteKind, State


def accept(work: Work, actor: Actor, held: Held) -> Case:
    """Take the task. A late yes counts while nobody else has it; a double tap is harmless.

    Raises:
        Taken: somebody else has it.
        NotNow: the request ended, or was given back by this very person.
    """
    _require(actor, Action.ACCEPT, held)
    case = held.case
    if case.owner_id == actor.id and held.answer is Answer.ACCEPTED:
        return case
    if case.owner_id is not None and case.state in (*HELD_STATES, State.DONE):
        if not _comes_along(work, actor, held):
            raise errors.Taken
        return case
    if held.answer is Answer.GAVE_BACK:
        raise errors.NotNow("offer.gave_back")
    minutes = work.rules.travel.minutes(held.metres) if held.metres is not None else None
    after = lifecycle.move(work, case, Event.ACCEPT, actor.id, owner_id=actor.id, minutes=minutes)
    _answer(work, held, Answer.ACCEPTED)
    telling.tell(work, case, after, Event.ACCEPT, actor_id=actor.id)
    pairs.accepted(work, after)
    return after


def _comes_along(work: Work, actor: Actor, held: Held) -> bool:
    """The second yes, where two people are wanted: they come along with whoever said it first."""
    case = held.case
    if held.answer is Answer.JOINED:
        return True
    if case.state is State.DONE or case.owner_id is None or not companions.lacking(work, case):
        return False
    _answer(work, held, Answer.JOINED)
    pairs.second_yes(work, case, actor, case.owner_id)
    telling.edit(work, case, actor.id, cards.OFFER)
    return True


def decline(work: Work, actor: Actor, held: Held) -> Case:
    """Not now: the next one is asked at once, and it is never held against anyone.

    Raises:
        NotNow: somebody has it, were it this very person, who hands over with the button for that; or it has ended.
    """
    _require(actor, Action.DECLINE, held)
    if held.answer in (Answer.DECLINED, Answer.GAVE_BACK):
        return held.case
    second = held.case.hands > 1 and held.case.state in HELD_STATES and held.answer is Answer.OPEN
    if held.case.state not in (State.WAITING, State.OFFERED) and not second:
        raise errors.NotNow(state=str(held.case.state))
    _answer(work, held, Answer.DECLINED)
    return _fell_away(work, held, actor.id, "decline")


def unreachable(work: Work, token: str) -> None:
    """The channel says that this offer cannot be delivered: the next one is asked at once."""
    held = holding.find(work, token)
    if held is not None and held.answer is Answer.OPEN:
        _answer(work, held, Answer.UNREACHABLE)
        _fell_away(work, held, None, "unreachable")


def _fell_away(work: Work, held: Held, actor_id: int | None, action: str) -> Case:
    case = held.case
    lifecycle.record(work, case, action, actor_id, person_id=held.person_id, rung=held.rung)
    telling.edit(work, case, held.person_id, cards.OFFER)
    if held.round == case.round and case.state in (State.WAITING, State.OFFERED):
        escalation.replace(work, case)
    elif case.hands > 1 and case.state in HELD_STATES:
        pairs.fill(work, case)
    return case


def _answer(work: Work, held: Held, answer: Answer) -> None:
    work.conn.execute(update(Offer).where(Offer.id == held.offer_id).values(answer=answer, answered_at=work.now))


def on_my_way(work: Work, actor: Actor, held: Held) -> Case:
    """A word from the owner: the clock that would take the task back starts anew."""
    _require(actor, Action.ARRIVE, held.case)
    if held.case.state is not State.ACCEPTED:
        raise errors.NotNow(state=str(held.case.state))
    lifecycle.record(work, held.case, "on_my_way", actor.id)
    return _heard_from(work, held.case)


def _heard_from(work: Work, case: Case) -> Case:
    return lifecycle.change(work, case, **lifecycle.clock(work, case, State.ACCEPTED))


def arrive(work: Work, actor: Actor, held: Held) -> Case:
    """The owner is there."""
    if held.case.state is State.ARRIVED and held.case.owner_id == actor.id:
        return held.case
    after = _moved(work, actor, held, Action.ARRIVE, Event.ARRIVE)
    if after.hands > 1:
        pairs.fill(work, after)
    return after


def solve(work: Work, actor: Actor, held: Held) -> Case:
    """The owner says that it is solved; the requester is asked whether it is."""
    if held.case.state is State.DONE and held.case.owner_id == actor.id:
        return held.case
    after = _moved(work, actor, held, Action.SOLVE, Event.SOLVE)
    return ending.end(work, after) if after.drill else after


def _moved(work: Work, actor: Actor, held: Held, action: Action, on: Event) -> Case:
    _require(actor, action, held.case)
    after = lifecycle.move(work, held.case, on, actor.id)
    telling.tell(work, held.case, after, on, actor_id=actor.id)
    return after


def hand_over(work: Work, actor: Actor, held: Held) -> Case:
    """Cannot go on: back to the circle, with the timeline; the requester hears it."""
    _require(actor, Action.HAND_OVER, held.case)
    return back_to_circle(work, held.case, Event.HAND_OVER, actor.id)


def back_to_circle(work: Work, case: Case, on: Event, actor_id: int | None) -> Case:
    """Take a held request from its owner and begin the ladder again without them."""
    after = lifecycle.move(
        work, case, on, actor_id, owner_id=None, round=case.round + 1, rung=0, minutes=None,
        due=Due.CLIMB, due_at=work.now,
    )  # fmt: skip
    holding.gave_back(work, case)
    news = {Event.HAND_OVER: "news.handed_over", Event.FALL_SILENT: "news.silent"}.get(on)
    telling.tell(work, case, after, on, actor_id=actor_id, news=news)
    escalation.begin_again(work, after)
    return after


def address(work: Work, actor: Actor, held: Held) -> Message:
    """Phone, exact address and a pin, for the owner, until a day after the end.

    Raises:
        NotAllowed: somebody else's task, or its time is over.
        NotNow: it is a practice, and behind it is nobody's door.
    """
    case = held.case
    _require(actor, Action.SEE_ADDRESS, case)
    if case.drill:
        raise errors.NotNow("drill.no_address")
    _require_contact(work, case)
    requester = cards.person(work.conn, case.requester_id)
    theirs = (
        case.helped_name is not None and case.household_id is None
    )  # Whose home is in words only: no pin of another's.
    home_phone = work.conn.execute(select(Household.phone).where(Household.id == case.household_id)).scalar()
    lifecycle.record(work, case, "see_address", actor.id)
    params = {
        "name": case.helped_name or cards.shown_name(requester),
        "phone": _phone(case, requester.phone, home_phone),
        "address": case.address or case.place or "—",
    }
    pin = None
    if case.lat is not None and case.lon is not None and not theirs:
        pin = Pin(case.lat, case.lon, case.address)
    return Message("address.shown", params, pin=pin)


def _phone(case: Case, requester: str | None, home: str | None) -> str:
    """The phone of whoever is helped: their own, their home's, and only then that of who asked for them."""
    known = (case.helped_phone, home, requester) if case.helped_name is not None else (requester, home)
    return next((phone for phone in known if phone), "—")


def contact_open(case: Case, now: datetime, span: timedelta) -> bool:
    """Whether phone, address and talk are still open: while it runs and so long after its end.

    What was written before the end may be chosen for somebody after it: a ladder was left there.
    """
    return case.ended_at is None or now - case.ended_at <= span


def talk_to_requester(work: Work, actor: Actor, case: Case, words: Words) -> None:
    """The words of the owner, or of who comes along, to the requester, through the bot.

    Raises:
        NotAllowed: it is nothing of theirs, or its time is over.
        NotNow: neither the requester nor who looks after them has a chat that works.
    """
    if actor.id == case.owner_id or actor.id not in companions.coming(work, case):  # Who comes along has no role.
        _require(actor, Action.TALK, case)
    _require_contact(work, case)
    hearers = (case.requester_id, case.guardian_id)
    if not any(chats.reachable(work.conn, one) for one in hearers if one is not None):
        raise errors.NotNow("talk.unreachable")
    name = cards.shown_name(cards.person(work.conn, actor.id))
    media = timeline.note(work, case, actor.id, NoteKind.SAID_TO_REQUESTER, words)
    message = Message("talk.to_requester", {"name": name, "words": words.text}, media=media)
    work.post(case.requester_id, message, Lane.ANSWER, case=case)
    if case.state is State.ACCEPTED and case.owner_id == actor.id:
        _heard_from(work, case)


def talk_to_owner(work: Work, actor: Actor, case: Case, words: Words) -> Case:
    """The requester's words to whoever has the request."""
    _require(actor, Action.TALK, case)
    _require_contact(work, case)
    media = timeline.note(work, case, actor.id, NoteKind.SAID_TO_HELPER, words)
    message = Message("talk.to_owner", {"number": case.id, "words": words.text}, media=media)
    if case.owner_id is not None:
        work.post(case.owner_id, message, Lane.ANSWER, case=case)
    return lifecycle.change(work, case, heard_at=work.now)


def assign(work: Work, actor: Actor, case: Case, person_id: int) -> Case:
    """An admin gives the request to a person, who finds it among their tasks and hears it at once.

    Raises:
        NotFound: nobody is that person.
        NotNow: they have it already, or are the one who asks.
    """
    if not can(actor, Action.ASSIGN, case):
        raise errors.NotAllowed
    if person_id == case.requester_id or (person_id == case.owner_id and case.state in HELD_STATES):
        raise errors.NotNow("assign.own" if person_id == case.requester_id else "assign.has_it")
    if work.conn.execute(select(Person.id).where(Person.id == person_id)).first() is None:
        raise errors.NotFound("error.person")
    if case.owner_id is not None:
        holding.gave_back(work, case)
    opened = work.conn.execute(
        select(Offer.id).where(Offer.request_id == case.id, Offer.person_id == person_id, Offer.round == case.round)
    ).scalar()
    if opened is None:
        work.conn.execute(insert(Offer), [_assigned(work, case, person_id)])
    else:
        values = {"answer": Answer.ACCEPTED, "answered_at": work.now}
        work.conn.execute(update(Offer).where(Offer.id == opened).values(**values))
    after = lifecycle.move(work, case, Event.ASSIGN, actor.id, owner_id=person_id, minutes=None)
    telling.tell(work, case, after, Event.ASSIGN, actor_id=actor.id)
    pairs.accepted(work, after)
    work.post(person_id, offers.CARD, Lane.OFFER, case=after)
    return after


def _assigned(work: Work, case: Case, person_id: int) -> dict[str, Any]:
    return {
        "request_id": case.id,
        "person_id": person_id,
        "round": case.round,
        "rung": case.rung,
        "ask": Ask.NEAREST,
        "token": new_token(),
        "why": "why.assigned",
        "asked_at": work.now,
        "answered_at": work.now,
        "answer": Answer.ACCEPTED,
        "county_code": case.county_code,
        "township_code": case.township_code,
        "village_code": case.village_code,
    }


def _require_contact(work: Work, case: Case) -> None:
    if not contact_open(case, work.now, work.rules.contact_for):
        raise errors.NotAllowed("error.contact_closed")


def _require(actor: Actor, action: Action, thing: Located) -> None:
    if not can(actor, action, thing):
        raise errors.NotAllowed("error.not_yours")
