"""Offers: a request put before the people of a rung, each with a card of their own; and once more while they wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import bindparam, insert, select, update

from dispatch import cards
from dispatch.among import among
from dispatch.bulk import Bulk, Row
from dispatch.cases import Case
from dispatch.matching import Candidate
from dispatch.messages import Message
from dispatch.taps import new_token
from dispatch.work import Work
from models.people import Steward
from models.requests import Offer, Request
from models.words import Answer, Ask, Lane, State

_WHY = {Ask.NEAREST: "why.nearest", Ask.VOLUNTEERS: "why.volunteer"}
CARD = Message("", card=cards.OFFER, loud=True)  # What it says is drawn when it is sent.
_NEW = Bulk(lambda *_: insert(Offer))
_ASKED = update(Steward).where(among(Steward.person_id, "people")).values(asked_at=bindparam("now"))


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom one rung of a request's ladder asks; `index` is the rung's place in it, `people` may be empty."""

    case: Case
    index: int
    ask: Ask
    people: Sequence[Candidate]


def make(work: Work, groups: Sequence[Chosen]) -> None:
    """Make the offers of many requests, with one statement of each kind."""
    holding = _holding(work, groups)
    rows = [row for one in groups for row in _offers(work, one, holding)]
    if rows:
        _NEW.run(work.conn, rows)
    turns = {one.person_id for chosen in groups if not chosen.case.drill for one in chosen.people}
    if turns:  # A practice takes nobody's turn.
        work.conn.execute(_ASKED, {"people": list(turns), "now": work.now})


Matters = set[tuple[int, str | None, str | None]]  # Person, village, matter: whose card tells of which matter.

_HOLDING = (
    select(Offer.person_id, Request.village_code, Request.matter)
    .join(Request, Request.id == Offer.request_id)
    .where(
        among(Offer.person_id, "people"),
        Offer.answer == Answer.OPEN,
        Request.matter.is_not(None),
        Request.state == State.OFFERED,
    )
)


def _holding(work: Work, groups: Sequence[Chosen]) -> Matters:
    """Who of those to be asked about a shared matter has a card about such a one already."""
    people = {one.person_id for chosen in groups if chosen.case.matter is not None for one in chosen.people}
    if not people:
        return set()
    return {(row[0], row[1], row[2]) for row in work.conn.execute(_HOLDING, {"people": list(people)}).all()}


def _waits(work: Work, case: Case, person_id: int, holding: Matters) -> timedelta:
    """How long a card waits: a second one of a matter may become one with the first before anybody sees it."""
    if case.matter is None or case.followers:
        return timedelta()
    about = (person_id, case.village_code, case.matter)
    known = about in holding
    holding.add(about)
    return work.rules.incidents.hold if known else timedelta()


def _offers(work: Work, chosen: Chosen, holding: Matters) -> list[Row]:
    """The rows of new offers; each one's card goes into the first lane in the same transaction."""
    case = chosen.case
    rows: list[Row] = []
    for one in chosen.people:
        why = _WHY.get(chosen.ask, "why.office")
        if one.skilled or one.responsible:
            why = "why.skilled" if one.skilled else "why.responsible"
        token = new_token()
        row: Row = {
            "request_id": case.id,
            "person_id": one.person_id,
            "round": case.round,
            "rung": chosen.index,
            "ask": chosen.ask,
            "token": token,
            "metres": one.metres,
            "why": why,
            "asked_at": work.now,
            "answer": Answer.OPEN,
            "county_code": case.county_code,
            "township_code": case.township_code,
            "village_code": case.village_code,
        }
        rows.append(row)
        key = post_key(case.id, case.round, chosen.index, one.person_id)
        send_at = work.now + _waits(work, case, one.person_id, holding)
        work.post(one.person_id, CARD, Lane.OFFER, key=key, case=case, offer_token=token, send_at=send_at)
    return rows


def any_open(work: Work, case: Case, rung: int | None = None) -> bool:
    """Whether some offer of the request still waits for its answer; with `rung`, one of this round's rung."""
    statement = select(Offer.id).where(Offer.request_id == case.id, Offer.answer == Answer.OPEN).limit(1)
    if rung is not None:
        statement = statement.where(Offer.round == case.round, Offer.rung == rung)
    return work.conn.execute(statement).first() is not None


def post_key(request_id: int, at_round: int, rung: int, person_id: int) -> str:
    """The outbox's key of an offer's card: the same offer is sent once, whatever is repeated."""
    return f"{request_id}:{at_round}:{rung}:{person_id}:offer"


def remind(work: Work, case: Case) -> None:
    """The last rung again: everyone there who has not answered sees the card once more, with the same buttons."""
    rows = work.conn.execute(
        select(Offer.token, Offer.person_id).where(
            Offer.request_id == case.id,
            Offer.round == case.round,
            Offer.rung == case.rung,
            Offer.answer == Answer.OPEN,
            Offer.asked_at < work.now,
        )
    ).all()
    for row in rows:
        key = f"{post_key(case.id, case.round, case.rung, row.person_id)}:{case.repeats}"
        work.post(row.person_id, CARD, Lane.OFFER, key=key, case=case, offer_token=row.token)
