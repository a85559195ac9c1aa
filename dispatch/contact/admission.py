"""The answer to a claim: a chat is let in and becomes a person's of that home, or is kept out, also later."""

from sqlalchemy import delete, insert, select, update

from dispatch import errors, invitations, strangers
from dispatch.actors import Actor
from dispatch.contact import claims, faces
from dispatch.contact.claims import Claimed
from dispatch.messages import Button, Message
from dispatch.permissions import Action, can
from dispatch.taps import Verb, data
from dispatch.work import Work
from models.claims import Claim
from models.people import Person, Route
from models.words import ClaimState, Lane, RouteState


def let_in(work: Work, actor: Actor, token: str, person_id: int) -> Claimed:
    """Yes, this chat is that person's, or (`claims.NEW`) of somebody else of the home. Saying so twice is harmless.

    Raises:
        NotFound: no such claim, or the person is not of that household.
        NotAllowed: not the household's steward, nor an admin of the area.
        NotNow: it was answered otherwise, or the chat has meanwhile become somebody's.
    """
    claimed = claims.by_token(work, token)
    if not can(actor, Action.LET_IN, claimed):
        raise errors.NotAllowed
    if claimed.state is ClaimState.LET_IN:
        return claimed
    if claimed.state is ClaimState.KEPT_OUT:
        raise errors.NotNow("contact.answered_before", name=claimed.name)
    return _bind(work, claimed, person_id, actor.id)


def by_phone(work: Work, actor: Actor, phone: str) -> Claimed | None:
    """The sender's own number is that of the household or of a person in it: in, and the steward is told.

    None: the numbers differ, so it stays with the steward.

    Raises:
        NotFound: `contact.no_claim`; no card was shown before.
    """
    claimed = claims.waiting(work, actor.id)
    if claimed is None:
        raise errors.NotFound("contact.no_claim")
    known = claims.members(work, claimed.household_id)
    theirs = [one.id for one in known if one.phone and same_phone(one.phone, phone)]
    if not theirs and not (claimed.phone and same_phone(claimed.phone, phone)):
        return None
    if not theirs and len(known) == 1:
        theirs = [known[0].id]  # The phone of the home, and one person lives there.
    after = _bind(work, claimed, theirs[0] if len(theirs) == 1 else claims.NEW, None)
    out = (Button("button.keep_out", data(Verb.KEEP_OUT, claimed.token)),)
    if claimed.responsible_id is not None:
        said = Message("contact.in_by_phone", {"name": claimed.name, "household": claimed.household}, (out,))
        work.post(claimed.responsible_id, said, Lane.STATUS)
    return after


def _bind(work: Work, claimed: Claimed, person_id: int, actor_id: int | None) -> Claimed:
    here = (Route.channel == claimed.channel) & (Route.address == claimed.address)
    if work.conn.execute(select(Route.person_id).where(here)).scalar() != claimed.speaker_id:
        raise errors.NotNow("contact.chat_moved")
    if not strangers.is_stranger(work.conn, claimed.speaker_id):
        person_id = claims.NEW  # A helper's or admin's own chat: they only gain a home.
    if person_id == claims.NEW:
        person_id = _move_in(work, claimed)
    elif person_id not in {one.id for one in claims.members(work, claimed.household_id)}:
        raise errors.NotFound("error.button")
    invitations.bind(work, person_id, claimed.speaker_id, claimed.channel, claimed.address, actor_id)
    answered = {"state": ClaimState.LET_IN, "person_id": person_id, "answered_by": actor_id, "answered_at": work.now}
    work.conn.execute(update(Claim).where(Claim.token == claimed.token).values(**answered))
    after = claims.by_token(work, claimed.token)
    work.post(person_id, Message("contact.bound", {"household": claimed.household}, loud=True), Lane.ANSWER)
    face = faces.of_home(work.conn, work.rules, claimed.household_id)
    if face is not None:
        work.post(person_id, faces.message(work.rules, face), Lane.ANSWER)
    for other in claims.members(work, claimed.household_id):
        if other.id != person_id:
            said = Message("contact.housemate", {"name": claimed.name, "household": claimed.household})
            work.post(other.id, said, Lane.STATUS)
    claims.tell_guardians(work, claimed, "contact.housemate")
    return after


def _move_in(work: Work, claimed: Claimed) -> int:
    """The person who spoke becomes one of the household; a helper or admin keeps the area that they answer for."""
    codes = select(Person.village_code, Person.name).where(Person.id == claimed.speaker_id)
    known = work.conn.execute(codes).one()
    area = {name: getattr(claimed, name) for name in ("county_code", "township_code", "village_code")}
    values = {"household_id": claimed.household_id, **({} if known.village_code else area)}
    if strangers.is_stranger(work.conn, claimed.speaker_id):
        values |= {"name": claimed.name or known.name, **area}
    work.conn.execute(update(Person).where(Person.id == claimed.speaker_id).values(**values))
    return claimed.speaker_id


def keep_out(work: Work, actor: Actor, token: str) -> Claimed:
    """No, this is nobody of that home. Who was let in before is put out again; saying so twice is harmless.

    Raises:
        NotFound: no such claim.
        NotAllowed: not the household's steward, nor an admin of the area.
    """
    claimed = claims.by_token(work, token)
    if not can(actor, Action.LET_IN, claimed):
        raise errors.NotAllowed
    if claimed.state is ClaimState.KEPT_OUT:
        return claimed
    answered = {"state": ClaimState.KEPT_OUT, "answered_by": actor.id, "answered_at": work.now}
    work.conn.execute(update(Claim).where(Claim.token == claimed.token).values(**answered))
    stranger_id = _put_out(work, claimed) if claimed.state is ClaimState.LET_IN else claimed.speaker_id
    if stranger_id is not None:
        work.post(stranger_id, Message("contact.refused", {"household": claimed.household}), Lane.ANSWER)
    return claimed


def _put_out(work: Work, claimed: Claimed) -> int | None:
    """The chat is a stranger's again; None where it has become somebody else's meanwhile."""
    here = (Route.channel == claimed.channel) & (Route.address == claimed.address)
    if work.conn.execute(select(Route.person_id).where(here)).scalar() != claimed.person_id:
        return None
    if claimed.person_id == claimed.speaker_id:
        work.conn.execute(update(Person).where(Person.id == claimed.speaker_id).values(household_id=None))
        return claimed.speaker_id
    work.conn.execute(delete(Route).where(here))
    person = {"name": claimed.name or "?", "created_at": work.now, "frail": False, "made_up": False}
    stranger_id = int(work.conn.execute(insert(Person).values(**person).returning(Person.id)).scalar_one())
    route = {"person_id": stranger_id, "channel": claimed.channel, "address": claimed.address, "position": 0}
    work.conn.execute(insert(Route).values(**route, state=RouteState.LIVE, proven_at=work.now))
    return stranger_id


def same_phone(one: str, other: str) -> bool:
    """Whether two ways of writing mean one phone: the digits count, without the country's 86 before them."""
    return _bare(one) == _bare(other) != ""


def _bare(phone: str) -> str:
    digits = "".join(sign for sign in phone if sign.isdecimal())
    digits = digits.removeprefix("00")
    return digits[2:] if digits.startswith("86") and len(digits) > 11 else digits
