"""What somebody who was asked holds in hand: an offer with its request, found by its button or as a task."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, exists, or_, select, update

from dispatch import companions, errors
from dispatch.actors import Actor
from dispatch.cases import CASES, COLUMNS, Case
from dispatch.work import Work
from models.people import Steward
from models.requests import Audit, Offer, Request
from models.words import HELD_STATES, Answer, State


@dataclass(frozen=True, slots=True)
class Held:
    """An offer with its request, as the person who was asked holds it in hand."""

    offer_id: int
    token: str
    person_id: int
    answer: Answer
    metres: float | None
    why: str
    round: int
    rung: int
    case: Case

    # As a thing of `dispatch.permissions`: where its request lies, and who stands in which relation to it.

    @property
    def county_code(self) -> str | None:
        """The request's county."""
        return self.case.county_code

    @property
    def township_code(self) -> str | None:
        """The request's township."""
        return self.case.township_code

    @property
    def village_code(self) -> str | None:
        """The request's village."""
        return self.case.village_code

    @property
    def requester_id(self) -> int:
        """Who asked for help."""
        return self.case.requester_id

    @property
    def owner_id(self) -> int | None:
        """Who has it."""
        return self.case.owner_id

    @property
    def asked_id(self) -> int:
        """Who was asked by this offer."""
        return self.person_id


_HELD = select(
    Offer.id, Offer.token, Offer.person_id, Offer.answer, Offer.metres, Offer.why, Offer.round, Offer.rung, *COLUMNS
).join(Request, Request.id == Offer.request_id)
_OWN_FIELDS = 8


def _held(row: Any) -> Held:
    own, rest = row[:_OWN_FIELDS], row[_OWN_FIELDS:]
    return Held(*own, case=Case(*rest))  # type: ignore[misc]


def find(work: Work, token: str) -> Held | None:
    """The offer with this token, whoever shows it, locked with its request."""
    row = work.conn.execute(_HELD.where(Offer.token == token).with_for_update(of=Request)).one_or_none()
    return _held(row) if row is not None else None


def by_token(work: Work, actor: Actor, token: str) -> Held:
    """The offer whose buttons carry this token, with its request, which is locked.

    The request alone, since everything about it is written under that one lock: a lock on the offer besides would let
    eight taps at once wait for each other in a ring.

    Raises:
        NotFound: no such offer, or it is somebody else's (a forged or borrowed button looks the same).
    """
    held = find(work, token)
    if held is None or held.person_id != actor.id:
        raise errors.NotFound("error.button")
    return held


def mine(work: Work, person_id: int) -> list[Held]:
    """The tasks this person has accepted and not ended, newest first."""
    rows = work.conn.execute(
        _HELD.where(
            Request.owner_id == person_id,
            Request.state.in_((*HELD_STATES, State.DONE)),
            Offer.person_id == person_id,
            Offer.answer == Answer.ACCEPTED,
        ).order_by(Offer.id.desc())
    )
    return [_held(row) for row in rows]


def asked(work: Work, person_id: int) -> list[Held]:
    """The offers that wait for this person's yes or no, one a request, the newest first."""
    rows = work.conn.execute(
        _HELD.where(Offer.person_id == person_id, Offer.answer == Answer.OPEN, or_(_unowned, _second)).order_by(
            Offer.id
        )
    )
    return list({held.case.id: held for held in map(_held, rows)}.values())[::-1]


def calls(work: Work, person_id: int) -> list[Held]:
    """The owners' offers by which this person was called to come along and does not yet, the newest first."""
    work.flush()  # What this very transaction wrote counts as well.
    found = [_held(row) for row in work.conn.execute(_CALLS, {"person": person_id})]
    return [
        held
        for held in found
        if person_id in companions.called(work, held.case) and person_id not in companions.coming(work, held.case)
    ]


_unowned = Request.state.in_((State.WAITING, State.OFFERED))
_second = and_(Request.hands > 1, Request.state.in_(HELD_STATES))


def along(work: Work, person_id: int) -> list[Case]:
    """The requests of others to which this person comes along in this round, newest first."""
    rows = work.conn.execute(_ALONG, {"person": person_id}).all()
    return [case for case in map(Case._make, rows) if person_id in companions.coming(work, case)]


# A second yes is an offer's answer. Whoever is called serves in the village of the request, and said yes on its trail.
_state = Request.state.in_((*HELD_STATES, State.DONE))
_served = Request.village_code.in_(select(Steward.village_code).where(Steward.person_id == bindparam("person")))
_CALLS = _HELD.where(
    _served,
    Request.state.in_(HELD_STATES),
    Request.drill.is_(False),
    Offer.person_id == Request.owner_id,
    Offer.person_id != bindparam("person"),
    Offer.answer == Answer.ACCEPTED,
    exists().where(
        Audit.request_id == Request.id, Audit.action == "need_help", Audit.at >= Request.accepted_at
    ),  # An earlier owner's call is over.
).order_by(Offer.id.desc())
_SECOND = select(Offer.request_id).where(Offer.person_id == bindparam("person"), Offer.answer == Answer.JOINED)
_CALLED = (
    select(Request.id)
    .join(Audit, Audit.request_id == Request.id)
    .where(
        _served,
        _state,
        Audit.actor_id == bindparam("person"),
        Audit.action == "come",
    )
)
_ALONG = CASES.where(
    Request.id.in_(_SECOND.union(_CALLED)), _state, Request.drill.is_(False), Request.owner_id != bindparam("person")
).order_by(Request.id.desc())


def gave_back(work: Work, case: Case) -> None:
    """The owner's offer did not hold: they are not asked again for this request."""
    work.conn.execute(
        update(Offer)
        .where(Offer.request_id == case.id, Offer.person_id == case.owner_id, Offer.answer == Answer.ACCEPTED)
        .values(answer=Answer.GAVE_BACK)
    )
