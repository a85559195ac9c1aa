"""One person's seat at a gathering, and the only functions that read and write its row."""

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, insert, or_, select, update

from dispatch import chats, errors
from dispatch.actors import Actor
from dispatch.gatherings.meetings import Meeting
from dispatch.permissions import Action, can
from dispatch.taps import new_token
from dispatch.work import Work
from models.gatherings import Gathering, Seat
from models.habits import Reply, Standing
from models.people import Person


@dataclass(frozen=True, slots=True)
class Guest:
    """One seat. `invited_id` is its `person_id`; name and `made_up` are the person's."""

    id: int
    token: str
    gathering_id: int
    reply: Reply | None
    replied_at: datetime | None
    reason: str
    came_at: datetime | None
    came_by: int | None
    went_at: datetime | None
    stayed: int | None
    typed_by: int | None
    checked_by: int | None
    read_at: datetime | None
    county_code: str | None
    township_code: str | None
    village_code: str | None
    invited_id: int
    name: str
    made_up: bool

    @property
    def there(self) -> bool:
        """Whether they came; what was typed in from paper says so only when a second person has compared it."""
        return self.came_at is not None and (self.typed_by is None or self.checked_by is not None)


there: ColumnElement[bool] = and_(Seat.came_at.is_not(None), or_(Seat.typed_by.is_(None), Seat.checked_by.is_not(None)))

_COLUMNS = tuple(Seat.__table__.c[one.name] for one in fields(Guest)[:-3])
_SEATS: Any = select(*_COLUMNS, Seat.person_id, Person.name, Person.made_up).join(Person, Person.id == Seat.person_id)


def of(conn: Connection, meeting: Meeting, *conditions: ColumnElement[bool]) -> list[Guest]:
    """The seats of a gathering: those who answered in the order of their answers, then the others by name."""
    answered = case((Seat.replied_at.is_not(None), Seat.id))
    order = (Seat.replied_at.is_(None), Seat.replied_at, answered, Person.name, Seat.id)
    rows = conn.execute(_SEATS.where(Seat.gathering_id == meeting.id, *conditions).order_by(*order))
    return [Guest(*row) for row in rows]


def reached(conn: Connection, meeting: Meeting, *conditions: ColumnElement[bool]) -> list[Guest]:
    """The seats of those who have a chat that works."""
    return of(conn, meeting, chats.live(Seat.person_id), *conditions)


def by_token(conn: Connection, actor: Actor, token: str) -> Guest:
    """The actor's own seat with this token.

    Raises:
        NotFound: there is none, or it is somebody else's (a forged or borrowed button looks the same).
    """
    row = conn.execute(_SEATS.where(Seat.token == token)).one_or_none()
    if row is None or not can(actor, Action.TAKE_SEAT, Guest(*row)):
        raise errors.NotFound("error.button")
    return Guest(*row)


def of_person(conn: Connection, meeting: Meeting, person_id: int) -> Guest | None:
    """The seat that somebody has at a gathering."""
    found = of(conn, meeting, Seat.person_id == person_id)
    return found[0] if found else None


def unanswered(work: Work, person_id: int) -> bool:
    """Whether an invitation to something that is still ahead waits for this person's yes or no."""
    waiting = exists().where(
        Seat.person_id == person_id,
        Seat.invited_at.is_not(None),
        Seat.reply.is_(None),
        Seat.gathering_id == Gathering.id,
        Gathering.standing == Standing.PLANNED,
        Gathering.begins_at > work.now,
    )
    return bool(work.conn.execute(select(waiting)).scalar())


def add(work: Work, meeting: Meeting, people: Collection[int], *, invited: bool) -> dict[int, str]:
    """Seats for those who have none yet: the token of each by person. The gathering has to be locked."""
    known = set(work.conn.scalars(select(Seat.person_id).where(Seat.gathering_id == meeting.id)))
    tokens = {person_id: new_token() for person_id in people if person_id not in known}
    rows = [
        {
            "token": token,
            "gathering_id": meeting.id,
            "person_id": person_id,
            "invited_at": work.now if invited else None,
            "reason": "",
            "county_code": meeting.county_code,
            "township_code": meeting.township_code,
            "village_code": meeting.village_code,
        }
        for person_id, token in tokens.items()
    ]
    if rows:
        work.conn.execute(insert(Seat), rows)
    return tokens


def taken(work: Work, meeting: Meeting, person_id: int) -> Guest:
    """The seat that somebody has there; one is put for them where they have none."""
    add(work, meeting, [person_id], invited=False)
    found = of_person(work.conn, meeting, person_id)
    if found is None:
        raise errors.NotFound
    return found


def change(work: Work, guest: Guest, **values: Any) -> Guest:
    """Write columns of a seat."""
    work.conn.execute(update(Seat).where(Seat.id == guest.id).values(**values))
    return replace(guest, **{name: value for name, value in values.items() if hasattr(guest, name)})


@dataclass(frozen=True, slots=True)
class Counts:
    """How many seats a gathering has, what they said, and how many of them were there."""

    invited: int
    yes: int
    no: int
    waiting: int
    there: int


def counts(conn: Connection, meeting: Meeting) -> Counts:
    """The figures of one gathering."""
    said = [func.count().filter(Seat.reply == reply) for reply in (Reply.YES, Reply.NO, Reply.WAITING)]
    figures: Any = select(func.count(), *said, func.count().filter(there)).where(Seat.gathering_id == meeting.id)
    return Counts(*conn.execute(figures).one())
