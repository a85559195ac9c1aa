"""From `kill -9` and a new start to the first overdue escalation on disk, with the whole county in the store."""

import sqlite3
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from statistics import median

from bench import county, processes, sweep
from bench.table import Figure
from bot.config import load as load_config
from models.clock import MovableClock, SystemClock
from models.store import Store
from tests.standin import Remote

OVERDUE = 200
RUNS, QUICK_RUNS = 7, 3


def measure(quick: bool) -> list[Figure]:
    """Each run kills the process, lets requests become overdue, and starts it anew with the installed command."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = f"sqlite:///{folder / 'restart.db'}"
        store = Store(database)
        size = county.Size(residents=OVERDUE * (RUNS + 1)) if quick else county.COUNTY_SIZE
        county.fill(store, size)
        with processes.standing_in(folder) as standin:
            config = processes.configure(folder, database, standin.api_url)
            standin.people(county.FIRST_STEWARD, size.villages * size.stewards)
            standin.people(county.FIRST_RESIDENT, size.residents)
            seconds = [_once(store, config, standin, run) for run in range(QUICK_RUNS if quick else RUNS)]
        store.close()
    note = " ".join(f"{one:.2f}" for one in seconds)
    return [Figure(f"start to first of {OVERDUE} overdue steps committed", median(seconds), "s", 1.5, note=note)]


def _once(store: Store, config: Path, standin: Remote, run: int) -> float:
    killed = processes.serving(config)
    processes.wait_until(lambda: standin.counters["polling"])
    time.sleep(0.5)
    killed.kill()
    clock = MovableClock(SystemClock().now() - timedelta(minutes=6))
    first = county.FIRST_RESIDENT + run * OVERDUE
    sweep.open_all(store, clock, load_config(None).dispatch, range(first, first + OVERDUE))
    probe = sqlite3.connect(str(store.url.database), isolation_level=None)
    before = _climbed(probe)
    begun = time.perf_counter()
    fresh = processes.serving(config)
    processes.wait_until(lambda: _climbed(probe) > before, pause=0.005)
    seconds = time.perf_counter() - begun
    probe.close()
    fresh.kill()
    return seconds


def _climbed(probe: sqlite3.Connection) -> int:
    return int(probe.execute("SELECT count(*) FROM requests WHERE rung > 0").fetchone()[0])
