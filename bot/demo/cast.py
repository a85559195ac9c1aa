"""Who plays on the demo's page: a resident, the steward nearest to them, and their branch secretary."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection, select

from dispatch import marks
from models.people import Person

CHANNEL = "webchat"
CAST_MARK = "demo.cast"


@dataclass(frozen=True, slots=True)
class Player:
    """One of them: the person, and the key that opens their web chat."""

    person_id: int
    name: str
    key: str


@dataclass(frozen=True, slots=True)
class DemoCast:
    """The three phones of the page."""

    resident: Player
    steward: Player
    secretary: Player


def key_of(phone: str) -> str:
    """The key of a made-up person's web chat. Anybody can work it out: the demo guards nothing."""
    return hashlib.sha256(f"red-steward demo {phone}".encode()).hexdigest()[:32]


def address_of(key: str) -> str:
    """The address under which the web chat stores what it says to the holder of a key."""
    return hashlib.sha256(key.encode()).hexdigest()[:40]


def cast(conn: Connection) -> DemoCast:
    """The players of a demo store.

    Raises:
        LookupError: it is not one.
    """
    mark = marks.get(conn, CAST_MARK)
    if mark is None:
        raise LookupError("no demo store")
    return DemoCast(*(_player(conn, phone) for phone in mark[0].split(",")))


def _player(conn: Connection, phone: str) -> Player:
    row = conn.execute(select(Person.id, Person.name).where(Person.phone == phone)).one()
    return Player(row.id, row.name, key_of(phone))
