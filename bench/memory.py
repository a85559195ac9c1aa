"""Resident memory of the running process with the county in its store: idle, and after a burst of requests."""

import tempfile
import time
from pathlib import Path

import psutil

from bench import county, processes
from bench.table import Figure
from models.store import Store

BURST = 1000


def measure(quick: bool) -> list[Figure]:
    """One process with all roles: poller, reception, sweep, senders, web."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = f"sqlite:///{folder / 'memory.db'}"
        store = Store(database)
        size = county.Size(residents=BURST) if quick else county.COUNTY_SIZE
        county.fill(store, size)
        store.close()
        with processes.standing_in(folder) as standin:
            config = processes.configure(folder, database, standin.api_url)
            standin.people(county.FIRST_STEWARD, size.villages * size.stewards)
            standin.people(county.FIRST_RESIDENT, BURST)
            with processes.served(config) as service:
                processes.wait_until(lambda: standin.counters["polling"])
                time.sleep(3)
                idle = _resident(service.pid)
                people = list(range(county.FIRST_RESIDENT, county.FIRST_RESIDENT + BURST))
                standin.burst(people, BURST, "灯坏了 {n}")
                processes.wait_until(lambda: standin.counters["calls"].get("sendMessage", 0) >= 2 * BURST)
                time.sleep(1)
                used = _resident(service.pid)
    helpers = size.villages * (size.stewards + size.volunteers)
    note = f"{helpers:,} stewards and volunteers, {size.villages * size.households:,} households"
    return [
        Figure("resident memory, idle", idle, "MB", 150, note=note),
        Figure(f"resident memory after {BURST:,} requests in a burst", used, "MB", 150),
    ]


def _resident(pid: int) -> float:
    return float(psutil.Process(pid).memory_info().rss) / 1e6
