"""The chain: what is under an entry's seal, and the only function that writes an entry."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, update

from dispatch import areas
from dispatch.areas import Located
from models.habits import Cut, Deed
from models.ledger import Chain, EntryNote, PointEntry
from models.upsert import Upsert
from models.words import Level


class Entry(NamedTuple):
    """One entry; the fields are the table's columns, in its words."""

    id: int
    area_code: str
    number: int
    person_id: int
    deed: Deed
    about: str
    turn: int
    amount: int
    points: int
    cut: Cut | None
    at: datetime
    day: date
    month: str
    made_at: datetime
    giver_id: int | None
    second_id: int | None
    flagged: bool
    reverses_id: int | None
    note_id: int | None
    note_hash: str | None
    previous: str
    hash: str
    county_code: str | None
    township_code: str | None
    village_code: str | None

    @property
    def stands(self) -> bool:
        """Whether it says that points were earned, rather than taken back."""
        return self.turn % 2 == 0


class Head(NamedTuple):
    """The end of a chain that is being written; see `models.ledger.Chain`."""

    area_code: str
    number: int
    hash: str
    month: str
    county_code: str | None
    township_code: str | None
    village_code: str | None


COLUMNS = tuple(PointEntry.__table__.c[name] for name in Entry._fields)
ENTRIES = select(*COLUMNS)  # Add a `where`, and hand the rows to `Entry(*row)`.
_HEAD = select(*(Chain.__table__.c[name] for name in Head._fields))
_OUTSIDE = {"id", "note_id", "hash", "county_code", "township_code", "village_code"}
SEALED = tuple(name for name in Entry._fields if name not in _OUTSIDE)
_BEGIN = Upsert(lambda insert: insert(Chain).on_conflict_do_nothing(index_elements=[Chain.area_code]))


def seal(entry: Mapping[str, Any]) -> str:
    """The hash over everything that an entry says, and over the hash of the one before it (`previous`)."""
    plain = [_plain(entry[name]) for name in SEALED]
    return hashlib.sha256(json.dumps(plain, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """In one form for ever, whatever engine or library handed it over."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, int) else str(value)


def seal_note(salt: str, text: str) -> str:
    """What an entry knows of its note: not to be read, nor found by trying words, once the salt is gone."""
    return hashlib.sha256(f"{salt}|{text}".encode()).hexdigest()


def area_of(place: Located) -> str | None:
    """The area in whose chain something of this place stands: the village, or the next above where there is none."""
    return areas.upward(place, Level.BRANCH)


def lock(conn: Connection, place: Located, month: str) -> Head:
    """The end of the place's chain, held until the transaction ends. Whoever locks several goes by their code.

    A chain that is begun takes entries from `month` on.

    Raises:
        ValueError: the place is nowhere.
    """
    area = area_of(place)
    if area is None:
        raise ValueError("a chain belongs to an area")
    codes = {name: getattr(place, name) for name in areas.CODES.values()}
    conn.execute(_BEGIN.on(conn), {"area_code": area, "number": 0, "hash": "", "month": month, **codes})
    return Head(*conn.execute(_HEAD.where(Chain.area_code == area).with_for_update()).one())


_NOTE = select(EntryNote.salt, EntryNote.text).where(EntryNote.id == bindparam("note"))
_APPEND = insert(PointEntry).returning(PointEntry.id)
_END = (
    update(Chain)
    .where(Chain.area_code == bindparam("area"))
    .values(number=bindparam("last_number"), hash=bindparam("last_hash"))
)


def append(conn: Connection, head: Head, **values: Any) -> tuple[Head, Entry]:
    """Write an entry behind the end of a chain that is locked; returns the new end (`keep` it), and the entry."""
    row = {name: getattr(head, name) for name in ("area_code", *areas.CODES.values())}
    row |= {**values, "number": head.number + 1, "previous": head.hash, "note_hash": None}
    if row["note_id"] is not None:
        row["note_hash"] = seal_note(*conn.execute(_NOTE, {"note": row["note_id"]}).one())
    row["hash"] = seal(row)
    row["id"] = conn.execute(_APPEND, row).scalar_one()
    return head._replace(number=row["number"], hash=row["hash"]), Entry(**row)


def keep(conn: Connection, head: Head) -> None:
    """Remember where a chain that is locked ends now."""
    conn.execute(_END, {"area": head.area_code, "last_number": head.number, "last_hash": head.hash})
