"""What a roster lacks to keep the promise: helpers without a chat, grids with nobody on duty, homes of nobody."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from dispatch import chats
from models.people import Link, Person, Steward
from models.places import Area, Grid, Household
from models.words import StewardKind

MOST = 20  # Examples listed of each kind; beyond, they are counted.

_reachable = chats.live(Steward.person_id)
_village = select(Area.name).where(Area.code == Grid.village_code).scalar_subquery()
# Per grid with stewards: how many of them are on duty and can be reached. Counted in one pass over the stewards.
_ready = func.count().filter(Steward.on_duty, _reachable)
_served = (
    select(Steward.grid_id, _ready.label("ready"))
    .where(Steward.kind == StewardKind.STEWARD, Steward.left_at.is_(None))
    .group_by(Steward.grid_id)
    .subquery()
)

_UNREACHABLE = (
    select(Person.name, Area.name.label("village"))
    .join(Steward, Steward.person_id == Person.id)
    .outerjoin(Area, Area.code == Steward.village_code)
    .where(Steward.kind == StewardKind.STEWARD, Steward.left_at.is_(None), ~_reachable)
    .order_by(Steward.village_code, Person.id)
)
_IDLE = (
    select(Grid.name, _village.label("village"))
    .join(_served, _served.c.grid_id == Grid.id)
    .where(_served.c.ready == 0)
    .order_by(Grid.village_code, Grid.id)
)
_ALONE = (
    select(Area.name, Household.village_code, func.count().label("homes"))
    .outerjoin(Area, Area.code == Household.village_code)
    .outerjoin(Link, Link.household_id == Household.id)
    .where(Link.household_id.is_(None))
    .group_by(Household.village_code, Area.name)
    .order_by(Household.village_code)
)


@dataclass(frozen=True, slots=True)
class Gap:
    """One kind of gap: how many there are, and the first of them as "name (village)", or as a count of it."""

    name: str
    count: int
    examples: tuple[str, ...]


def gaps(conn: Connection) -> tuple[Gap, ...]:
    """All kinds that there are in the store; kinds without a single case are left out."""
    alone = conn.execute(_ALONE).all()
    found = (
        _gap("unreachable", conn.execute(_UNREACHABLE).all()),
        _gap("idle_grids", conn.execute(_IDLE).all()),
        Gap(
            "households",
            sum(row.homes for row in alone),
            tuple(f"{row.homes} ({row.name or '–'})" for row in alone[:MOST]),
        ),
    )
    return tuple(gap for gap in found if gap.count)


def _gap(name: str, rows: Any) -> Gap:
    return Gap(name, len(rows), tuple(f"{row.name} ({row.village or '–'})" for row in rows[:MOST]))
