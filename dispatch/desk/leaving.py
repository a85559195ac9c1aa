"""When somebody can no longer be reached: what they were asked, and what they held, goes to the next at once."""

from sqlalchemy import select

from dispatch import chats
from dispatch.desk import helping
from dispatch.work import Work
from models.requests import Offer
from models.words import HELD_STATES, Answer, Event


def unreachable(work: Work, person_id: int) -> None:
    """Nothing reaches this person any more. With another chat that works, nothing happens."""
    if chats.reachable(work.conn, person_id):
        return
    asked = select(Offer.token).where(Offer.person_id == person_id, Offer.answer == Answer.OPEN)
    for token in work.conn.execute(asked).scalars().all():
        helping.unreachable(work, token)
    for held in helping.mine(work, person_id):
        if held.case.state in HELD_STATES:
            helping.back_to_circle(work, held.case, Event.LEAVE, None)
