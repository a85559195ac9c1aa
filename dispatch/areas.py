"""The areas that admins answer for: which column holds a level's code, and what lies within an actor's areas."""

from typing import Any, Protocol

from sqlalchemy import ColumnElement, Select, false, or_, select

from dispatch.actors import Actor
from models.places import Area
from models.words import Ask, Level

# Narrowest first. Everything with a place (a request, a person, a row of a placed table) has all three.
CODES = {Level.BRANCH: "village_code", Level.TOWNSHIP: "township_code", Level.COUNTY: "county_code"}
OFFICES = {Ask.BRANCH: Level.BRANCH, Ask.TOWNSHIP: Level.TOWNSHIP, Ask.COUNTY: Level.COUNTY}  # Rungs that ask admins.


class Located(Protocol):
    """Anything with a place in the hierarchy."""

    @property
    def county_code(self) -> str | None: ...
    @property
    def township_code(self) -> str | None: ...
    @property
    def village_code(self) -> str | None: ...


def code(thing: Located, level: Level) -> str | None:
    """The code of the area of this level in which the thing lies; None where it is not known yet."""
    found: str | None = getattr(thing, CODES[level])
    return found


def upward(thing: Located, level: Level) -> str | None:
    """The code of the area of this level; of the next above where it is not known yet."""
    levels = list(CODES)
    return next((found for one in levels[levels.index(level) :] if (found := code(thing, one))), None)


def scope(actor: Actor, table: Any) -> ColumnElement[bool]:
    """The rows of a placed table within the actor's areas."""
    return or_(false(), *(getattr(table, CODES[level]) == area for level, area in actor.areas))


def below(actor: Actor) -> Select[str]:
    """The codes of the actor's areas and of all below them."""
    own = [area for _, area in actor.areas]
    children = select(Area.code).where(Area.parent_code.in_(own))
    return select(Area.code).where(
        or_(Area.code.in_(own), Area.parent_code.in_(own), Area.parent_code.in_(children.scalar_subquery()))
    )
