"""Small counts: somebody who knows the rules and everything published finds no count below five, nor anything near."""

import itertools
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from bench import attack, county, happened, months
from bot.config import load as load_config
from dispatch.figures import months as calendar
from dispatch.figures import results, small
from dispatch.figures.results import Results
from models.store import Store

RULES = load_config(None).dispatch


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


@pytest.mark.parametrize("believing", [False, True])
def test_a_sample_of_months_gives_nothing_away(believing: bool) -> None:
    random, attacker = Random(4), attack.Attacker(RULES, believing=believing)
    assert [found for _ in range(40) if (found := attacker.leaks(months.month(random, RULES)))] == []


def test_what_is_published_from_rows_is_what_was_attacked(tmp_path: Path) -> None:
    """Two months of villages beside each other: none is published otherwise than it would be alone."""
    store, random = Store(f"sqlite:///{tmp_path / 'store.db'}"), Random(11)
    county.fill(store, replace(happened.SIZE, villages=4))
    for number in (3, 4):
        truth = {village: months.month(random, RULES, number) for village in range(4)}
        told = happened.published(store, RULES, calendar.named(RULES, f"2026-{number:02}"), truth)
        assert {one: told.get(one, []) for one in truth} == {one: results.told(RULES, truth[one]) for one in truth}
    store.close()


def _quiet(**more: object) -> Results:
    """A month of little: eleven problems solved, three of them mediated."""
    kinds = dict.fromkeys((*(one.name for one in RULES.categories), "other"), 0) | {"electric": 8, "mediation": 3}
    return replace(Results(kinds, {}, 4, [60.0] * 4 + [600.0] * 7, 7, 29, 6, 0, []), **more)


@pytest.mark.parametrize(
    ("rule", "without", "believing", "computed"),
    [
        ("split", lambda parts: small.Split(11, {"electric": parts["electric"]}, 3), False, ("other kinds", 3)),
        ("split", lambda parts: small.Split(11, dict(parts)), False, ("mediation", 3)),
        ("shown", lambda count: count or None, False, ("visits", 3)),
        ("percent", lambda part, whole: f"{round(100 * part / whole)}", False, ("what is published cannot be", -1)),
        ("tens", lambda points, *_, **__: points // 10 * 10, True, ("half_solved", 0)),
    ],
)
def test_without_a_rule_the_attacker_computes_it(
    monkeypatch: pytest.MonkeyPatch, rule: str, without: object, believing: bool, computed: tuple[str, int]
) -> None:
    attacker = attack.Attacker(RULES, believing=believing)
    month = _quiet(visits=3) if rule == "shown" else _quiet()
    assert attacker.leaks(month) == []
    monkeypatch.setattr(small, rule, without)
    assert computed in attacker.leaks(month)


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


@pytest.mark.parametrize(
    ("points", "sure", "hidden", "more", "told"),
    [
        (25, 25, [1], False, 20),  # With four more it is twenty as well.
        (26, 26, [1], False, None),  # With four more it would be thirty.
        (33, 29, [1], False, None),  # It was one at least.
        (20, 12, [1, 1], False, None),  # It was four of each.
        (12, 12, [1, 1], False, None),  # What is missing would say that it was not that.
        (45, 12, [1, 1], False, 40),  # More than there can be of these: something came by hand.
        (11, 29, [1], False, 10),  # Less: caps have cut it.
        (39, 39, [1], True, None),  # There may be more besides, but it was none of these.
        (44, 39, [1], True, 40),
    ],
)  # fmt: skip
def test_points_from_which_no_small_count_can_be_solved(
    points: int, sure: int, hidden: list[int], more: bool, told: int | None
) -> None:
    assert small.tens(points, 5, sure, hidden, more=more) == told
