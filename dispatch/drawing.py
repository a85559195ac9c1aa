"""Draws cards from what is stored, at the moment they are sent: many at once, with one statement of each kind."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from dispatch import cards
from dispatch.among import among
from dispatch.cases import CASES, Case
from dispatch.messages import Attachment, CardOf, Message, about
from dispatch.rules import Rules
from models.people import Person
from models.requests import Media, Note, Offer, Request
from models.words import HELD_STATES, Answer, NoteKind, State

LISTED = 20  # Reports of an incident on a card.
RECORDINGS = 10  # As many as an album holds.

_THESE = CASES.where(among(Request.id, "requests"))
_OWNERS = select(Person.id, Person.name, Person.phone, Person.made_up).where(among(Person.id, "people"))
_ASKED = (
    select(Offer.request_id, func.count())
    .where(among(Offer.request_id, "requests"), Offer.answer == Answer.OPEN)
    .group_by(Offer.request_id)
)
_OFFERS = (
    select(Offer.request_id, Offer.person_id, Offer.token, Offer.metres, Offer.answer, Offer.why, Offer.asked_at)
    .where(among(Offer.request_id, "requests"), among(Offer.person_id, "people"))
    .order_by(Offer.round, Offer.id)
)
_ADDED = (
    select(
        Note.request_id, Note.kind, Note.text, Note.at,
        Media.token, Media.kind.label("media_kind"), Media.channel, Media.file_ref,
    )
    .outerjoin(Media, Media.id == Note.media_id)
    .where(
        among(Note.request_id, "requests"),
        Note.kind.in_((NoteKind.ASKED, NoteKind.ADDED, NoteKind.EDITED)),
    )
    .order_by(Note.id)
)  # fmt: skip
_REPORTS = (
    select(Request.place, Request.words)
    .where(Request.leader_id == bindparam("leader"))
    .order_by(Request.id)
    .limit(LISTED + 1)
)


@dataclass(frozen=True, slots=True)
class Added:
    """The lines that were added to a request after its first words, and all its recordings, oldest first.

    With each recording stands when it was added; none: it came with the first words.
    """

    lines: tuple[str, ...] = ()
    recordings: tuple[tuple[datetime | None, Attachment], ...] = ()

    def until(self, at: datetime) -> tuple[Attachment, ...]:
        """The recordings of a card whose person was asked at this time; what was added later is sent by itself."""
        return tuple(one for came, one in self.recordings if came is None or came < at)[:RECORDINGS]


def draw(rules: Rules, conn: Connection, wanted: Sequence[CardOf]) -> list[Message | None]:
    """Each card as it should read now, or None where there is nothing to show to its person."""
    cases = {row.id: Case(*row) for row in conn.execute(_THESE, {"requests": {one.request_id for one in wanted}})}
    there = [one for one in wanted if one.request_id in cases]
    own = _own(rules, conn, cases, [one for one in there if one.part == cards.OWN])
    drawn = own | _offered(rules, conn, cases, [one for one in there if one.part == cards.OFFER])
    return [drawn.get(one) for one in wanted]


def _own(rules: Rules, conn: Connection, cases: Mapping[int, Case], wanted: Sequence[CardOf]) -> dict[CardOf, Message]:
    """The requesters' cards; whoever looks after somebody reads before it whose it is."""
    plain = _plain(rules, conn, [cases[number] for number in dict.fromkeys(one.request_id for one in wanted)])
    drawn = {one: plain[one.request_id] for one in wanted}
    for one in wanted:
        case = cases[one.request_id]
        if one.person_id == case.guardian_id:
            name = case.helped_name or cards.person(conn, case.requester_id).name
            drawn[one] = about(name, drawn[one])
    return drawn


def _plain(rules: Rules, conn: Connection, own: Collection[Case]) -> dict[int, Message]:
    """The requesters' own cards, by request."""
    helped = {case.owner_id for case in own if case.owner_id and case.state in (*HELD_STATES, State.DONE)}
    owners = {row.id: row for row in conn.execute(_OWNERS, {"people": helped})} if helped else {}
    waiting = {case.id for case in own if case.state is State.OFFERED}
    asked = {row[0]: row[1] for row in conn.execute(_ASKED, {"requests": waiting})} if waiting else {}
    return {case.id: cards.own_card(rules, case, owners.get(case.owner_id), asked.get(case.id, 0)) for case in own}


def _offered(
    rules: Rules, conn: Connection, cases: Mapping[int, Case], wanted: Sequence[CardOf]
) -> dict[CardOf, Message]:
    """The cards of those who were asked: of each the offer with the token, else the latest."""
    if not wanted:
        return {}
    bound = {"requests": {one.request_id for one in wanted}, "people": {one.person_id for one in wanted}}
    offers: dict[CardOf, Any] = {}
    for row in conn.execute(_OFFERS, bound):
        latest = CardOf(row.request_id, row.person_id, cards.OFFER)
        offers[latest] = offers[latest._replace(offer_token=row.token)] = row
    more = added(conn, bound["requests"])
    reported = {number: reports(conn, cases[number]) for number in bound["requests"]}
    drawn = {}
    for one in wanted:
        offer, extra = offers.get(one), more.get(one.request_id, Added())
        if offer is not None:
            media = extra.until(offer.asked_at)
            known = reported[one.request_id]
            drawn[one] = cards.offer_card(rules, cases[one.request_id], offer, extra.lines, media, known)
    return drawn


def added(conn: Connection, requests: Collection[int]) -> dict[int, Added]:
    """What was added to these requests, by number; one to which nothing was added is not among them."""
    lines: dict[int, list[str]] = {}
    recordings: dict[int, list[tuple[datetime | None, Attachment]]] = {}
    for row in conn.execute(_ADDED, {"requests": requests}):
        if row.kind is not NoteKind.ASKED and row.text:
            lines.setdefault(row.request_id, []).append(row.text)
        if row.token:
            came = None if row.kind is NoteKind.ASKED else row.at
            recording = Attachment(row.token, row.media_kind, row.channel, row.file_ref)
            recordings.setdefault(row.request_id, []).append((came, recording))
    return {
        one: Added(tuple(lines.get(one, ())), tuple(recordings.get(one, ())))
        for one in lines.keys() | recordings.keys()
    }


def reports(conn: Connection, case: Case) -> tuple[str, ...]:
    """What others reported who joined the request: coarse place and words, the first of them, then how many more."""
    if not case.followers:
        return ()
    rows = conn.execute(_REPORTS, {"leader": case.id}).all()
    lines = [" ".join(part for part in (row.place, cards.shorten(row.words, 40)) if part) for row in rows[:LISTED]]
    return (*lines, "…") if len(rows) > LISTED else tuple(lines)
