"""What is on: the gatherings that somebody keeps, has a seat at, may join, or can read about. Reads only."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from dispatch.actors import Actor
from dispatch.gatherings import meetings
from dispatch.gatherings.meetings import MEETINGS, RUNNING, Meeting
from dispatch.gatherings.planning import Ground
from dispatch.permissions import Action, can
from dispatch.work import Work
from models.gatherings import Gathering, Seat
from models.habits import GatheringKind, Reply, Standing

READABLE = timedelta(days=62)  # What was said at a theme day is offered so long.
SHOWN = 5


def kept(work: Work, at: Ground, kind: GatheringKind) -> list[Meeting]:
    """What runs or is to come in a village, or in a leader's group, next first."""
    where = [Gathering.village_code == at.village_code, Gathering.kind == kind, Gathering.standing.in_(RUNNING)]
    if at.group_id is not None:
        where.append(Gathering.group_id == at.group_id)
    return meetings.find(work.conn, *where)


def mine(work: Work, actor: Actor, kind: GatheringKind) -> list[tuple[Meeting, str, Reply | None]]:
    """What runs or is to come and the actor has a seat at: the gathering, the seat's token and the answer."""
    rows = work.conn.execute(
        MEETINGS.add_columns(Seat.token, Seat.reply)
        .join(Seat, Seat.gathering_id == Gathering.id)
        .where(Seat.person_id == actor.id, Gathering.kind == kind, Gathering.standing.in_(RUNNING))
        .order_by(Gathering.begins_at)
        .limit(SHOWN)
    )
    return [(Meeting(*row[:-2]), row[-2], row[-1]) for row in rows]


def joinable(work: Work, actor: Actor, kind: GatheringKind) -> list[Meeting]:
    """What is to come in the actor's village and they have no seat at."""
    seated: Any = select(Seat.gathering_id).where(Seat.person_id == actor.id)
    found = meetings.find(
        work.conn,
        Gathering.village_code == actor.village_code,
        Gathering.kind == kind,
        Gathering.standing.in_(RUNNING),
        Gathering.id.not_in(seated),
        limit=SHOWN,
    )
    return [one for one in found if can(actor, Action.JOIN_GATHERING, one)]


def to_read(work: Work, actor: Actor) -> tuple[Meeting, str] | None:
    """The last theme day at which the actor has a seat, and the seat's token."""
    row = work.conn.execute(
        MEETINGS.add_columns(Seat.token)
        .join(Seat, Seat.gathering_id == Gathering.id)
        .where(
            Seat.person_id == actor.id,
            Gathering.kind == GatheringKind.THEME,
            Gathering.standing == Standing.CLOSED,
            Gathering.begins_at > work.now - READABLE,
        )
        .order_by(Gathering.begins_at.desc())
        .limit(1)
    ).one_or_none()
    return (Meeting(*row[:-1]), row[-1]) if row is not None else None
