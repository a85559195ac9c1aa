"""People whom no roster knows: they spoke first. Once somebody says who they are, what they began goes on."""

from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, or_, select, text, update

from models.guardians import Guardianship
from models.mail import Card, Dialog, Outbox
from models.people import Admin, Person, Route, Steward
from models.requests import Note, Request

_on_roster = or_(
    Person.household_id.is_not(None),
    exists().where(Steward.person_id == Person.id),
    exists().where(Admin.person_id == Person.id),
)
_KNOWN = select(Person.id).where(Person.id == bindparam("person"), _on_roster)
_CHATS = (
    select(Route.person_id)
    .join(Person, Person.id == Route.person_id)
    .where(Route.channel == bindparam("channel"), ~_on_roster)
)
_old: Any = bindparam("old")
_new: Any = bindparam("new")
_theirs = select(Request.id).where(Request.requester_id == _old)
_waiting = text("outbox.state IN ('pending', 'in_doubt')")  # Word for word as in the outbox's index: then it is cheap.
_HAND_OVER = (
    update(Note).where(Note.request_id.in_(_theirs), Note.person_id == _old).values(person_id=_new),
    update(Card).where(Card.request_id.in_(_theirs), Card.person_id == _old).values(person_id=_new),
    update(Outbox).where(_waiting, Outbox.person_id == _old).values(person_id=_new),
    update(Request).where(Request.requester_id == _old).values(requester_id=_new),
    update(Request).where(Request.guardian_id == _old).values(guardian_id=_new),
    *(
        update(Guardianship).where(column == _old).values({column.key: _new})
        for column in (Guardianship.guardian_id, Guardianship.named_by, Guardianship.confirmed_by)
    ),
)
_FORGET = delete(Dialog).where(Dialog.person_id == _old)


def is_stranger(conn: Connection, person_id: int) -> bool:
    """Whether the person is neither resident of a household nor helper nor admin."""
    return conn.scalar(_KNOWN, {"person": person_id}) is None


def in_chats(conn: Connection, channel: str) -> set[int]:
    """The strangers who spoke on a channel."""
    return set(conn.scalars(_CHATS, {"channel": channel}))


def absorb(conn: Connection, stranger_id: int, person_id: int) -> None:
    """Give everything that a stranger began to the person they turned out to be. The chat is moved by the caller."""
    for statement in _HAND_OVER:
        conn.execute(statement, {"old": stranger_id, "new": person_id})
    conn.execute(_FORGET, {"old": stranger_id})
