"""What stories about home visits need besides the village: who is responsible for whom, and the calendar's jobs."""

from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from dispatch import calendar
from dispatch.jobs import JOBS
from dispatch.visits import calls
from dispatch.visits.calls import Call, Line
from models.habits import VisitKind
from models.mail import Outbox
from models.people import Link, Person, Steward
from models.places import Household
from models.visits import Visit
from models.words import StewardKind
from tests.stories.world import COUNTY, TOWNSHIP, VILLAGE, Neighbour, World


def links(world: World, steward: Neighbour, *homes: Neighbour, days: float = 20) -> None:
    """The steward has been responsible for these residents' households for so many days."""
    mine = (Steward.person_id == steward.id) & (Steward.kind == StewardKind.STEWARD)
    with world.store.write() as conn:
        steward_id = conn.execute(select(Steward.id).where(mine)).scalar_one()
        for one in homes:
            row = {"household_id": household(world, one), "steward_id": steward_id, **PLACE}
            conn.execute(insert(Link), [{**row, "since": world.clock.now() - timedelta(days=days)}])


PLACE = {"county_code": COUNTY, "township_code": TOWNSHIP, "village_code": VILLAGE}


def household(world: World, who: Neighbour) -> int:
    """The id of the household in which they live."""
    with world.store.read() as conn:
        return int(conn.execute(select(Person.household_id).where(Person.id == who.id)).scalar_one() or 0)


def frail(world: World, who: Neighbour) -> None:
    """They are old and weak."""
    with world.store.write() as conn:
        conn.execute(update(Person).where(Person.id == who.id).values(frail=True))


def visited(
    world: World, steward: Neighbour, home: Neighbour, *, days: float, kind: VisitKind = VisitKind.IN_PERSON
) -> None:
    """There was a visit so many days ago."""
    at = world.clock.now() - timedelta(days=days)
    row = {"token": f"t{world.clock.now():%j}{home.id}{days}{kind}"[:22], "household_id": household(world, home)}
    row |= {"person_id": steward.id, "at": at, "ended_at": at, "kind": kind, **PLACE}
    with world.store.write() as conn:
        conn.execute(insert(Visit), [{**row, "counts": kind in world.rules.visits.count}])


def visits(world: World) -> list[Call]:
    """All visits, oldest first."""
    with world.store.read() as conn:
        return calls.find(conn)


def notes(world: World) -> list[Line]:
    """What was said at the newest visit."""
    with world.store.read() as conn:
        return calls.lines(conn, calls.find(conn, newest=True)[0])


def calendar_turns(world: World) -> None:
    """The service looks into its calendar."""
    calendar.run_due(world.store, world.clock, world.rules, JOBS)
    world.settle()


def moves_to(world: World, local: str) -> None:
    """The clock goes on to a local time such as 2026-03-09 09:00."""
    then = datetime.fromisoformat(local).replace(tzinfo=world.rules.zone)
    world.clock.move(seconds=(then - world.clock.now()).total_seconds())


def rename(world: World, who: Neighbour, name: str) -> None:
    """The household is called so."""
    with world.store.write() as conn:
        conn.execute(update(Household).where(Household.id == household(world, who)).values(name=name))


def posted(world: World, beginning: str) -> list[int]:
    """To whom messages with such a key were put into the outbox."""
    with world.store.read() as conn:
        return list(conn.execute(select(Outbox.person_id).where(Outbox.key.startswith(beginning))).scalars())
