"""Codes that bind a chat: a single-use one for a person, or that of a steward's contact card. Only hashes are kept."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, select, update
from sqlalchemy import insert as insert_into

from dispatch import errors, strangers, trail
from dispatch.contact import codes as written
from dispatch.taps import new_token
from dispatch.work import Work
from models.people import Invitation, Person, Route, Steward
from models.places import Household
from models.words import RouteState

_b = bindparam
Codes = Row[str | None, str | None, str | None]
_CODES = select(Person.county_code, Person.township_code, Person.village_code).where(Person.id == _b("person"))
_REVOKE = (
    update(Invitation)
    .where(Invitation.person_id == _b("person"), Invitation.used_at.is_(None), Invitation.revoked_at.is_(None))
    .values(revoked_at=_b("now"))
)
FIND = select(Invitation).where(Invitation.code_hash == _b("hash")).with_for_update()
_FIND_TYPED = select(Invitation).where(Invitation.typed_hash == _b("hash"))
_DOOR = select(Household.county_code, Household.township_code, Household.village_code).where(Household.id == _b("home"))
_POST = select(Steward.county_code, Steward.township_code, Steward.village_code).where(Steward.id == _b("steward"))
# Using a code is one conditional UPDATE, so that of two chats at once one has it.
_USE = (
    update(Invitation)
    .where(Invitation.code_hash == _b("hash"), Invitation.used_at.is_(None), Invitation.revoked_at.is_(None))
    .values(used_at=_b("now"))
)
_HERE = and_(Route.channel == _b("at_channel"), Route.address == _b("at_address"))
_RIVALS = delete(Route).where(
    Route.person_id == _b("person"), Route.channel == _b("at_channel"), Route.address != _b("at_address")
)
_STEP_BACK = update(Route).where(Route.person_id == _b("person")).values(position=Route.position + 1)
_MOVE = (
    update(Route)
    .where(_HERE)
    .values(person_id=_b("person"), position=0, state=RouteState.LIVE, reason=None, proven_at=_b("now"))
)


@dataclass(frozen=True, slots=True)
class CardCode:
    """The code of a contact card in its two forms. It is known this once and never stored."""

    token: str  # 22 characters, for a link or a QR.
    typed: str  # Eight characters, for people.


def card(work: Work, steward_id: int, household_id: int | None, *, printed: bool, actor_id: int | None) -> CardCode:
    """A new code for a steward's card, for one household or for any of theirs; the one before it no longer works.

    What is printed revokes what was printed, what is shown in a chat what was shown there.

    Raises:
        NotFound: there is no such steward or household.
    """
    at = work.conn.execute(*((_DOOR, {"home": household_id}) if household_id else (_POST, {"steward": steward_id})))
    codes = at.one_or_none()
    if codes is None:
        raise errors.NotFound
    revoke_cards(work, steward_id, household_id, printed=printed)
    code = CardCode(new_token(), _unused(work))
    valid = work.rules.cards.valid if printed else work.rules.cards.shown_valid
    work.conn.execute(
        insert_into(Invitation).values(
            code_hash=written.hashed(code.token),
            typed_hash=written.hashed(code.typed),
            steward_id=steward_id,
            household_id=household_id,
            printed_at=work.now if printed else None,
            created_at=work.now,
            expires_at=work.now + valid,
        )
    )
    trail.write(work, actor_id, codes, "card")
    return code


def revoke_cards(work: Work, steward_id: int | None, household_id: int | None, *, printed: bool | None = None) -> int:
    """End the cards of a household, or, without one, those of a steward for no household; returns how many."""
    condition = Invitation.steward_id.is_not(None) & Invitation.revoked_at.is_(None)
    if household_id is not None:
        condition &= Invitation.household_id == household_id
    else:
        condition &= (Invitation.steward_id == steward_id) & Invitation.household_id.is_(None)
    if printed is not None:
        condition &= Invitation.printed_at.is_not(None) if printed else Invitation.printed_at.is_(None)
    return work.conn.execute(update(Invitation).where(condition).values(revoked_at=work.now)).rowcount


def _unused(work: Work) -> str:
    """A typed code that no card has had: among a county's cards two alike would not be rare."""
    while True:
        code = written.new_typed()
        if work.conn.execute(_FIND_TYPED, {"hash": written.hashed(code)}).first() is None:
            return code


