"""Small counts: somebody who knows the rules and everything published finds no count below five, nor anything near."""

import itertools
from collections import defaultdict
from random import Random

import pytest

from bench import attack
from dispatch.figures import small


@pytest.mark.parametrize(("count", "shown"), [(0, None), (4, None), (5, 5), (130, 130)])
def test_a_count_by_itself(count: int, shown: int | None) -> None:
    assert small.shown(count) == shown


@pytest.mark.parametrize(
    ("parts", "total", "seen", "rest"),
    [
        ((4, 0, 0), None, (), None),
        ((5, 0, 0), 5, (), None),  # One kind for all: the others would be seen to be nought.
        ((9, 3, 0), 12, (), None),  # Three are fewer than five.
        ((9, 4, 1), 14, (), None),  # Of two that are five together, one cannot be nought.
        ((9, 3, 2, 0), 14, (9,), 5),
        ((9, 4, 4, 4), 21, (), None),  # Twelve of three: each would be seen to be four.
        ((9, 6), 15, (9, 6), None),
    ],
)
def test_a_sum_and_its_parts(
    parts: tuple[int, ...], total: int | None, seen: tuple[int, ...], rest: int | None
) -> None:
    found = small.split({str(place): count for place, count in enumerate(parts)})
    assert (found.total, tuple(found.parts.values()), found.rest) == (total, seen, rest)


@pytest.mark.parametrize(("kinds", "most"), [(2, 14), (3, 10), (4, 7), (5, 5)])
def test_who_knows_all_rules_cannot_tell_a_small_part(kinds: int, most: int) -> None:
    """Every table that there can be, sorted by what is published of it: a small part is never the same in all."""
    alike: dict[object, list[tuple[int, ...]]] = defaultdict(list)
    names = [str(place) for place in range(kinds)]
    for table in itertools.product(range(most + 1), repeat=kinds):
        found = small.split(dict(zip(names, table, strict=True)))
        alike[found.total, tuple(found.parts.items()), found.rest].append(table)
    beyond = most  # Sums above it are met by tables that were not tried.
    for (total, parts, _), tables in alike.items():
        if (total or 0) > beyond:
            continue
        for place, name in enumerate(names):
            values = {table[place] for table in tables}
            if name not in dict(parts):
                assert len(values) > 1 or min(values) >= small.LEAST, (total, parts, tables)


def test_a_sample_of_villages_gives_nothing_away() -> None:
    random = Random(4)
    assert [found for _ in range(100) if (found := attack.leaks(attack.village(random)))] == []


def test_the_attacker_sees_what_is_there_to_be_seen() -> None:
    """Without the rule for what the small ones come to, nought and four are computed."""
    naive = small.Split(12, {"0": 9}, 3)
    assert attack.bounds(naive, ["0", "1"]) == {"1": (3, 3)}
    assert attack.bounds(small.Split(21, {"0": 9}, 12), ["0", "1", "2", "3"])["2"] == (4, 4)


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [(5, 10, "50"), (4, 10, None), (6, 10, None), (9, 9, None), (50, 50, "most"), (46, 50, "most"), (45, 50, "90"),
     (4, 50, "few"), (0, 60, "few"), (0, 0, None)],
)  # fmt: skip
def test_a_share_has_five_on_either_side(part: int, whole: int, told: str | None) -> None:
    assert small.percent(part, whole) == told


@pytest.mark.parametrize(
    ("waits", "median"),
    [([60.0] * 9, None), ([60.0] * 10, 60.0), ([60.0] * 6 + [None] * 4, 60.0), ([60.0] * 4 + [None] * 6, None)],
)
def test_a_median_has_five_on_either_side(waits: list[float | None], median: float | None) -> None:
    assert small.middle(waits) == median


@pytest.mark.parametrize(("points", "people", "told"), [(47, 5, 40), (47, 4, None), (9, 9, None), (-3, 9, None)])
def test_points_in_tens_from_five_people_on(points: int, people: int, told: int | None) -> None:
    assert small.tens(points, people) == told
