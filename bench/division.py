"""How long a village takes to be divided, and the county; and that walks are never longer than nearest-first's."""

import heapq
import math
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.table import Figure
from bot.demo.building import Size, fill
from dispatch.division import standing, village
from dispatch.division.caps import Caps, fitted
from dispatch.division.proposing import divide, figures, held
from dispatch.division.rules import Grids
from dispatch.division.solver import Problem, Solver
from dispatch.rules import Rules
from models.clock import SystemClock
from models.migrate import migrate
from models.store import Store

VILLAGES, QUICK_VILLAGES = 1_000, 100
STEWARDS, HOUSEHOLDS = 31, 300


def measure(quick: bool) -> list[Figure]:
    """Random villages of 300 households first, then the demo's whole county (or one township) through the store."""
    return [*_random(QUICK_VILLAGES if quick else VILLAGES), *_county(Size.TOWNSHIP if quick else Size.COUNTY)]


def _random(count: int) -> list[Figure]:
    caps, worse, gains, times = Grids(), 0, [], []
    wanted = Caps(caps.least, caps.most, caps.frail_most)
    with Solver() as solver:
        begun = time.perf_counter()
        solver.solve(Problem([[1]], [0], [0], [0], Caps(0, 1, 1)))
        start = time.perf_counter() - begun
        for seed in range(count):
            cost, frail = _village(random.Random(seed))
            used = fitted(wanted, len(cost), [0] * len(cost[0]))
            begun = time.perf_counter()
            problem = Problem(cost, [0] * len(cost[0]), frail, [0] * len(cost[0]), used)
            whose = solver.solve(problem).whose
            times.append(time.perf_counter() - begun)
            ours, theirs = _total(cost, whose), _nearest_first(cost, frail, used)
            if theirs is not None:
                worse += ours > theirs
                gains.append(1 - ours / theirs)
    return [
        Figure(f"division of {HOUSEHOLDS} households, longest of {count}", start + max(times), "s", at_most=2.0,
               note=f"start of the process {start:.1f} s, median {sorted(times)[count // 2] * 1000:.0f} ms"),
        Figure(f"{len(gains)} villages: mean walk above nearest-first's", worse, at_most=0,
               note=f"shorter by {sum(gains) / len(gains):.1%} on the average"),
        Figure("villages in which nearest-first ends outside the caps", count - len(gains)),
    ]  # fmt: skip


def _village(rnd: random.Random) -> tuple[list[list[int]], list[int]]:
    """Homes in a few clusters, stewards in some of them: centimetres from each home to each steward; frail people."""
    hearts = [(rnd.uniform(-500, 500), rnd.uniform(-500, 500)) for _ in range(rnd.randint(1, 6))]
    homes = []
    for _ in range(HOUSEHOLDS):
        east, north = rnd.choice(hearts)
        homes.append((rnd.gauss(east, 120), rnd.gauss(north, 120)))
    stewards = rnd.sample(homes, STEWARDS)
    cost = [[round(100 * math.dist(home, one)) for one in stewards] for home in homes]
    return cost, [int(rnd.random() < 0.12) for _ in homes]


def _total(cost: Sequence[Sequence[int]], whose: Sequence[int]) -> int:
    return sum(row[who] for row, who in zip(cost, whose, strict=True))


def _nearest_first(cost: Sequence[Sequence[int]], frail: Sequence[int], caps: Caps) -> int | None:
    """The shortest pair that is still possible, again and again; None where that ends outside the caps.

    A steward above the least takes another home only while enough are left to bring all others up to the least.
    """
    pairs = [(metres, home, who) for home, row in enumerate(cost) for who, metres in enumerate(row)]
    heapq.heapify(pairs)
    counts, loads = [0] * len(cost[0]), [0] * len(cost[0])
    total, left, lacking, taken = 0, len(cost), caps.least * len(counts), set[int]()
    while pairs:
        metres, home, who = heapq.heappop(pairs)
        full = counts[who] >= caps.most or loads[who] + frail[home] > caps.frail
        if home in taken or full or (counts[who] >= caps.least and left <= lacking):
            continue
        lacking -= counts[who] < caps.least
        taken.add(home)
        counts[who] += 1
        loads[who] += frail[home]
        total, left = total + metres, left - 1
    return total if left == 0 else None


def _county(size: Size) -> list[Figure]:
    """The demo, whose links are made by the same division: read each village, divide it again, and look at both."""
    rules = Rules()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'county.db'}")
        migrate(store)
        with store.write() as conn:
            fill(conn, size, rules, SystemClock())
        with store.read() as conn, Solver() as solver:
            codes, outside, nobody = standing.codes(conn), 0, 0
            begun = time.perf_counter()
            for code in codes:
                _, used = divide(village.load(conn, code), rules.grids, solver)
                outside += used != Caps(rules.grids.least, rules.grids.most, rules.grids.frail_most)
            spent = time.perf_counter() - begun
            for code in codes:
                place = village.load(conn, code)
                found = figures(place, held(place), rules.grids)
                nobody += found.nobody
                outside += bool(found.above or found.below or found.frail_above)
        store.close()
    return [
        Figure(f"division of {len(codes)} villages", spent, "s", at_most=300),
        Figure("villages of the demo outside the caps", outside, at_most=0),
        Figure("households of the demo with nobody", nobody, at_most=0),
    ]
