"""The ladder at work: asking a rung, climbing when its time is over, asking the next when somebody falls away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from dispatch import areas, cards, lifecycle, matching, telling
from dispatch.bulk import Bulk
from dispatch.cases import Case
from dispatch.matching import Candidate
from dispatch.messages import Attachment, Message
from dispatch.rules import Rung
from dispatch.taps import new_token
from dispatch.work import Work
from models.people import Steward
from models.requests import Media, Note, Offer
from models.store import dumps, loads
from models.words import Answer, Ask, Due, Event, Lane, NoteKind, Skip, State

POOL_KEPT = 60  # How many of those considered are written down for one search.


class Step(StrEnum):
    """Why a rung is asked."""

    FIRST = "first"  # The request was just recorded.
    AGAIN = "again"  # It came back to the circle.
    CLIMB = "climb"  # The rung before had its time.
    REPEAT = "repeat"  # The last rung, once more.
    REPLACE = "replace"  # Somebody in this rung fell away.


@dataclass(frozen=True, slots=True)
class Asking:
    """One request about to ask one rung; `due_at` is when the rung's time is over."""

    case: Case
    index: int
    rung: Rung
    due_at: datetime
    step: Step


def ladder(case: Case) -> tuple[Rung, ...]:
    """The ladder that the request keeps."""
    return _parse(dumps(case.ladder))


@lru_cache(maxsize=64)
def _parse(snapshot: str) -> tuple[Rung, ...]:
    return tuple(Rung.model_validate(rung) for rung in loads(snapshot))


def start(work: Work) -> None:
    """Ask the first rung for every request opened in this transaction."""
    if work.starting:
        opened, work.starting = work.starting, []
        _ask(work, [_first(case, Step.FIRST) for case in opened])


def begin_again(work: Work, case: Case, index: int = 0) -> None:
    """Ask for a request that came back to the circle, from the rung given."""
    rung = ladder(case)[index]
    _ask(work, [Asking(case, index, rung, work.now + rung.clock, Step.AGAIN)])


def begin(work: Work, cases: Iterable[Case]) -> None:
    """Ask the first rung for requests whose start had been put off."""
    _ask(work, [_first(case, Step.FIRST, work.now) for case in cases])


def _first(case: Case, step: Step, at: datetime | None = None) -> Asking:
    rung = ladder(case)[0]
    return Asking(case, 0, rung, (at or case.opened_at) + rung.clock, step)


def climb(work: Work, cases: Iterable[Case]) -> None:
    """Ask the rung whose time it is. After a standstill that is not the next one but the one due now, once."""
    _ask(work, [_next(work, case) for case in cases])


def _next(work: Work, case: Case) -> Asking:
    rungs = ladder(case)
    index, at = case.rung, case.due_at or work.now
    step = Step.REPEAT if index >= len(rungs) - 1 else Step.CLIMB
    while index < len(rungs) - 1:
        index += 1
        if at + rungs[index].clock > work.now:
            break
        at += rungs[index].clock
    rung = rungs[min(index, len(rungs) - 1)]
    due_at = at + rung.clock
    if due_at <= work.now:  # The last rung, after a standstill: repetitions that were missed are not made up for.
        due_at = work.now + rung.clock
    least = work.now + min(work.rules.least_time, rung.clock)
    return Asking(case, index, rung, max(due_at, least), step)


def replace(work: Work, case: Case) -> None:
    """Somebody fell away: ask the next in the same rung. Its clock goes on, but nobody gets less than a minute."""
    rung = ladder(case)[case.rung]
    least = work.now + min(work.rules.least_time, rung.clock)
    due_at = max(case.due_at or work.now, least)
    found = _ask(work, [Asking(case, case.rung, rung.model_copy(update={"count": 1}), due_at, Step.REPLACE)])
    if not found[case.id] and case.state is State.OFFERED and not _someone_open(work, case):
        dry = lifecycle.move(work, case, Event.RUN_DRY, None)
        telling.tell(work, case, dry, Event.RUN_DRY)


def _someone_open(work: Work, case: Case, rung: int | None = None) -> bool:
    statement = select(Offer.id).where(Offer.request_id == case.id, Offer.answer == Answer.OPEN).limit(1)
    if rung is not None:
        statement = statement.where(Offer.round == case.round, Offer.rung == rung)
    return work.conn.execute(statement).first() is not None


def _ask(work: Work, askings: Sequence[Asking]) -> dict[int, list[Candidate]]:
    """Search, offer, move and tell for many requests, with one statement of each kind. Returns who was chosen."""
    found: dict[int, list[Candidate]] = {}
    for rung, group in _by_rung(askings):
        found |= matching.search(work, [asking.case for asking in group], rung)
    chosen = {
        asking.case.id: [one for one in found[asking.case.id] if one.skip is Skip.NONE][: asking.rung.count]
        for asking in askings
    }
    extras = _extras(work, [asking.case for asking in askings])
    offers = [
        row for asking in askings for row in _offers(work, asking, chosen[asking.case.id], extras.get(asking.case.id))
    ]
    if offers:
        _NEW_OFFERS.run(work.conn, offers)
        work.conn.execute(_ASKED, {"people": list({row["person_id"] for row in offers}), "now": work.now})
    _move(work, askings, chosen)
    for asking in askings:
        _write_down(work, asking, found[asking.case.id], len(chosen[asking.case.id]))
    return chosen


_NEW_OFFERS = Bulk(lambda *_: insert(Offer))
_ASKED = (
    update(Steward).where(Steward.person_id.in_(bindparam("people", expanding=True))).values(asked_at=bindparam("now"))
)


