"""Who wants in by a contact card: the claim, and whom it is put before."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, func, insert, or_, select, update

from dispatch import cards, chats, errors, strangers
from dispatch.actors import Actor
from dispatch.contact import tries
from dispatch.guardians import bonds
from dispatch.messages import Button, Message
from dispatch.taps import Verb, data, new_token
from dispatch.work import Work
from models.claims import Claim
from models.people import Admin, Invitation, Link, Person, Steward
from models.places import Household
from models.words import ClaimState, Lane

NEW = 0  # Instead of a person's number: somebody of that home whom the roster does not know yet.
_MOST = 8  # Names on buttons; in a larger household the others take "somebody else here".


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim with what is asked about it. `responsible_id` is the person of the household's steward."""

    token: str
    household_id: int
    speaker_id: int
    channel: str
    address: str
    name: str
    state: ClaimState
    person_id: int | None
    household: str
    phone: str | None
    county_code: str | None
    township_code: str | None
    village_code: str | None
    responsible_id: int | None


_linked = select(Steward.person_id).join(Link, Link.steward_id == Steward.id).where(Link.household_id == Household.id)
_carded = (
    select(Steward.person_id)
    .join(Invitation, Invitation.steward_id == Steward.id)
    .where(Invitation.code_hash == Claim.code_hash)
)
_CLAIMS: Any = select(
    Claim.token, Claim.household_id, Claim.speaker_id, Claim.channel, Claim.address, Claim.name, Claim.state,
    Claim.person_id, Household.name, Household.phone, Claim.county_code, Claim.township_code, Claim.village_code,
    func.coalesce(_linked.scalar_subquery(), _carded.scalar_subquery()),
).join(Household, Household.id == Claim.household_id)  # fmt: skip


def open_claim(
    work: Work, actor: Actor, channel: str, address: str, card: Any, household_id: int, name: str
) -> Claimed:
    """Put before the steward that this chat showed the card of that household; the same again asks nobody twice.

    Raises:
        NotAllowed: the chat is that of another household, or of the very steward.
        NotNow: it was refused a short while ago.
    """
    if actor.household_id is not None:
        raise errors.NotAllowed("contact.other_home")
    before = _newest(work, Claim.speaker_id == actor.id, Claim.household_id == household_id)
    if before is not None and before.state is ClaimState.OPEN:
        return before
    recently = Claim.answered_at > work.now - work.rules.cards.refused_for
    refused = select(Claim.token).where(
        Claim.address == address, Claim.channel == channel, Claim.household_id == household_id,
        Claim.state == ClaimState.KEPT_OUT, recently,
    )  # fmt: skip
    if work.conn.execute(refused.limit(1)).first() is not None:
        raise errors.NotNow("contact.refused_before")
    others = (Claim.speaker_id == actor.id) & (Claim.state == ClaimState.OPEN)
    work.conn.execute(update(Claim).where(others).values(state=ClaimState.LAPSED, answered_at=work.now))
    claimed = _write(work, actor, channel, address, card, household_id, name)
    if claimed.responsible_id == actor.id:
        raise errors.NotAllowed("contact.own_card")
    _ask(work, claimed)
    return claimed


def _write(work: Work, actor: Actor, channel: str, address: str, card: Any, household_id: int, name: str) -> Claimed:
    home = select(Household.county_code, Household.township_code, Household.village_code)
    codes = work.conn.execute(home.where(Household.id == household_id)).one()
    token = new_token()
    row = {"token": token, "code_hash": card.code_hash, "household_id": household_id, "speaker_id": actor.id}
    chat = {"channel": channel, "address": address, "name": name[:60]}
    state = {"state": ClaimState.OPEN, "asked_at": work.now, "branch_asked": False}
    work.conn.execute(insert(Claim).values(**row, **chat, **state, **codes._mapping))
    return by_token(work, token)


def by_token(work: Work, token: str) -> Claimed:
    """The claim of a button, held until the commit.

    Raises:
        NotFound: there is none.
    """
    row = work.conn.execute(_CLAIMS.where(Claim.token == token).with_for_update(of=Claim)).one_or_none()
    if row is None:
        raise errors.NotFound("error.button")
    return Claimed(*row)


