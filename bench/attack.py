"""An attacker on what villages publish: whole counts, none below nought, everything published known, the rules as well.

`python -m bench --only attack` lets it loose on 10,000 random villages and months. A leak is a hidden count below five
that is determined, or a sum of hidden ones below five that is.
"""

import time
from collections.abc import Sequence
from random import Random

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from bench.table import Figure
from dispatch.figures import small
from dispatch.figures.small import Split

KINDS = 16  # As shipped.
VILLAGES = 10_000


def village(random: Random) -> dict[str, int]:
    """Problems solved by kind in one village and month: some kinds often, most of them seldom or never."""
    often = random.choice((0.3, 1, 3, 8))
    return {str(kind): int(random.expovariate(1 / often) * random.choice((0, 1, 1, 3))) for kind in range(KINDS)}


def bounds(found: Split, kinds: Sequence[str]) -> dict[str, tuple[int, int]]:
    """The least and the most that each hidden part can be, by integer programs over what is published."""
    if found.total is None or not found.parts:
        return {}
    hidden = [name for name in kinds if name not in found.parts]
    if not hidden:
        return {}
    rest = found.total - sum(found.parts.values())
    whole = LinearConstraint(np.ones((1, len(hidden))), rest, rest)
    return {name: _range(place, len(hidden), whole) for place, name in enumerate(hidden)}


def _range(place: int, size: int, whole: LinearConstraint) -> tuple[int, int]:
    ends = []
    for sign in (1.0, -1.0):
        cost = np.zeros(size)
        cost[place] = sign
        found = milp(cost, integrality=np.ones(size), bounds=Bounds(0, small.LEAST - 1), constraints=[whole])
        ends.append(round(sign * found.fun))
    return ends[0], ends[1]


def leaks(parts: dict[str, int]) -> list[str]:
    """What the attacker learns of this table that nobody should."""
    found = small.split(parts)
    told = [f"{name} is {low}" for name, (low, high) in bounds(found, list(parts)).items() if low == high]
    if found.parts and len(found.parts) < len(parts) and (found.rest or 0) < small.LEAST:
        told.append(f"the hidden ones are {found.rest} together")
    told += [f"{name} is shown" for name, count in found.parts.items() if count < small.LEAST]
    return told


def measure(quick: bool) -> list[Figure]:
    """Nothing may leak."""
    random, count = Random(2026), 300 if quick else VILLAGES
    begun, found, split = time.perf_counter(), 0, 0
    for _ in range(count):
        parts = village(random)
        split += bool(small.split(parts).parts)
        found += len(leaks(parts))
    seconds = time.perf_counter() - begun
    return [
        Figure("counts below five that were computed", float(found), "", at_most=0),
        Figure("villages and months attacked", float(count), ""),
        Figure("of them with parts beside the sum", float(split), ""),
        Figure("time", seconds, "s"),
    ]
