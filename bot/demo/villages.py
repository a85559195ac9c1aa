"""Where the demo's villages lie: real names and codes, made-up points in clusters around the county's centre."""

import csv
import math
import random
from dataclasses import dataclass
from pathlib import Path

from dispatch.geo import Point

CSV = Path(__file__).with_name("qianxi-villages.csv")
CENTRE = Point(40.146, 118.305)
HIGH, WIDE = 35_000.0, 40_000.0  # Metres from edge to edge.
_EDGE = 1_500.0  # No village's centre lies nearer to the county's edge.
_DEGREE = 111_040.0  # Metres in a degree of latitude here.
_TRIES = 400


@dataclass(frozen=True, slots=True)
class Spot:
    """A village of the list with its made-up centre."""

    code: str
    name: str
    township_code: str
    township: str
    at: Point


def shifted(point: Point, north: float, east: float) -> Point:
    """The point so many metres away; good to a metre within a county."""
    lat = point.lat + north / _DEGREE
    return Point(round(lat, 6), round(point.lon + east / (_DEGREE * math.cos(math.radians(lat))), 6))


def spots(seed: int) -> list[Spot]:
    """All villages, township by township; the same seed gives the same points."""
    chance = random.Random(seed)
    with CSV.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    townships = list(dict.fromkeys(row["town_code"] for row in rows))
    heart = _scatter(chance, len(townships), (0.0, 0.0), (HIGH / 2 - 4_000, WIDE / 2 - 4_000), apart=6_000)
    found = []
    for number, code in enumerate(townships):
        mine = [row for row in rows if row["town_code"] == code]
        places = _scatter(chance, len(mine), heart[number], (4_000.0, 4_000.0), apart=1_100)
        for row, (north, east) in zip(mine, places, strict=True):
            found.append(Spot(row["village_code"], row["village"], code, row["town"], shifted(CENTRE, north, east)))
    return found


def _scatter(
    chance: random.Random, count: int, middle: tuple[float, float], reach: tuple[float, float], apart: float
) -> list[tuple[float, float]]:
    """Points in metres north and east of the centre, as far apart as the room allows."""
    found: list[tuple[float, float]] = []
    while len(found) < count:
        for _ in range(_TRIES):
            north = middle[0] + chance.uniform(-reach[0], reach[0])
            east = middle[1] + chance.uniform(-reach[1], reach[1])
            spot = _within(north, HIGH), _within(east, WIDE)
            if all(math.dist(spot, other) >= apart for other in found):
                found.append(spot)
                break
        else:
            apart *= 0.9
    return found


def _within(metres: float, edge: float) -> float:
    return max(-edge / 2 + _EDGE, min(edge / 2 - _EDGE, metres))
