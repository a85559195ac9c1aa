"""What stories about theme days and service days need besides the village: the calendar's minutes, and what is kept."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from dispatch import calendar
from dispatch.gatherings import meetings, seats
from dispatch.gatherings.meetings import Meeting
from dispatch.gatherings.seats import Guest
from dispatch.jobs import JOBS
from models.mail import Outbox
from models.people import Steward, VolunteerGroup
from models.words import StewardKind
from tests.stories.world import VILLAGE, Neighbour, World


def minutes_pass(world: World, count: int = 1) -> None:
    """The service looks into its calendar once a minute."""
    for _ in range(count):
        world.clock.move(minutes=1)
        calendar.run_due(world.store, world.clock, world.rules, JOBS)
        world.settle()


def it_is(world: World, local: str) -> None:
    """The clock goes on to a local time such as 2026-04-03 14:00, and the calendar is looked into around it.

    Whatever the calendar does once a minute it has done by then: a look a minute before, and one at that time.
    """
    then = datetime.fromisoformat(local).replace(tzinfo=world.rules.zone)
    assert then >= world.clock.now(), "stories go forward"
    for at in (then - timedelta(minutes=1), then):
        world.clock.move(seconds=max(0.0, (at - world.clock.now()).total_seconds()))
        calendar.run_due(world.store, world.clock, world.rules, JOBS)
        world.settle()


def meets(world: World) -> list[Meeting]:
    """All gatherings, in the order of their time."""
    with world.store.read() as conn:
        return meetings.find(conn)


def guests(world: World, meeting: Meeting | None = None) -> dict[str, Guest]:
    """The seats of a gathering (the first) by the name of whose it is."""
    with world.store.read() as conn:
        return {one.name: one for one in seats.of(conn, meeting or meetings.find(conn)[0])}


def code(world: World) -> str:
    """What is shown on the spot now."""
    return next(one.code for one in meets(world) if one.code)


def plans_theme(world: World, branch: Neighbour, words: str = "3月6日 15:00") -> Meeting:
    """The branch puts a theme day on the calendar, and the invitations go out."""
    branch.says(f"/theme plan {words}").taps(next(label for label in branch.labels() if label.startswith("确定（")))
    minutes_pass(world, 2)  # A job that was never seen before waits for its next minute.
    return meets(world)[-1]


def plans_service(world: World, keeper: Neighbour, *, needed: str = "10", safety: str = "不用写") -> Meeting:
    """The keeper plans a clean-up for Saturday, and the invitations go out."""
    keeper.says("/service plan").taps("清洁庭院").taps("3月7日（周六）08:30").says("村口小广场").says(needed)
    (keeper.taps if safety in keeper.labels() else keeper.says)(safety)
    keeper.taps(next(label for label in reversed(keeper.labels()) if label.startswith("确定（")))
    minutes_pass(world, 2)  # A job that was never seen before waits for its next minute.
    return meets(world)[-1]


def group_of(world: World, *volunteers: Neighbour) -> int:
    """They are the group of volunteers of the village."""
    people = [one.id for one in volunteers]
    with world.store.write() as conn:
        group = conn.execute(select(VolunteerGroup.id).where(VolunteerGroup.village_code == VILLAGE)).scalar_one()
        theirs = Steward.person_id.in_(people) & (Steward.kind == StewardKind.VOLUNTEER)
        conn.execute(update(Steward).where(theirs).values(group_id=group))
    return int(group)


def another_group(world: World) -> int:
    """A second group of the village, of nobody yet."""
    row = {"village_code": VILLAGE, "name": "夕阳红"}
    with world.store.write() as conn:
        return int(conn.execute(insert(VolunteerGroup).returning(VolunteerGroup.id), [row]).scalar_one())


def posted(world: World, what: str) -> list[Any]:
    """To whom messages about a gathering went out, of what they are: "invite", "day_before" …"""
    about = select(Outbox.person_id).where(Outbox.key.like(f"gather:%:{what}:%")).order_by(Outbox.id)
    with world.store.read() as conn:
        return list(conn.scalars(about))
