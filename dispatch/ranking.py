"""Who is nearest, before anybody asks whether they fit: pools of people, and their order around one request."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dispatch import geo
from dispatch.cases import Case
from dispatch.neighbours import Neighbour

_NOWHERE = float("inf")


@dataclass(frozen=True, slots=True)
class Pool:
    """Who may be asked, those with a point first; their numbers and points beside, so that nobody need look them up."""

    people: Sequence[Neighbour]
    numbers: Sequence[int]
    points: Sequence[tuple[float, float]]
    places: Mapping[int, int]  # Where in `people` each stands, by their number.

    @classmethod
    def of(cls, people: Sequence[Neighbour]) -> "Pool":
        placed = [(one, (one.lat, one.lon)) for one in people if one.lat is not None and one.lon is not None]
        lost = [one for one in people if one.lat is None or one.lon is None]
        everyone = [*(one for one, _ in placed), *lost]
        numbers = [one.person_id for one in everyone]
        places = {number: place for place, number in enumerate(numbers)}
        return cls(everyone, numbers, [point for _, point in placed], places)


class Ranking(NamedTuple):
    """A pool around one request: `order` is places in it, best first; the others say what is at a place."""

    pool: Pool
    rough: Sequence[bool]  # Has not the skill that is needed, or not within reach.
    squares: Sequence[float]  # Squared metres; infinite without a point.
    order: Sequence[int]


@dataclass(frozen=True, slots=True)
class Team:
    """The people of one skill from south to north, so that those around a request are found without looking at all."""

    lats: list[float]
    people: list[Neighbour]

    def around(self, lat: float, reach: float) -> Pool:
        """Those not farther north or south than so many metres, and perhaps a few beyond."""
        dy = reach / geo.LAT_METRES
        return Pool.of(self.people[bisect_left(self.lats, lat - dy) : bisect_right(self.lats, lat + dy)])


def rank(case: Case, pool: Pool, reach: float) -> Ranking:
    """The pool in the order of the local polynomial (`geo.Ranking`); `reach` is squared metres.

    In Python, over people read once for many requests: pair by pair in SQL it took far longer (ADR 0014).
    """
    lat, lon, k1, k2, k3 = case.lat, case.lon, case.k1, case.k2, case.k3
    people = pool.people
    if lat is None or lon is None or k1 is None or k2 is None or k3 is None:
        squares = [0.0] * len(people)
    else:
        squares = [
            k1 * (dy := north - lat) * dy + (dx := east - lon) * dx * (k2 + k3 * dy) for north, east in pool.points
        ]
        squares += [_NOWHERE] * (len(people) - len(squares))
    if case.skill is None:  # In the order of plain numbers, which takes half as long as that of pairs.
        order = sorted(range(len(people)), key=squares.__getitem__)
        return Ranking(pool, [True] * len(people), squares, order)
    wanted = f";{case.skill};"
    rough = [wanted not in one.skills or squared > reach for one, squared in zip(people, squares, strict=True)]
    order = sorted(range(len(people)), key=lambda place: (rough[place], squares[place]))
    return Ranking(pool, rough, squares, order)
