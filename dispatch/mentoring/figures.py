"""Mentoring in numbers: each village's line is counted from its rows, and the sum is that of the lines."""

from collections import defaultdict
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, func, select

from dispatch.actors import Actor
from dispatch.areas import scope
from models.cooperatives import Cooperative, Member
from models.habits import PairState
from models.mentoring import IncomeLeader, JobFound, Pair
from models.places import Area


@dataclass(slots=True)
class Figures:
    """One village, or all of an area together."""

    village: str = ""
    leaders: int = 0  # Who lead now.
    mentored: int = 0  # Who are taken along now.
    refused: int = 0  # Who said no.
    found_work: int = 0  # People who found work, however often.
    cooperatives: int = 0
    members: int = 0


_NUMBERS = tuple(one.name for one in fields(Figures)[1:])


def by_village(conn: Connection, actor: Actor) -> list[Figures]:
    """A line for each village of the actor's areas in which there is anything to count."""
    found: dict[str, Figures] = defaultdict(Figures)
    for name, table, what, which in _counted():
        of_village = select(table.village_code, what).where(scope(actor, table), *which)
        if name == "found_work":
            of_village = of_village.join(Pair, Pair.id == JobFound.pair_id)
        for code, count in conn.execute(of_village.group_by(table.village_code)):
            setattr(found[code], name, count)
    for code, name in conn.execute(select(Area.code, Area.name).where(Area.code.in_(found))):
        found[code].village = name
    return [found[code] for code in sorted(found)]


def _counted() -> tuple[tuple[str, Any, Any, tuple[Any, ...]], ...]:
    return (
        ("leaders", IncomeLeader, func.count(), (IncomeLeader.left_at.is_(None),)),
        ("mentored", Pair, func.count(), (Pair.state == PairState.ACTIVE,)),
        ("refused", Pair, func.count(), (Pair.state == PairState.REFUSED,)),
        ("found_work", JobFound, func.count(func.distinct(Pair.person_id)), ()),
        ("cooperatives", Cooperative, func.count(), ()),
        ("members", Member, func.count(), ()),
    )


def together(lines: list[Figures]) -> Figures:
    """The sum of the lines."""
    return Figures("", *(sum(getattr(one, name) for one in lines) for name in _NUMBERS))
