"""What stories about points need besides the village: deeds done, the calendar's months, and the rows of the ledger."""

from typing import Any

from sqlalchemy import select

from dispatch.ledger import verifying
from models.ledger import PointEntry
from models.points import PointMonth
from tests.stories.rounds import calendar_turns, moves_to
from tests.stories.world import Neighbour, World


def helps(world: World, near: Neighbour, granny: Neighbour, words: str = "楼道灯坏了") -> None:
    """The steward helps, and the resident confirms it."""
    granny.says(words)
    near.taps("接单").taps("已解决")
    granny.taps("已解决")


def entries(world: World) -> list[Any]:
    """All rows of the ledger, oldest first."""
    with world.store.read() as conn:
        return list(conn.execute(select(PointEntry).order_by(PointEntry.id)))


def earned(world: World, who: Neighbour) -> int:
    """The sum of somebody's points, recounted."""
    return sum(row.points for row in entries(world) if row.person_id == who.id)


def broken(world: World) -> list[verifying.Broken]:
    """Broken places of all chains."""
    with world.store.read() as conn:
        return list(verifying.everything(conn))


def month_ends(world: World, local: str = "2026-04-01 09:00") -> int:
    """The next month has begun; returns the number of what was published."""
    calendar_turns(world)
    moves_to(world, local)
    for _ in range(2):
        world.clock.move(minutes=1)
        calendar_turns(world)
    return max(row.publication_id for row in months(world))


def days_pass(world: World, days: int) -> None:
    """So many days go by, and the calendar is looked into at noon of the last."""
    world.clock.move(days=days)
    for _ in range(2):
        world.clock.move(minutes=61)
        calendar_turns(world)


def months(world: World) -> list[Any]:
    """The months that were published."""
    with world.store.read() as conn:
        return list(conn.execute(select(PointMonth).order_by(PointMonth.area_code, PointMonth.month)))
