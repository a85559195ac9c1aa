"""A village as its division sees it: homes and stewards with their points, and who is responsible for whom today."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.orm import aliased

from dispatch import chats, errors, geo
from dispatch.division.rules import Grids
from dispatch.spots import short
from models.people import Link, Person, Steward
from models.places import Area, Grid, Household
from models.words import Level, StewardKind


@dataclass(frozen=True, slots=True)
class Home:
    """A household; `frail` counts its frail people, `steward_id` is who is responsible for it today."""

    id: int
    name: str
    grid_id: int
    lat: float | None
    lon: float | None
    frail: int
    steward_id: int | None


@dataclass(frozen=True, slots=True)
class Server:
    """A steward of the village; `id` is that of the steward's row."""

    id: int
    person_id: int
    name: str
    made_up: bool
    grid: str
    grid_id: int | None
    lat: float | None
    lon: float | None
    reachable: bool


@dataclass(frozen=True)
class Village:
    """All of it at one moment. Homes and stewards stand in the order of their ids."""

    code: str
    name: str
    county_code: str | None
    township_code: str | None
    homes: tuple[Home, ...]
    stewards: tuple[Server, ...]

    @property
    def village_code(self) -> str:
        """Its code, by the name that permissions and rows know it under."""
        return self.code

    @cached_property
    def metres(self) -> list[list[float]]:
        """From each home to each steward, as the crow flies.

        Who has no point stands where the homes of the grid are on the average, or those of the village.
        """
        homes = [self._point(home) for home in self.homes]
        stewards = [self._point(steward) for steward in self.stewards]
        found = []
        for home in homes:
            near = geo.ranking(home)
            found.append([float(near.squared(one.lat, one.lon)) ** 0.5 for one in stewards])
        return found

    def _point(self, one: Home | Server) -> geo.Point:
        if one.lat is not None and one.lon is not None:
            return geo.Point(one.lat, one.lon)
        return self._middles.get(one.grid_id) or self._middles.get(None) or geo.Point(0.0, 0.0)

    @cached_property
    def _middles(self) -> dict[int | None, geo.Point]:
        """The average of the homes by grid; None: of all."""
        places: dict[int | None, list[tuple[float, float]]] = {}
        for home in self.homes:
            if home.lat is not None and home.lon is not None:
                for key in (home.grid_id, None):
                    places.setdefault(key, []).append((home.lat, home.lon))
        return {
            key: geo.Point(sum(lat for lat, _ in some) / len(some), sum(lon for _, lon in some) / len(some))
            for key, some in places.items()
        }

    def fingerprint(self, rules: Grids) -> str:
        """Twelve digits that change with anything a division depends on."""
        homes = [(one.id, one.lat, one.lon, one.grid_id, one.frail, one.steward_id) for one in self.homes]
        stewards = [(one.id, one.lat, one.lon, one.grid_id) for one in self.stewards]
        whole = json.dumps([self.code, homes, stewards, rules.model_dump()])
        return hashlib.sha256(whole.encode()).hexdigest()[:12]


_Township = aliased(Area)
_AREA = (
    select(Area.name, Area.parent_code, _Township.parent_code)
    .outerjoin(_Township, _Township.code == Area.parent_code)
    .where(Area.code == bindparam("village"), Area.level == Level.BRANCH)
)
_serves = (Steward.kind == StewardKind.STEWARD, Steward.left_at.is_(None))
_frail = (
    select(Person.household_id, func.count().label("frail"))
    .where(Person.frail, Person.household_id.is_not(None), Person.village_code == bindparam("village"))
    .group_by(Person.household_id)
    .subquery()
)
# A link to somebody who left, or serves in another village by now, is none.
_HOMES = (
    select(
        Household.id, Household.name, Household.grid_id, Household.lat, Household.lon,
        func.coalesce(_frail.c.frail, 0), Steward.id,
    )
    .outerjoin(_frail, _frail.c.household_id == Household.id)
    .outerjoin(Link, Link.household_id == Household.id)
    .outerjoin(Steward, (Steward.id == Link.steward_id) & (Steward.village_code == Household.village_code)
               & _serves[0] & _serves[1])
    .where(Household.village_code == bindparam("village"))
    .order_by(Household.id)
)  # fmt: skip
_STEWARDS = (
    select(
        Steward.id, Steward.person_id, Person.name, Person.made_up, func.coalesce(Grid.name, ""), Steward.grid_id,
        Steward.lat, Steward.lon, chats.live(Steward.person_id),
    )
    .join(Person, Person.id == Steward.person_id)
    .outerjoin(Grid, Grid.id == Steward.grid_id)
    .where(Steward.village_code == bindparam("village"), *_serves)
    .order_by(Steward.id)
)  # fmt: skip


def load(conn: Connection, code: str) -> Village:
    """The village of this code as it stands.

    Raises:
        NotFound: there is no such village.
    """
    area = conn.execute(_AREA, {"village": code}).one_or_none()
    if area is None:
        raise errors.NotFound("grid.no_village", village=code)
    homes = tuple(Home(*row) for row in conn.execute(_HOMES, {"village": code}))
    stewards = tuple(Server(*row) for row in conn.execute(_STEWARDS, {"village": code}))
    return Village(code, short(area[0]), area[2], area[1], homes, stewards)


def steward_of(conn: Connection, household_id: int | None) -> Any:
    """Whose household it is, as a row of `steward_id`, `person_id`, `name`, `made_up`, `grid`; None: nobody's."""
    statement = (
        select(
            Steward.id.label("steward_id"),
            Steward.person_id,
            Person.name,
            Person.made_up,
            func.coalesce(Grid.name, "").label("grid"),
        )
        .join(Link, Link.steward_id == Steward.id)
        .join(Person, Person.id == Steward.person_id)
        .outerjoin(Grid, Grid.id == Steward.grid_id)
        .where(Link.household_id == household_id, *_serves)
    )
    return conn.execute(statement).one_or_none()
