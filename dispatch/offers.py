"""Offers: a request put before the people of a rung, each with a card of their own; and once more while they wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace

from sqlalchemy import bindparam, insert, select, update

from dispatch import cards
from dispatch.among import among
from dispatch.bulk import Bulk, Row
from dispatch.cases import Case
from dispatch.matching import Candidate
from dispatch.messages import Attachment, Message
from dispatch.taps import new_token
from dispatch.work import Work
from models.people import Steward
from models.requests import Media, Note, Offer, Request
from models.words import Answer, Ask, Lane, NoteKind, State

Extras = tuple[tuple[str, ...], tuple[Attachment, ...]]  # What was added in words, and the recordings.

_WHY = {Ask.NEAREST: "why.nearest", Ask.VOLUNTEERS: "why.volunteer"}
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
    extras = _extras(work, [one.case for one in groups])
    holding = _holding(work, groups)
    rows = [row for one in groups for row in _offers(work, one, extras.get(one.case.id), holding)]
    if rows:
        _NEW.run(work.conn, rows)
        work.conn.execute(_ASKED, {"people": list({row["person_id"] for row in rows}), "now": work.now})


def _extras(work: Work, cases: Sequence[Case]) -> dict[int, Extras]:
    """What was added to the requests and their recordings, by request id."""
    if not cases:
        return {}
    work.flush()
    rows = work.conn.execute(_EXTRAS, {"requests": [case.id for case in cases]})
    lines: dict[int, list[str]] = {}
    media: dict[int, list[Attachment]] = {}
    for row in rows:
        if row.kind is not NoteKind.ASKED and row.text:
            lines.setdefault(row.request_id, []).append(row.text)
        if row.token:
            recording = Attachment(row.token, row.media_kind, row.channel, row.file_ref)
            media.setdefault(row.request_id, []).append(recording)
    return {one: (tuple(lines.get(one, [])), tuple(media.get(one, []))[:10]) for one in lines.keys() | media.keys()}


_EXTRAS = (
    select(
        Note.request_id,
        Note.kind,
        Note.text,
        Media.token,
        Media.kind.label("media_kind"),
        Media.channel,
        Media.file_ref,
    )
    .outerjoin(Media, Media.id == Note.media_id)
    .where(
        among(Note.request_id, "requests"),
        Note.kind.in_((NoteKind.ASKED, NoteKind.ADDED, NoteKind.EDITED)),
    )
    .order_by(Note.id)
)


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


def _offers(work: Work, chosen: Chosen, extras: Extras | None, holding: Matters) -> list[Row]:
    """The rows of new offers; each one's card goes into the first lane in the same transaction."""
    case = chosen.case
    added, media = extras or ((), ())
    rows: list[Row] = []
    card: Message | None = None
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
        key = f"{case.id}:{case.round}:{chosen.index}:{one.person_id}:offer"
        if card is None:
            reports = cards.reports(work.conn, case)
            card = cards.offer_card(work.rules, case, SimpleNamespace(**row), added, media, reports)
        else:
            card = cards.same_card(work.rules, card, one.metres, token)
        send_at = work.now + _waits(work, case, one.person_id, holding)
        work.post(one.person_id, card, Lane.OFFER, key=key, case=case, offer_token=token, send_at=send_at)
    return rows


def any_open(work: Work, case: Case, rung: int | None = None) -> bool:
    """Whether some offer of the request still waits for its answer; with `rung`, one of this round's rung."""
    statement = select(Offer.id).where(Offer.request_id == case.id, Offer.answer == Answer.OPEN).limit(1)
    if rung is not None:
        statement = statement.where(Offer.round == case.round, Offer.rung == rung)
    return work.conn.execute(statement).first() is not None


def remind(work: Work, case: Case) -> None:
    """The last rung again: everyone there who has not answered sees the card once more, with the same buttons."""
    rows = work.conn.execute(
        select(Offer.token, Offer.metres, Offer.answer, Offer.why, Offer.person_id, Offer.rung).where(
            Offer.request_id == case.id,
            Offer.round == case.round,
            Offer.rung == case.rung,
            Offer.answer == Answer.OPEN,
            Offer.asked_at < work.now,
        )
    ).all()
    for row in rows:
        key = f"{case.id}:{case.round}:{case.rung}:{row.person_id}:offer:{case.repeats}"
        card = cards.offer_card(work.rules, case, row, reports=cards.reports(work.conn, case))
        work.post(row.person_id, card, Lane.OFFER, key=key, case=case, offer_token=row.token)
