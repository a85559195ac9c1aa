"""How long it takes to find the nearest stewards, in a county and in a hundred counties: it must not depend on that."""

import random
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles

from bench import county
from bench.table import Figure
from dispatch import matching
from dispatch.actors import load
from dispatch.cases import Case
from dispatch.desk import needs
from dispatch.desk.needs import Need
from dispatch.desk.timeline import Words
from dispatch.rules import Rules
from dispatch.spots import Spot
from dispatch.work import Work
from models.clock import SystemClock
from models.store import Store

SMALL, LARGE, QUICK_LARGE = 430, 42_000, 4_300  # Villages of 31 stewards.
ASKED, QUICK_ASKED, ROUNDS = 400, 100, 3
CHUNK = 1 << 24  # Bytes.


def measure(quick: bool) -> list[Figure]:
    """The second rung of the default ladder: three of the village, one request at a time; the two stores in turns."""
    small, large = _store(SMALL), _store(QUICK_LARGE if quick else LARGE)
    times: dict[Store, list[float]] = {small: [], large: []}
    for round_ in range(ROUNDS):
        for store, villages in ((small, SMALL), (large, QUICK_LARGE if quick else LARGE)):
            times[store] += _search(store, villages, QUICK_ASKED if quick else ASKED, round_)
    figures = [
        Figure(
            f"nearest of {villages * county.Size().stewards:,} stewards, median",
            median(times[store]) * 1000,
            "ms",
            note=f"95 % within {quantiles(times[store], n=20)[-1] * 1000:.1f} ms",
        )
        for store, villages in ((small, SMALL), (large, QUICK_LARGE if quick else LARGE))
    ]
    small.close()
    large.close()
    return [*figures, Figure("ratio of the medians", median(times[large]) / median(times[small]), at_most=2.0)]


def _store(villages: int) -> Store:
    """A store of so many villages; built once, and kept in the temporary folder."""
    path = Path(tempfile.gettempdir()) / f"red-steward-bench-{villages}.db"
    if not path.exists():
        building = path.with_suffix(".building")
        building.unlink(missing_ok=True)
        store = Store(f"sqlite:///{building}")
        county.fill(store, county.Size(villages=villages, residents=1, admins=0))
        store.close()
        building.rename(path)
    with path.open("rb") as file:  # A store in use has its pages in memory; one that was built hours ago has not.
        while file.read(CHUNK):
            pass
    return Store(f"sqlite:///{path}")


def _search(store: Store, villages: int, count: int, seed: int) -> list[float]:
    """Seconds of each search. What is written for it is rolled back."""
    rnd, rules = random.Random(seed), Rules()
    rung = rules.ladders.normal[1]
    found = []
    with store.engine.connect() as conn:
        work = Work(conn, SystemClock().now(), rules)
        cases = [_case(work, rnd.randrange(villages), villages, rnd) for _ in range(count)]
        for case in cases:
            begun = time.perf_counter()
            people = matching.search(work, [case], rung)[case.id].fitting
            found.append(time.perf_counter() - begun)
            assert len(people) >= rung.count
        conn.rollback()
    return found[count // 10 :]


def _case(work: Work, village: int, villages: int, rnd: random.Random) -> Case:
    lat, lon = county.centre(village, villages)
    at = (lat + rnd.uniform(-county.AROUND, county.AROUND), lon + rnd.uniform(-county.AROUND, county.AROUND))
    spot = Spot(county.COUNTY, county.TOWNSHIP, county.code(village), None, None, *at)
    asker = load(work.conn, [county.FIRST_RESIDENT])[county.FIRST_RESIDENT]
    return needs.ask(work, asker, Need(Words("灯"), spot))
