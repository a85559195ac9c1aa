"""Offers: a request put before the people of a rung, each with a card of their own; and once more while they wait."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, literal, or_, select, update

from dispatch import cards
from dispatch.among import among
from dispatch.cases import Case
from dispatch.circulars import Circular
from dispatch.given import given, insert_given
from dispatch.matching import Candidate
from dispatch.messages import Message
from dispatch.taps import new_tokens
from dispatch.work import Work
from models.mail import Outbox
from models.people import Steward
from models.requests import Offer, Request
from models.words import Answer, Ask, Lane, State

_WHY = {Ask.NEAREST: "why.nearest", Ask.VOLUNTEERS: "why.volunteer"}
CARD = Message("", card=cards.OFFER, loud=True)  # What it says is drawn when it is sent.
_OFFERS = given("offers")  # By token: request, person, metres, why.
_NEW = insert_given(
    Offer,
    _OFFERS,
    _OFFERS.c.value[0].as_integer(),
    {
        Offer.person_id: _OFFERS.c.value[1].as_integer(),
        Offer.metres: _OFFERS.c.value[2].as_float(),
        Offer.why: _OFFERS.c.value[3].as_string(),
        Offer.token: _OFFERS.c.key,
        Offer.rung: bindparam("rung", type_=Offer.rung.type),
        Offer.ask: bindparam("ask", type_=Offer.ask.type),
        Offer.asked_at: bindparam("now", type_=Offer.asked_at.type),
        Offer.answer: literal(Answer.OPEN, Offer.answer.type),
    },
)
_ASKED = update(Steward).where(among(Steward.person_id, "people")).values(asked_at=bindparam("now"))


class Chosen(NamedTuple):
    """Whom one rung of a request's ladder asks; `nth` is the rung's place in it, `people` may be empty."""

    case: Case
    nth: int
    ask: Ask
    people: Sequence[Candidate]


def make(work: Work, groups: Sequence[Chosen]) -> None:
    """Make the offers of many requests, with one statement of each kind, and put their cards into the first lane."""
    asked = [(one, who) for one in groups for who in one.people]
    if not asked:
        return
    tokens = new_tokens(len(asked))
    waiting = _waiting(work, asked, tokens)
    rungs: dict[tuple[int, Ask], dict[str, Any]] = {}
    for (one, who), token in zip(asked, tokens, strict=True):
        offer = one.case.id, who.person_id, who.metres, _why(one.ask, who)
        rungs.setdefault((one.nth, one.ask), {})[token] = offer
    for (nth, ask), offers in rungs.items():
        work.conn.execute(_NEW, {"offers": offers, "rung": nth, "ask": ask, "now": work.now})
    _CARDS.send(work, tokens, CARD, Lane.OFFER)
    if waiting:
        work.conn.execute(_LATER, {"keys": waiting, "later": work.now + work.rules.incidents.hold})
    turns = {who.person_id for one, who in asked if not one.case.drill}
    if turns:  # A practice takes nobody's turn.
        work.conn.execute(_ASKED, {"people": list(turns), "now": work.now})


def _why(ask: Ask, who: Candidate) -> str:
    """Key of the sentence that answers "why me?"."""
    if who.skilled:
        return "why.skilled"
    return "why.responsible" if who.responsible else _WHY.get(ask, "why.office")


# With the key that `post_key` gives.
_CARDS = Circular(Offer.token, (Offer.token, "offer"), Offer.person_id)
_LATER = update(Outbox).where(among(Outbox.key, "keys")).values(send_at=bindparam("later"))
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


def _waiting(work: Work, asked: Sequence[tuple[Chosen, Candidate]], tokens: Sequence[str]) -> list[str]:
    """The cards that wait, by key: a second one of a matter may become one with the first before anybody sees it.

    `tokens` are those of the new offers, which are not yet in the table.
    """
    people = {who.person_id for one, who in asked if one.case.matter is not None}
    if not people:
        return []
    holding = {(row[0], row[1], row[2]) for row in work.conn.execute(_HOLDING, {"people": list(people)}).all()}
    waiting = []
    for ((case, *_), who), token in zip(asked, tokens, strict=True):
        if case.matter is not None and not case.followers:
            about = (who.person_id, case.village_code, case.matter)
            if about in holding:
                waiting.append(post_key(token))
            holding.add(about)
    return waiting


def any_open(work: Work, case: Case) -> bool:
    """Whether some offer of the request still waits for its answer."""
    statement = select(Offer.id).where(Offer.request_id == case.id, Offer.answer == Answer.OPEN).limit(1)
    return work.conn.execute(statement).first() is not None


def post_key(token: str) -> str:
    """The outbox's key of an offer's card: the same offer is sent once, whatever is repeated."""
    return f"{token}:offer"


def remind(work: Work, case: Case, ask: Ask, people: Collection[int] = ()) -> None:
    """Everyone whom this rung `ask`s and who has not answered sees the card once more, with the same buttons.

    So do these `people`, of whichever rung: a secretary who was asked as a steward.
    """
    rows = work.conn.execute(
        select(Offer.token, Offer.person_id).where(
            Offer.request_id == case.id,
            or_(
                and_(Offer.round == case.round, Offer.rung == case.rung, Offer.ask == ask), Offer.person_id.in_(people)
            ),
            Offer.answer == Answer.OPEN,
            Offer.asked_at < work.now,
        )
    ).all()
    for row in rows:
        key = f"{post_key(row.token)}:{case.round}:{case.rung}:{case.repeats}"
        work.post(row.person_id, CARD, Lane.OFFER, key=key, case=case, offer_token=row.token)
