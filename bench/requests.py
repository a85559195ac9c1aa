"""Durable requests per second of one process, against a bare echo bot on the same stand-in.

A request of ours is an inbox row committed, a request opened, its offer sent to the steward and its answer to the
requester: two messages out. A request of the echo bot is one message out, and nothing on disk.
"""

import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from bench import county, processes
from bench.table import Figure
from models.store import Store
from tests.standin import Remote

COUNT, RUNS = 2000, 5
QUICK_COUNT, QUICK_RUNS = 500, 3


def measure(quick: bool) -> list[Figure]:
    """Alternate between the two, and take the median of the ratios."""
    count, runs = (QUICK_COUNT, QUICK_RUNS) if quick else (COUNT, RUNS)
    ours: list[float] = []
    echoes: list[float] = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            echoes.append(_echo(Path(folder), count))
        with tempfile.TemporaryDirectory() as folder:
            ours.append(_service(Path(folder), count))
    ratio = median(mine / theirs for mine, theirs in zip(ours, echoes, strict=True))
    return [
        Figure("our requests/s (2 messages each, all on disk)", median(ours), "/s", note=_spread(ours)),
        Figure("echo bot's requests/s (1 message each)", median(echoes), "/s", note=_spread(echoes)),
        Figure(f"ratio, median of {runs} alternating pairs", ratio, at_least=1.0),
    ]


def _spread(values: list[float]) -> str:
    return " ".join(f"{one:.0f}" for one in values)


def _echo(folder: Path, count: int) -> float:
    with processes.standing_in(folder) as standin:
        bot = processes.spawn([sys.executable, "-m", "bench.echo", standin.api_url], folder / "echo.log")
        try:
            people = _people(standin, count)
            _warm_up(standin, people[:20], 20)
            return _timed(standin, people, count, count)
        finally:
            bot.end()


def _service(folder: Path, count: int) -> float:
    database = f"sqlite:///{folder / 'bench.db'}"
    store = Store(database)
    county.fill(store, county.Size(residents=count + 20))
    store.close()
    with processes.standing_in(folder) as standin:
        config = processes.configure(folder, database, standin.api_url)
        with processes.served(config):
            standin.people(county.FIRST_STEWARD, county.Size().villages * county.Size().stewards)
            people = _people(standin, count + 20)
            _warm_up(standin, people[count:], 40)
            return _timed(standin, people[:count], count, 2 * count)


def _people(standin: Remote, count: int) -> list[int]:
    standin.people(county.FIRST_RESIDENT, count)
    return list(range(county.FIRST_RESIDENT, county.FIRST_RESIDENT + count))


def _sent(standin: Remote) -> int:
    return int(standin.counters["calls"].get("sendMessage", 0))


def _warm_up(standin: Remote, people: list[int], messages: int) -> None:
    processes.wait_until(lambda: standin.counters["polling"])
    standin.burst(people, len(people), "灯坏了 {n}")
    processes.wait_until(lambda: _sent(standin) >= messages)
    time.sleep(0.5)


def _timed(standin: Remote, people: list[int], count: int, messages: int) -> float:
    """Requests a second from the first word said to the last message received."""
    before = _sent(standin)
    begun = time.perf_counter()
    standin.burst(people, count, "灯坏了 {n}")
    processes.wait_until(lambda: _sent(standin) - before >= messages, timeout=240, pause=0.02)
    return count / (time.perf_counter() - begun)
