"""Which frail people have nobody who looks after their requests: for the branch's weekly list, and on demand."""

from sqlalchemy import exists, func, select

from dispatch import areas, chats
from dispatch.actors import Actor
from dispatch.guardians.bonds import HOLDS
from dispatch.messages import Message, listed, text
from dispatch.spots import short
from dispatch.work import Work
from models.guardians import Guardianship
from models.people import Person
from models.places import Area, Household

MOST = 40  # Lines of a list; beyond, they are counted.
_guarded = exists().where(Guardianship.ward_id == Person.id, *HOLDS, chats.live(Guardianship.guardian_id))


def section(work: Work, actor: Actor) -> Message:
    """Frail people within the areas without a guardian who can be reached; first those without a chat of their own."""
    speaks = chats.live(Person.id)
    missing = (
        select(Area.name.label("village"), Household.name.label("home"), Person.name, speaks.label("speaks"))
        .join(Household, Household.id == Person.household_id)
        .join(Area, Area.code == Household.village_code)
        .where(areas.scope(actor, Person), Person.frail, ~_guarded)
    )
    total = work.conn.scalar(select(func.count()).select_from(missing.subquery())) or 0
    first = missing.order_by(speaks, Area.code, Person.id).limit(MOST)
    lines = [
        text(
            "guardian.lacking_line" if row.speaks else "guardian.lacking_line_mute",
            village=short(row.village),
            home=row.home,
            name=row.name,
        )
        for row in work.conn.execute(first)
    ]
    return Message("guardian.lacking", {"count": total, "lines": listed(lines)})
