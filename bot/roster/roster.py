"""The rows of a roster as they were read, one type for each sheet, and all of them together."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date, time
from itertools import chain

from models.habits import GatheringKind, SessionKind
from models.words import Datum, Level


@dataclass(frozen=True, slots=True)
class Row:
    """A row of any sheet, and where it stood."""

    source: str  # The file or sheet that it was read from.
    line: int  # The row in it, counted from 1 as a spreadsheet does.


@dataclass(frozen=True, slots=True)
class InVillage(Row):
    """A row that belongs to a village."""

    village_code: str


@dataclass(frozen=True, slots=True)
class VillageRow(InVillage):
    """A village with its service centre."""

    village: str
    township_code: str
    township: str
    lat: float | None = None  # WGS-84 degrees, of the service centre; both or neither.
    lon: float | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class GridRow(InVillage):
    grid: str


@dataclass(frozen=True, slots=True)
class HouseholdRow(InVillage):
    grid: str
    household: str  # The number or name by which the village tells its households apart.
    address: str
    lat: float | None = None  # Degrees in `datum`; both or neither.
    lon: float | None = None
    datum: Datum = Datum.WGS84
    phone: str | None = None
    steward: str | None = None  # The responsible steward by phone, and name where several share it.


@dataclass(frozen=True, slots=True)
class ResidentRow(InVillage):
    household: str
    name: str
    phone: str | None = None
    telegram_id: int | None = None
    frail: bool | None = None  # Old or weak; None = the file does not say.
    guardian: str | None = None  # Who looks after them, by phone, and name where several share it.


@dataclass(frozen=True, slots=True)
class StewardRow(InVillage):
    grid: str
    name: str
    phone: str
    lat: float | None = None  # Degrees in `datum`; both or neither.
    lon: float | None = None
    datum: Datum = Datum.WGS84
    skills: tuple[str, ...] = ()
    telegram_id: int | None = None
    on_duty: bool | None = None  # None = the file does not say.


@dataclass(frozen=True, slots=True)
class VolunteerRow(InVillage):
    group: str
    name: str
    phone: str
    lat: float | None = None  # Degrees in `datum`; both or neither.
    lon: float | None = None
    datum: Datum = Datum.WGS84
    skills: tuple[str, ...] = ()
    telegram_id: int | None = None


@dataclass(frozen=True, slots=True)
class AdminRow(Row):
    area_code: str  # Of the village, township or county, as `level` says.
    level: Level
    name: str
    phone: str
    telegram_id: int | None = None


@dataclass(frozen=True, slots=True)
class LeaderRow(InVillage):
    name: str
    phone: str
    field: str | None = None  # What they live by.


@dataclass(frozen=True, slots=True)
class MentoredRow(InVillage):
    """A pair that was agreed to on paper."""

    leader: str  # By phone, and name where several share it.
    household: str
    name: str


@dataclass(frozen=True, slots=True)
class JobRow(InVillage):
    """Work that somebody found through their income leader."""

    household: str
    name: str
    work: str  # What and where.
    since: date


@dataclass(frozen=True, slots=True)
class CooperativeRow(InVillage):
    cooperative: str


@dataclass(frozen=True, slots=True)
class MemberRow(InVillage):
    cooperative: str
    household: str
    name: str


@dataclass(frozen=True, slots=True)
class GatheringRow(InVillage):
    """A day on which a village comes together."""

    kind: GatheringKind
    day: date  # On the county's calendar, as is the hour.
    hour: time
    place: str
    group: str | None = None  # These only of a service day; blank: everybody of the village.
    activity: str | None = None
    needed: int | None = None
    safety: str | None = None


@dataclass(frozen=True, slots=True)
class ProgrammeRow(InVillage):
    """A session of a theme day."""

    day: date
    session: SessionKind
    title: str | None = None
    speaker: str | None = None
    material: str | None = None  # To be read afterwards; several lines.


@dataclass(slots=True)
class Roster:
    """All rows of the files, sheet by sheet, in the order read; identical repetitions are left out."""

    villages: list[VillageRow] = field(default_factory=list)
    grids: list[GridRow] = field(default_factory=list)
    households: list[HouseholdRow] = field(default_factory=list)
    residents: list[ResidentRow] = field(default_factory=list)
    stewards: list[StewardRow] = field(default_factory=list)
    volunteers: list[VolunteerRow] = field(default_factory=list)
    admins: list[AdminRow] = field(default_factory=list)
    leaders: list[LeaderRow] = field(default_factory=list)
    mentored: list[MentoredRow] = field(default_factory=list)
    jobs: list[JobRow] = field(default_factory=list)
    cooperatives: list[CooperativeRow] = field(default_factory=list)
    members: list[MemberRow] = field(default_factory=list)
    gatherings: list[GatheringRow] = field(default_factory=list)
    programme: list[ProgrammeRow] = field(default_factory=list)

    def rows(self) -> Iterator[Row]:
        """Every row, villages first, so that what is referred to comes before what refers to it."""
        return chain.from_iterable(getattr(self, sheet.name) for sheet in fields(self))
