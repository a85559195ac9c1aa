"""Whether every seal holds: what was changed, torn out or cut off by hand is found and named.

Each entry is looked at with the one before it, so that any part can be verified by itself: every minute what is new and
a further stretch of what is old, and everything by `red-steward doctor`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from dispatch import marks
from dispatch.ledger import chain
from dispatch.ledger.chain import COLUMNS
from dispatch.messages import Message, text
from dispatch.work import Work
from models.ledger import Chain, EntryNote, PointEntry
from models.people import Admin
from models.points import PointMonth
from models.words import Lane, Level

STRETCH = 5000  # Entries that are in memory at once where everything is verified.
A_MINUTE = 200  # New ones, and as many old ones, in a minute: a writer waits no longer than for a few hundredths.
TOLD = 20  # Broken places that are told at once; doctor names them all.
_FRESH, _ROUND = "verified.fresh", "verified.round"  # Marks: how far the new ones and the round have come.


class Why(StrEnum):
    """What is wrong at a place of a chain."""

    CHANGED = "changed"  # The entry does not say what it was sealed with.
    NOTE = "note"  # Its note does not.
    TORN = "torn"  # It was sealed anew: the next one knows another hash.
    MISSING = "missing"  # There is no entry of this number.
    PUBLISHED = "published"  # The hash that was published with a month was another.


@dataclass(frozen=True, slots=True)
class Broken:
    """A broken place: the chain and the number in it, and the entry's own number where there is one."""

    area_code: str
    number: int
    why: Why
    entry_id: int | None
    county_code: str | None


_before = aliased(PointEntry)
_STRETCH = (
    select(*COLUMNS, _before.hash.label("before"), _before.id.label("before_id"), EntryNote.salt, EntryNote.text)
    .select_from(PointEntry)
    .outerjoin(_before, and_(_before.area_code == PointEntry.area_code, _before.number == PointEntry.number - 1))
    .outerjoin(EntryNote, EntryNote.id == PointEntry.note_id)
    .where(PointEntry.id > bindparam("after"))
    .order_by(PointEntry.id)
    .limit(bindparam("stretch"))
)
_ENDS = (
    select(Chain, PointEntry.id.label("entry_id"))
    .outerjoin(PointEntry, and_(PointEntry.area_code == Chain.area_code, PointEntry.number == Chain.number))
    .where(Chain.number > 0, or_(PointEntry.id.is_(None), PointEntry.hash != Chain.hash))
    .order_by(Chain.area_code)
)
_ORPHANS = (  # Entries behind the end, or of a chain that has none.
    select(PointEntry.area_code, PointEntry.number, PointEntry.id, PointEntry.county_code)
    .outerjoin(Chain, Chain.area_code == PointEntry.area_code)
    .where(or_(Chain.area_code.is_(None), PointEntry.number > Chain.number))
    .order_by(PointEntry.id)
)
_PROMISED = (
    select(PointMonth, PointEntry.id.label("entry_id"))
    .outerjoin(
        PointEntry, and_(PointEntry.area_code == PointMonth.area_code, PointEntry.number == PointMonth.number)
    )
    .where(or_(PointEntry.id.is_(None), PointEntry.hash != PointMonth.hash))
    .order_by(PointMonth.area_code, PointMonth.month)
)  # fmt: skip
Report = Callable[[int, int], None]


def everything(conn: Connection, report: Report = lambda _done, _all: None) -> Iterator[Broken]:
    """Every broken place of every chain, in the order in which they are found. `report` hears how far it has come."""
    total, done, after = conn.scalar(select(func.count()).select_from(PointEntry)) or 0, 0, 0
    while True:
        after, looked, found = look(conn, after, STRETCH)
        yield from found
        done += looked
        report(done, total)
        if looked < STRETCH:
            break
    yield from ends(conn)
    for row in conn.execute(_ORPHANS):
        yield Broken(row.area_code, row.number, Why.TORN, row.id, row.county_code)


def look(conn: Connection, after: int, stretch: int) -> tuple[int, int, list[Broken]]:
    """A stretch of entries behind a number: the last one's number, how many there were, and what is broken in it."""
    rows = conn.execute(_STRETCH, {"after": after, "stretch": stretch}).all()
    found = [broken for row in rows for broken in _faults(row)]
    return (rows[-1].id if rows else after), len(rows), found


def _faults(row: Any) -> Iterator[Broken]:
    place = row.area_code, row.number
    if chain.seal(row._mapping) != row.hash:
        yield Broken(*place, Why.CHANGED, row.id, row.county_code)
    if row.text and chain.seal_note(row.salt, row.text) != row.note_hash:
        yield Broken(*place, Why.NOTE, row.id, row.county_code)
    if row.number > 1 and row.before_id is None:
        yield Broken(row.area_code, row.number - 1, Why.MISSING, None, row.county_code)
    elif row.previous != (row.before or ""):
        number, entry_id = (row.number - 1, row.before_id) if row.number > 1 else (row.number, row.id)
        yield Broken(row.area_code, number, Why.TORN, entry_id, row.county_code)


def ends(conn: Connection) -> Iterator[Broken]:
    """Chains whose end was cut off or sealed anew, and months that were published with another hash."""
    for row in conn.execute(_ENDS):
        yield Broken(
            row.area_code, row.number, Why.MISSING if row.entry_id is None else Why.TORN, row.entry_id, row.county_code
        )
    for month in conn.execute(_PROMISED):
        why = Why.MISSING if month.entry_id is None else Why.PUBLISHED
        yield Broken(month.area_code, month.number, why, month.entry_id, month.county_code)


def watch(work: Work) -> None:
    """What is new and a further stretch of what is old; the county hears once of each broken place."""
    fresh, _, new = look(work.conn, _mark(work, _FRESH), A_MINUTE)
    marks.put(work.conn, _FRESH, str(fresh), work.now)
    last, looked, old = look(work.conn, _mark(work, _ROUND), A_MINUTE)
    marks.put(work.conn, _ROUND, str(last if looked == A_MINUTE else 0), work.now)
    for one in list(dict.fromkeys((*new, *old, *ends(work.conn))))[:TOLD]:
        params = {"area": one.area_code, "number": one.number, "why": text(f"ledger.why.{one.why}")}
        message = Message("ledger.broken", params, loud=True)
        county = (Admin.level == Level.COUNTY) & (Admin.area_code == one.county_code)
        for person_id in work.conn.scalars(select(Admin.person_id).where(county)).all():
            work.post(person_id, message, Lane.STATUS, key=f"broken:{one.area_code}:{one.number}:{one.why}:{person_id}")


def _mark(work: Work, name: str) -> int:
    found = marks.get(work.conn, name)
    return int(found[0]) if found else 0
