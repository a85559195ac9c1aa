"""What happened to a request, and why these people were asked and no others. Reads only."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from dispatch import cards
from dispatch.messages import joined, text
from models.people import Person, Steward
from models.requests import Audit, Note, Offer, Request, Search
from models.words import Answer, Skip

CALLS_LOOKED_AT = timedelta(days=1)  # So far back a call to come along is still asked about.


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of what happened: when, who (None: the clock), and what, as a text key with its words."""

    at: datetime
    name: str | None
    key: str
    words: str


def timeline(conn: Connection, request_id: int) -> list[Happening]:
    """Moves and words of a request in the order of time."""
    moves = conn.execute(
        select(Audit.at, Person.name, Audit.action)
        .outerjoin(Person, Person.id == func.coalesce(Audit.person_id, Audit.actor_id))
        .where(Audit.request_id == request_id)
    )
    notes = conn.execute(
        select(Note.at, Person.name, Note.kind, Note.text, Note.media_id)
        .outerjoin(Person, Person.id == Note.person_id)
        .where(Note.request_id == request_id)
    )
    found = [Happening(at, name, f"event.{action}", "") for at, name, action in moves]
    found += [
        Happening(at, name, f"note.{kind}", words or ("[…]" if media else "")) for at, name, kind, words, media in notes
    ]
    return sorted(found, key=lambda one: one.at)


def why(conn: Connection, request_id: int, *, named: bool = True) -> list[dict[str, Any]]:
    """For each step one sentence, oldest first: who was asked (or how many), and why others nearer were not.

    A step that was repeated, or in which somebody fell away, was searched for again: its last search is told.
    """
    names = dict(
        conn.execute(select(Person.id, Person.name).join(Offer, Offer.person_id == Person.id).where(
            Offer.request_id == request_id
        )).all()
    )  # fmt: skip
    rows = conn.execute(select(Search).where(Search.request_id == request_id).order_by(Search.id))
    latest = {(row.round, row.rung): row for row in rows}
    return [_sentence(row, names, named) for _, row in sorted(latest.items())]


def waiting(conn: Connection, request_id: int) -> int:
    """How many of those who were asked have not answered yet."""
    still_open = (Offer.request_id == request_id, Offer.answer == Answer.OPEN)
    return conn.execute(select(func.count()).select_from(Offer).where(*still_open)).scalar_one()


def _sentence(row: Any, names: Mapping[int, str], named: bool) -> dict[str, Any]:
    asked = [names.get(one[0], "?") for one in row.pool if one[2] == Skip.NONE]
    passed: Counter[str] = Counter()
    for _, _, skip, *count in row.pool:
        if skip not in (Skip.NONE, Skip.FARTHER):
            passed[skip] += count[0] if count else 1
    reasons = [text("why.passed", count=count, reason=text(f"skip.{skip}")) for skip, count in passed.items()]
    key = ("why.somebody" if reasons else "why.asked") if asked else "why.nobody" if reasons else "why.empty"
    people = joined(asked) if named else text("why.people", count=len(asked))
    return text(key, rung=row.rung + 1, names=people, reasons=joined(reasons))


@dataclass(frozen=True, slots=True)
class WhyMe:
    """Why somebody was last asked: the reason's key, how far it is in metres, whose helper they were to be."""

    key: str
    metres: float | None = None
    drill: bool = False
    name: object = ""


def why_me(conn: Connection, person_id: int, now: datetime) -> WhyMe | None:
    """Why the person was last asked to take a request, or called to come along with somebody."""
    row = conn.execute(
        select(Offer.why, Offer.metres, Request.drill, Offer.asked_at)
        .join(Request, Request.id == Offer.request_id)
        .where(Offer.person_id == person_id)
        .order_by(Offer.asked_at.desc(), Offer.id.desc())  # A request that began again has those of the first one.
        .limit(1)
    ).one_or_none()
    for called in conn.execute(_CALLS, {"person": person_id, "since": now - CALLS_LOOKED_AT}):
        if person_id in called.detail.get("asked", ()):
            if row is None or called.at >= row.asked_at:
                return WhyMe("why.called", name=cards.shown_name(called))
            break
    return WhyMe(row.why, row.metres, row.drill) if row is not None else None


# Whoever is called serves in the village of the request.
_CALLS = (
    select(Audit.at, Audit.detail, Person.name, Person.made_up)
    .join(Person, Person.id == Audit.actor_id)
    .where(
        Audit.village_code.in_(select(Steward.village_code).where(Steward.person_id == bindparam("person"))),
        Audit.at >= bindparam("since"),
        Audit.action == "need_help",
    )
    .order_by(Audit.id.desc())
)
