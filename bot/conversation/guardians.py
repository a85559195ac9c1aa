"""Guardians in chat: the branch names one, both sides say yes, either side ends it; and who has none."""

import re
from collections.abc import Callable

from bot.conversation import admin, gate
from bot.conversation.flow import Line, Step, Turn, command, tapped
from dispatch import actors, errors
from dispatch.guardians import bonds, lacking, naming, parting, wards
from dispatch.guardians.bonds import Bond
from dispatch.messages import Button, text
from dispatch.permissions import Action
from dispatch.rights import erasing
from dispatch.taps import Verb, data

_COMMA = re.compile(r"\s*[,，、;；]\s*")  # Between two names of which one has a space within.


def guardian(turn: Turn) -> Step | None:
    """With two names: ask both. Without: whom I look after, who looks after me, and for an admin who has nobody."""
    if turn.said.arguments.strip():
        return _name(turn)
    found = bonds.of_guardian(turn.work.conn, turn.actor.id)
    own = bonds.of_ward(turn.work.conn, turn.actor.id)
    for bond in found:
        _show(turn, "guardian.of_mine", bond)
    if own is not None:
        _show(turn, "guardian.mine", own)
    if turn.actor.areas:
        turn.send(lacking.section(turn.work, turn.actor))
        turn.say("guardian.how")
    elif not found and own is None:
        turn.say("guardian.none")
    return None


def _show(turn: Turn, key: str, bond: Bond) -> None:
    standing = text("guardian.standing.holds" if bond.holds else "guardian.standing.asked")
    rows = [[Button("button.guard_end", data(Verb.GUARD_END, bond.token))]]
    turn.say(key, buttons=rows, ward=bond.ward, guardian=bond.guardian, standing=standing)


def _name(turn: Turn) -> Step | None:
    admin.require(turn, Action.NAME_GUARDIAN)
    said = turn.said.arguments.strip()
    names = _COMMA.split(said) if _COMMA.search(said) else said.split()
    if len(names) != 2:
        raise errors.BadValue("guardian.how")
    ward_id, guardian_id = (admin.one_person(turn, name, only_helpers=False) for name in names)
    people = actors.load(turn.work.conn, {ward_id, guardian_id})
    bond = naming.name(turn.work, turn.actor, people[ward_id], people[guardian_id])
    turn.say("guardian.named", ward=bond.ward, guardian=bond.guardian)
    return None


def _on_bond(do: Callable[[Turn, Bond], None]) -> Callable[[Turn], Step | None]:
    """A handler on the bond whose button was tapped; a borrowed or forged button is refused."""

    def handle(turn: Turn) -> Step | None:
        bond = bonds.by_token(turn.work.conn, turn.token)
        gate.require_tap(turn.said, turn.actor, bond)
        do(turn, bond)
        return None

    return handle


def agree(turn: Turn, bond: Bond) -> None:
    """I will look after them."""
    if not naming.agree(turn.work, turn.actor, bond).holds:
        turn.say("guardian.agreed", ward=bond.ward)


def confirm(turn: Turn, bond: Bond) -> None:
    """So be it, says the ward, or who speaks for them."""
    if not naming.confirm(turn.work, turn.actor, bond).holds:
        turn.say("guardian.confirmed", guardian=bond.guardian)
    elif turn.actor.id == bond.responsible_id:  # Everybody else is told where it begins.
        turn.say("guardian.begun_branch", ward=bond.ward, guardian=bond.guardian)


def end(turn: Turn, bond: Bond) -> None:
    """No, or no longer."""
    parting.end(turn.work, turn.actor, bond)
    turn.say("guardian.ended" if bond.holds else "guardian.refused", ward=bond.ward, guardian=bond.guardian)


def erase(turn: Turn, bond: Bond) -> None:
    """The ward's own yes to being erased."""
    if not bond.holds:
        raise errors.NotNow("guardian.over")
    reasons = erasing.obstacles(turn.work.conn, bond.ward_id)
    if reasons:
        raise errors.NotNow("guardian.erase_blocked", reason=reasons[0])
    erasing.ask(turn.work, bond.ward_id)
    wards.tell_guardian(turn.work, bond, "guardian.erase_begun")
    turn.say("erase.begun")


SCRIPT = (
    Line(None, command("guardian"), guardian),
    Line(None, tapped(Verb.GUARD_AGREE), _on_bond(agree)),
    Line(None, tapped(Verb.GUARD_CONFIRM), _on_bond(confirm)),
    Line(None, tapped(Verb.GUARD_END), _on_bond(end)),
    Line(None, tapped(Verb.WARD_ERASE), _on_bond(erase)),
)
