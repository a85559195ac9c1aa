"""Where help is needed: a spot from a household, a village, or a point."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import aliased

from dispatch import geo
from dispatch.among import among
from dispatch.cases import Case
from dispatch.rules import Rules
from models.places import Area, Grid, Household
from models.words import Level

_Township = aliased(Area)
_SUFFIXES = ("社区居民委员会", "村民委员会", "居民委员会", "村委会", "社区", "村")
DOOR = 100  # Metres from home within which a point that was sent means its door.
_VILLAGE = 1000  # Metres from what is known of a village within which such a point is in it.
_NEAR = 0.03  # Degrees; a household within about 3 km says which grid a point belongs to.


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with its codes. `place` is coarse and may be pushed into chats; `address` is exact and is not."""

    county_code: str | None
    township_code: str | None = None
    village_code: str | None = None
    grid_id: int | None = None
    household_id: int | None = None
    lat: float | None = None
    lon: float | None = None
    place: str = ""
    address: str = ""

    @property
    def point(self) -> geo.Point | None:
        """The spot's point, if it is known."""
        return geo.Point(self.lat, self.lon) if self.lat is not None and self.lon is not None else None


HOME: Any = (
    select(
        Household.county_code, Household.township_code, Household.village_code, Household.grid_id, Household.id,
        Household.lat, Household.lon, Area.name, Grid.name, Household.address,
    )
    .join(Grid, Grid.id == Household.grid_id)
    .join(Area, Area.code == Household.village_code)
)  # fmt: skip
_HOMES = HOME.where(among(Household.id, "households"))
VILLAGE = (
    select(_Township.parent_code, Area.parent_code, Area.code, Area.lat, Area.lon, Area.name)
    .join(_Township, _Township.code == Area.parent_code)
    .where(Area.level == Level.BRANCH)
)


def homes(conn: Connection, households: Collection[int]) -> dict[int, Spot]:
    """The spots of many households, by their ids."""
    spots = [of_household(row) for row in conn.execute(_HOMES, {"households": list(households)}).all()]
    return {spot.household_id: spot for spot in spots if spot.household_id is not None}


def home(conn: Connection, household_id: int | None) -> Spot | None:
    """The spot of a household."""
    return homes(conn, [household_id]).get(household_id) if household_id is not None else None


def of_household(row: Any) -> Spot:
    """From a row of `HOME`."""
    county, township, village, grid_id, household_id, lat, lon, village_name, grid, address = row
    place = f"{short(village_name)} · {grid}"
    return Spot(county, township, village, grid_id, household_id, lat, lon, place, address)


def of_case(case: Case) -> Spot:
    """Where a request is."""
    return Spot(
        case.county_code, case.township_code, case.village_code, case.grid_id, case.household_id, case.lat, case.lon,
        case.place, case.address,
    )  # fmt: skip


def village(conn: Connection, code: str | None) -> Spot | None:
    """The spot of a village: its service centre, without a grid."""
    row = conn.execute(VILLAGE.where(Area.code == code)).one_or_none() if code else None
    return of_village(row) if row is not None else None


def of_village(row: Any) -> Spot:
    """From a row of `VILLAGE`."""
    county, township, code, lat, lon, name = row
    return Spot(county, township, code, None, None, lat, lon, short(name), name)


def at_point(conn: Connection, point: geo.Point, home: Spot | None = None) -> Spot | None:
    """The spot of a point: the grid of the nearest household around it, else the nearest village centre.

    A point around the `home`, which a phone errs by, is at its door: it keeps household and address. Where no point of
    home is known, that is one of its village, near enough to it or to a household of its grid. Home also gives the
    codes when nothing on the roster lies near.
    """
    door = home if home is not None and home.household_id is not None else None
    if door is not None and door.point is not None and geo.metres(point, door.point) <= DOOR:
        return replace(door, lat=point.lat, lon=point.lon)
    near = HOME.where(
        Household.lat.between(point.lat - _NEAR, point.lat + _NEAR),
        Household.lon.between(point.lon - _NEAR, point.lon + _NEAR),
    )
    ranked = geo.ranking(point)
    rows = conn.execute(near.order_by(ranked.squared(Household.lat, Household.lon)).limit(1)).all()
    if rows:
        found = of_household(rows[0])
    else:
        villages = [of_village(row) for row in conn.execute(VILLAGE.where(Area.lat.is_not(None)))]
        known = min(villages, key=lambda one: ranked.squared(one.lat, one.lon), default=home)
        if known is None:
            return None
        found = known
    if door is not None and door.point is None and _may_be_home(conn, point, door, found):
        return replace(door, lat=point.lat, lon=point.lon)
    address = f"{point.lat:.6f}, {point.lon:.6f}"
    return Spot(
        found.county_code, found.township_code, found.village_code, found.grid_id, None,
        point.lat, point.lon, found.place, address,
    )  # fmt: skip


def _may_be_home(conn: Connection, point: geo.Point, home: Spot, found: Spot) -> bool:
    """Whether a point may be at a home of which none is known, by what is `found` nearest to it and known around it."""
    if found.village_code != home.village_code:
        return False
    squared = geo.ranking(point).squared
    beside = select(Household.lat, Household.lon).where(Household.grid_id == home.grid_id, Household.lat.is_not(None))
    centre = select(Area.lat, Area.lon).where(Area.code == home.village_code, Area.lat.is_not(None))
    nearest = beside.order_by(squared(Household.lat, Household.lon)).limit(1)
    rows = [*conn.execute(nearest), *conn.execute(centre)]
    return not rows or min(float(squared(row.lat, row.lon)) for row in rows) <= _VILLAGE**2


def townships(conn: Connection) -> list[tuple[str, str]]:
    """Code and name of every township, by code."""
    rows = conn.execute(select(Area.code, Area.name).where(Area.level == Level.TOWNSHIP).order_by(Area.code))
    return [(code, name) for code, name in rows]


def villages(conn: Connection, township_code: str) -> list[tuple[str, str]]:
    """Code of every village of a township, and its name as people say it, by code."""
    rows = conn.execute(select(Area.code, Area.name).where(Area.parent_code == township_code).order_by(Area.code))
    return [(code, short(name)) for code, name in rows]


def short(name: str) -> str:
    """A village's name as people say it."""
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) > len(suffix) + 1:
            base = name[: -len(suffix)]
            kind = "社区" if suffix.startswith("社区") else "村" if "村" in suffix else ""
            return base if base.endswith("村") else base + kind
    return name


def county(conn: Connection) -> Spot:
    """The county as a whole: where a stranger's request stands until its village is known."""
    code = conn.execute(select(Area.code).where(Area.level == Level.COUNTY).order_by(Area.code).limit(1)).scalar()
    return Spot(code)


def outside(rules: Rules, point: geo.Point) -> bool:
    """Whether a point lies outside the county."""
    return not rules.box.holds(point)
