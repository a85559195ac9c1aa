"""Theme days invite the county's stewards at the pace of one bot, while people ask for help: offers do not wait.

Then the same with `kill -9` in the middle, at a quicker pace: everybody is invited, and nobody twice.
"""

import random
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, insert, select

from bench import county, processes
from bench.table import Figure
from dispatch.outbox.settling import IN_DOUBT
from dispatch.taps import Verb, new_token
from models.gatherings import Gathering, Seat
from models.habits import Errand, GatheringKind, Standing
from models.mail import Outbox
from models.people import Route
from models.store import Store
from models.words import Lane, Post
from tests.standin import Remote

VILLAGES, QUICK_VILLAGES = 430, 50
REQUESTS, QUICK_REQUESTS = 200, 60
KILLS, QUICK_KILLS = 8, 3
PACE = 25  # Messages a second, as Telegram allows a bot.
QUICK_PACE = 300  # While it is killed again and again.
BATCH = 5000  # People in one run: so many that most of the time is spent with a full outbox.
_UNSENT = (Post.PENDING, Post.IN_DOUBT, Post.SENDING)
_DOUBTFUL = (
    select(Route.address)
    .join(Outbox, Outbox.person_id == Route.person_id)
    .where(Outbox.lane == Lane.BROADCAST, Outbox.error == IN_DOUBT)
)


def measure(quick: bool) -> list[Figure]:
    """How long offers waited, and how often somebody was invited."""
    villages, requests, kills = (QUICK_VILLAGES, QUICK_REQUESTS, QUICK_KILLS) if quick else (VILLAGES, REQUESTS, KILLS)
    with tempfile.TemporaryDirectory() as folder:
        waited, offered, seconds = paced(Path(folder), villages, requests)
    with tempfile.TemporaryDirectory() as folder:
        invited, doubtful = killed(Path(folder), villages, kills)
    people = villages * county.Size().stewards
    twice = sum(times > 1 for times in invited.values())
    never = people - len(invited.keys() | doubtful)
    ninety_ninth = waited[max(0, round(len(waited) * 0.99) - 1)]
    what = f"{people:,} invited at {PACE}/s"
    return [
        Figure(f"{what}, {requests} requests: an offer's wait, p99", ninety_ninth, "s", 5,
               note=f"longest {waited[-1]:.2f}, median {waited[len(waited) // 2]:.2f}; {seconds:.0f} s in all"),
        Figure(f"{what}: requests without an offer", requests - offered, at_most=0),
        Figure(f"{people:,} invited, {kills} kill -9: invited twice", twice, at_most=0,
               note=f"{len(doubtful - invited.keys())} in doubt, and so not shown again"),
        Figure(f"{people:,} invited, {kills} kill -9: neither invited nor in doubt", never, at_most=0,
               note=f"{len(invited):,} invited"),
    ]  # fmt: skip


def paced(folder: Path, villages: int, requests: int) -> tuple[list[float], int, float]:
    """The seconds that each offer waited in the outbox, shortest first, how many requests have one, and the time."""
    store = _county(folder, villages, requests)
    with processes.standing_in(folder) as standin:
        config = _config(folder, store, standin, PACE)
        _people(standin, villages, requests)
        with processes.served(config):
            begun = time.monotonic()
            processes.wait_until(lambda: _waiting(store), timeout=240, pause=0.2)
            pause = villages * county.Size().stewards / PACE / requests
            for number in range(requests):  # Spread over the time for which the outbox is full.
                standin.burst([county.FIRST_RESIDENT + number], 1, "灯坏了 {n}")
                time.sleep(pause)
            processes.wait_until(lambda: not _due(store) and not _waiting(store), timeout=900, pause=1)
            seconds = time.monotonic() - begun
    sent = select(Outbox.created_at, Outbox.sent_at, Outbox.request_id).where(
        Outbox.lane == Lane.OFFER, Outbox.sent_at.is_not(None)
    )
    with store.read() as conn:
        rows = conn.execute(sent).all()
    store.close()
    waited = sorted((done - made).total_seconds() for made, done, _ in rows if done is not None)
    return waited, len({number for *_, number in rows}), seconds


def killed(folder: Path, villages: int, kills: int, seed: int = 1) -> tuple[Counter[int], set[int]]:
    """How often each chat showed an invitation while the service was killed as it sent, and whose is in doubt."""
    rnd = random.Random(seed)
    store = _county(folder, villages, 0)
    with processes.standing_in(folder, keep=None) as standin:
        config = _config(folder, store, standin, QUICK_PACE)
        _people(standin, villages, 0)
        service = processes.serving(config)
        try:
            for _ in range(kills):
                before = _sent(standin)
                processes.wait_until(lambda before=before: _sent(standin) > before, timeout=240)
                time.sleep(rnd.uniform(0, 1))
                service.kill()
                service = processes.serving(config)
            processes.wait_until(lambda: not _due(store) and not _waiting(store), timeout=1200, pause=1)
        finally:
            service.end()
        calls = standin.calls("sendMessage")
    with store.read() as conn:
        seats = Counter(conn.execute(select(Seat.person_id)).scalars())
        assert seats.total() == len(seats) == villages * county.Size().stewards, "everybody has one seat"
        doubtful = {int(address) for address in conn.execute(_DOUBTFUL).scalars()}
    store.close()
    shown = [one for one in calls if one.result is not None and f"{Verb.SEAT_YES}:" in str(one.params)]
    return Counter(one.chat_id for one in shown if one.chat_id is not None), doubtful


def _county(folder: Path, villages: int, residents: int) -> Store:
    """A county in which a theme day of each village waits to invite its stewards."""
    store = Store(f"sqlite:///{folder / 'invitations.db'}")
    county.fill(store, county.Size(villages=villages, residents=residents))
    now = datetime.now(UTC)
    rows = [
        {
            "token": new_token(), "kind": GatheringKind.THEME, "activity": "", "safety": "", "place": "Hall",
            "moves": 0, "begins_at": now + timedelta(days=7), "ends_at": now + timedelta(days=7, minutes=30),
            "standing": Standing.PLANNED, "due": Errand.INVITE, "due_at": now, **county.placed(county.code(village)),
        }
        for village in range(villages)
    ]  # fmt: skip
    with store.write() as conn:
        conn.execute(insert(Gathering), rows)
    return store


def _config(folder: Path, store: Store, standin: Remote, pace: int) -> Path:
    """A configuration with this pace of the bot."""
    rules = {"gatherings": {"batch": BATCH}}
    path = processes.configure(folder, str(store.url), standin.api_url, dispatch=rules)
    path.write_text(path.read_text().replace("bot_per_second: 10000", f"bot_per_second: {pace}"))
    return path


def _people(standin: Remote, villages: int, residents: int) -> None:
    standin.people(county.FIRST_STEWARD, villages * county.Size().stewards)
    if residents:
        standin.people(county.FIRST_RESIDENT, residents)


def _sent(standin: Remote) -> int:
    return int(standin.counters["calls"].get("sendMessage", 0))


def _waiting(store: Store) -> int:
    with store.read() as conn:
        return conn.scalar(select(func.count()).select_from(Outbox).where(Outbox.state.in_(_UNSENT))) or 0


def _due(store: Store) -> int:
    with store.read() as conn:
        return conn.scalar(select(func.count()).select_from(Gathering).where(Gathering.due == Errand.INVITE)) or 0
