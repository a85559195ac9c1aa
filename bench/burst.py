"""A burst of requests while the service is killed again and again: nothing is lost, nothing is doubled.

Everything at once, over real HTTP between processes: updates repeated under new numbers and out of order, 429, 502 and
lost answers, and `kill -9` at random moments. Then the store and the chats are counted.
"""

import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from bench import county, processes
from bench.table import Figure
from models.mail import Inbox, Outbox
from models.requests import Offer, Request
from models.store import Store
from models.words import Mail, Post
from tests.standin import Remote

COUNT, KILLS = 2000, 10
QUICK_COUNT, QUICK_KILLS = 300, 3
UP_FOR = 0.8  # Seconds that the service lives at most between a start and a kill.
POLLED = 100  # Updates in one answer to a poll.
REPEATED = 0.05  # Share of the updates that come once more, under new numbers.
_UNSENT = (Post.PENDING, Post.IN_DOUBT, Post.SENDING)


@dataclass(frozen=True, slots=True)
class Count:
    """What was found in the store and in the chats. All but the first and the last two are to be 0."""

    requests: int
    lost: int  # Messages without a request.
    doubled: int  # Further requests for the same message.
    wrongly_offered: int  # Requests without exactly one offer in their first rung.
    never_shown: int  # Offers of the first rung whose buttons never reached a chat.
    strange: int  # Buttons of an offer that the store does not know.
    shown_again: int  # Offers shown twice with the same buttons, since nobody knew whether they had arrived.
    kills: int

    @property
    def wrong(self) -> int:
        """How much is not as it was promised."""
        return self.lost + self.doubled + self.wrongly_offered + self.never_shown + self.strange


def measure(quick: bool) -> list[Figure]:
    """Polling, then webhook."""
    count, kills = (QUICK_COUNT, QUICK_KILLS) if quick else (COUNT, KILLS)
    figures = []
    for mode in ("polling", "webhook"):
        with tempfile.TemporaryDirectory() as folder:
            begun = time.perf_counter()
            found = burst(Path(folder), f"sqlite:///{Path(folder) / 'burst.db'}", mode, count, kills)
            seconds = time.perf_counter() - begun
        note = f"shown again in doubt: {found.shown_again}; {seconds:.0f} s"
        what = f"{mode}, {count:,} requests, {kills} kill -9"
        figures += [
            Figure(f"{what}: lost", found.lost, at_most=0, note=note),
            Figure(f"{what}: doubled", found.doubled, at_most=0),
            Figure(f"{what}: not offered just once", found.wrong - found.lost - found.doubled, at_most=0),
        ]
    return figures


def burst(folder: Path, database: str, mode: str, count: int, kills: int, seed: int = 1, villages: int = 430) -> Count:
    """Let `count` people ask at once, kill the service `kills` times, and count when all is at rest."""
    rnd = random.Random(seed)
    store = Store(database)
    county.fill(store, county.Size(villages=villages, residents=count))
    with processes.standing_in(folder, keep=None) as standin:
        config = processes.configure(folder, database, standin.api_url, mode=mode)
        standin.people(county.FIRST_STEWARD, villages * county.Size().stewards)
        standin.people(county.FIRST_RESIDENT, count)
        _misbehave(standin)
        service = processes.serving(config)
        try:
            processes.wait_until(lambda: standin.webhook["url"] if mode == "webhook" else standin.counters["polling"])
            people = list(range(county.FIRST_RESIDENT, county.FIRST_RESIDENT + count))
            first, last = standin.burst(people, count, "灯坏了 {n}")
            _disorder(standin, mode, seed)
            for _ in range(kills):
                time.sleep(rnd.uniform(0, UP_FOR))
                service.kill()
                for _ in range(int(count * REPEATED / kills)):
                    standin.repeat(rnd.randint(first, last), new_id=True)
                _disorder(standin, mode, rnd.randint(0, 10**6))
                service = processes.serving(config)
                processes.wait_until(lambda: processes.listening(config))
            processes.wait_until(lambda: not standin.counters["pending"] and _at_rest(store), timeout=240, pause=0.2)
            found = _count(store, standin, count, kills)
        finally:
            service.end()
    store.close()
    return found


def _disorder(standin: Remote, mode: str, seed: int) -> None:
    """Let what waits come in another order; with polling within one batch, since an offset confirms all below it."""
    if mode == "webhook" or standin.counters["pending"] <= POLLED:
        standin.shuffle(seed)


def _misbehave(standin: Remote) -> None:
    standin.fails("too_many", "sendMessage", after=100, times=3, retry_after=1)
    standin.fails("gateway", "sendMessage", after=150, times=5)
    standin.fails("gateway", "sendMessage", after=180, times=3, effect=True)
    standin.fails("lose", "sendMessage", after=60, times=5)
    standin.fails("drop", "sendMessage", after=200, times=5)
    standin.fails("lose", "getUpdates", after=2, times=2)
    standin.fails("gateway", "getUpdates", after=4, times=2)


def _at_rest(store: Store) -> bool:
    with store.read() as conn:
        new = conn.scalar(select(func.count()).select_from(Inbox).where(Inbox.state == Mail.NEW))
        unsent = conn.scalar(select(func.count()).select_from(Outbox).where(Outbox.state.in_(_UNSENT)))
    return not new and not unsent


def _count(store: Store, standin: Remote, count: int, kills: int) -> Count:
    with store.read() as conn:
        asked = Counter(conn.execute(select(Request.requester_id)).scalars())
        tokens = dict(conn.execute(select(Offer.token, Offer.request_id).where(Offer.rung == 0)).all())
    offered = Counter(tokens.values())
    shown = Counter(_tokens(standin))
    return Count(
        requests=asked.total(),
        lost=count - len(asked),
        doubled=asked.total() - len(asked),
        wrongly_offered=sum(times != 1 for times in offered.values()) + abs(asked.total() - len(offered)),
        never_shown=len(tokens.keys() - shown.keys()),
        strange=len(shown.keys() - tokens.keys()),
        shown_again=sum(times - 1 for times in shown.values()),
        kills=kills,
    )


def _tokens(standin: Remote) -> list[str]:
    """The token of each offer that reached a chat."""
    found = []
    for call in standin.calls("sendMessage"):
        if call.result is not None:  # It had its effect, whether or not the answer arrived.
            rows = call.params.get("reply_markup", {}).get("inline_keyboard", [])
            found += [
                one["callback_data"][4:] for row in rows for one in row if one["callback_data"].startswith("acc:")
            ]
    return found
