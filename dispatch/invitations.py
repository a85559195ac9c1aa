"""Invitations: a single-use code that binds a chat to a person on the roster. Only its hash is kept."""

import hashlib
from typing import Any

from sqlalchemy import Row, and_, bindparam, delete, select, update
from sqlalchemy import insert as insert_into

from dispatch import errors, strangers
from dispatch.taps import new_token
from dispatch.work import Work
from models.people import Invitation, Person, Route
from models.words import RouteState

_b = bindparam
Codes = Row[str | None, str | None, str | None]
_CODES = select(Person.county_code, Person.township_code, Person.village_code).where(Person.id == _b("person"))
_REVOKE = (
    update(Invitation)
    .where(Invitation.person_id == _b("person"), Invitation.used_at.is_(None), Invitation.revoked_at.is_(None))
    .values(revoked_at=_b("now"))
)
_FIND = select(Invitation).where(Invitation.code_hash == _b("hash")).with_for_update()
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
            code_hash=_hash(code),
            person_id=person_id,
            created_at=work.now,
            expires_at=work.now + work.rules.invitation_valid,
        )
    )
    _record(work, "invite", actor_id, person_id, codes)
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
    found = work.conn.execute(_FIND, {"hash": _hash(code)}).one_or_none()
    if found is None:
        raise errors.NotFound("invitation.unknown")
    person_id = int(found.person_id)
    if person_id == speaker_id and found.used_at is not None:
        return person_id
    _check(work, found)
    if person_id != speaker_id and not strangers.is_stranger(work.conn, speaker_id):
        raise errors.NotAllowed("invitation.bound")
    if work.conn.execute(_USE, {"hash": found.code_hash, "now": work.now}).rowcount == 0:
        raise errors.NotNow("invitation.used")
    if person_id != speaker_id:
        strangers.absorb(work.conn, speaker_id, person_id)
    _bind(work, person_id, channel, address)
    codes = work.conn.execute(_CODES, {"person": person_id}).one()
    _record(work, "bind", person_id, person_id, codes)
    return person_id


def _check(work: Work, found: Row[Any]) -> None:
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


def _record(work: Work, action: str, actor_id: int | None, person_id: int, codes: Codes) -> None:
    """A line of the audit trail; the code itself is a secret and stands nowhere."""
    work.audit.append(
        {
            "at": work.now,
            "actor_id": actor_id,
            "action": action,
            "request_id": None,
            "person_id": person_id,
            "county_code": codes[0],
            "township_code": codes[1],
            "village_code": codes[2],
            "before": None,
            "after": None,
            "detail": {},
        }
    )


def _hash(code: str) -> str:
    return hashlib.sha256(code.strip().encode()).hexdigest()
