"""One gathering as dispatch holds it in hand, and the only functions that read and write its row."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from dispatch import errors
from dispatch.actors import Actor
from dispatch.among import among
from dispatch.areas import Located
from dispatch.permissions import Action, can
from dispatch.taps import new_token
from dispatch.trail import write
from dispatch.work import Work
from models.gatherings import Gathering
from models.habits import Errand, GatheringKind, Standing

RUNNING = (Standing.PLANNED, Standing.OPEN)
_LARGEST = 2**31 - 1  # Of a number on PostgreSQL; a larger one would be a fault there.


@dataclass(frozen=True, slots=True)
class Meeting:
    """One gathering. The fields are the table's columns."""

    id: int
    token: str
    kind: GatheringKind
    series: str | None
    activity: str
    group_id: int | None
    begins_at: datetime
    ends_at: datetime
    place: str
    needed: int | None
    safety: str
    standing: Standing
    code: str | None
    moves: int
    due: Errand | None
    due_at: datetime | None
    planned_by: int | None
    closed_at: datetime | None
    county_code: str | None
    township_code: str | None
    village_code: str | None

    @property
    def running(self) -> bool:
        """Whether it is still to come, or under way."""
        return self.standing in RUNNING


MEETINGS: Any = select(*(Gathering.__table__.c[one.name] for one in fields(Meeting)))


def require_running(meeting: Meeting) -> None:
    """Refuse what can no longer be done.

    Raises:
        NotNow: it is closed, or was called off.
    """
    if not meeting.running:
        raise errors.NotNow("gather.over")


def find(conn: Connection, *conditions: ColumnElement[bool], limit: int = 20, newest: bool = False) -> list[Meeting]:
    """The gatherings that fulfil the conditions, in the order of their time."""
    order = Gathering.begins_at.desc() if newest else Gathering.begins_at
    rows = conn.execute(MEETINGS.where(*conditions).order_by(order, Gathering.id).limit(limit))
    return [Meeting(*row) for row in rows]


def held(conn: Connection, condition: ColumnElement[bool]) -> Meeting:
    """The one gathering that fulfils a condition, locked where the engine locks rows: seats are counted under it.

    Raises:
        NotFound: there is none.
    """
    row = conn.execute(MEETINGS.where(condition).with_for_update()).one_or_none()
    if row is None:
        raise errors.NotFound("error.button")
    return Meeting(*row)


def by_token(conn: Connection, actor: Actor, token: str, action: Action) -> Meeting:
    """The gathering whose buttons carry this token, if the actor may do this to it.

    Raises:
        NotFound: there is none, or it is not the actor's to touch (a forged or borrowed button looks the same).
    """
    found = held(conn, Gathering.token == token)
    if not can(actor, action, found):
        raise errors.NotFound("error.button")
    return found


def numbered(conn: Connection, actor: Actor, number: int, action: Action, kind: GatheringKind | None = None) -> Meeting:
    """The gathering of this number, if the actor may do this to it.

    Raises:
        NotFound: there is none, or it lies beside what is the actor's.
    """
    which = (Gathering.id == number) & (Gathering.kind == kind if kind else Gathering.id == number)
    row = conn.execute(MEETINGS.where(which).with_for_update()).one_or_none() if number <= _LARGEST else None
    if row is None or not can(actor, action, Meeting(*row)):
        raise errors.NotFound("gather.no_such", number=number)
    return Meeting(*row)


def create(work: Work, plans: Sequence[tuple[Located, dict[str, Any]]]) -> list[Meeting]:
    """New gatherings, each in a village and with further columns; all are written at once."""
    rows = [
        {
            "token": new_token(),
            "standing": Standing.PLANNED,
            "moves": 0,
            "county_code": at.county_code,
            "township_code": at.township_code,
            "village_code": at.village_code,
            **values,
        }
        for at, values in plans
    ]
    if not rows:
        return []
    work.conn.execute(insert(Gathering), rows)
    made = MEETINGS.where(among(Gathering.token, "tokens")).order_by(Gathering.village_code)
    return [Meeting(*row) for row in work.conn.execute(made, {"tokens": [row["token"] for row in rows]})]


def change(work: Work, meeting: Meeting, **values: Any) -> Meeting:
    """Write columns of a gathering."""
    work.conn.execute(update(Gathering).where(Gathering.id == meeting.id).values(**values))
    return replace(meeting, **values)


def trail(work: Work, actor_id: int | None, meeting: Meeting, action: str, **detail: Any) -> None:
    """One line of the audit trail about a gathering."""
    write(work, actor_id, meeting, action, gathering=meeting.id, **detail)
