"""A village's list at the year's end: what each person did and earned, with the entries behind every number."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Connection, select

from dispatch import spots
from dispatch.ledger.chain import COLUMNS, Entry
from dispatch.rules import Rules
from models.habits import Deed
from models.ledger import Chain, PointEntry
from models.people import Person
from models.places import Area
from models.points import PointMonth

# What stands in one column together. Every deed is in one of them.
GROUPS: dict[str, tuple[Deed, ...]] = {
    "help": (Deed.REQUEST_SOLVED, Deed.REQUEST_HALF, Deed.REQUEST_UNCONFIRMED),
    "visits": (Deed.VISIT_MADE,),
    "theme": (Deed.THEME_ATTENDED, Deed.THEME_SPOKE),
    "served": (Deed.SERVED,),
    "mentored": (Deed.MENTORED,),
    "by_hand": (Deed.BY_HAND,),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One person with their entries, in the order of the columns and of time."""

    person_id: int
    name: str
    entries: tuple[Entry, ...]

    @property
    def points(self) -> int:
        """The year's sum."""
        return sum(entry.points for entry in self.entries)

    def of(self, group: str) -> tuple[int, int]:
        """How often (for service days: hours), and for how many points; what was taken back is taken off both."""
        theirs = [entry for entry in self.entries if entry.deed in GROUPS[group]]
        return sum(one.amount if one.stands else -one.amount for one in theirs), sum(one.points for one in theirs)


@dataclass(frozen=True, slots=True)
class YearList:
    """The list: its rows by name (by points, where the county wants a league table), and what it was made from."""

    village: str
    year: int
    rows: tuple[Row, ...]
    open_months: tuple[str, ...]  # Months with entries whose objections are not over.
    last_number: int  # Of the chain's last entry, and that entry's hash.
    seal: str

    @property
    def points(self) -> int:
        """The sum of all."""
        return sum(row.points for row in self.rows)


def of_village(conn: Connection, rules: Rules, code: str, year: int) -> YearList | None:
    """The list of one year; None where there is no such area."""
    village = conn.scalar(select(Area.name).where(Area.code == code))
    if village is None:
        return None
    span = PointEntry.month.between(f"{year}-01", f"{year}-12")
    found = conn.execute(
        select(Person.name, *COLUMNS)
        .join(Person, Person.id == PointEntry.person_id)
        .where(PointEntry.area_code == code, span)
        .order_by(PointEntry.person_id, PointEntry.id)
    )
    rows = [Row(number, name, _ordered(theirs)) for (name, number), theirs in groupby(
        ((name, Entry(*entry)) for name, *entry in found), key=lambda one: (one[0], one[1].person_id)
    )]  # fmt: skip
    rows.sort(key=lambda row: (_read(row.name), row.person_id))
    if rules.points.league_table:
        rows.sort(key=lambda row: -row.points)
    closed = set(conn.scalars(
        select(PointMonth.month).where(PointMonth.area_code == code, PointMonth.closed_at.is_not(None))
    ))  # fmt: skip
    months = {entry.month for row in rows for entry in row.entries}
    head = conn.execute(select(Chain.number, Chain.hash).where(Chain.area_code == code)).one_or_none()
    number, seal = (head.number, head.hash) if head is not None else (0, "")
    return YearList(spots.short(village), year, tuple(rows), tuple(sorted(months - closed)), number, seal)


def _read(name: str) -> bytes:
    """In this order people look up names: the old Chinese code has its common characters as they are pronounced."""
    return name.encode("gb18030", "replace")


def _ordered(theirs: Iterable[tuple[str, Entry]]) -> tuple[Entry, ...]:
    """Group by group, so that the entries behind each number stand together."""
    place = {deed: index for index, deeds in enumerate(GROUPS.values()) for deed in deeds}
    return tuple(sorted((entry for _, entry in theirs), key=lambda one: (place[one.deed], one.id)))
