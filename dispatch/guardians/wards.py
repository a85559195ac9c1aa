"""What a guardian may do for a ward beside their requests: see and object to visits, get their data, erase them."""

from dispatch import chats, errors
from dispatch.actors import Actor
from dispatch.areas import Located
from dispatch.guardians import bonds
from dispatch.guardians.bonds import Bond
from dispatch.messages import Button, Message
from dispatch.permissions import Action, can
from dispatch.rights import erasing
from dispatch.taps import Verb, data
from dispatch.work import Work
from models.words import Lane


def named(work: Work, actor: Actor, name: str, action: Action) -> Bond:
    """The actor's ward of this name, to whom they may do this.

    Raises:
        NotFound: they look after nobody of that name.
    """
    found = [bond for bond in bonds.wards(work.conn, actor.id) if bond.ward == name and can(actor, action, bond)]
    if not found:
        raise errors.NotFound("guardian.no_ward", name=name[:60])
    return found[0]


def may(work: Work, actor: Actor, action: Action, household_id: int, thing: Located) -> bool:
    """Whether the actor may do this to something of a household: in their own name, or for a ward who lives there."""
    if can(actor, action, thing):
        return True
    return any(
        can(actor, action, bond) for bond in bonds.wards(work.conn, actor.id) if bond.household_id == household_id
    )


def told(work: Work, bond: Bond, key: str) -> None:
    """The ward hears what was done in their name, where a chat of theirs works."""
    if chats.reachable(work.conn, bond.ward_id):
        work.post(bond.ward_id, Message(key, {"guardian": bond.guardian}), Lane.STATUS)


def tell_guardian(work: Work, bond: Bond, key: str) -> None:
    """The guardian hears what became of what they asked for in the ward's name."""
    work.post(bond.guardian_id, Message(key, {"ward": bond.ward}), Lane.STATUS)


def erase(work: Work, actor: Actor, bond: Bond) -> bool:
    """Erase the ward; one who has a chat of their own is asked there first. Whether it has begun.

    Raises:
        NotAllowed: the actor does not look after them.
    """
    if not can(actor, Action.ERASE_WARD, bond) or not bond.holds:
        raise errors.NotAllowed
    bonds.trail(work, actor.id, bond, "erase_for")
    if chats.reachable(work.conn, bond.ward_id):
        rows = ((Button("button.ward_erase", data(Verb.WARD_ERASE, bond.token)),),)
        work.post(
            bond.ward_id, Message("guardian.erase_ward", {"guardian": bond.guardian}, rows, loud=True), Lane.ANSWER
        )
        return False
    erasing.ask(work, bond.ward_id)
    return True