def find(conn: Connection, code: str) -> Row[Any] | None:
    """What the code stands for, typed or scanned, or None; whether it still works is another question."""
    typed = written.typed(code)
    query = FIND if typed is None else _FIND_TYPED
    return conn.execute(query, {"hash": written.hashed(typed or code)}).one_or_none()


def invite(work: Work, person_id: int, actor_id: int | None = None) -> str:
    """A new code for the person, valid for `rules.invitation_valid`; codes given out before no longer work.

    The code has 128 random bits in 22 characters that fit a link. It is returned this once and never stored.

    Raises:
        NotFound: there is no such person.
    """
    codes = work.conn.execute(_CODES, {"person": person_id}).one_or_none()
    if codes is None:
        raise errors.NotFound
    work.conn.execute(_REVOKE, {"person": person_id, "now": work.now})
    code = new_token()
    work.conn.execute(
        insert_into(Invitation).values(
            code_hash=written.hashed(code),
            person_id=person_id,
            created_at=work.now,
            expires_at=work.now + work.rules.invitation_valid,
        )
    )
    trail.write(work, actor_id, codes, "invite", person_id)
    return code


def redeem(work: Work, code: str, speaker_id: int, channel: str, address: str) -> int:
    """Bind the chat in which `speaker_id` shows the code to the person whom the code names; returns that person's id.

    The chat becomes the person's first route, and their earlier chat on the same channel is no longer theirs. What the
    chat began as a stranger goes over to the person. Showing a code again in the chat that it has bound is harmless.

    Raises:
        NotFound: `invitation.unknown`; no such code.
        NotNow: `invitation.used`, `invitation.revoked` (a newer one was made) or `invitation.expired`.
        NotAllowed: `invitation.bound`; the chat is already somebody else's on the roster.
    """
    found = work.conn.execute(FIND, {"hash": written.hashed(code)}).one_or_none()
    if found is None or found.person_id is None:
        raise errors.NotFound("invitation.unknown")
    person_id = int(found.person_id)
    if person_id == speaker_id and found.used_at is not None:
        return person_id
    check(work, found)
    if person_id != speaker_id and not strangers.is_stranger(work.conn, speaker_id):
        raise errors.NotAllowed("invitation.bound")
    if work.conn.execute(_USE, {"hash": found.code_hash, "now": work.now}).rowcount == 0:
        raise errors.NotNow("invitation.used")
    bind(work, person_id, speaker_id, channel, address, person_id)
    return person_id


def bind(work: Work, person_id: int, speaker_id: int, channel: str, address: str, actor_id: int | None) -> None:
    """Make the chat in which a stranger spoke that of a person, with all that the stranger began."""
    if person_id != speaker_id:
        strangers.absorb(work.conn, speaker_id, person_id)
    _bind(work, person_id, channel, address)
    codes = work.conn.execute(_CODES, {"person": person_id}).one()
    trail.write(work, actor_id, codes, "bind", person_id)


def check(work: Work, found: Row[Any]) -> None:
    """Refuse a code that no longer works.

    Raises:
        NotNow: `invitation.used`, `invitation.revoked` or `invitation.expired`.
    """
    if found.used_at is not None:
        raise errors.NotNow("invitation.used")
    if found.revoked_at is not None:
        raise errors.NotNow("invitation.revoked")
    if found.expires_at <= work.now:
        raise errors.NotNow("invitation.expired")


def _bind(work: Work, person_id: int, channel: str, address: str) -> None:
    at = {"person": person_id, "at_channel": channel, "at_address": address, "now": work.now}
    work.conn.execute(_RIVALS, at)
    work.conn.execute(_STEP_BACK, at)
    if work.conn.execute(_MOVE, at).rowcount == 0:
        values = {"position": 0, "state": RouteState.LIVE, "proven_at": work.now}
        work.conn.execute(insert_into(Route).values(person_id=person_id, channel=channel, address=address, **values))
