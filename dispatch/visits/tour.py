"""The order in which to walk: the shortest way from where one stands past all stops."""

from collections.abc import Sequence

import fast_tsp

from dispatch import geo
from dispatch.geo import Point

_MOST = 65_000  # The solver counts in 16 bits; farther apart, its unit is more than a metre.


def shortest(start: Point, stops: Sequence[Point]) -> list[int]:
    """The stops' indices in the order of the shortest way from `start` past all of them, ending anywhere.

    Exact for up to 18 stops (20 ms for 16 on a slow machine); a very good way beyond.
    """
    points = (start, *stops)
    between = [[geo.metres(a, b) if a is not b else 0.0 for b in points] for a in points]
    farthest = max(map(max, between))
    unit = max(1.0, farthest / _MOST)
    # The solver finds round trips. A last point that touches the start for nothing, and all others for the same price,
    # lies between the start and the end of the best way; so cutting the round trip there gives that way.
    price = round(farthest / unit)
    whole = [
        [*(round(metres / unit) for metres in row), 0 if index == 0 else price] for index, row in enumerate(between)
    ]
    whole.append([0, *(price for _ in stops), 0])
    tour = fast_tsp.find_tour(whole, duration_seconds=0.1, stop_when_converged=True)
    begin = tour.index(0)
    turned = tour[begin:] + tour[:begin]
    way = turned[1:] if turned[-1] == len(points) else turned[:0:-1]
    return [index - 1 for index in way if index < len(points)]


def legs(start: Point, stops: Sequence[Point]) -> list[float]:
    """The straight-line metres from one stop to the next, beginning at `start`."""
    return [geo.metres(a, b) for a, b in zip((start, *stops), stops, strict=False)]
