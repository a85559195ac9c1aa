"""`python -m bench.rounds DATABASE JOB…`: a process of the service, as far as its calendar goes.

It goes by a clock that is moved: it reads times from standard input, a line each (ISO); at each it looks into the
calendar, and answers with a line of JSON: how many jobs ran, how many seconds that took, how many of CPU, and its peak
memory in MB so far. `sweep` and `drawing` among the jobs: it also takes the steps of requests that are due, before the
calendar, and makes the reports that are ordered, after it.
"""

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from bot.app import tune
from bot.config import load as load_config
from bot.reports.making import make_next
from dispatch import calendar
from dispatch.jobs import JOBS
from dispatch.sweep import sweep_all
from models.clock import MovableClock
from models.store import Store


def _peak() -> float:
    """Of this program alone: `getrusage` would also know what its parent held when it was forked."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1000


def main(database: str, *names: str) -> None:
    """Do these of the calendar's jobs until the end of the input."""
    jobs = [job for job in JOBS if job.name in names]
    store, rules = Store(database), load_config(None).dispatch
    clock = MovableClock(datetime(2026, 1, 1, tzinfo=UTC))
    tune()
    for line in sys.stdin:
        clock.move(seconds=(datetime.fromisoformat(line.strip()) - clock.now()).total_seconds())
        if "sweep" in names:
            sweep_all(store, clock, rules)
        start, used = time.perf_counter(), time.process_time()
        ran = calendar.run_due(store, clock, rules, jobs)
        seconds, cpu = time.perf_counter() - start, time.process_time() - used
        peak = _peak()
        drawing = "drawing" in names
        while drawing:
            drawing = make_next(store, clock, rules)
        print(json.dumps({"ran": ran, "seconds": seconds, "cpu": cpu, "peak": peak}), flush=True)
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
