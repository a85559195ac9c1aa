"""Where people live: the areas of the county, the grids of a village, and the households of a grid."""

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, WordOf
from models.words import Datum, Level

Code = String(12)


class Area(Base):
    """A county, township or village (level branch) by its code of the National Bureau of Statistics."""

    __tablename__ = "areas"

    code: Mapped[str] = mapped_column(Code, primary_key=True)
    level: Mapped[Level] = mapped_column(WordOf(Level))
    name: Mapped[str] = mapped_column(String(60))
    parent_code: Mapped[str | None] = mapped_column(Code, index=True)
    lat: Mapped[float | None]  # WGS-84 degrees of the service centre.
    lon: Mapped[float | None]
    phone: Mapped[str | None] = mapped_column(String(30))  # The office, told to residents at the end of the ladder.


class Placed:
    """Mixin of every table that grows: the codes by which a province can distribute its rows by county."""

    county_code: Mapped[str | None] = mapped_column(Code)
    township_code: Mapped[str | None] = mapped_column(Code)
    village_code: Mapped[str | None] = mapped_column(Code)


class Pointed:
    """Mixin of what has a point: WGS-84 for all arithmetic, and the pair as it was handed in with its datum."""

    lat: Mapped[float | None]
    lon: Mapped[float | None]
    raw_lat: Mapped[float | None]
    raw_lon: Mapped[float | None]
    datum: Mapped[Datum | None] = mapped_column(WordOf(Datum))


class Grid(Base):
    """A part of a village whose homes lie close together and whose people know each other."""

    __tablename__ = "grids"
    __table_args__ = (UniqueConstraint("village_code", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    village_code: Mapped[str] = mapped_column(Code)
    name: Mapped[str] = mapped_column(String(60))


class Household(Placed, Pointed, Base):
    """A home with an address and a point."""

    __tablename__ = "households"
    __table_args__ = (
        UniqueConstraint("village_code", "name"),
        Index(None, "grid_id"),
        Index("ix_households_point", "lat", "lon"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    grid_id: Mapped[int] = mapped_column(ForeignKey("grids.id"))
    name: Mapped[str] = mapped_column(String(60))  # Unique in its village: a door number or the head's name.
    address: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(30))
