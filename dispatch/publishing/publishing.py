"""Publish something to the people of an area, keep it true, close it when the time to object is over."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, bindparam, exists, or_, select, update

from dispatch import areas, cards, chats
from dispatch.among import among
from dispatch.areas import Located
from dispatch.messages import Message
from dispatch.work import Work
from models.habits import PublicationKind
from models.people import Person
from models.publishing import Objection, Publication
from models.upsert import Upsert
from models.words import Lane, Level

Text = dict[str, Any]
"""A text by its key and parameters, as `dispatch.messages.text` makes it. People stand in it by number (`person`)."""

PEOPLE_AT_ONCE = 500  # Of a village that are told in one run.
CLOSED_AT_ONCE = 50


class Published(NamedTuple):
    """One publication; the fields are the table's columns, in its words."""

    id: int
    kind: PublicationKind
    area_code: str
    about: str
    title: Text
    body: list[Text]
    published_at: datetime
    objections_until: datetime | None
    closed_at: datetime | None
    county_code: str | None
    township_code: str | None
    village_code: str | None


_PUBLISHED = select(*(Publication.__table__.c[name] for name in Published._fields))
_ONCE = Upsert(
    lambda insert: insert(Publication).on_conflict_do_nothing(index_elements=[Publication.kind, Publication.about])
)


def person(person_id: int) -> dict[str, int]:
    """A person as a parameter of what is published: named when it is shown, so that erasing them empties it too."""
    return {"person": person_id}


def publish(
    work: Work,
    kind: PublicationKind,
    place: Located,
    *,
    title: Text,
    body: Sequence[Text] = (),
    about: str,
    objections: timedelta | None,
    tell: bool = False,
) -> int:
    """Publish to everybody who lives in the place's area; returns the number that people type in /object.

    The same `about` of a kind is published once: a second call returns the first one's number. `objections`: how long
    it can be objected to (`work.rules.publishing.objections`); None: not at all, and it is closed at once. `tell`:
    every resident who can be reached hears of it, behind everything else that waits to be sent.

    Raises:
        ValueError: the place is nowhere.
    """
    area = areas.upward(place, Level.BRANCH)
    if area is None:
        raise ValueError("what is published belongs to an area")
    codes = {name: getattr(place, name) for name in areas.CODES.values()}
    row = {
        "kind": kind, "area_code": area, "about": about, "title": title, "body": list(body), **codes,
        "published_at": work.now, "objections_until": work.now + objections if objections else None,
        "closed_at": None if objections else work.now, "told_to": 0 if tell else None,
    }  # fmt: skip
    work.conn.execute(_ONCE.on(work.conn), row)
    same = (Publication.kind == kind, Publication.about == about)
    return int(work.conn.execute(select(Publication.id).where(*same)).scalar_one())


def amend(work: Work, publication_id: int, body: Sequence[Text]) -> None:
    """What it says has changed, such as by an objection that was right: from now on it is shown so."""
    work.conn.execute(update(Publication).where(Publication.id == publication_id).values(body=list(body)))


def find(conn: Connection, *conditions: ColumnElement[bool], limit: int = 10) -> list[Published]:
    """The publications that fulfil the conditions, newest first."""
    rows = conn.execute(_PUBLISHED.where(*conditions).order_by(Publication.id.desc()).limit(limit))
    return [Published(*row) for row in rows]


def shown(conn: Connection, parts: Sequence[Text]) -> list[Text]:
    """The texts of a publication with the people in them by name."""
    people = {number for part in parts for number in _people(part)}
    rows = conn.execute(_NAMES, {"people": sorted(people)}) if people else ()
    names = {row.id: cards.shown_name(row) for row in rows}
    return [_named(part, names) for part in parts]


_NAMES = select(Person.id, Person.name, Person.made_up).where(among(Person.id, "people"))


def _people(part: Any) -> list[int]:
    if isinstance(part, Mapping):
        return [part["person"]] if "person" in part else [one for value in part.values() for one in _people(value)]
    return []


def _named(part: Any, names: Mapping[int, Any]) -> Any:
    if not isinstance(part, Mapping):
        return part
    if "person" in part:
        return names.get(part["person"], "—")
    return {name: _named(value, names) for name, value in part.items()}


def look_after(work: Work) -> None:
    """Tell residents what was published, and close what nobody can object to any more; a bounded part of each."""
    _tell(work)
    _close(work)


def _tell(work: Work) -> None:
    waiting = select(Publication.id, Publication.title, Publication.area_code, Publication.told_to).where(
        Publication.told_to.is_not(None)
    )
    one = work.conn.execute(waiting.order_by(Publication.id).limit(1).with_for_update(skip_locked=True)).one_or_none()
    if one is None:
        return
    here = or_(*(getattr(Person, name) == one.area_code for name in areas.CODES.values()))
    people = select(Person.id).where(here, Person.id > one.told_to, chats.live(Person.id)).order_by(Person.id)
    found = work.conn.scalars(people.limit(PEOPLE_AT_ONCE)).all()
    message = Message("publishing.told", {"number": one.id, "title": shown(work.conn, [one.title])[0]})
    for person_id in found:
        work.post(person_id, message, Lane.BROADCAST, key=f"published:{one.id}:{person_id}")
    told_to = found[-1] if len(found) == PEOPLE_AT_ONCE else None
    work.conn.execute(update(Publication).where(Publication.id == one.id).values(told_to=told_to))


def _close(work: Work) -> None:
    """The time is over, and every objection has its answer. Of two processes one does it."""
    open_ = exists().where(Objection.publication_id == Publication.id, Objection.answered_at.is_(None))
    over = select(Publication.id).where(
        Publication.closed_at.is_(None), Publication.objections_until <= bindparam("now"), ~open_
    )
    held = over.order_by(Publication.objections_until).limit(CLOSED_AT_ONCE).with_for_update(skip_locked=True)
    for number in work.conn.scalars(held, {"now": work.now}).all():
        work.conn.execute(update(Publication).where(Publication.id == number).values(closed_at=work.now))
