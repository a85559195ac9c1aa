"""Carries the outbox to one channel: claims under a lease, sends many at once within the limits, settles in batches."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.base import Channel
from bot.channels.rendering import Speaks, render
from bot.limits import Limits
from bot.queues import Queues, metered
from bot.tenure import Tenure
from dispatch import outbox
from dispatch.outbox import Draw, Fate, Lost, Outcome, Parcel
from models.clock import Clock
from models.store import Store
from models.words import Lane, Language

TICK = 0.2  # Seconds between two looks into the outbox when nobody wakes us.
GATHER = 0.02  # So long outcomes and wake-ups are gathered for one transaction.
AFTER_FAULT = 0.5  # Seconds until the database is tried again.
AT_ONCE = 100  # Calls under way at the same time.
BATCH = 300  # Rows of one claim.
LAST_WORD = 5.0  # Seconds that calls under way get when we stop.
KEPT_FOR = 30.0  # A parcel to be sent again within so many seconds stays in memory, ahead of what follows in its chat.
KEPT_CROWDED = 60.0  # The same where the server itself named the wait.
FAR_LOOK = 2.0  # Seconds between two looks at the broadcasts when there were none for this channel.
AHEAD = 0.4  # Broadcasts are claimed for so many seconds ahead: what is claimed and not sent is lost with a crash.

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Supplies:
    """What a sender needs from the rest: texts, the county's language, how cards are drawn, whom to tell of losses.

    `on_lost` runs in a worker thread, after the commit, with the messages that no route took.
    """

    texts: Speaks
    language: Language
    draw: Draw
    on_lost: Callable[[list[Lost]], None] | None = None


class Sender:
    """One channel's sender. `run` goes on until `stop`; of many processes one at a time sends."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        channel: Channel,
        supplies: Supplies,
        limits: Limits | None = None,
        bot_per_second: float = 1000,
        tenure: Tenure | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._channel = channel
        self._supplies = supplies
        self._limits = limits or Limits()
        self._queues = Queues(self._limits)
        self._tenure = tenure or Tenure(store, clock, f"sender:{channel.name}")
        self._epoch: int | None = None  # Under which everything in memory was claimed.
        self._stint = 0  # Of the lease; memory was compared with the table in this one.
        self._compare_at = 0.0
        self._room = int(min(max(2 * bot_per_second, 100), 1000))  # Parcels in memory at most.
        self._ahead = int(max(AHEAD * bot_per_second, 2))
        self._outcomes: list[Outcome] = []
        self._running: dict[asyncio.Task[None], Parcel] = {}
        self._foreign: set[asyncio.Task[None]] = set()  # Those of them whose message was taken over meanwhile.
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._stopping = False
        self._far_at = 0.0
        self.counts: Counter[Fate] = Counter()  # What became of all calls so far.

    @property
    def waiting(self) -> int:
        """Parcels that wait in memory for their turn."""
        return len(self._queues)

    def wake(self) -> None:
        """Something was put into the outbox. May be called from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake.set)

    def stop(self) -> None:
        """End `run` once the calls under way have ended, or after a few seconds. May be called from any thread."""
        self._stopping = True
        self.wake()

    async def run(self) -> None:
        """Send until stopped. Troubles of network and database are waited out."""
        self._loop = asyncio.get_running_loop()
        await self._channel.start()
        keeper = asyncio.create_task(self._keep())
        try:
            while not self._stopping:
                if keeper.done():
                    keeper.result()  # It ends with a fault of ours only, which must not pass in silence.
                await self._round()
            await self._finish()
        finally:
            keeper.cancel()
            if self._timer is not None:
                self._timer.cancel()
            await self._tenure.end()
            await self._channel.stop()

    async def _keep(self) -> None:
        """Hold the lease; whoever gets it looks at once after what the one before left behind."""
        while True:
            before = self._tenure.stint
            await self._tenure.hold()
            if self._tenure.stint != before:
                self._wake.set()
            await asyncio.sleep(self._tenure.pause)

    @property
    def _sure(self) -> bool:
        """Whether we have the lease, and nobody can have taken over what is in memory."""
        return self._tenure.epoch is not None and self._stint == self._tenure.stint

    async def _compare(self, epoch: int) -> None:
        """Bring memory and table together: whatever came between them, nothing is sent twice and nothing hangs.

        A lease that ran out and came back has its old epoch if nobody had it meanwhile, and then we go on with what is
        in memory. Of that, what the table does not say we are sending is somebody else's by now.
        """
        stint, parcels = self._tenure.stint, (*self._queues, *self._running.values())
        memory = {one.id for one in parcels} | {one.parcel.id for one in self._outcomes}
        ours, left = await asyncio.to_thread(self._look_through, epoch, memory)
        self._foreign |= {task for task, parcel in self._running.items() if parcel.id not in ours}
        if memory - ours:
            self._queues.keep(ours)
        if stint != self._stint or left:
            log.info("sending", channel=self._channel.name, epoch=epoch, left_behind=left)
        self._epoch, self._stint = epoch, stint
        self._compare_at = time.monotonic() + self._tenure.pause

    def _look_through(self, epoch: int, memory: set[int]) -> tuple[set[int], int]:
        """Which messages are ours by the table, and how many were left behind or forgotten and can be claimed now."""
        now = self._clock.now()
        with self._store.read() as conn:
            ours, any_left = outbox.under_way(conn, epoch, now)
        forgotten = ours - memory
        if not any_left and not forgotten:
            return ours, 0
        with self._store.write() as conn:
            return ours, outbox.take_over(conn, epoch, now) + outbox.forget(conn, epoch, forgotten, now)

    async def _round(self) -> None:
        """Wait for news, then settle and claim in one transaction and start what may go."""
        with contextlib.suppress(TimeoutError):  # No news is a reason to look as well.
            async with asyncio.timeout(TICK):
                await self._wake.wait()
                await asyncio.sleep(GATHER)
        self._wake.clear()
        epoch = self._tenure.epoch
        if epoch is None:
            return
        try:
            if not self._sure or time.monotonic() >= self._compare_at:
                await self._compare(epoch)
            full = self._sure and await self._exchange(epoch)
        except SQLAlchemyError as fault:
            log.warning("outbox out of reach", fault=type(fault).__name__)
            await asyncio.sleep(AFTER_FAULT)
            return
        if full:
            self._wake.set()

    async def _exchange(self, epoch: int) -> bool:
        """Settle what is done and claim more; whether there was more than could be claimed."""
        outcomes, self._outcomes = self._outcomes, []
        inside = len(self._queues) + len(self._running)
        far = inside < self._ahead and time.monotonic() >= self._far_at
        last_lane, room = (Lane.BROADCAST, self._ahead) if far else (Lane.STATUS, self._room)
        limit = max(0, min(BATCH, room - inside))
        held = list(self._queues.crowded)
        try:
            parcels = await asyncio.to_thread(self._transact, epoch, outcomes, limit, last_lane, held)
        except BaseException:
            self._outcomes = outcomes + self._outcomes
            raise
        for parcel in parcels:
            self._queues.put(parcel)
        self._pump()
        if far and not parcels:
            self._far_at = time.monotonic() + FAR_LOOK  # They may be many, and all of them another channel's.
        return limit > 0 and len(parcels) >= limit

    def _transact(
        self, epoch: int, outcomes: list[Outcome], limit: int, last_lane: Lane, held: list[int]
    ) -> list[Parcel]:
        now, names = self._clock.now(), (self._channel.name,)
        if not outcomes and not self._due(names, now, held, last_lane):
            return []
        claimed = outbox.Claimed()
        with self._store.write() as conn:
            lost = outbox.settle(conn, epoch, outcomes, now)
            if limit:
                claimed = outbox.claim(
                    conn, names, epoch, now, limit, self._supplies.draw, held=held, last_lane=last_lane
                )
        lost += claimed.lost
        if lost and self._supplies.on_lost is not None:
            try:
                self._supplies.on_lost(lost)
            except Exception:  # The clock of the requests asks the next ones all the same.
                log.exception("lost messages not handled", count=len(lost))
        return claimed.parcels

    def _due(self, names: tuple[str, ...], now: datetime, held: list[int], last_lane: Lane) -> bool:
        """Look without a lock first, since mostly there is nothing."""
        with self._store.read() as conn:
            return outbox.due(conn, names, now, held=held, last_lane=last_lane)

    def _pump(self) -> None:
        """Start what may go now, and come back when the next may."""
        if not self._sure or self._stopping or self._loop is None:
            return
        while len(self._running) < AT_ONCE and (parcel := self._queues.pop()) is not None:
            if metered(parcel):
                self._limits.started(parcel.address)  # Now, not in the task: the next one is popped before it runs.
            task = asyncio.create_task(self._deliver(parcel))
            self._running[task] = parcel
            task.add_done_callback(self._ended)
        if self._timer is not None:
            self._timer.cancel()
        wait = self._queues.wait()
        if wait is not None and len(self._running) < AT_ONCE:
            self._timer = self._loop.call_later(wait, self._pump)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        self._foreign.discard(task)

    async def _deliver(self, parcel: Parcel) -> None:
        try:
            outcome = await self._send(parcel)
        except asyncio.CancelledError:  # We stop, and nobody knows how far it came.
            outcome = Outcome(parcel, Fate.IN_DOUBT)
        except Exception:  # A fault of the channel's own; in doubt means: once more, and not for ever.
            log.exception("sending failed", parcel=parcel.id, channel=self._channel.name)
            outcome = Outcome(parcel, Fate.IN_DOUBT)
        if metered(parcel):
            self._limits.ended(parcel.address)
        self._done(parcel, outcome)

    async def _send(self, parcel: Parcel) -> Outcome:
        language, capabilities = parcel.language or self._supplies.language, self._channel.capabilities
        if parcel.edit_ref is not None and not capabilities.edits:
            parcel = replace(parcel, edit_ref=None)
        again = parcel.again and parcel.edit_ref is None
        try:
            rendered = render(parcel.message, self._supplies.texts, language, capabilities, again=again)
        except Exception as fault:  # Nothing that a second try would mend.
            log.exception("message cannot be rendered", parcel=parcel.id, key=parcel.message.key)
            return Outcome(parcel, Fate.REFUSED, reason=f"cannot be rendered: {fault!r}")
        return await self._channel.send(parcel, rendered)

    def _done(self, parcel: Parcel, outcome: Outcome) -> None:
        self.counts[outcome.fate] += 1
        if outcome.crowded:
            self._limits.refused(parcel.address, outcome.wait)
        self._queues.finish(parcel)
        kept_for = KEPT_CROWDED if outcome.crowded else KEPT_FOR
        if asyncio.current_task() in self._foreign and outcome.fate is not Fate.SENT:
            pass  # Whoever has taken it over tries by itself, and this would speak of that try.
        elif outcome.fate is Fate.AGAIN and outcome.wait <= kept_for and not self._stopping:
            self._queues.put(replace(parcel, attempts=parcel.attempts + 1), outcome.wait)
        else:
            self._outcomes.append(outcome)
            self._wake.set()
        asyncio.get_running_loop().call_soon(self._pump)

    async def _finish(self) -> None:
        """Let the calls under way end, give back what waits, and settle all of it."""
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=LAST_WORD)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=1)
        if self._epoch is None:
            return
        left = self._outcomes + [Outcome(parcel, Fate.AGAIN) for parcel in self._queues.empty()]
        try:
            await asyncio.to_thread(self._transact, self._epoch, left, 0, Lane.BROADCAST, [])
        except SQLAlchemyError as fault:  # Whoever comes next finds it as left behind.
            log.warning("not settled at the end", count=len(left), fault=type(fault).__name__)
