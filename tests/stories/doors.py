"""What stories about contact cards need besides the world: printed cards, links, and somebody who scans."""

from sqlalchemy import insert, select

from dispatch import calendar, invitations, jobs
from dispatch.invitations import CardCode
from dispatch.work import Work
from models.people import Link, Person, Steward
from models.places import Household
from tests.stories.world import COUNTY, TOWNSHIP, VILLAGE, Neighbour, World


def home(world: World, who: Neighbour) -> int:
    """The household of a resident."""
    with world.store.read() as conn:
        return int(conn.execute(select(Person.household_id).where(Person.id == who.id)).scalar_one())


def empty_home(world: World, name: str, *, phone: str | None = None, grid: str = "一网格") -> int:
    """A household of which nobody is on the roster."""
    with world.store.write() as conn:
        codes = {"village_code": VILLAGE, "township_code": TOWNSHIP, "county_code": COUNTY}
        row = {"grid_id": world.grids[VILLAGE, grid], "name": name, "address": f"{name} 1号", "phone": phone}
        return int(conn.execute(insert(Household).values(**codes, **row).returning(Household.id)).scalar_one())


def links(world: World, household_id: int, steward: Neighbour) -> None:
    """The steward becomes responsible for the household."""
    with world.store.write() as conn:
        number = conn.execute(select(Steward.id).where(Steward.person_id == steward.id)).scalar_one()
        codes = {"village_code": VILLAGE, "township_code": TOWNSHIP, "county_code": COUNTY}
        row = {"household_id": household_id, "steward_id": number, "since": world.clock.now()}
        conn.execute(insert(Link).values(**row, **codes))


def prints(world: World, steward: Neighbour, household_id: int | None) -> CardCode:
    """A card is printed, as `red-steward cards` does it."""
    with world.store.write() as conn:
        number = conn.execute(select(Steward.id).where(Steward.person_id == steward.id)).scalar_one()
        work = Work(conn, world.clock.now(), world.rules)
        code = invitations.card(work, number, household_id, printed=True, actor_id=None)
        work.flush()
    return code


def scans(who: Neighbour, code: str, name: str) -> Neighbour:
    """Open a card's link; where the channel knows no names, say one's own when asked."""
    who.says(f"/start {code}")
    return answers_name(who, name)


def types(who: Neighbour, code: str, name: str) -> Neighbour:
    """Send the eight characters of a card, and the name where it is asked for."""
    who.says(code)
    return answers_name(who, name)


def answers_name(who: Neighbour, name: str) -> Neighbour:
    """Say one's name if that was just asked; at first contact a word about one's data follows the question."""
    asked = any("怎么称呼" in text or "your name" in text for text in who.heard[-2:])
    return who.says(name) if asked else who


def calendar_comes_round(world: World) -> None:
    """What is due by the calendar is done."""
    calendar.run_due(world.store, world.clock, world.rules, jobs.JOBS)
    world.settle()
