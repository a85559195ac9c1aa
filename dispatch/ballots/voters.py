"""Who may vote: the residents of a village who stand on its roster and have a chat that works."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, func, or_, select

from dispatch import chats
from models.people import Person, Steward


def villagers(village_code: str) -> ColumnElement[bool]:
    """The people whom `permissions` calls a village's own. A stranger who only said where they live is none."""
    serves = exists().where(Steward.person_id == Person.id, Steward.left_at.is_(None))
    return (Person.village_code == village_code) & or_(Person.household_id.is_not(None), serves)


def entitled(conn: Connection, village_code: str) -> list[int]:
    """Everybody who may vote in a village and can be asked."""
    return list(conn.scalars(_whom(Person.id, village_code).order_by(Person.id)))


def count(conn: Connection, village_code: str) -> int:
    """How many these are."""
    return int(conn.execute(_whom(func.count(), village_code).select_from(Person)).scalar_one())


def _whom(what: Any, village_code: str) -> Any:
    return select(what).where(villagers(village_code), chats.live(Person.id))
