"""One visit as dispatch holds it in hand, and the only functions that read and write its row."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from dispatch import errors
from dispatch.actors import Actor
from dispatch.desk import timeline
from dispatch.desk.timeline import Words
from dispatch.points.earning import earn, take_back
from dispatch.taps import new_token
from dispatch.trail import write
from dispatch.work import Work
from models.habits import Deed, VisitKind, VisitStep
from models.places import Household
from models.requests import Media
from models.visits import Visit, VisitNote
from models.words import MediaKind

STEPS = tuple(VisitStep)


@dataclass(frozen=True, slots=True)
class Home:
    """A household as a steward goes by it; `visitor_id` is the person responsible for it, if there is one."""

    household_id: int
    name: str
    address: str
    lat: float | None
    lon: float | None
    county_code: str | None
    township_code: str | None
    village_code: str | None
    visitor_id: int | None


@dataclass(frozen=True, slots=True)
class Call:
    """One visit. The fields are the table's columns; `visitor_id` is its `person_id`, `home` the household's name."""

    id: int
    token: str
    county_code: str | None
    township_code: str | None
    village_code: str | None
    household_id: int
    at: datetime
    kind: VisitKind
    step: VisitStep | None
    ended_at: datetime | None
    counts: bool
    request_id: int | None
    typed_by: int | None
    checked_by: int | None
    objected_by: int | None
    objected_at: datetime | None
    upheld: bool | None
    visitor_id: int
    home: str


@dataclass(frozen=True, slots=True)
class Line:
    """What was said at a step: its words, or a recording."""

    step: VisitStep
    text: str
    media: MediaKind | None


_COLUMNS = tuple(Visit.__table__.c[one.name] for one in fields(Call)[:-2])
CALLS: Any = select(*_COLUMNS, Visit.person_id, Household.name).join(Household, Household.id == Visit.household_id)


def find(conn: Connection, *conditions: ColumnElement[bool], limit: int = 20, newest: bool = False) -> list[Call]:
    """The visits that fulfil the conditions, oldest first or newest first."""
    order = Visit.at.desc() if newest else Visit.at
    rows = conn.execute(CALLS.where(*conditions).order_by(order, Visit.id).limit(limit))
    return [Call(*row) for row in rows]


def by_token(conn: Connection, token: str) -> Call:
    """The visit whose buttons carry this token, locked where the engine locks rows.

    Raises:
        NotFound: there is none.
    """
    row = conn.execute(CALLS.where(Visit.token == token).with_for_update(of=Visit)).one_or_none()
    if row is None:
        raise errors.NotFound("error.button")
    return Call(*row)


def create(work: Work, home: Home, visitor_id: int, **values: Any) -> Call:
    """A new visit at a household; `values` are further columns."""
    row = {
        "token": new_token(),
        "household_id": home.household_id,
        "person_id": visitor_id,
        "at": work.now,
        "kind": VisitKind.IN_PERSON,
        "counts": False,
        "county_code": home.county_code,
        "township_code": home.township_code,
        "village_code": home.village_code,
        **values,
    }
    visit_id = work.conn.execute(insert(Visit).returning(Visit.id), [row]).scalar_one()
    return Call(*work.conn.execute(CALLS.where(Visit.id == visit_id)).one())


def change(work: Work, call: Call, **values: Any) -> Call:
    """Write columns of a visit, and with them whether it counts: ended, of a kind that does, checked, undisputed.

    One that counts earns points; one that no longer does loses them.
    """
    after = replace(call, **values)
    counts = (
        after.ended_at is not None
        and after.kind in work.rules.visits.count
        and (after.typed_by is None or after.checked_by is not None)
        and (after.objected_at is None or after.upheld is False)
    )
    work.conn.execute(update(Visit).where(Visit.id == call.id).values(**values, counts=counts))
    if counts and not call.counts:
        earn(work, Deed.VISIT_MADE, call.visitor_id, about=f"visit:{call.id}", at=call.at, place=call)
    elif call.counts and not counts:
        take_back(work, Deed.VISIT_MADE, call.visitor_id, about=f"visit:{call.id}", place=call)
    return replace(after, counts=counts)


def drop(work: Work, call: Call) -> None:
    """Take back a visit that never was one."""
    work.conn.execute(delete(VisitNote).where(VisitNote.visit_id == call.id))
    work.conn.execute(delete(Visit).where(Visit.id == call.id))


def note(work: Work, call: Call, step: VisitStep, words: Words) -> None:
    """Keep what was said at a step, a line for each recording."""
    kept = [timeline.keep(work, call, one)[0] for one in words.recordings] or [None]
    rows = [
        {
            "visit_id": call.id,
            "step": step,
            "text": words.text if index == 0 else "",
            "media_id": media_id,
            "at": work.now,
            "county_code": call.county_code,
            "township_code": call.township_code,
            "village_code": call.village_code,
        }
        for index, media_id in enumerate(kept)
    ]
    work.conn.execute(insert(VisitNote), rows)


_NOTES = select(
    VisitNote.step, VisitNote.text, Media.kind, Media.channel, Media.file_ref, Media.token, Media.mime
).outerjoin(Media, Media.id == VisitNote.media_id)


def lines(conn: Connection, call: Call) -> list[Line]:
    """What was said at a visit, step by step."""
    rows = conn.execute(_NOTES.where(VisitNote.visit_id == call.id).order_by(VisitNote.id)).all()
    found = [Line(row.step, row.text, row.kind) for row in rows]
    return sorted(found, key=lambda one: STEPS.index(one.step))


def words(conn: Connection, call: Call, step: VisitStep) -> Words:
    """All that was said at one step, as the words of a request."""
    at_step = (VisitNote.visit_id == call.id) & (VisitNote.step == step)
    rows = conn.execute(_NOTES.where(at_step).order_by(VisitNote.id)).all()
    recordings = tuple(
        timeline.Recording(row.kind, row.channel, row.file_ref, row.token, row.mime) for row in rows if row.token
    )
    return Words("\n".join(row.text for row in rows if row.text), recordings)


def trail(work: Work, actor: Actor, call: Call, action: str, **detail: Any) -> None:
    """One line of the audit trail about a visit; it stands in no request's timeline."""
    about = {"visit": call.id, "household": call.household_id, "request": call.request_id, **detail}
    write(work, actor.id, call, action, call.visitor_id, **about)
