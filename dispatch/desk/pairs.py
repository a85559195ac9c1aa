"""Two people for one request: the owner and whoever comes along, found by the same cards and calls for help."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from dispatch import cards, cases, chats, companions, errors, escalation, lifecycle, matching, offers, offices, telling
from dispatch.actors import Actor
from dispatch.cases import Case
from dispatch.ladders import Rung
from dispatch.messages import Message
from dispatch.permissions import Action, can
from dispatch.taps import Verb
from dispatch.work import Work
from models.requests import Offer
from models.words import HELD_STATES, Answer, Ask, Due, Lane, Level, State, Within

PAIR = 2  # So many people, where two are asked for.
CALLED = 2  # How many further people one call asks.
_OWNERS_TOKEN = (
    select(Offer.token).where(Offer.answer == Answer.ACCEPTED).order_by(Offer.id.desc()).limit(1)
)  # Add whose, and of which request.


def call(work: Work, case: Case, owner: Any, token: str, count: int = CALLED) -> list[int]:
    """Call further people to the same place, the skilled first; returns whom. A second call asks others.

    Stewards by nearness go first, then volunteers. Their button carries the owner's offer, which they cannot act on.
    """
    chosen = _free(work, case, {owner.id, *companions.called(work, case), *companions.coming(work, case)})[:count]
    params: dict[str, Any] = {
        "number": case.id,
        "name": cards.shown_name(cards.person(work.conn, owner.id)),
        "phone": owner.phone or "",
        "need": cards.need(case.words),
        "place": case.place,
    }
    message = Message("help.called", params, cards.buttons(((Verb.COME,),), token), loud=True)
    for person_id in chosen:
        work.post(person_id, message, Lane.OFFER, case=case)
    lifecycle.record(work, case, "need_help", owner.id, asked=chosen)
    if chosen:
        work.post(case.requester_id, Message("news.help_called", {"count": len(chosen)}), Lane.STATUS, case=case)
    return chosen


def _free(work: Work, case: Case, passed: set[int]) -> list[int]:
    found: list[matching.Candidate] = []
    for ask in (Ask.NEAREST, Ask.VOLUNTEERS):
        rung = Rung(ask=ask, within=Within.VILLAGE, count=CALLED + len(passed), wait=timedelta(minutes=5))
        people = matching.search(work, [case], rung)[case.id].fitting
        found += [one for one in people if one.person_id not in passed]
    found.sort(key=lambda one: not one.skilled)
    return list(dict.fromkeys(one.person_id for one in found))


def ask_two(work: Work, actor: Actor, case: Case) -> Case:
    """Two people are to come. One more is asked at once; whoever accepts first has it, the next one comes along.

    Raises:
        NotAllowed: neither the requester nor whoever has it nor an admin of its place.
        NotNow: it is done or has ended.
    """
    if not can(actor, Action.ASK_TWO, case):
        raise errors.NotAllowed
    if case.state not in (State.WAITING, State.OFFERED, *HELD_STATES):
        raise errors.NotNow(state=str(case.state))
    if case.hands >= PAIR:
        return case
    case = lifecycle.change(work, case, hands=PAIR, ladder=raised(case.ladder))
    lifecycle.record(work, case, "ask_two", actor.id)
    if case.state in HELD_STATES:
        fill(work, case, more=True)
    elif case.due is not Due.START:
        escalation.replace(work, case)
    telling.redraw_asked(work, case)
    telling.edit(work, case, case.requester_id, cards.OWN)
    return case


def raised(ladder: list[dict[str, Any]], hands: int = PAIR) -> list[dict[str, Any]]:
    """The snapshot of a ladder of which every rung asks at least so many people."""
    return [{**rung, "count": max(int(rung.get("count", 1)), hands)} for rung in ladder]


def accepted(work: Work, case: Case) -> None:
    """Somebody has it. Where two are wanted the other cards stay open; without one somebody is called."""
    if case.hands > 1:
        fill(work, case)


def fill(work: Work, case: Case, *, more: bool = False) -> None:
    """See to it that somebody comes along: call people where no card is open (`more`: all the same).

    Where nobody is left to call, the owner and the branch hear it, once.
    """
    if not companions.lacking(work, case) or (not more and offers.any_open(work, case)):
        return
    owner = cards.person(work.conn, case.owner_id)
    if owner is None or call_more(work, case):
        return
    if offers.any_open(work, case) or companions.was_written(work, case, "no_second"):
        return
    lifecycle.record(work, case, "no_second", None, round=case.round)
    params = {"number": case.id, "need": cards.need(case.words), "place": case.place}
    work.post(owner.id, Message("pair.alone", params, loud=True), Lane.ANSWER, case=case)
    offices.admins(work, case, Level.BRANCH, Message("pair.branch", params, loud=True), Lane.OFFER)


def call_more(work: Work, case: Case, count: int = CALLED) -> list[int]:
    """Call so many further people to a request that somebody has; returns whom."""
    token = work.conn.execute(
        _OWNERS_TOKEN.where(Offer.request_id == case.id, Offer.person_id == case.owner_id)
    ).scalar()
    owner = cards.person(work.conn, case.owner_id)
    return call(work, case, owner, token, count) if token is not None and owner is not None else []


def unreached(work: Work, request_id: int, person_id: int) -> None:
    """A call to come along cannot be delivered: one more is called at once.

    Where nobody is left, and none of those who were called can be reached, the owner hears it.
    """
    case = cases.load(work.conn, request_id)
    owner, called = cards.person(work.conn, case.owner_id), companions.called(work, case)
    if case.state not in HELD_STATES or owner is None or person_id not in called:
        return
    if case.hands > 1:
        fill(work, case, more=True)
    elif not call_more(work, case, 1) and not any(chats.reachable(work.conn, one) for one in called):
        work.post(owner.id, Message("help.nobody", loud=True), Lane.ANSWER, case=case)


def join(work: Work, case: Case, actor: Actor, owner_id: int) -> None:
    """This person comes along: the owner and the requester hear it. Twice is harmless."""
    if actor.id in companions.coming(work, case):
        return
    lifecycle.record(work, case, "come", actor.id, round=case.round)
    name = cards.shown_name(cards.person(work.conn, actor.id))
    coming = Message("help.coming", {"name": name, "phone": actor.phone or "—", "number": case.id}, loud=True)
    work.post(owner_id, coming, Lane.ANSWER, case=case)
    work.post(case.requester_id, Message("news.help_coming", {"name": name}), Lane.STATUS, case=case)
    if case.hands > 1 and not companions.lacking(work, case):
        for person_id in telling.close_offers(work, case, Answer.TAKEN):
            telling.edit(work, case, person_id, cards.OFFER)


def second_yes(work: Work, case: Case, actor: Actor, owner_id: int) -> None:
    """Accepted after somebody else, where two are wanted: they come along, and hear with whom."""
    join(work, case, actor, owner_id)
    owner = cards.person(work.conn, owner_id)
    params = {"name": cards.shown_name(owner), "phone": owner.phone or "—", "number": case.id, "place": case.place}
    work.post(actor.id, Message("pair.with", params), Lane.ANSWER, case=case)
