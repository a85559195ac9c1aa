"""What people are told at first contact, once each: what is kept, what for, how long, and what they can do about it."""

from sqlalchemy import update

from dispatch.actors import Actor
from dispatch.messages import Button, Message
from dispatch.taps import Verb, data
from dispatch.work import Work
from models.people import Person
from models.words import Lane


def tell(work: Work, actor: Actor) -> None:
    """Tell a person who has not been told. It goes out behind the first answer, and nothing waits for it."""
    if actor.told or actor.made_up:
        return
    told = update(Person).where(Person.id == actor.id, Person.told_at.is_(None)).values(told_at=work.now)
    if not work.conn.execute(told).rowcount:
        return
    params = {"days": work.rules.retention.requests.days, "county": work.rules.county_name}
    rows = ((Button("button.agree", data(Verb.AGREE, "told")),),)
    work.post(actor.id, Message("consent.told", params, rows), Lane.STATUS, key=f"told:{actor.id}")


def agree(work: Work, person_id: int) -> bool:
    """Record that a person has read it; False when that stands there already."""
    first = update(Person).where(Person.id == person_id, Person.agreed_at.is_(None)).values(agreed_at=work.now)
    return work.conn.execute(first).rowcount > 0
