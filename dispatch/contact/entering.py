"""Somebody shows a code, scanned or typed: an invitation binds at once, a card puts a claim before the steward."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, or_, select

from dispatch import errors, invitations
from dispatch.actors import Actor
from dispatch.contact import claims, codes, tries
from dispatch.work import Work
from models.people import Link, Person, Steward
from models.places import Household


@dataclass(frozen=True, slots=True)
class Chat:
    """Where somebody speaks."""

    channel: str
    address: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of a code: one of these.

    `refusal` is returned rather than raised, since a wrong code is counted, and what raises is rolled back.
    """

    refusal: errors.StewardError | None = None
    person_id: int | None = None  # The chat is this person's now.
    card: Any = None  # A card's row: something has to be said first.
    household_id: int | None = None  # Of that card: the name is lacking. None: which home it is.
    claimed: claims.Claimed | None = None  # The steward is asked.
    at_home: int | None = None  # The chat belongs to this card's household already.


def enter(work: Work, actor: Actor, chat: Chat, code: str, name: str) -> Entry:
    """What the code does in this chat; `name` is what the person calls themselves.

    Raises:
        NotAllowed, NotNow: the code is known and cannot be used here, or no longer.
    """
    typed = codes.typed(code)
    if typed is not None and tries.locked(work, actor, chat.channel):
        return Entry(refusal=errors.NotNow("contact.locked"))
    if typed is not None and not codes.sound(typed):
        return Entry(refusal=tries.missed(work, actor, chat.channel, errors.NotFound("contact.slip")))
    found = invitations.find(work.conn, code)
    if found is None:
        key = "invitation.unknown" if typed is None else "contact.unknown_code"
        return Entry(refusal=tries.missed(work, actor, chat.channel, errors.NotFound(key)))
    if found.person_id is not None:
        return Entry(person_id=invitations.redeem(work, code, actor.id, chat.channel, chat.address))
    invitations.check(work, found)
    if found.household_id is None:
        return Entry(card=found)
    return claim(work, actor, chat, found, found.household_id, name)


def claim(work: Work, actor: Actor, chat: Chat, card: Any, household_id: int, name: str) -> Entry:
    """Ask the steward whether the chat belongs to the household."""
    if actor.household_id == household_id:
        return Entry(at_home=household_id)
    if not name:
        return Entry(card=card, household_id=household_id)
    return Entry(claimed=claims.open_claim(work, actor, chat.channel, chat.address, card, household_id, name))


def card_of(work: Work, code_hash: str) -> Any:
    """The card's row by its hash, checked anew.

    Raises:
        NotFound, NotNow: it is gone, or no longer works.
    """
    found = work.conn.execute(invitations.FIND, {"hash": code_hash}).one_or_none()
    if found is None or found.steward_id is None:
        raise errors.NotFound("invitation.unknown")
    invitations.check(work, found)
    return found


def at_door(work: Work, actor: Actor, chat: Chat, card: Any, words: str, name: str) -> Entry:
    """The household whose name, address, phone or person stands in the words, among those of the card's steward.

    A wrong answer counts as a wrong code, so that nobody finds out who lives there.
    """
    if tries.locked(work, actor, chat.channel):
        return Entry(refusal=errors.NotNow("contact.locked"))
    steward = select(Steward.grid_id, Steward.village_code).where(Steward.id == card.steward_id)
    post = work.conn.execute(steward).one()
    linked = select(Link.household_id).where(Link.steward_id == card.steward_id)
    theirs = Household.id.in_(linked)
    if work.conn.execute(linked.limit(1)).first() is None:  # Nobody has been linked to this steward: the whole grid.
        theirs = Household.grid_id == post.grid_id
    plain = words.strip().lower()
    member = exists().where(Person.household_id == Household.id, func.lower(Person.name) == plain)
    named = or_(func.lower(Household.name) == plain, func.lower(Household.address) == plain, member)
    found = work.conn.execute(select(Household.id).where(theirs, named).limit(2)).scalars().all()
    if len(found) != 1:
        refusal = errors.NotFound("contact.no_such_door", words=words[:40])
        return Entry(refusal=tries.missed(work, actor, chat.channel, refusal))
    return claim(work, actor, chat, card, int(found[0]), name)
