"""Income leaders: who is one, and what becomes of their people when one leads no more."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from dispatch import errors, offices, trail
from dispatch.actors import Actor
from dispatch.areas import Located
from dispatch.mentoring import pairs
from dispatch.messages import Message
from dispatch.permissions import Action, can
from dispatch.work import Work
from models.mentoring import IncomeLeader
from models.people import Person
from models.words import Lane, Level


@dataclass(frozen=True, slots=True)
class Leader:
    """One income leader. The fields are the table's columns; `name` is the person's."""

    id: int
    person_id: int
    county_code: str | None
    township_code: str | None
    village_code: str | None
    field: str
    since: datetime
    left_at: datetime | None
    name: str


_COLUMNS = tuple(IncomeLeader.__table__.c[one.name] for one in fields(Leader)[:-1])
_LEADERS: Any = select(*_COLUMNS, Person.name).join(Person, Person.id == IncomeLeader.person_id)


def of_person(work: Work, person_id: int, *, lock: bool = False) -> Leader | None:
    """The leader that this person is or was; with `lock`, nobody else takes people along in their name meanwhile."""
    statement = _LEADERS.where(IncomeLeader.person_id == person_id)
    row = work.conn.execute(statement.with_for_update(of=IncomeLeader) if lock else statement).one_or_none()
    return Leader(*row) if row is not None else None


def find(conn: Connection, *conditions: ColumnElement[bool]) -> list[Leader]:
    """The leaders that fulfil the conditions."""
    return [Leader(*row) for row in conn.execute(_LEADERS.where(*conditions).order_by(IncomeLeader.id))]


def place_of(conn: Connection, person_id: int) -> Any:
    """Where a person lives, by the codes of the areas."""
    codes = (Person.county_code, Person.township_code, Person.village_code)
    return conn.execute(select(*codes).where(Person.id == person_id)).one()


def appoint(work: Work, actor: Actor, person: Located, person_id: int, field: str) -> None:
    """Make somebody a leader, or again one who had left; with one who leads, only what they live by changes.

    Raises:
        NotAllowed: the person is beside the actor's areas.
    """
    if not can(actor, Action.APPOINT_LEADER, person):
        raise errors.NotAllowed
    known = of_person(work, person_id)
    if known is None:
        codes = {name: getattr(person, name) for name in ("county_code", "township_code", "village_code")}
        row = {**codes, "person_id": person_id, "field": field, "since": work.now}
        work.conn.execute(insert(IncomeLeader), [row])
    else:
        values: dict[str, Any] = {"field": field or known.field, "left_at": None}
        if known.left_at is not None:
            values["since"] = work.now
        work.conn.execute(update(IncomeLeader).where(IncomeLeader.id == known.id).values(**values))
    trail.write(work, actor.id, person, "leader", person_id)
    work.post(person_id, Message("mentor.appointed", {"most": work.rules.mentoring.most}), Lane.STATUS)


def leave(work: Work, actor: Actor, leader: Leader) -> int:
    """They lead no more. Their pairs end with all that was done kept; the branch hears who waits for another.

    Raises:
        NotAllowed: the leader is beside the actor's areas.
        NotNow: they led no more already.
    """
    if not can(actor, Action.APPOINT_LEADER, leader):
        raise errors.NotAllowed
    if leader.left_at is not None:
        raise errors.NotNow("mentor.left_already", name=leader.name)
    work.conn.execute(update(IncomeLeader).where(IncomeLeader.id == leader.id).values(left_at=work.now))
    waiting = pairs.end_all(work, leader.id)
    for pair in waiting:
        work.post(pair.mentored_id, Message("mentor.leader_left", {"name": leader.name}), Lane.STATUS)
    trail.write(work, actor.id, leader, "leader_left", leader.person_id, pairs=[pair.id for pair in waiting])
    if waiting:
        params = {"name": leader.name, "count": len(waiting)}
        for person_id in offices.answering(work, leader, Level.BRANCH):
            work.post(person_id, Message("mentor.wait_for_another", params), Lane.STATUS)
    return len(waiting)
