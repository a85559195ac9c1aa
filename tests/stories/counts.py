"""What stories about figures need besides the village: many requests and visits of a month, and the rows themselves."""

from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from models.habits import PublicationKind, VisitKind
from models.publishing import Publication
from models.requests import Request
from models.visits import Visit
from models.words import Ending, State, Urgency
from tests.stories.rounds import PLACE, calendar_turns, household, moves_to
from tests.stories.world import VILLAGE, Neighbour, World


def solved(
    world: World, who: Neighbour, count: int, category: str, *, minutes: float = 3, ending: Ending = Ending.SOLVED,
    village: str = VILLAGE, **more: Any,
) -> None:  # fmt: skip
    """So many requests that ended a while ago, taken after so many minutes."""
    now = world.clock.now()
    with world.store.write() as conn:
        first = conn.execute(select(Request.id).order_by(Request.id.desc()).limit(1)).scalar() or 0
        for number in range(first + 1, first + 1 + count):
            opened = now - timedelta(hours=2)
            row = {
                "id": number, "token": f"r{number}", "requester_id": who.id, "words": "灯坏了", "category": category,
                "urgency": Urgency.NORMAL, "state": State.CLOSED, "ladder": [], "ending": ending, "opened_at": opened,
                "heard_at": opened, "accepted_at": opened + timedelta(minutes=minutes), "drill": False,
                "ended_at": now - timedelta(hours=1), **PLACE, "village_code": village, **more,
            }  # fmt: skip
            conn.execute(insert(Request), [row])


def called(world: World, steward: Neighbour, home: Neighbour, count: int) -> None:
    """So many visits that count."""
    at = world.clock.now()
    row = {"household_id": household(world, home), "person_id": steward.id, "at": at, "ended_at": at, "counts": True}
    with world.store.write() as conn:
        conn.execute(
            insert(Visit),
            [{**row, **PLACE, "token": f"v{number}", "kind": VisitKind.IN_PERSON} for number in range(count)],
        )


def month_over(world: World, local: str = "2026-04-03 09:00") -> list[Any]:
    """The next month is some days old; returns the results that were published, in the order of the villages."""
    calendar_turns(world)
    moves_to(world, local)
    for _ in range(2):
        world.clock.move(minutes=1)
        calendar_turns(world)
    theirs = Publication.kind == PublicationKind.RESULTS
    with world.store.read() as conn:
        return list(conn.execute(select(Publication).where(theirs).order_by(Publication.area_code)))


def told(world: World, published: Any) -> list[str]:
    """The lines of a publication in Chinese."""
    return [world.texts.say(world.rules.language, line["key"], **line["params"]) for line in published.body]
