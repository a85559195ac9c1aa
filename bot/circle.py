"""The circle that turns while the service runs: letters are handled as they come, and the sweep ticks."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from time import monotonic

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.exc import SQLAlchemyError

from bot.conversation import flow
from bot.logs import Trouble
from bot.reception import Hear, Reception
from bot.reports.making import make_next
from dispatch import calendar, marks
from dispatch.jobs import JOBS
from dispatch.marks import SWEEP_RAN
from dispatch.rights.scrubbing import scrub_when_due
from dispatch.rules import Rules
from dispatch.sweep import sweep_all
from dispatch.work import Work
from models.clock import Clock
from models.store import Store

LOOK = 0.2  # Seconds between two looks into the inbox when nobody wakes us.
TICK = 0.25  # Seconds between two sweeps.
SELDOM = 15  # Seconds between two checkpoints, looks for dialogs left half-way, and looks into the calendar.
AFTER_FAULT = 1.0  # Seconds until the database is tried again.
REST = 0.7  # Seconds without a sweep after one that failed; with the tick that follows, less than a second.
MARK_EVERY = timedelta(seconds=2)  # How often the sweep says that it runs.


class Circle:
    """Reception and sweep of one process. `rules` may be replaced while it runs; running requests keep theirs.

    `on_posts` is called, from any thread, whenever something may have been put into the outbox.
    """

    def __init__(
        self, store: Store, clock: Clock, rules: Rules, ears: Mapping[str, Hear], on_posts: Callable[[], None]
    ) -> None:
        self.rules = rules
        self._store = store
        self._clock = clock
        self._ears = ears
        self._on_posts = on_posts
        self._arrived = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended = False
        self._marked = clock.now() - MARK_EVERY
        self._sweeping = True
        self._resting = 0.0
        self._inbox, self._sweeps = Trouble("inbox cannot be read"), Trouble("sweep failed")
        self._looks = Trouble("dialogs and calendar cannot be read")

    def arrived(self) -> None:
        """Something is in the inbox. May be called from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._arrived.set)

    def stop(self) -> None:
        """End `run` after the batch in hand."""
        self._ended = True
        self._arrived.set()

    async def run(self) -> None:
        """Turn until stopped. The clock is the `due_at` column: the scheduler ticks, and owns no deadline."""
        self._loop = asyncio.get_running_loop()
        scheduler = AsyncIOScheduler(
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}, timezone="UTC"
        )
        await self._tick()
        scheduler.add_job(self._tick, "interval", seconds=TICK)
        scheduler.add_job(self._look_around, "interval", seconds=SELDOM)
        scheduler.start()
        try:
            await self._receive()
        finally:
            scheduler.shutdown(wait=False)

    async def _receive(self) -> None:
        while not self._ended:
            self._arrived.clear()
            try:
                handled = await asyncio.to_thread(self._handle)
            except SQLAlchemyError as fault:
                self._inbox.meet(fault)
                await asyncio.sleep(AFTER_FAULT)
                continue
            self._inbox.over()
            if handled:
                self._on_posts()
                continue
            try:
                await asyncio.wait_for(self._arrived.wait(), LOOK)
            except TimeoutError:
                continue

    def _handle(self) -> int:
        return Reception(self._store, self._clock, self.rules, self._ears).work()

    async def _tick(self) -> None:
        """One sweep. A failure is logged and a later tick tries again: a deadline is never lost, it is a column."""
        if self._ended or monotonic() < self._resting:
            return
        try:
            if await asyncio.to_thread(self._sweep):
                self._on_posts()
        except SQLAlchemyError as fault:
            self._sweeps.meet(fault)
            self._resting = monotonic() + REST
        else:
            self._sweeps.over()

    def _sweep(self) -> int:
        now = self._clock.now()
        if now - self._marked >= MARK_EVERY:
            with self._store.write() as conn:
                self._sweeping = not marks.held(conn)
                if self._sweeping:
                    marks.put(conn, SWEEP_RAN, "", now)
            self._marked = now
        return sweep_all(self._store, self._clock, self.rules) if self._sweeping else 0

    async def _look_around(self) -> None:
        try:
            if await asyncio.to_thread(self._seldom):
                self._on_posts()
        except SQLAlchemyError as fault:
            self._looks.meet(fault)
        else:
            self._looks.over()

    def _seldom(self) -> int:
        with self._store.write() as conn:
            work = Work(conn, self._clock.now(), self.rules)
            count = flow.expire(work)
            work.flush()
        self._store.checkpoint()
        if not self._sweeping:
            return count
        count += calendar.run_due(self._store, self._clock, self.rules, JOBS)
        scrub_when_due(self._store, self._clock, self.rules)
        return count + make_next(self._store, self._clock, self.rules)
