"""How a bond begins: the branch names somebody, who agrees, and the ward confirms, or who speaks for them."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert, select, update

from dispatch import actors, chats, errors, offices
from dispatch.actors import Actor
from dispatch.guardians import bonds, parting
from dispatch.guardians.bonds import Bond
from dispatch.messages import Button, Message
from dispatch.permissions import Action, can
from dispatch.taps import Verb, data, new_token
from dispatch.work import Work
from models.guardians import Guardianship
from models.requests import Request
from models.words import OPEN_STATES, Lane, Level


def name(work: Work, actor: Actor, ward: Actor, guardian: Actor) -> Bond:
    """Ask both whether they want it. Somebody else who was asked before and has not answered is asked no longer.

    Raises:
        NotAllowed: the ward lives beside the actor's areas.
        BadValue: it is one and the same person, or the ward is of no household.
        NotNow: the ward has somebody, the guardian has no chat to agree in, or nobody could confirm it.
    """
    if not can(actor, Action.NAME_GUARDIAN, ward):
        raise errors.NotAllowed
    before = bonds.of_ward(work.conn, ward.id)
    if before is not None and before.holds:
        raise errors.NotNow("guardian.has_one", ward=before.ward, guardian=before.guardian)
    if before is not None:
        parting.close(work, actor.id, before)
    return _ask(work, actor.id, ward, guardian)


def by_roster(work: Work, pairs: Iterable[tuple[int, int]]) -> int:
    """Ask for pairs of ward and guardian that a roster names; returns for how many.

    A pair that was asked before is not asked again, whatever became of it; nor is one that cannot be asked yet, or
    whose ward has somebody: the next import tries it again.
    """
    asked = 0
    for ward_id, guardian_id in pairs:
        pair = (Guardianship.ward_id == ward_id, Guardianship.guardian_id == guardian_id)
        if work.conn.execute(select(Guardianship.token).where(*pair)).first() or bonds.of_ward(work.conn, ward_id):
            continue
        people = actors.load(work.conn, {ward_id, guardian_id})
        try:
            with work.conn.begin_nested():
                _ask(work, None, people[ward_id], people[guardian_id])
            asked += 1
        except (errors.BadValue, errors.NotNow):
            continue
    return asked


def _ask(work: Work, named_by: int | None, ward: Actor, guardian: Actor) -> Bond:
    if ward.id == guardian.id:
        raise errors.BadValue("guardian.oneself")
    if ward.household_id is None:
        raise errors.BadValue("guardian.no_home", ward=ward.name)
    if not chats.reachable(work.conn, guardian.id):
        raise errors.NotNow("guardian.no_chat", guardian=guardian.name)
    bond = _write(work, named_by, ward, guardian)
    people = _confirmers(work, bond)
    if not people:
        raise errors.NotNow("guardian.nobody_confirms", ward=bond.ward)
    bonds.trail(work, named_by, bond, "guardian_named")
    work.post(guardian.id, _question(bond, "guardian.ask", Verb.GUARD_AGREE), Lane.ANSWER)
    key = "guardian.ask_ward" if people == [ward.id] else "guardian.ask_for_ward"
    for person_id in people:
        work.post(person_id, _question(bond, key, Verb.GUARD_CONFIRM), Lane.ANSWER)
    return bond


def _write(work: Work, named_by: int | None, ward: Actor, guardian: Actor) -> Bond:
    token = new_token()
    codes = {one: getattr(ward, one) for one in ("county_code", "township_code", "village_code")}
    people = {"ward_id": ward.id, "guardian_id": guardian.id, "named_by": named_by}
    work.conn.execute(insert(Guardianship).values(token=token, asked_at=work.now, **people, **codes))
    return bonds.by_token(work.conn, token)


def _confirmers(work: Work, bond: Bond) -> list[int]:
    """The ward; without a chat their steward; else the branch, or the township: never who named it or is named."""
    if chats.reachable(work.conn, bond.ward_id):
        return [bond.ward_id]
    parties = {bond.named_by, bond.guardian_id}
    if bond.responsible_id not in {None, *parties} and chats.reachable(work.conn, bond.responsible_id or 0):
        return [bond.responsible_id or 0]
    for level in Level:
        others = [one for one in offices.answering(work, bond, level) if one not in parties]
        if others:
            return others
    return []


def _question(bond: Bond, key: str, verb: Verb) -> Message:
    no = "button.decline" if verb is Verb.GUARD_AGREE else "button.guard_refuse"
    rows = (
        (Button(f"button.{verb.name.lower()}", data(verb, bond.token)), Button(no, data(Verb.GUARD_END, bond.token))),
    )
    return Message(key, _names(bond), rows, loud=True)


def _names(bond: Bond) -> dict[str, Any]:
    return {"ward": bond.ward, "guardian": bond.guardian}


def agree(work: Work, actor: Actor, bond: Bond) -> Bond:
    """The guardian's yes. A second tap is harmless.

    Raises:
        NotAllowed: somebody else was asked.
        NotNow: it has ended.
    """
    if not can(actor, Action.AGREE_GUARDING, bond):
        raise errors.NotAllowed
    return _said_yes(work, actor, bond, "guardian_agreed", {} if bond.agreed_at else {"agreed_at": work.now})


def confirm(work: Work, actor: Actor, bond: Bond) -> Bond:
    """The ward's yes, or that of whoever speaks for them. A second tap is harmless.

    Raises:
        NotAllowed: it is none of the actor's, or the actor named it or is the one named.
        NotNow: it has ended.
    """
    if not can(actor, Action.CONFIRM_GUARDIAN, bond) or actor.id in (bond.named_by, bond.guardian_id):
        raise errors.NotAllowed
    changes = {} if bond.confirmed_at else {"confirmed_at": work.now, "confirmed_by": actor.id}
    return _said_yes(work, actor, bond, "guardian_confirmed", changes)


def _said_yes(work: Work, actor: Actor, bond: Bond, action: str, changes: dict[str, Any]) -> Bond:
    if bond.ended_at is not None:
        raise errors.NotNow("guardian.over")
    if not changes:
        return bond
    work.conn.execute(update(Guardianship).where(Guardianship.token == bond.token).values(**changes))
    after = bonds.by_token(work.conn, bond.token)
    bonds.trail(work, actor.id, after, action)
    if after.holds:
        _begin(work, after)
    return after


def _begin(work: Work, bond: Bond) -> None:
    """Both have said yes: all hear it, and what the ward has asked for already is followed from now on."""
    theirs = (Request.requester_id == bond.ward_id, Request.state.in_(OPEN_STATES), Request.drill.is_(False))
    work.conn.execute(update(Request).where(*theirs).values(guardian_id=bond.guardian_id))
    work.running.pop(bond.ward_id, None)
    work.post(bond.guardian_id, Message("guardian.begun", _names(bond)), Lane.ANSWER)
    for person_id in bonds.branch(work, bond):
        work.post(person_id, Message("guardian.begun_branch", _names(bond)), Lane.STATUS)
    if chats.reachable(work.conn, bond.ward_id):
        rows = ((Button("button.guard_end", data(Verb.GUARD_END, bond.token)),),)
        work.post(bond.ward_id, Message("guardian.begun_ward", _names(bond), rows), Lane.ANSWER)
