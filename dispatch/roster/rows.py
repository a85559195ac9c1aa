"""The shape of the rows that come in; whoever reads files or makes up a demo hands in objects of their own."""

from collections.abc import Sequence
from datetime import date, time
from typing import Protocol

from models.habits import GatheringKind, SessionKind
from models.words import Datum, Level


class Line(Protocol):
    """Where a row was read, so that a fault can name it."""

    @property
    def source(self) -> str: ...
    @property
    def line(self) -> int: ...


class InVillage(Line, Protocol):
    """A row that belongs to a village."""

    @property
    def village_code(self) -> str: ...


class Point(Line, Protocol):
    """Degrees in `datum`; both or neither."""

    @property
    def lat(self) -> float | None: ...
    @property
    def lon(self) -> float | None: ...
    @property
    def datum(self) -> Datum: ...


class Human(Line, Protocol):
    """Somebody with a name; phone and chat as far as they are known."""

    @property
    def name(self) -> str: ...
    @property
    def phone(self) -> str | None: ...
    @property
    def telegram_id(self) -> int | None: ...


class Village(InVillage, Protocol):
    """A village with its service centre in WGS-84."""

    @property
    def village(self) -> str: ...
    @property
    def township_code(self) -> str: ...
    @property
    def township(self) -> str: ...
    @property
    def lat(self) -> float | None: ...
    @property
    def lon(self) -> float | None: ...
    @property
    def phone(self) -> str | None: ...


class Grid(InVillage, Protocol):
    """A grid of a village."""

    @property
    def grid(self) -> str: ...


class Household(Point, InVillage, Protocol):
    """A home."""

    @property
    def grid(self) -> str: ...
    @property
    def household(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def phone(self) -> str | None: ...
    @property
    def steward(self) -> str | None: ...


class Resident(Human, InVillage, Protocol):
    """Somebody who lives in a household."""

    @property
    def household(self) -> str: ...
    @property
    def frail(self) -> bool | None: ...
    @property
    def guardian(self) -> str | None: ...


class Helper(Human, Point, InVillage, Protocol):
    """What stewards and volunteers have in common."""

    @property
    def skills(self) -> tuple[str, ...]: ...


class Steward(Helper, Protocol):
    """A steward of a grid."""

    @property
    def grid(self) -> str: ...
    @property
    def on_duty(self) -> bool | None: ...


class Volunteer(Helper, Protocol):
    """A volunteer of a group."""

    @property
    def group(self) -> str: ...


class Admin(Human, Protocol):
    """Somebody who answers for an area."""

    @property
    def area_code(self) -> str: ...
    @property
    def level(self) -> Level: ...


class Leader(InVillage, Protocol):
    """An income leader, who is on the roster besides."""

    @property
    def name(self) -> str: ...
    @property
    def phone(self) -> str: ...
    @property
    def field(self) -> str | None: ...


class OfHousehold(InVillage, Protocol):
    """A row about a resident, who is known by home and name."""

    @property
    def household(self) -> str: ...
    @property
    def name(self) -> str: ...


class Mentored(OfHousehold, Protocol):
    """A resident whom a leader takes along."""

    @property
    def leader(self) -> str: ...


class Job(OfHousehold, Protocol):
    """Work that a resident found through their leader."""

    @property
    def work(self) -> str: ...
    @property
    def since(self) -> date: ...


class Cooperative(InVillage, Protocol):
    """A cooperative of a village."""

    @property
    def cooperative(self) -> str: ...


class Member(OfHousehold, Protocol):
    """A resident who has joined a cooperative."""

    @property
    def cooperative(self) -> str: ...


class Gathering(InVillage, Protocol):
    """A day on which a village comes together, on the county's calendar."""

    @property
    def kind(self) -> GatheringKind: ...
    @property
    def day(self) -> date: ...
    @property
    def hour(self) -> time: ...
    @property
    def place(self) -> str: ...
    @property
    def group(self) -> str | None: ...
    @property
    def activity(self) -> str | None: ...
    @property
    def needed(self) -> int | None: ...
    @property
    def safety(self) -> str | None: ...


class Programme(InVillage, Protocol):
    """A session of a theme day."""

    @property
    def day(self) -> date: ...
    @property
    def session(self) -> SessionKind: ...
    @property
    def title(self) -> str | None: ...
    @property
    def speaker(self) -> str | None: ...
    @property
    def material(self) -> str | None: ...


class Rows(Protocol):
    """A whole roster, sheet by sheet. A blank value means: what is known stays."""

    @property
    def villages(self) -> Sequence[Village]: ...
    @property
    def grids(self) -> Sequence[Grid]: ...
    @property
    def households(self) -> Sequence[Household]: ...
    @property
    def residents(self) -> Sequence[Resident]: ...
    @property
    def stewards(self) -> Sequence[Steward]: ...
    @property
    def volunteers(self) -> Sequence[Volunteer]: ...
    @property
    def admins(self) -> Sequence[Admin]: ...
    @property
    def leaders(self) -> Sequence[Leader]: ...
    @property
    def mentored(self) -> Sequence[Mentored]: ...
    @property
    def jobs(self) -> Sequence[Job]: ...
    @property
    def cooperatives(self) -> Sequence[Cooperative]: ...
    @property
    def members(self) -> Sequence[Member]: ...
    @property
    def gatherings(self) -> Sequence[Gathering]: ...
    @property
    def programme(self) -> Sequence[Programme]: ...
