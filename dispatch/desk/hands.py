"""A second pair of hands: the owner calls further people to the same place, and who can come says so with one tap."""

from dispatch import companions, errors
from dispatch.actors import Actor
from dispatch.cases import Case
from dispatch.desk import pairs
from dispatch.desk.holding import Held, find
from dispatch.permissions import Action, can
from dispatch.work import Work
from models.words import HELD_STATES, Answer


def need_help(work: Work, actor: Actor, held: Held) -> int:
    """Call further people; the owner stays the owner. Returns how many were asked; a second call asks others.

    Raises:
        NotAllowed: somebody else has the request.
        NotNow: the request has ended, or it is a practice, for which nobody is called away.
    """
    if not can(actor, Action.NEED_HELP, held.case):
        raise errors.NotAllowed("error.not_yours")
    if held.case.drill:
        raise errors.NotNow("drill.no_hands")
    if held.case.state not in HELD_STATES:
        raise errors.NotNow(state=str(held.case.state))
    return len(pairs.call(work, held.case, actor, held.token))


def come(work: Work, actor: Actor, token: str) -> Case:
    """One who was called comes along: the owner and the requester hear it. A double tap is harmless.

    Raises:
        NotFound: no such call, or somebody else was called.
        NotNow: the owner no longer has the request.
    """
    held = find(work, token)
    if held is None or not can(actor, Action.COME, held.case) or actor.id not in companions.called(work, held.case):
        raise errors.NotFound("error.button")
    case = held.case
    if case.state not in HELD_STATES or held.answer is not Answer.ACCEPTED:
        raise errors.NotNow(state=str(case.state))
    pairs.join(work, case, actor, held.person_id)
    return case
