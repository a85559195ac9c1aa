"""The walking order is the shortest there is, wherever one begins."""

import random
from itertools import pairwise, permutations

import pytest

from dispatch import geo
from dispatch.geo import Point
from dispatch.visits import tour


def _length(start: Point, stops: list[Point]) -> float:
    return sum(geo.metres(a, b) for a, b in pairwise([start, *stops]))


def _scattered(seed: int, count: int, spread: float = 0.01) -> list[Point]:
    rnd = random.Random(seed)
    return [Point(40.1 + rnd.uniform(0, spread), 118.3 + rnd.uniform(0, spread)) for _ in range(count)]


@pytest.mark.parametrize("seed", range(40))
def test_no_other_order_is_shorter(seed: int) -> None:
    start, *stops = _scattered(seed, 2 + seed % 6)
    order = tour.shortest(start, stops)
    found = _length(start, [stops[index] for index in order])
    best = min(_length(start, list(way)) for way in permutations(stops))
    assert sorted(order) == list(range(len(stops)))
    assert found <= best + len(stops)  # The solver counts in whole metres.


@pytest.mark.parametrize("count", [1, 2, 15, 18, 30])
def test_every_stop_once(count: int) -> None:
    start, *stops = _scattered(1, count + 1)
    assert sorted(tour.shortest(start, stops)) == list(range(count))


def test_as_far_apart_as_the_county_is_wide() -> None:
    start, *stops = _scattered(5, 7, spread=1.2)
    order = tour.shortest(start, stops)
    found = _length(start, [stops[index] for index in order])
    assert found <= min(_length(start, list(way)) for way in permutations(stops)) * 1.001


def test_all_at_one_place() -> None:
    here = Point(40.1, 118.3)
    assert sorted(tour.shortest(here, [here] * 4)) == [0, 1, 2, 3]
    assert tour.legs(here, [here, Point(40.1, 118.31)]) == [0.0, pytest.approx(852, abs=1)]
