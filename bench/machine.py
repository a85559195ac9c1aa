"""On what the figures were taken."""

import os
import platform
import sqlite3
import time
from pathlib import Path

import psutil

from bench.table import Figure


def facts() -> list[str]:
    """Processor, memory, versions and how busy the machine is with other things."""
    names = [line.partition(":")[2].strip() for line in _read("/proc/cpuinfo") if line.startswith("model name")]
    memory = psutil.virtual_memory().total / 2**30
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    return [
        f"{names[0] if names else platform.processor() or 'unknown'}, {os.cpu_count()} cores, {memory:.0f} GiB",
        f"{platform.system()} {platform.release()}",
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}",
        f"{time.strftime('%Y-%m-%d %H:%M')}, load before the run {load}",
    ]


def _read(path: str) -> list[str]:
    file = Path(path)
    return file.read_text().splitlines() if file.exists() else []


def speed() -> Figure:
    """How fast one core is just now: a fixed piece of Python, so that two runs can be compared."""
    begun = time.perf_counter()
    total = 0
    for number in range(3_000_000):
        total += number * number % 7
    return Figure("3 million steps of plain Python", time.perf_counter() - begun, "s")