def waiting(work: Work, speaker_id: int) -> Claimed | None:
    """The claim of a chat that nobody has answered yet."""
    return _newest(work, Claim.speaker_id == speaker_id, Claim.state == ClaimState.OPEN)


def _newest(work: Work, *which: ColumnElement[bool]) -> Claimed | None:
    row = work.conn.execute(_CLAIMS.where(*which).order_by(Claim.asked_at.desc()).limit(1)).one_or_none()
    return Claimed(*row) if row is not None else None


def _ask(work: Work, claimed: Claimed) -> None:
    """The steward; where no chat of the steward works, the branch."""
    if claimed.responsible_id is not None and chats.reachable(work.conn, claimed.responsible_id):
        work.post(claimed.responsible_id, _question(work, claimed), Lane.ANSWER)
    else:
        ask_branch(work, claimed)
    tell_guardians(work, claimed, "guardian.claimed")


def tell_guardians(work: Work, claimed: Claimed, key: str) -> None:
    """Whoever looks after somebody of that home hears of the chat, as the home itself would."""
    for person_id in {bond.guardian_id for bond in bonds.of_home(work.conn, claimed.household_id)}:
        work.post(person_id, Message(key, {"name": claimed.name, "household": claimed.household}), Lane.STATUS)


def ask_branch(work: Work, claimed: Claimed) -> None:
    """Put it before the branch; where the village has none, before the office above."""
    work.conn.execute(update(Claim).where(Claim.token == claimed.token).values(branch_asked=True))
    for admin_id in tries.office(work, (claimed.village_code, claimed.township_code, claimed.county_code)):
        work.post(admin_id, _question(work, claimed), Lane.STATUS, key=f"claim:{claimed.token}:{admin_id}")


def _question(work: Work, claimed: Claimed) -> Message:
    stranger = strangers.is_stranger(work.conn, claimed.speaker_id)
    known = members(work, claimed.household_id) if stranger else []
    rows = [
        (Button("button.plain", data(Verb.LET_IN, f"{claimed.token}.{one.id}"), {"text": cards.shown_name(one)}),)
        for one in known[:_MOST]
    ]
    last = (
        Button("button.let_in", data(Verb.LET_IN, f"{claimed.token}.{NEW}")),
        Button("button.keep_out", data(Verb.KEEP_OUT, claimed.token)),
    )
    params = {"name": claimed.name, "household": claimed.household}
    return Message("contact.question", params, (*rows, last), loud=True)


def members(work: Work, household_id: int) -> list[Any]:
    """The people of a household whom a card may make of a chat. Helpers and admins get in by their own invitation only:

    else their powers would come with a card that was meant for a door.
    """
    office = or_(exists().where(Admin.person_id == Person.id), exists().where(Steward.person_id == Person.id))
    people = select(Person.id, Person.name, Person.made_up, Person.phone)
    return list(work.conn.execute(people.where(Person.household_id == household_id, ~office).order_by(Person.id)))


def look_after(work: Work, limit: int = 500) -> None:
    """Claims that nobody answers: the branch is asked once; at last they lapse, and the person hears how to go on."""
    rules = work.rules.cards
    old = _CLAIMS.where(Claim.state == ClaimState.OPEN).order_by(Claim.asked_at).limit(limit)
    for row in work.conn.execute(old.where(Claim.asked_at <= work.now - rules.lapse_after)).all():
        claimed = Claimed(*row)
        lapsed = {"state": ClaimState.LAPSED, "answered_at": work.now}
        work.conn.execute(update(Claim).where(Claim.token == claimed.token).values(**lapsed))
        work.post(claimed.speaker_id, Message("contact.lapsed", {"household": claimed.household}), Lane.STATUS)
    unasked = old.where(~Claim.branch_asked, Claim.asked_at <= work.now - rules.ask_branch_after)
    for row in work.conn.execute(unasked).all():
        ask_branch(work, Claimed(*row))
