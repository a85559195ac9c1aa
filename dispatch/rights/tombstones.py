"""The stones of those who asked to be erased: set, found again in a restored store, and shown to a roster."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from models.people import Person
from models.places import Household
from models.rights import Tombstone

_COLUMNS = Tombstone.__table__.c
Stone = dict[str, Any]


def by_phone(phone: str, name: str) -> str:
    """What a roster's row says of somebody with a phone."""
    return f"phone|{phone}|{name}"


def by_home(village_code: str, household: str, name: str) -> str:
    """What a roster's row says of a resident."""
    return f"home|{village_code}|{household}|{name}"


def print_of(salt: str, fact: str) -> str:
    """A fact as it is kept: it can be recognised by whoever has it already, and is not to be read."""
    return hmac.new(salt.encode(), fact.encode(), hashlib.sha256).hexdigest()[:32]


def stand(conn: Connection, person_id: int, now: datetime) -> None:
    """Set the stone of a person who is still there."""
    home = select(Household.name).where(Household.id == Person.household_id).scalar_subquery()
    person = conn.execute(
        select(Person.name, Person.phone, Person.village_code, Person.created_at, home.label("home"))
        .where(Person.id == person_id)
    ).one()  # fmt: skip
    facts = [by_phone(person.phone, person.name)] if person.phone else []
    if person.home and person.village_code:
        facts.append(by_home(person.village_code, person.home, person.name))
    salt = conn.scalar(select(Tombstone.salt).limit(1)) or secrets.token_urlsafe(16)
    values = {"person_id": person_id, "born_at": person.created_at, "asked_at": now, "salt": salt}
    conn.execute(delete(Tombstone).where(Tombstone.person_id == person_id))
    conn.execute(insert(Tombstone).values(**values, prints=[print_of(salt, fact) for fact in facts]))


def kept(conn: Connection) -> list[Stone]:
    """All stones, as rows that can be put into another store."""
    return [dict(row._mapping) for row in conn.execute(select(*_COLUMNS))]


def bring(conn: Connection, stones: Iterable[Stone]) -> None:
    """Put stones into a store that was filled from a backup; a newer one takes the place of an older."""
    for stone in stones:
        conn.execute(delete(Tombstone).where(Tombstone.person_id == stone["person_id"]))
        conn.execute(insert(Tombstone).values(**stone))


def risen(conn: Connection) -> list[int]:
    """People who were erased and are there again: the same number, of the same birth, with anything about them left."""
    same = (Person.id == Tombstone.person_id) & (Person.created_at == Tombstone.born_at)
    return list(conn.scalars(select(Person.id).join(Tombstone, same).order_by(Person.id)))


class Gravestones:
    """All prints in hand, for a roster of many rows."""

    def __init__(self, conn: Connection) -> None:
        stones = conn.execute(select(Tombstone.salt, Tombstone.prints)).all()
        self._salts = {stone.salt for stone in stones}
        self._prints = {one for stone in stones for one in stone.prints}

    def know(self, *facts: str) -> bool:
        """Whether one of these facts is that of somebody who was erased."""
        return any(print_of(salt, fact) in self._prints for salt in self._salts for fact in facts)
