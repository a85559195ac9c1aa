"""An area as figures see it: its name, its codes, and the villages in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select
from sqlalchemy.orm import aliased

from dispatch import errors
from dispatch.actors import Actor
from dispatch.areas import below
from dispatch.permissions import Action, can
from models.places import Area
from models.words import Level

_Parent, _Top = aliased(Area), aliased(Area)
_AREAS = (
    select(Area.code, Area.name, Area.level, Area.parent_code, _Parent.parent_code.label("top"))
    .outerjoin(_Parent, _Parent.code == Area.parent_code)
    .order_by(Area.code)
)


@dataclass(frozen=True, slots=True)
class Place:
    """A county, township or village. It has the codes by which `dispatch.permissions` tells who may see it."""

    code: str
    name: str
    level: Level
    county_code: str | None
    township_code: str | None
    village_code: str | None


def _place(code: str, name: str, level: Level, parent: str | None, top: str | None) -> Place:
    codes = {
        Level.BRANCH: (top, parent, code), Level.TOWNSHIP: (parent, code, None), Level.COUNTY: (code, None, None)
    }  # fmt: skip
    return Place(code, name, level, *codes[level])


def by_code(conn: Connection, code: str) -> Place | None:
    """The area of this code."""
    row = conn.execute(_AREAS.where(Area.code == code)).one_or_none()
    return None if row is None else _place(*row)


def open_to(conn: Connection, actor: Actor, word: str = "") -> Place:
    """The area that the actor means: by its code, by its name or the beginning of it; without a word their widest own.

    Raises:
        NotAllowed: the actor answers for no area, or not for this one.
        NotFound: no area is called so.
        BadValue: several are.
    """
    if not actor.areas:
        raise errors.NotAllowed
    if not word:
        word = actor.areas[0][1]
    mine = Area.code.in_(below(actor))
    named = or_(Area.code == word, Area.name == word, Area.name.startswith(word, autoescape=True))
    found = [_place(*row) for row in conn.execute(_AREAS.where(mine, named).limit(10))]
    exact = [one for one in found if word in (one.code, one.name)] or found
    if not exact:
        raise errors.NotFound("figures.no_area", word=word[:40])
    if len(exact) > 1:
        known = ", ".join(f"{one.name} {one.code}" for one in exact)
        raise errors.BadValue("figures.several", word=word[:40], known=known)
    if not can(actor, Action.SEE_FIGURES, exact[0]):
        raise errors.NotAllowed
    return exact[0]


def villages(conn: Connection, place: Place) -> dict[str, str]:
    """The names of the area's villages by their codes, in the order of the codes."""
    if place.level is Level.BRANCH:
        return {place.code: place.name}
    inner = select(_Parent.code).where(_Parent.parent_code == place.code)
    parents = Area.parent_code == place.code if place.level is Level.TOWNSHIP else Area.parent_code.in_(inner)
    rows = conn.execute(select(Area.code, Area.name).where(Area.level == Level.BRANCH, parents).order_by(Area.code))
    return {code: name for code, name in rows}  # noqa: C416 (rows are not pairs to the type checker)


def children(conn: Connection, place: Place) -> Sequence[Place]:
    """The areas of the next level below."""
    return [_place(*row) for row in conn.execute(_AREAS.where(Area.parent_code == place.code))]
