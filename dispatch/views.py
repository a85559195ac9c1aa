"""What people may look at: counts, lists and sentences, always within the areas they answer for. Reads only."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, func, or_, select

from dispatch import chats, errors
from dispatch.actors import Actor
from dispatch.areas import below, scope
from dispatch.cases import CASES, Case
from dispatch.messages import joined, text
from dispatch.permissions import Action, can
from models.people import Admin, Person, Route, Steward
from models.places import Area, Grid
from models.requests import Audit, Note, Offer, Request, Search
from models.words import OPEN_STATES, Answer, Skip, State

_LARGEST = 2**31 - 1  # Of a number on PostgreSQL; a larger one cannot be a request's, and would be a fault there.


def status(conn: Connection, actor: Actor) -> dict[State, int]:
    """Requests by state within the actor's areas."""
    rows = conn.execute(select(Request.state, func.count()).where(scope(actor, Request)).group_by(Request.state))
    return {state: count for state, count in rows}  # noqa: C416 (rows are not pairs to the type checker)


def duty(conn: Connection, actor: Actor) -> tuple[int, int, int]:
    """Stewards and volunteers within the areas: all, on duty, on duty and reachable."""
    live = chats.live(Steward.person_id)
    row = conn.execute(
        select(
            func.count(),
            func.count().filter(Steward.on_duty),
            func.count().filter(Steward.on_duty, live),
        ).where(scope(actor, Steward))
    ).one()
    return row[0], row[1], row[2]


def open_cases(conn: Connection, actor: Actor, limit: int = 20) -> tuple[list[Case], int]:
    """The open requests within the areas, oldest first, and how many there are in all."""
    condition = scope(actor, Request) & Request.state.in_(OPEN_STATES)
    total = conn.execute(select(func.count()).select_from(Request).where(condition)).scalar_one()
    rows = conn.execute(CASES.where(condition).order_by(Request.id).limit(limit))
    return [Case(*row) for row in rows], total


def case(conn: Connection, actor: Actor, number: int, action: Action) -> Case:
    """The request of this number, for an admin who may do this to it.

    Raises:
        NotFound: no such request, or it lies beside the actor's areas (one is not told which).
    """
    asked = CASES.where(Request.id == number).with_for_update()
    row = conn.execute(asked).one_or_none() if number <= _LARGEST else None
    if row is None or not can(actor, action, Case(*row)):
        raise errors.NotFound("error.request", number=number)
    return Case(*row)


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
    """For each search one sentence, oldest first: who was asked (or how many), and why others nearer were not."""
    names = dict(
        conn.execute(select(Person.id, Person.name).join(Offer, Offer.person_id == Person.id).where(
            Offer.request_id == request_id
        )).all()
    )  # fmt: skip
    rows = conn.execute(select(Search).where(Search.request_id == request_id).order_by(Search.id))
    return [_sentence(row, names, named) for row in rows]


def _sentence(row: Any, names: Mapping[int, str], named: bool) -> dict[str, Any]:
    asked = [names.get(one[0], "?") for one in row.pool if one[2] == Skip.NONE]
    passed = Counter(one[2] for one in row.pool if one[2] not in (Skip.NONE, Skip.FARTHER))
    reasons = [text("why.passed", count=count, reason=text(f"skip.{skip}")) for skip, count in passed.items()]
    key = ("why.somebody" if reasons else "why.asked") if asked else "why.nobody" if reasons else "why.empty"
    people = joined(asked) if named else text("why.people", count=len(asked))
    return text(key, rung=row.rung + 1, names=people, reasons=joined(reasons))


def why_me(conn: Connection, person_id: int) -> tuple[str, float | None] | None:
    """Why the person was last asked: the reason's key and the distance in metres."""
    row = conn.execute(
        select(Offer.why, Offer.metres).where(Offer.person_id == person_id).order_by(Offer.id.desc()).limit(1)
    ).one_or_none()
    return (row.why, row.metres) if row is not None else None


def people_named(conn: Connection, actor: Actor, name: str, *, only_helpers: bool = True) -> list[Any]:
    """People of this name, phone or phone's end within the areas: id, name, phone, village_code.

    With `only_helpers` stewards and volunteers; else anybody but admins of an area that is not the actor's, whose
    powers would come with a card made out to them.
    """
    condition = or_(Person.name == name, Person.phone == name)
    if name.isdigit() and len(name) >= 4:
        condition = or_(condition, Person.phone.like(f"%{name}"))
    helper = exists().where(Steward.person_id == Person.id, scope(actor, Steward))
    beyond = exists().where(Admin.person_id == Person.id, Admin.area_code.not_in(below(actor)))
    inside = helper if only_helpers else or_(helper, scope(actor, Person)) & ~beyond
    statement = select(Person.id, Person.name, Person.phone, Person.village_code, Person.county_code,
                       Person.township_code).where(condition, inside).order_by(Person.id).limit(10)  # fmt: skip
    return list(conn.execute(statement))


def roster(conn: Connection, actor: Actor, limit: int = 40) -> list[Any]:
    """Grids within the areas, those with the fewest to reach first: village, grid, stewards, on duty, reachable."""
    live = chats.live(Steward.person_id)
    reached = func.count().filter(live)
    return list(
        conn.execute(
            select(
                Area.name.label("village"),
                Grid.name,
                func.count(Steward.id).label("stewards"),
                func.count().filter(Steward.on_duty).label("on_duty"),
                reached.label("reachable"),
            )
            .join(Area, Area.code == Grid.village_code)
            .outerjoin(Steward, Steward.grid_id == Grid.id)
            .where(Area.code.in_(below(actor)))
            .group_by(Area.code, Area.name, Grid.id, Grid.name)
            .order_by(reached, Area.code, Grid.name)
            .limit(limit)
        )
    )


def unreachable(conn: Connection, actor: Actor, limit: int = 40) -> tuple[list[Any], int]:
    """Stewards and volunteers without a chat that works: name, village, why; and how many there are in all."""
    live = chats.live(Steward.person_id)
    reason = select(Route.reason).where(Route.person_id == Steward.person_id).limit(1).scalar_subquery()
    condition = scope(actor, Steward) & ~live
    total = conn.execute(select(func.count()).select_from(Steward).where(condition)).scalar_one()
    rows = conn.execute(
        select(Person.name, Steward.kind, Steward.village_code, reason.label("reason"))
        .join(Person, Person.id == Steward.person_id)
        .where(condition)
        .order_by(Steward.village_code, Person.name)
        .limit(limit)
    )
    return list(rows), total


def audience(conn: Connection, actor: Actor) -> list[int]:
    """Everyone within the areas who can be reached: whom a broadcast goes to."""
    live = chats.live(Person.id)
    return list(conn.execute(select(Person.id).where(scope(actor, Person), live).order_by(Person.id)).scalars())


def latest(conn: Connection, person_id: int, limit: int = 5) -> list[Case]:
    """A requester's last requests, newest first."""
    rows = conn.execute(CASES.where(Request.requester_id == person_id).order_by(Request.id.desc()).limit(limit))
    return [Case(*row) for row in rows]


def waiting_offers(conn: Connection, person_id: int) -> int:
    """How many offers wait for this person's answer."""
    statement = select(func.count()).where(Offer.person_id == person_id, Offer.answer == Answer.OPEN)
    return conn.execute(statement).scalar_one()
