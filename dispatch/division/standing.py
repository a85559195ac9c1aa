"""Who has whom today, within an admin's areas: per village in numbers, and one village by its stewards."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from dispatch import areas, chats, errors
from dispatch.actors import Actor
from dispatch.division.proposing import Figures, figures, held
from dispatch.division.rules import Grids
from dispatch.division.village import Server, Village, load
from dispatch.permissions import Action, can
from dispatch.spots import short
from models.people import Link, Steward
from models.places import Area, Household
from models.words import Level, StewardKind


@dataclass(frozen=True, slots=True)
class Share:
    """One steward with what they are responsible for."""

    steward: Server
    homes: int
    frail: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A village today. `nobody` are the names of the homes without a steward, `frail_alone` their frail people."""

    village: Village
    figures: Figures
    shares: tuple[Share, ...]  # Those with the most households first.
    nobody: tuple[str, ...]
    frail_alone: int


def standing(village: Village, rules: Grids) -> Standing:
    """How the village stands."""
    homes, frail = Counter[int | None](), Counter[int | None]()
    for home in village.homes:
        homes[home.steward_id] += 1
        frail[home.steward_id] += home.frail
    shares = [Share(one, homes[one.id], frail[one.id]) for one in village.stewards]
    return Standing(
        village,
        figures(village, held(village), rules),
        tuple(sorted(shares, key=lambda one: (-one.homes, one.steward.id))),
        tuple(home.name for home in village.homes if home.steward_id is None),
        frail[None],
    )


def codes(conn: Connection, within: str = "") -> list[str]:
    """The villages of the store, or those whose code begins with `within`."""
    statement = select(Area.code).where(Area.level == Level.BRANCH, Area.code.startswith(within, autoescape=True))
    return list(conn.execute(statement.order_by(Area.code)).scalars())


def village_of(conn: Connection, actor: Actor, name: str, action: Action) -> Village:
    """The village that the actor names by name or code; their only one where they name none.

    Raises:
        BadValue: more than one fits.
        NotFound: none does within the actor's areas.
    """
    rows = villages(conn, actor)
    if name:
        rows = [row for row in rows if name in (row.code, row.name, short(row.name))]
    if len(rows) > 1:
        known = "; ".join(f"{short(row.name)} {row.code}" for row in rows[:10])
        raise errors.BadValue("grid.which_village", known=known)
    found = load(conn, rows[0].code) if rows else None
    if found is None or not can(actor, action, found):
        raise errors.NotFound("grid.no_village", village=name[:60])
    return found


def villages(conn: Connection, actor: Actor) -> list[Any]:
    """Code and name of every village within the actor's areas."""
    inside = Area.code.in_(areas.below(actor))
    return list(
        conn.execute(select(Area.code, Area.name).where(Area.level == Level.BRANCH, inside).order_by(Area.code))
    )


@dataclass(frozen=True, slots=True)
class Numbers:
    """One village in numbers, counted without looking at each home."""

    name: str
    stewards: int
    homes: int
    nobody: int
    above: int
    below: int
    unreachable: int

    @property
    def faults(self) -> int:
        """What the worst villages have most of."""
        return self.nobody + self.above + self.below + self.unreachable


_live = chats.live(Steward.person_id)


def overview(conn: Connection, actor: Actor, rules: Grids) -> list[Numbers]:
    """Every village of the actor's areas, those with the most to mend first."""
    inside = areas.below(actor)
    homes = select(Household.village_code, func.count()).where(Household.village_code.in_(inside))
    counted = {row[0]: int(row[1]) for row in conn.execute(homes.group_by(Household.village_code))}
    shares = (
        select(Steward.village_code, func.count(Household.id).label("homes"), _live.label("reachable"))
        .outerjoin(Link, Link.steward_id == Steward.id)
        .outerjoin(Household, (Household.id == Link.household_id) & (Household.village_code == Steward.village_code))
        .where(Steward.village_code.in_(inside), Steward.kind == StewardKind.STEWARD, Steward.left_at.is_(None))
        .group_by(Steward.id, Steward.village_code, Steward.person_id)
    )
    by_village: dict[str, list[Any]] = {}
    for row in conn.execute(shares):
        by_village.setdefault(row.village_code, []).append(row)
    found = [_numbers(row, counted.get(row.code, 0), by_village.get(row.code, []), rules)
             for row in villages(conn, actor)]  # fmt: skip
    return sorted(found, key=lambda one: -one.faults)


def _numbers(area: Any, homes: int, shares: list[Any], rules: Grids) -> Numbers:
    return Numbers(
        name=short(area.name),
        stewards=len(shares),
        homes=homes,
        nobody=homes - sum(row.homes for row in shares),
        above=sum(row.homes > rules.most for row in shares),
        below=sum(row.homes < rules.least for row in shares),
        unreachable=sum(not row.reachable for row in shares),
    )
