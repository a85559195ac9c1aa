"""A lost phone, a number that passed to a stranger, a card gone astray: all chats and codes of a person are cut."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from dispatch.desk import leaving
from dispatch.work import Work
from models.people import Invitation, Person, Route, Steward


@dataclass(frozen=True, slots=True)
class Reach:
    """What would be cut: chats of the person, and codes that still work (their invitations, home's and own cards)."""

    chats: int
    codes: int


def reach(work: Work, person_id: int) -> Reach:
    """How much revoking touches."""
    chats = select(func.count()).select_from(Route).where(Route.person_id == person_id)
    codes = select(func.count()).select_from(Invitation).where(_codes(work, person_id))
    return Reach(work.conn.execute(chats).scalar_one(), work.conn.execute(codes).scalar_one())


def revoke(work: Work, person_id: int) -> Reach:
    """Cut all chats and codes of a person. What they were asked or held goes to the next person at once."""
    touched = reach(work, person_id)
    work.conn.execute(update(Invitation).where(_codes(work, person_id)).values(revoked_at=work.now))
    work.conn.execute(delete(Route).where(Route.person_id == person_id))
    leaving.unreachable(work, person_id)
    return touched


def _codes(work: Work, person_id: int) -> ColumnElement[bool]:
    home: Any = select(Person.household_id).where(Person.id == person_id).scalar_subquery()
    posts = select(Steward.id).where(Steward.person_id == person_id)
    whose = or_(Invitation.person_id == person_id, Invitation.household_id == home, Invitation.steward_id.in_(posts))
    return whose & Invitation.revoked_at.is_(None) & Invitation.used_at.is_(None) & (Invitation.expires_at > work.now)
