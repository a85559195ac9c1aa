"""Figures of a whole county: how long they take to count, to publish and to draw, and what drawing takes of memory."""

import resource
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import insert

from bench import county
from bench.table import Figure
from bot.config import load as load_config
from bot.reports import facts, files
from dispatch.figures import area, counting, months, results
from dispatch.work import Work
from models.habits import OrderKind
from models.requests import Request
from models.store import Store
from models.words import Ending, State, Urgency

NOW = datetime(2026, 4, 3, 1, tzinfo=UTC)
REQUESTS = 12  # Ended requests of each village in each of twelve months.
COUNTY = "130227"


def measure(quick: bool) -> list[Figure]:
    """A county's figures, one run of publishing, a report of all villages."""
    rules = load_config(None).dispatch
    size = county.Size(villages=20, households=20) if quick else county.COUNTY_SIZE
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'figures.db'}")
        county.fill(store, size)
        _requests(store, size.villages)
        found = _measured(store, rules)
        store.close()
    return found


def _requests(store: Store, villages: int) -> None:
    random, number = Random(1), 0
    with store.write() as conn:
        for village in range(villages):
            rows: list[dict[str, Any]] = []
            for _ in range(12 * REQUESTS):
                number += 1
                ended = NOW - timedelta(days=random.uniform(3, 365))
                rows.append({
                    "id": number, "token": f"r{number}", "requester_id": county.FIRST_STEWARD, "words": "",
                    "category": "electric", "urgency": Urgency.NORMAL, "state": State.CLOSED, "ladder": [],
                    "ending": Ending.SOLVED,
                    "opened_at": ended - timedelta(hours=1), "heard_at": ended, "ended_at": ended,
                    "accepted_at": ended - timedelta(minutes=random.uniform(50, 60)),
                    **county.placed(county.code(village)),
                })  # fmt: skip
            conn.execute(insert(Request), rows)


def _measured(store: Store, rules: Any) -> list[Figure]:
    month = months.named(rules, "2026-03")
    with store.read() as conn:
        place = area.by_code(conn, COUNTY)
        assert place is not None
        villages = area.villages(conn, place)
        township = area.children(conn, place)[0]
        begun = time.perf_counter()
        counting.counts(conn, villages, month)
        whole = time.perf_counter() - begun
        begun = time.perf_counter()
        counting.counts(conn, list(villages)[:1], month)
        village = time.perf_counter() - begun
        begun = time.perf_counter()
        told = facts.gather(conn, rules, OrderKind.REPORT, township, month, rules.language, "2026-04-03")
        gathered = time.perf_counter() - begun
    with store.write() as conn:
        work = Work(conn, NOW, rules)
        begun = time.perf_counter()
        results.look_after(work)
        published = time.perf_counter() - begun
        work.flush()
    begun = time.perf_counter()
    files.make(told)
    drawn = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    return [
        Figure("all figures of a county", whole, "s", at_most=2),
        Figure("all figures of one village", village * 1000, "ms", at_most=50),
        Figure("publishing ten villages, within one transaction", published * 1000, "ms", at_most=500),
        Figure("a report of all its villages: counting", gathered, "s"),
        Figure("the same: drawing, in a process of its own", drawn, "s"),
        Figure("peak memory of that process", peak, "MB"),
    ]
