"""A second pair of hands: the owner calls further people to the same place, and who can come says so with one tap."""

from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, select

from dispatch import cards, errors, lifecycle, matching
from dispatch.actors import Actor
from dispatch.cases import Case
from dispatch.desk.helping import Held, find
from dispatch.messages import Message
from dispatch.permissions import Action, can
from dispatch.rules import Rung
from dispatch.taps import Verb
from dispatch.work import Work
from models.requests import Audit
from models.words import HELD_STATES, Answer, Ask, Lane, Skip, Within

HANDS = 2  # How many further people one call asks.
_TRAIL = select(Audit.actor_id, Audit.detail).where(
    Audit.request_id == bindparam("request"), Audit.action == bindparam("wanted")
)


def need_help(work: Work, actor: Actor, held: Held) -> int:
    """Call further people; the owner stays the owner. Returns how many were asked; a second call asks others.

    Stewards by nearness go first, then volunteers. Their button carries the owner's offer, which they cannot act on.
    """
    case = held.case
    if not can(actor, Action.NEED_HELP, case):
        raise errors.NotAllowed("error.not_yours")
    chosen = _free(work, case, {actor.id, *_called(work, case)})
    params: dict[str, Any] = {
        "number": case.id,
        "name": cards.shown_name(cards.person(work.conn, actor.id)),
        "phone": actor.phone or "",
        "need": cards.need(case.words),
        "place": case.place,
    }
    message = Message("help.called", params, cards.buttons(((Verb.COME,),), held.token), loud=True)
    for person_id in chosen:
        work.post(person_id, message, Lane.OFFER, case=case)
    lifecycle.record(work, case, "need_help", actor.id, asked=chosen)
    if chosen:
        work.post(case.requester_id, Message("news.help_called", {"count": len(chosen)}), Lane.STATUS, case=case)
    return len(chosen)


def _free(work: Work, case: Case, passed: set[int]) -> list[int]:
    found: dict[int, None] = {}
    for ask in (Ask.NEAREST, Ask.VOLUNTEERS):
        rung = Rung(ask=ask, within=Within.VILLAGE, count=HANDS + len(passed), wait=timedelta(minutes=5))
        people = matching.search(work, [case], rung)[case.id]
        found |= {one.person_id: None for one in people if one.skip is Skip.NONE and one.person_id not in passed}
    return list(found)[:HANDS]


def _called(work: Work, case: Case) -> set[int]:
    rows = work.conn.execute(_TRAIL, {"request": case.id, "wanted": "need_help"})
    return {person_id for row in rows for person_id in row.detail.get("asked", ())}


def come(work: Work, actor: Actor, token: str) -> Case:
    """One who was called comes along: the owner and the requester hear it. A double tap is harmless.

    Raises:
        NotFound: no such call, or somebody else was called.
        NotNow: the owner no longer has the request.
    """
    held = find(work, token)
    case = held.case
    if not can(actor, Action.COME, case) or actor.id not in _called(work, case):
        raise errors.NotFound("error.button")
    if case.state not in HELD_STATES or held.answer is not Answer.ACCEPTED:
        raise errors.NotNow(state=str(case.state))
    if actor.id in work.conn.execute(_TRAIL, {"request": case.id, "wanted": "come"}).scalars().all():
        return case
    lifecycle.record(work, case, "come", actor.id)
    name = cards.shown_name(cards.person(work.conn, actor.id))
    coming = Message("help.coming", {"name": name, "phone": actor.phone or "—", "number": case.id}, loud=True)
    work.post(held.person_id, coming, Lane.ANSWER, case=case)
    work.post(case.requester_id, Message("news.help_coming", {"name": name}), Lane.STATUS, case=case)
    return case
