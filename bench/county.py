"""Fills an empty store with a made-up county: villages in a square grid, their people at random around each centre."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert

from dispatch.bulk import Bulk
from models.migrate import migrate
from models.people import Admin, Person, Route, Steward, VolunteerGroup
from models.places import Area, Grid, Household
from models.store import Store
from models.words import Level, RouteState, StewardKind

COUNTY, TOWNSHIP = "130227", "130227100"
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
SOUTH, WEST, HEIGHT, WIDTH = 39.96, 118.06, 0.36, 0.50  # Within the county's box of the default rules.
GRIDS = 5
AROUND = 0.005  # Degrees between a village's centre and its people.
FIRST_STEWARD, FIRST_VOLUNTEER, FIRST_RESIDENT = 1_000_000, 3_000_000, 5_000_000
_CHUNK = 20_000

Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Size:
    """How large. Every steward has a chat at the channel; the address is the person's id."""

    villages: int = 430
    stewards: int = 31  # In each village.
    volunteers: int = 0
    households: int = 0
    residents: int = 0  # With a home and a chat; they are the ones who ask.
    admins: int = 1  # In each village, and at township and county.


COUNTY_SIZE = Size(volunteers=172, households=302, residents=2000)
"""13,330 stewards, 73,960 volunteers, 129,860 households."""


