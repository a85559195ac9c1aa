"""A month of points: a draft while it runs, then published with time to object, then closed."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, exists, func, insert, select, update

from dispatch import offices, spots
from dispatch.ledger import chain
from dispatch.ledger.chain import Head
from dispatch.messages import Message, text
from dispatch.publishing import publishing
from dispatch.publishing.publishing import Text, person
from dispatch.work import Work
from models.habits import PublicationKind
from models.ledger import Chain, PointEntry
from models.people import Person
from models.places import Area
from models.points import PointMonth
from models.publishing import Publication
from models.words import Lane, Level

AT_ONCE = 10  # Villages that are published in one run; a county takes three quarters of an hour.


def of(work: Work, instant: datetime) -> str:
    """The month of an instant on the county's calendar, as in 2026-03."""
    return f"{work.rules.local(instant):%Y-%m}"


def is_closed(conn: Connection, area_code: str, month: str) -> bool:
    """Whether the objections to a month are over, so that nothing counts to it any more."""
    theirs = (PointMonth.area_code == area_code, PointMonth.month == month, PointMonth.closed_at.is_not(None))
    return bool(conn.scalar(select(exists().where(*theirs))))


def totals(conn: Connection, area_code: str, month: str) -> list[tuple[int, int]]:
    """The people with an entry in the month and their points, by name; straight from the rows."""
    rows = conn.execute(
        select(PointEntry.person_id, func.sum(PointEntry.points))
        .join(Person, Person.id == PointEntry.person_id)
        .where(PointEntry.area_code == area_code, PointEntry.month == month)
        .group_by(PointEntry.person_id, Person.name)
        .order_by(Person.name, PointEntry.person_id)
    )
    return [(person_id, int(points)) for person_id, points in rows]


def _lines(work: Work, area_code: str, month: str) -> list[Text]:
    """A line a person. In the order of names, unless the county wants a league table."""
    found = totals(work.conn, area_code, month)
    if not work.rules.points.league_table:
        return [text("points.line", name=person(one), points=points) for one, points in found]
    found.sort(key=lambda one: -one[1])
    ranked: list[Text] = []
    for _, same in groupby(found, key=lambda one: one[1]):
        place = len(ranked) + 1  # Who has as many stands at the same place.
        ranked += [text("points.ranked", place=place, name=person(one), points=points) for one, points in same]
    return ranked


def refresh(work: Work, head: Head, month: str) -> None:
    """A published month has been corrected: what everybody sees is what the rows say."""
    known = (PointMonth.area_code == head.area_code, PointMonth.month == month)
    publication_id = work.conn.scalar(select(PointMonth.publication_id).where(*known))
    if publication_id is not None:
        publishing.amend(work, publication_id, _lines(work, head.area_code, month))


def publish(work: Work) -> None:
    """Publish months that are over, some villages at a time, locked in the order of their codes.

    A transaction of its own, as `close` is: whoever locks chains goes once through their order.
    """
    month = of(work, work.now)
    due = select(Chain).where(Chain.month < month).order_by(Chain.area_code).limit(AT_ONCE)
    for row in work.conn.execute(due).all():
        head = chain.lock(work.conn, row, month)
        if head.month < month:
            _publish_one(work, head)


def _after(month: str) -> str:
    """The month that follows."""
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]), 12)
    return f"{year}-{number + 1:02d}"


def _publish_one(work: Work, head: Head) -> None:
    """The first month that is not published yet. After a long standstill the next one follows with the next run."""
    past = head.month
    work.conn.execute(update(Chain).where(Chain.area_code == head.area_code).values(month=_after(past)))
    lines = _lines(work, head.area_code, past)
    if not lines:
        return
    village = work.conn.scalar(select(Area.name).where(Area.code == head.area_code)) or head.area_code
    title = text("points.title", month=past, village=spots.short(village), entries=head.number, seal=head.hash[:16])
    number = publishing.publish(
        work, PublicationKind.POINTS, head, title=title, body=lines, about=f"{head.area_code}:{past}",
        objections=work.rules.publishing.objections,
    )  # fmt: skip
    codes = {name: getattr(head, name) for name in ("county_code", "township_code", "village_code")}
    row = {"area_code": head.area_code, "month": past, "publication_id": number, "number": head.number,
           "hash": head.hash, "published_at": work.now, "closed_at": None, **codes}  # fmt: skip
    work.conn.execute(insert(PointMonth), [row])
    _tell(work, head, past, number)


def _tell(work: Work, head: Head, month: str, number: int) -> None:
    """Everybody who is in it hears their own sum and has the seal in a chat; the branch hears that it is published."""
    until = f"{work.rules.local(work.now + work.rules.publishing.objections):%m-%d}"
    for person_id, points in totals(work.conn, head.area_code, month):
        mine = Message("points.published", {"month": month, "points": points, "number": number, "until": until,
                                            "seal": head.hash[:16]})  # fmt: skip
        work.post(person_id, mine, Lane.BROADCAST, key=f"points:{number}:{person_id}")
    told = Message("points.published_branch", {"month": month, "number": number, "until": until})
    for person_id in offices.answering(work, head, Level.BRANCH):
        work.post(person_id, told, Lane.BROADCAST, key=f"points:{number}:branch:{person_id}")


def close(work: Work) -> None:
    """Where the publication is closed the month is; its chain is held, so that nothing slips in beside it."""
    over = (
        select(PointMonth)
        .join(Publication, Publication.id == PointMonth.publication_id)
        .where(PointMonth.closed_at.is_(None), Publication.closed_at.is_not(None))
        .order_by(PointMonth.area_code, PointMonth.month)
        .limit(AT_ONCE)
    )
    rows: Sequence[Any] = work.conn.execute(over).all()
    for row in rows:
        chain.lock(work.conn, row, of(work, work.now))
        open_ = (PointMonth.area_code == row.area_code, PointMonth.month == row.month, PointMonth.closed_at.is_(None))
        work.conn.execute(update(PointMonth).where(*open_).values(closed_at=work.now))
