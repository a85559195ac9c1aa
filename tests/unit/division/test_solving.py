"""The solver: the true optimum of small cases, the caps, the bound of frail people, and the process around it."""

import itertools
import random
import subprocess
import sys
from typing import Any

import pytest

from dispatch import errors
from dispatch.division import solving
from dispatch.division.caps import Caps, Unmet, fitted, unmet
from dispatch.division.solver import Problem, Solver


@pytest.mark.parametrize(
    ("homes", "held", "used"),
    [
        (30, [0, 0, 0], Caps(8, 12, 5)),
        (24, [0, 0, 0], Caps(8, 12, 5)),
        (36, [0, 0, 0], Caps(8, 12, 5)),
        (37, [0, 0, 0], Caps(12, 13, 5)),  # One too many: nobody has more than one too many.
        (60, [0, 0, 0], Caps(19, 20, 5)),
        (10, [0, 0, 0], Caps(3, 4, 5)),
        (2, [0, 0, 0], Caps(0, 1, 5)),
        (10, [8, 8, 12], Caps(12, 13, 5)),
        (5, [12, 12], Caps(14, 15, 5)),
        (4, [20, 3], Caps(7, 8, 5)),
        (9, [20, 3], Caps(8, 12, 5)),
    ],
)
def test_caps_give_way_as_little_as_they_can(homes: int, held: list[int], used: Caps) -> None:
    assert fitted(Caps(8, 12, 5), homes, held) == used


def test_what_could_not_be_met_is_named() -> None:
    caps = Caps(8, 12, 5)
    assert unmet(caps, caps) == {}
    assert unmet(caps, Caps(12, 13, 5)) == {Unmet.MOST: 13}
    assert unmet(caps, Caps(3, 4, 6)) == {Unmet.LEAST: 3, Unmet.FRAIL: 6}


def _village(rnd: random.Random, *, tight: bool) -> dict[str, Any]:
    """A small one, with stewards who hold some households already."""
    homes, stewards = rnd.randint(1, 6), rnd.randint(1, 3)
    held = [rnd.choice((0, 0, 1, 3)) for _ in range(stewards)]
    used = fitted(Caps(rnd.randint(0, 2), rnd.randint(3, 4), 9), homes, held)
    return {
        "cost": [[rnd.randrange(-50, 900) for _ in range(stewards)] for _ in range(homes)],
        "held": held,
        "frail": [rnd.choice((0, 0, 1, 2)) for _ in range(homes)],
        "frail_held": [rnd.choice((0, 0, 1)) for _ in range(stewards)],
        "least": used.least,
        "most": used.most,
        "frail_most": rnd.randint(1, 2) if tight else 99,
    }


def _best(problem: dict[str, Any]) -> tuple[int, int]:
    """By trying everything: the least bound of frail people, and the least cost under it."""
    stewards, found = range(len(problem["held"])), []
    for whose in itertools.product(stewards, repeat=len(problem["cost"])):
        counts = [problem["held"][one] + whose.count(one) for one in stewards]
        if any(
            count > max(problem["most"], problem["held"][one]) or count < problem["least"]
            for one, count in enumerate(counts)
        ):
            continue
        loads = [
            problem["frail_held"][one] + sum(f for f, who in zip(problem["frail"], whose, strict=True) if who == one)
            for one in stewards
        ]
        bound = max(problem["frail_most"], *loads)
        found.append((bound, sum(row[who] for row, who in zip(problem["cost"], whose, strict=True))))
    return min(found)


@pytest.mark.parametrize("tight", [False, True])
def test_small_cases_have_the_true_optimum(tight: bool) -> None:
    rnd = random.Random(7)
    for _ in range(150):
        problem = _village(rnd, tight=tight)
        solution = solving.solve(problem)
        cost = sum(row[who] for row, who in zip(problem["cost"], solution["whose"], strict=True))
        assert (solution["frail_most"], cost) == _best(problem), problem


def test_the_same_problem_has_the_same_solution() -> None:
    problem = Problem([[5, 5], [5, 5], [5, 5], [5, 5]], [0, 0], [1, 1, 0, 0], [0, 0], Caps(2, 2, 1))
    with Solver() as solver:
        assert len({tuple(solver.solve(problem).whose) for _ in range(3)}) == 1
    with Solver() as another:
        found = another.solve(problem)
    assert sorted(found.whose) == [0, 0, 1, 1]
    assert found.frail == 1


def test_a_process_that_does_not_answer_is_a_refusal() -> None:
    with Solver(seconds=0.0) as solver, pytest.raises(errors.NotNow, match="unsolved"):
        solver.solve(Problem([[1]], [0], [0], [0], Caps(0, 1, 1)))


def test_the_service_carries_none_of_it() -> None:
    seen = "import sys, bot.app; print({'numpy', 'highspy'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", seen], capture_output=True, text=True).stdout == "set()\n"
