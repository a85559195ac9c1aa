"""One import in hand: the transaction, what is known of the areas, and helpers that every sheet needs."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count, islice
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, func, insert, select, text, update

from dispatch import geo
from dispatch.roster.faults import Counts, Findings
from dispatch.roster.rows import Line, Point
from dispatch.rules import Rules
from models.base import Base
from models.words import Datum, Level

Values = tuple[Any, ...]
POINT = ("lat", "lon", "raw_lat", "raw_lon", "datum")
NO_POINT: Values = (None, None, None, None, None)
CODES = ("county_code", "township_code", "village_code")
_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Place:
    """An area as it is stored; `codes` are its county, township and village, as far down as it goes."""

    code: str
    level: Level
    codes: tuple[str | None, str | None, str | None]


@dataclass(slots=True)
class Batch:
    """What the sheets share while one roster is written."""

    conn: Connection
    now: datetime
    rules: Rules
    made_up: bool
    places: dict[str, Place] = field(default_factory=dict)  # By code.
    findings: Findings = field(default_factory=Findings)
    counts: dict[str, Counts] = field(default_factory=dict)  # By sheet.
    ids: dict[str, Iterator[int]] = field(default_factory=dict)
    moved: list[int] = field(default_factory=list)  # People who live in another household now.
    wards: list[tuple[int, int]] = field(default_factory=list)  # Ward and guardian, as the residents sheet names them.
    skill_words: dict[str, str] = field(default_factory=dict)

    def village(self, row: Any, column: str = "village_code") -> Place | None:
        """The row's village, or None with a fault."""
        place = self.places.get(row.village_code)
        if place is None or place.level is not Level.BRANCH:
            self.findings.add("roster.fault.not_stored", row, column, row.village_code, "villages")
            return None
        return place

    def new_id(self, table: Table) -> int:
        """A free id of the table. PostgreSQL's sequence is asked, since others may be writing as well."""
        if table.name not in self.ids:
            self.ids[table.name] = _ids(self.conn, table)
        return next(self.ids[table.name])

    def point(self, row: Point, known: Values = NO_POINT) -> Values | None:
        """The five columns of a point as stored; `known` when the row says nothing new, None with a fault."""
        if row.lat is None or row.lon is None or (row.lat, row.lon, row.datum) == known[2:]:
            return known
        point = geo.Point(row.lat, row.lon)
        if row.datum is Datum.GCJ02:
            point = geo.from_gcj02(point)
        return (point.lat, point.lon, row.lat, row.lon, row.datum) if self.inside(row, point) else None

    def inside(self, row: Line, point: geo.Point) -> bool:
        """Whether the point lies in the county; if not, that is a fault."""
        if self.rules.box.holds(point):
            return True
        box = self.rules.box
        allowed = f"{box.south:g}–{box.north:g}, {box.west:g}–{box.east:g}"
        self.findings.add("roster.fault.outside", row, "lat", f"{point.lat:.5f}, {point.lon:.5f}", allowed)
        return False

    def skill(self, word: str) -> str:
        """The skill as the skills or the categories call it, where they know the word; else as it was written."""
        if not self.skill_words:
            for skill in self.rules.skills:
                for known in (skill.name, skill.zh, skill.en):
                    self.skill_words.setdefault(known.casefold(), skill.name)
            for category in self.rules.categories:
                if category.skill:
                    for known in (category.skill, category.name, *category.words):
                        self.skill_words.setdefault(known.casefold(), category.skill)
        return self.skill_words.get(word.casefold(), word)


def _ids(conn: Connection, table: Table) -> Iterator[int]:
    if conn.dialect.name == "sqlite":  # One writer at a time: nobody else takes an id until the commit.
        yield from count((conn.scalar(select(func.max(table.c.id))) or 0) + 1)
    sequence = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :size)")
    while True:
        yield from conn.execute(sequence, {"name": table.name, "size": _CHUNK}).scalars().all()


def table_of(model: type[Base]) -> Table:
    """The table behind a mapped class; rows go in and out as Core tuples."""
    return cast("Table", model.__table__)


def insert_all(conn: Connection, table: Table, columns: tuple[str, ...], rows: Iterable[Values]) -> None:
    """Insert rows given as tuples in the order of `columns`."""
    statement = insert(table)
    for chunk in chunks([dict(zip(columns, row, strict=True)) for row in rows]):
        conn.execute(statement, chunk)


def update_all(conn: Connection, table: Table, columns: tuple[str, ...], rows: Iterable[Values]) -> None:
    """Update rows by id, which stands first in `columns`."""
    statement = update(table).where(table.c.id == bindparam("row_id"))
    statement = statement.values({name: bindparam(f"new_{name}") for name in columns[1:]})
    names = ("row_id", *(f"new_{name}" for name in columns[1:]))
    for chunk in chunks([dict(zip(names, row, strict=True)) for row in rows]):
        conn.execute(statement, chunk)


def chunks(many: Iterable[Any], size: int = _CHUNK) -> Iterator[list[Any]]:
    """The same in lists of at most `size`."""
    rest = iter(many)
    while chunk := list(islice(rest, size)):
        yield chunk


def select_in(conn: Connection, choose: Callable[[list[Any]], Any], values: Iterable[Any]) -> Iterator[Any]:
    """The rows of a statement for many values, a bounded number of parameters at a time."""
    for chunk in chunks(sorted(values)):
        yield from conn.execute(choose(chunk))
