"""When somebody can no longer help: what they were asked, and what they held, goes to the next at once.

Either nothing reaches them any more, or they serve no more; then their households get another steward as well.
"""

from dataclasses import dataclass

from sqlalchemy import func, select, update

from dispatch import chats, errors, trail
from dispatch.actors import Actor
from dispatch.desk import helping, holding
from dispatch.division import linking, village
from dispatch.division.proposing import Change
from dispatch.division.solver import Solver
from dispatch.gatherings import answering
from dispatch.permissions import Action, can
from dispatch.work import Work
from models.people import Link, Steward
from models.requests import Offer
from models.words import HELD_STATES, Answer, Event


def unreachable(work: Work, person_id: int) -> None:
    """Nothing reaches this person any more. With another chat that works, nothing happens."""
    if not chats.reachable(work.conn, person_id):
        _let_go(work, person_id, None)


def _let_go(work: Work, person_id: int, actor_id: int | None) -> None:
    asked = select(Offer.token).where(Offer.person_id == person_id, Offer.answer == Answer.OPEN)
    for token in work.conn.execute(asked).scalars().all():
        helping.unreachable(work, token)
    for held in holding.mine(work, person_id):
        if held.case.state in HELD_STATES:
            helping.back_to_circle(work, held.case, Event.LEAVE, actor_id)


_POST = (Steward.id, Steward.county_code, Steward.township_code, Steward.village_code)


@dataclass(frozen=True, slots=True)
class Burden:
    """What somebody leaves behind: households to be given to others, tasks under way, and offers without an answer."""

    households: int
    tasks: int
    offers: int


def burden(work: Work, person_id: int) -> Burden:
    """What would have to be taken over from this person."""
    homes = select(func.count()).select_from(Link).join(Steward, Steward.id == Link.steward_id)
    offers = select(func.count()).where(Offer.person_id == person_id, Offer.answer == Answer.OPEN)
    held = [one.case for one in holding.mine(work, person_id)]
    tasks = [case for case in held if case.state in HELD_STATES and not case.drill]
    return Burden(
        work.conn.execute(homes.where(Steward.person_id == person_id)).scalar_one(),
        len(tasks),
        work.conn.execute(offers).scalar_one(),
    )


def left(work: Work, actor: Actor, person_id: int) -> tuple[Change, ...]:
    """The person serves no more in the actor's areas; returns which households got another steward.

    Nothing of what they did is touched: the person, their answers and the trail stay.

    Raises:
        NotAllowed: they serve, and nowhere within the actor's areas.
        NotNow: they serve no more already.
    """
    serving = (Steward.person_id == person_id, Steward.left_at.is_(None))
    every = work.conn.execute(select(*_POST).where(*serving)).all()
    posts = [post for post in every if can(actor, Action.SEE_OFF, post)]
    if not posts:
        raise errors.NotAllowed if every else errors.NotNow("left.already")
    homes = {
        post.id: work.conn.execute(select(Link.household_id).where(Link.steward_id == post.id)).scalars().all()
        for post in posts
    }
    off = update(Steward).where(Steward.id.in_([post.id for post in posts]))
    work.conn.execute(off.values(left_at=work.now, on_duty=False))
    if len(posts) == len(every):
        _let_go(work, person_id, actor.id)
        answering.step_back(work, person_id)
    changes: tuple[Change, ...] = ()
    with Solver() as solver:
        for post in posts:
            place = village.load(work.conn, post.village_code)
            trail.write(work, actor.id, place, "left", person_id, households=list(homes[post.id]))
            changes += linking.relink(work, place, homes[post.id], solver, actor.id)
    return changes


def back(work: Work, actor: Actor, person_id: int) -> None:
    """The person serves again. Their households of old stay with whoever has them, until a new division.

    Raises:
        NotAllowed: they left, and nowhere within the actor's areas.
        NotNow: they never left.
    """
    gone = (Steward.person_id == person_id, Steward.left_at.is_not(None))
    every = work.conn.execute(select(*_POST).where(*gone)).all()
    posts = [post for post in every if can(actor, Action.SEE_OFF, post)]
    if not posts:
        raise errors.NotAllowed if every else errors.NotNow("left.not_left")
    back_on = update(Steward).where(Steward.id.in_([post.id for post in posts]))
    work.conn.execute(back_on.values(left_at=None, on_duty=True))
    for post in posts:
        place = village.load(work.conn, str(post.village_code))
        trail.write(work, actor.id, place, "came_back", person_id)