def _by_rung(askings: Sequence[Asking]) -> list[tuple[Rung, list[Asking]]]:
    groups: dict[Rung, list[Asking]] = {}
    for asking in askings:
        groups.setdefault(asking.rung, []).append(asking)
    return list(groups.items())


Extras = tuple[tuple[str, ...], tuple[Attachment, ...]]


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
        Note.request_id.in_(bindparam("requests", expanding=True)),
        Note.kind.in_((NoteKind.ASKED, NoteKind.ADDED, NoteKind.EDITED)),
    )
    .order_by(Note.id)
)

_WHY = {Ask.NEAREST: "why.nearest", Ask.VOLUNTEERS: "why.volunteer"}


def _offers(work: Work, asking: Asking, chosen: Sequence[Candidate], extras: Extras | None) -> list[dict[str, Any]]:
    """The rows of new offers; each one's card goes into the first lane in the same transaction."""
    case = asking.case
    added, media = extras or ((), ())
    rows: list[dict[str, Any]] = []
    card: Message | None = None
    for one in chosen:
        why = _WHY.get(asking.rung.ask, "why.office")
        if one.skilled or one.responsible:
            why = "why.skilled" if one.skilled else "why.responsible"
        token = new_token()
        row: dict[str, Any] = {
            "request_id": case.id,
            "person_id": one.person_id,
            "round": case.round,
            "rung": asking.index,
            "ask": asking.rung.ask,
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
        key = f"{case.id}:{case.round}:{asking.index}:{one.person_id}:offer"
        if card is None:
            card = cards.offer_card(work.rules, case, SimpleNamespace(**row), added, media)
        else:
            card = cards.same_card(work.rules, card, one.metres, token)
        work.post(one.person_id, card, Lane.OFFER, key=key, case=case, offer_token=token)
    return rows


def _move(work: Work, askings: Sequence[Asking], chosen: dict[int, list[Candidate]]) -> None:
    """Write the new rung and clock through the lifecycle, and tell the requester in plain words."""
    for on in (Event.OFFER, Event.FIND_NOBODY):
        group = [one for one in askings if bool(chosen[one.case.id]) is (on is Event.OFFER)]
        changes = [
            (
                one.case,
                {
                    "rung": one.index,
                    "repeats": one.case.repeats + (one.step is Step.REPEAT),
                    "due": Due.CLIMB,
                    "due_at": one.due_at,
                },
            )
            for one in group
        ]
        for asking, moved in zip(group, lifecycle.move_all(work, changes, on, None), strict=True):
            _tell(work, asking, moved, len(chosen[moved.id]))


def _tell(work: Work, asking: Asking, case: Case, asked: int) -> None:
    if asking.step is Step.FIRST:
        own = cards.own_card(work.rules, case, asked=asked)
        work.post(case.requester_id, own, Lane.ANSWER, key=f"{case.id}:own", case=case)
    else:
        telling.edit(work, case, case.requester_id, cards.OWN)
    if asking.step in (Step.CLIMB, Step.REPEAT):
        work.post(case.requester_id, _climbed(work, asking, case, asked), Lane.STATUS, case=case)
    if asking.step is Step.REPEAT:
        _remind(work, case)
    if asking.step in (Step.FIRST, Step.CLIMB):
        for level in asking.rung.tell:
            params = {"number": case.id, "need": cards.need(case.words), "place": case.place}
            telling.admins(work, case, level, Message("branch.told", params, loud=True), Lane.OFFER)


def _climbed(work: Work, asking: Asking, case: Case, asked: int) -> Message:
    """What the requester hears of a step: who is asked now, until when, and at offices whom to call."""
    until = work.rules.hhmm(asking.due_at)
    level = areas.OFFICES.get(asking.rung.ask)
    if level is not None:
        name, phone = telling.office(work, areas.code(case, level))
        there = asked or (asking.step is Step.REPEAT and _someone_open(work, case, asking.index))
        key = "news.climbed.office" if there else "news.climbed.office_closed"
        return Message(key, {"office": name, "phone": phone, "until": until}, loud=True)
    key = f"news.climbed.{asking.rung.ask}" if asked else "news.climbed.nobody"
    return Message(key, {"count": asked, "until": until})


def _remind(work: Work, case: Case) -> None:
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
        card = cards.offer_card(work.rules, case, row)
        work.post(row.person_id, card, Lane.OFFER, key=key, case=case, offer_token=row.token)


def _write_down(work: Work, asking: Asking, found: Sequence[Candidate], asked: int) -> None:
    """Keep who was considered and why not, for "why me?" and "why nobody?"."""
    fitting = 0
    pool: list[list[Any]] = []
    for one in found[:POOL_KEPT]:
        fitting += one.skip is Skip.NONE
        skip = Skip.FARTHER if one.skip is Skip.NONE and fitting > asked else one.skip
        pool.append([one.person_id, None if one.metres is None else round(one.metres, 1), str(skip)])
    work.searches.append(
        {
            "request_id": asking.case.id,
            "county_code": asking.case.county_code,
            "township_code": asking.case.township_code,
            "village_code": asking.case.village_code,
            "round": asking.case.round,
            "rung": asking.index,
            "at": work.now,
            "pool": pool,
        }
    )


def township_rung(case: Case) -> int:
    """Where a request goes that was disputed too often: the ladder's township, else its last rung."""
    for index, rung in enumerate(case.ladder):
        if rung["ask"] == Ask.TOWNSHIP:
            return index
    return len(case.ladder) - 1
