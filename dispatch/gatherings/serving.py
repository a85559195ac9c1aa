"""Who leads a group of volunteers; and who served most, with reasons: the branch decides by hand what comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update

from dispatch import errors
from dispatch.actors import Actor
from dispatch.gatherings.planning import Ground
from dispatch.messages import text
from dispatch.permissions import Action, can
from dispatch.publishing import publishing
from dispatch.publishing.publishing import person
from dispatch.work import Work
from models.gatherings import Gathering, Seat
from models.habits import GatheringKind, PublicationKind
from models.people import Person, Steward, VolunteerGroup
from models.words import StewardKind


@dataclass(frozen=True, slots=True)
class Served:
    """How often and how long somebody served; `frail`: somebody old or weak lives in their household."""

    person_id: int
    name: str
    made_up: bool
    times: int
    minutes: int
    frail: bool


def most(work: Work, actor: Actor, at: Ground, limit: int = 20) -> list[Served]:
    """Those of a village who served most within the time that the config says, most minutes first.

    Raises:
        NotAllowed: it is not the actor's village.
    """
    if not can(actor, Action.SEE_SERVED, at):
        raise errors.NotAllowed
    since = work.now - work.rules.gatherings.served_within
    minutes = func.sum(Seat.stayed)
    weak = Person.__table__.alias("weak")
    frail = (
        select(weak.c.id)
        .where(weak.c.household_id == Person.household_id, Person.household_id.is_not(None), weak.c.frail)
        .exists()
    )
    rows: Any = work.conn.execute(
        select(Person.id, Person.name, Person.made_up, func.count(), minutes, frail)
        .select_from(Seat)
        .join(Gathering, (Gathering.id == Seat.gathering_id) & (Gathering.kind == GatheringKind.SERVICE))
        .join(Person, Person.id == Seat.person_id)
        .where(Seat.village_code == at.village_code, Seat.came_at >= since, Seat.stayed.is_not(None))
        .group_by(Person.id, Person.name, Person.made_up, Person.household_id)
        .order_by(minutes.desc(), func.count().desc(), Person.id)
        .limit(limit)
    )
    return [Served(*row) for row in rows]


TITLES = {  # What somebody can come first in, and what that is called when it is published.
    "honours": "service.title_honours",
    "help": "service.title_help",
}


def decide(work: Work, actor: Actor, at: Ground, first_for: str, first: Sequence[Served]) -> int:
    """The branch has decided who comes first: it is published with the reasons, and can be objected to.

    Returns the publication's number.

    Raises:
        NotAllowed: it is not the actor's village.
        BadValue: nobody was chosen.
    """
    if not can(actor, Action.SEE_SERVED, at):
        raise errors.NotAllowed
    if not first:
        raise errors.BadValue("service.nobody_chosen")
    body = [text("service.first", name=person(one.person_id), times=one.times, hours=hours(one)) for one in first]
    return publishing.publish(
        work,
        PublicationKind.PRIORITIES,
        at,
        title=text(TITLES[first_for], village=at.name),
        body=body,
        about=f"{at.village_code}:{first_for}:{work.now:%Y%m%d%H%M%S}",
        objections=work.rules.publishing.objections,
    )


def hours(one: Served) -> dict[str, Any]:
    """How long somebody served, as a text in the reader's language."""
    return text("gather.hours", hours=one.minutes // 60, minutes=one.minutes % 60)


def name_leader(work: Work, actor: Actor, person_id: int) -> str:
    """This volunteer leads their group from now on, in place of whoever did; returns the group's name.

    Raises:
        NotAllowed: they are beside the actor's area.
        BadValue: they are a volunteer of no group.
    """
    post: Any = (
        select(Steward.id, Steward.group_id, VolunteerGroup.name, Steward.county_code, Steward.township_code,
               Steward.village_code)
        .join(VolunteerGroup, VolunteerGroup.id == Steward.group_id)
        .where(Steward.person_id == person_id, Steward.kind == StewardKind.VOLUNTEER, Steward.left_at.is_(None))
    )  # fmt: skip
    row = work.conn.execute(post).one_or_none()
    if row is None:
        raise errors.BadValue("service.no_group")
    if not can(actor, Action.NAME_LEADER, row):
        raise errors.NotAllowed
    work.conn.execute(update(Steward).where(Steward.group_id == row.group_id).values(leads_since=None))
    work.conn.execute(update(Steward).where(Steward.id == row.id).values(leads_since=work.now))
    return str(row.name)
