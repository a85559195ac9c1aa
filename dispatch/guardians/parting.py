"""How a bond ends: either side says so, the branch does, or one of the two is erased."""

from typing import Any

from sqlalchemy import delete, or_, select, update

from dispatch import chats, errors
from dispatch.actors import Actor
from dispatch.guardians import bonds
from dispatch.guardians.bonds import Bond
from dispatch.messages import Message
from dispatch.permissions import Action, can
from dispatch.work import Work
from models.guardians import Guardianship
from models.requests import Request
from models.words import Lane


def end(work: Work, actor: Actor, bond: Bond) -> Bond:
    """One side does not want it, or not any more; the others and the branch hear it. A second tap is harmless.

    Raises:
        NotAllowed: it is none of the actor's.
    """
    if not can(actor, Action.END_GUARDING, bond):
        raise errors.NotAllowed
    if bond.ended_at is not None:
        return bond
    close(work, actor.id, bond)
    message = Message(
        "guardian.ended" if bond.holds else "guardian.refused", {"ward": bond.ward, "guardian": bond.guardian}
    )
    people = {bond.guardian_id, *bonds.branch(work, bond)}
    if bond.confirmed_at is not None and chats.reachable(work.conn, bond.ward_id):
        people.add(bond.ward_id)
    for person_id in sorted(people - {actor.id}):
        work.post(person_id, message, Lane.STATUS)
    return bonds.by_token(work.conn, bond.token)


def close(work: Work, actor_id: int | None, bond: Bond) -> None:
    """End it without a word; the requests of the ward are the ward's alone again."""
    work.conn.execute(update(Guardianship).where(Guardianship.token == bond.token).values(ended_at=work.now))
    _let_go(work, bond)
    bonds.trail(work, actor_id, bond, "guardian_ended")


def _let_go(work: Work, bond: Bond) -> None:
    through_others = (Request.helped_name == bond.ward) & (Request.household_id == bond.household_id)
    theirs = or_(Request.requester_id == bond.ward_id, through_others)
    followed = update(Request).where(Request.guardian_id == bond.guardian_id, theirs)
    work.conn.execute(followed.values(guardian_id=None))
    work.running.pop(bond.ward_id, None)


def erased(work: Work, person_id: int) -> None:
    """One of the two is erased: nothing of the bond stays, and whoever has to know hears it without their name."""
    for bond in bonds.of_guardian(work.conn, person_id):
        for admin_id in bonds.branch(work, bond) if bond.holds else ():
            work.post(admin_id, Message("guardian.gone", {"ward": bond.ward}), Lane.STATUS)
    ward = bonds.of_ward(work.conn, person_id)
    if ward is not None:
        work.post(ward.guardian_id, Message("guardian.ward_gone"), Lane.STATUS)
        _let_go(work, ward)
    forget(work, or_(Guardianship.ward_id == person_id, Guardianship.guardian_id == person_id))
    work.conn.execute(update(Request).where(Request.guardian_id == person_id).values(guardian_id=None))


def forget(work: Work, which: Any) -> int:
    """Delete bonds; returns how many."""
    tokens = work.conn.scalars(select(Guardianship.token).where(which)).all()
    work.conn.execute(delete(Guardianship).where(Guardianship.token.in_(tokens)))
    return len(tokens)