def fill(store: Store, size: Size, channel: str = "telegram", seed: int = 1) -> None:
    """Make the tables and the people."""
    migrate(store)
    rnd = random.Random(seed)
    centres = list(_centres(size.villages))
    with store.write() as conn:
        _areas(conn, centres)
        _helpers(conn, rnd, centres, size.stewards, StewardKind.STEWARD, channel)
        _helpers(conn, rnd, centres, size.volunteers, StewardKind.VOLUNTEER, channel)
        _homes(conn, rnd, centres, max(size.households, -(-size.residents // size.villages)))
        _residents(conn, size, channel)
        if size.admins:
            _admins(conn, len(centres), channel)


def code(village: int) -> str:
    """The village's code."""
    return f"130227{100 + village // 1000:03d}{village % 1000:03d}"


def centre(village: int, villages: int) -> tuple[float, float]:
    """Where the village lies, of so many."""
    columns = int(villages**0.5) + 1
    row, column = divmod(village, columns)
    return SOUTH + HEIGHT * row / columns, WEST + WIDTH * column / columns


def _centres(villages: int) -> Iterator[tuple[str, float, float]]:
    for village in range(villages):
        yield code(village), *centre(village, villages)


def placed(village: str) -> dict[str, str]:
    """The codes that every row of a village carries."""
    return {"county_code": COUNTY, "township_code": TOWNSHIP, "village_code": village}


def _areas(conn: Connection, centres: list[tuple[str, float, float]]) -> None:
    areas: Rows = [
        {"code": COUNTY, "level": Level.COUNTY, "name": "Bench county", "parent_code": None, "lat": None, "lon": None},
        {"code": TOWNSHIP, "level": Level.TOWNSHIP, "name": "Bench town", "parent_code": COUNTY, "lat": None,
         "lon": None},
    ]  # fmt: skip
    grids: Rows = []
    for number, (village, lat, lon) in enumerate(centres):
        name = f"Village {number}村民委员会"
        areas.append({"code": village, "level": Level.BRANCH, "name": name, "parent_code": TOWNSHIP, "lat": lat,
                      "lon": lon})  # fmt: skip
        grids += [{"id": number * GRIDS + grid + 1, "village_code": village, "name": f"Grid {grid + 1}"}
                  for grid in range(GRIDS)]  # fmt: skip
    _insert(conn, Area, areas)
    _insert(conn, Grid, grids)


def _helpers(
    conn: Connection, rnd: random.Random, centres: list[tuple[str, float, float]], each: int, kind: StewardKind,
    channel: str,
) -> None:  # fmt: skip
    first = FIRST_STEWARD if kind is StewardKind.STEWARD else FIRST_VOLUNTEER
    people: Rows = []
    helpers: Rows = []
    routes: Rows = []
    if each and kind is StewardKind.VOLUNTEER:
        _insert(conn, VolunteerGroup, [
            {"id": number + 1, "village_code": village, "name": "Group"} for number, (village, *_) in enumerate(centres)
        ])  # fmt: skip
    for number, (village, lat, lon) in enumerate(centres):
        for one in range(each):
            person = first + number * each + one
            people.append({"id": person, "name": f"Helper {person}", "phone": f"1{person:010d}", "created_at": SINCE,
                           "frail": False, "made_up": True, **placed(village)})  # fmt: skip
            helpers.append({
                "person_id": person, "kind": kind, "skills": "", "on_duty": True,
                "grid_id": number * GRIDS + one % GRIDS + 1 if kind is StewardKind.STEWARD else None,
                "group_id": number + 1 if kind is StewardKind.VOLUNTEER else None,
                "lat": lat + rnd.uniform(-AROUND, AROUND), "lon": lon + rnd.uniform(-AROUND, AROUND), **placed(village),
            })  # fmt: skip
            routes.append(_route(person, channel))
        if len(people) >= _CHUNK:
            _write(conn, people, helpers, routes)
    _write(conn, people, helpers, routes)


def _write(conn: Connection, people: Rows, helpers: Rows, routes: Rows) -> None:
    for table, rows in ((Person, people), (Steward, helpers), (Route, routes)):
        if rows:
            _insert(conn, table, rows)
            rows.clear()


def _route(person: int, channel: str) -> dict[str, Any]:
    return {"person_id": person, "channel": channel, "address": str(person), "position": 0, "state": RouteState.LIVE}


def _homes(conn: Connection, rnd: random.Random, centres: list[tuple[str, float, float]], each: int) -> None:
    homes: Rows = []
    for number, (village, lat, lon) in enumerate(centres):
        for one in range(each):
            homes.append({
                "id": number * each + one + 1, "grid_id": number * GRIDS + one % GRIDS + 1, "name": f"Home {one}",
                "address": f"No. {one}", "lat": lat + rnd.uniform(-AROUND, AROUND),
                "lon": lon + rnd.uniform(-AROUND, AROUND), **placed(village),
            })  # fmt: skip
        if len(homes) >= _CHUNK:
            _insert(conn, Household, homes)
            homes.clear()
    if homes:
        _insert(conn, Household, homes)


def _residents(conn: Connection, size: Size, channel: str) -> None:
    """One after the other through the villages, so that a burst of requests spreads over the county."""
    each = max(size.households, -(-size.residents // size.villages))
    people: Rows = []
    for number in range(size.residents):
        village = number % size.villages
        people.append({
            "id": FIRST_RESIDENT + number, "name": f"Resident {number}", "phone": None, "created_at": SINCE,
            "household_id": village * each + number // size.villages % each + 1, "frail": False, "made_up": True,
            **placed(code(village)),
        })  # fmt: skip
    if people:
        _insert(conn, Person, people)
        _insert(conn, Route, [_route(one["id"], channel) for one in people])


def _admins(conn: Connection, villages: int, channel: str) -> None:
    areas = [
        (COUNTY, Level.COUNTY),
        (TOWNSHIP, Level.TOWNSHIP),
        *((code(one), Level.BRANCH) for one in range(villages)),
    ]
    people = [{"id": number + 1, "name": f"Admin {number}", "created_at": SINCE, "frail": False, "made_up": True}
              for number in range(len(areas))]  # fmt: skip
    _insert(conn, Person, people)
    _insert(conn, Route, [_route(one["id"], channel) for one in people])
    _insert(conn, Admin, [{"person_id": number + 1, "area_code": area, "level": level}
                          for number, (area, level) in enumerate(areas)])  # fmt: skip


def _insert(conn: Connection, table: Any, rows: Rows) -> None:
    Bulk(lambda *_: insert(table)).run(conn, rows)
