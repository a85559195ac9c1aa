"""What of everything published somebody may look at."""

from datetime import datetime

from sqlalchemy import Connection

from dispatch import errors
from dispatch.actors import Actor
from dispatch.permissions import Action, can
from dispatch.publishing import publishing
from dispatch.publishing.publishing import Published
from models.publishing import Publication


def newest(conn: Connection, actor: Actor) -> list[Published]:
    """The newest of where the actor lives, as far up as the county, and of the areas they answer for."""
    codes = {actor.village_code, actor.township_code, actor.county_code, *(code for _, code in actor.areas)}
    theirs = Publication.area_code.in_(sorted(code for code in codes if code is not None))
    return [one for one in publishing.find(conn, theirs) if can(actor, Action.SEE_PUBLISHED, one)]


def one(conn: Connection, actor: Actor, number: int) -> Published:
    """The publication of this number.

    Raises:
        NotFound: there is none that the actor may see.
    """
    found = next(iter(publishing.find(conn, Publication.id == number)), None)
    if found is None or not can(actor, Action.SEE_PUBLISHED, found):
        raise errors.NotFound("publishing.no_such", number=number)
    return found


def open_to(actor: Actor, published: Published, now: datetime) -> bool:
    """Whether the actor could object to it now."""
    until = published.objections_until
    return until is not None and published.closed_at is None and now < until and can(actor, Action.OBJECT, published)
