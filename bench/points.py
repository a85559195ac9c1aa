"""What the ledger costs at county size: an entry at the end of a confirmation, a day's end, a month, and verifying."""

import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bench.table import Figure
from dispatch.ledger import chain, verifying
from dispatch.ledger.facts import Fact
from dispatch.points import months, settling
from dispatch.rules import Rules
from dispatch.work import Work
from models.habits import Deed
from models.ledger import Chain, PointEntry
from models.people import Person
from models.store import Store
from models.tables import metadata

VILLAGES, STEWARDS, ENTRIES = 416, 31, 750  # Of a village; three months' entries of a county are 312,000.
AT = datetime(2026, 3, 4, 4, tzinfo=UTC)
COUNTY, TOWNSHIP = "130227", "130227100"


def measure(quick: bool) -> list[Figure]:
    """On SQLite, where the one writer must not be held up for long."""
    villages = 20 if quick else VILLAGES
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'points.db'}")
        metadata.create_all(store.engine)
        _fill(store, villages)
        settled = [_settle(store, number % villages, 1, number) for number in range(100)]
        day = _settle(store, 0, 200, 1000)
        month = _timed(store, months.publish)
        minute = _timed(store, verifying.watch)
        begun = time.perf_counter()
        with store.read() as conn:
            broken = sum(1 for _ in verifying.everything(conn))
        each = (time.perf_counter() - begun) / (villages * ENTRIES) * 1e6
        store.close()
    return [
        Figure("an entry at the end of a confirmation, p50", statistics.median(settled) * 1000, "ms", at_most=10),
        Figure("a day of 200 people is closed", day * 1000, "ms", at_most=500),
        Figure("a month of 10 villages is published", month * 1000, "ms", at_most=500),
        Figure("the look of each minute holds the writer", minute * 1000, "ms", at_most=200),
        Figure("doctor verifies an entry in", each, "µs", at_most=200, note=f"{villages * ENTRIES} entries"),
        Figure("broken places", broken, at_most=0),
    ]


def _village(number: int) -> dict[str, str]:
    return {"county_code": COUNTY, "township_code": TOWNSHIP, "village_code": f"1302271{number:05d}"}


def _fill(store: Store, villages: int) -> None:
    """Everybody visited, hour by hour, and every entry is sealed."""
    blank = dict.fromkeys(("cut", "giver_id", "second_id", "reverses_id", "note_id", "note_hash"))
    blank |= {"deed": Deed.VISIT_MADE, "turn": 0, "amount": 1, "points": 1, "flagged": False}
    person = {"name": "管家", "created_at": AT, "frail": False, "made_up": False}
    with store.write() as conn:
        conn.execute(insert(Person), [{**person, **_village(one)} for one in range(villages) for _ in range(STEWARDS)])
        for village in range(villages):
            codes, rows, before = _village(village), [], ""
            for number in range(1, ENTRIES + 1):
                at = AT - timedelta(hours=number)
                row: dict[str, Any] = {
                    **blank, **codes, "area_code": codes["village_code"], "number": number, "previous": before,
                    "person_id": village * STEWARDS + 1 + number % STEWARDS, "about": f"visit:{village}.{number}",
                    "at": at, "made_at": at, "day": at.date(), "month": f"{at:%Y-%m}",
                }  # fmt: skip
                row["hash"] = before = chain.seal(row)
                rows.append(row)
            conn.execute(insert(PointEntry), rows)
            end = {"area_code": codes["village_code"], "number": ENTRIES, "hash": before, "month": "2026-02"}
            conn.execute(insert(Chain), [{**end, **codes}])


def _settle(store: Store, village: int, count: int, about: int) -> float:
    first = village * STEWARDS + 1

    def do(work: Work) -> None:
        for number in range(count):
            who = first + number % STEWARDS
            work.earned.append(
                Fact(Deed.SERVED, who, f"day:{about}.{number}", AT, **_village(village), giver_id=first)
            )  # fmt: skip
        settling.settle(work)

    return _timed(store, do)


def _timed(store: Store, do: Callable[[Work], object]) -> float:
    with store.write() as conn:
        work = Work(conn, AT, Rules())
        begun = time.perf_counter()
        do(work)
        work.flush()
        return time.perf_counter() - begun
