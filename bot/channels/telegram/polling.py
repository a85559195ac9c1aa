"""Fetches updates: committed to the inbox first, and only then confirmed to Telegram by the next offset."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from telegram import Bot
from telegram.error import Conflict, EndPointNotFound, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram import arrivals, failures
from bot.channels.telegram.sending import call, make_bot
from bot.channels.telegram.transport import Transport
from bot.tenure import Tenure
from dispatch import marks
from dispatch.marks import POLLER_OFFSET as OFFSET
from dispatch.marks import POLLER_OK as OK
from dispatch.marks import POLLER_TROUBLE as TROUBLE
from dispatch.marks import TOKEN_REFUSED
from models.clock import Clock
from models.store import Store

FORGOTTEN_AFTER = timedelta(days=6)  # After a week without updates their numbers begin anew, anywhere.
OK_EVERY = 3.0  # Seconds between two marks that all is well.

log = structlog.get_logger()


class PollerStuck(Exception):
    """Nothing has come from Telegram for too long. Do: look at the network; the service is to be started again."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the poller waits for what, in seconds."""

    poll: int = 25  # Telegram answers after so long when nothing comes.
    margin: float = 10.0  # For the answer to arrive.
    first_wait: float = 0.5  # After a failure; doubled up to the longest.
    longest_wait: float = 5.0
    conflict: float = 5.0  # Somebody else polls with the same token.
    refused: float = 30.0  # The token is wrong.
    rebuild_after: float = 60.0  # Without success: all connections are made anew.
    give_up_after: float = 180.0  # Without success: the process ends, and whoever supervises it starts it again.


class Poller:
    """One bot's poller. `run` goes on until `stop`; of many processes one at a time polls.

    `on_arrivals` is called, in the event loop, whenever new messages are in the inbox.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        token: str,
        api_url: str,
        on_arrivals: Callable[[], None],
        patience: Patience | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._on_arrivals = on_arrivals
        self._patience = patience or Patience()
        self._transport = Transport(pool_size=2, read_timeout=self._patience.poll + self._patience.margin)
        self._bot: Bot = make_bot(token, api_url, self._transport)
        self._tenure = Tenure(store, clock, "poller:telegram")
        self._bot_id = int(token.partition(":")[0])
        self._mark = f"{OFFSET}:{self._bot_id}"  # Each bot counts its updates on its own.
        self._offset: int | None = None
        self._offset_at: datetime = clock.now()
        self._ok_at = 0.0
        self._answered = time.monotonic()
        self._failures = 0
        self._trouble: str | None = None
        self._ended = asyncio.Event()

    def stop(self) -> None:
        """End `run` as soon as what was fetched is committed. Called in the event loop."""
        self._ended.set()

    async def run(self) -> None:
        """Poll until stopped.

        Raises:
            PollerStuck: no answer for so long that only a new start may help.
        """
        await self._transport.initialize()
        ended = asyncio.create_task(self._ended.wait())
        polling = asyncio.create_task(self._poll_on())
        keeping = asyncio.create_task(self._keep())
        try:
            done, _ = await asyncio.wait((ended, polling, keeping), return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (ended, polling, keeping):
                task.cancel()
            await asyncio.gather(ended, polling, keeping, return_exceptions=True)
            await self._tenure.end()
            await self._transport.shutdown()

    async def _keep(self) -> None:
        while True:
            await self._tenure.hold()
            await asyncio.sleep(self._tenure.pause)

    async def _poll_on(self) -> None:
        held = None
        while True:
            epoch = self._tenure.epoch
            if epoch is None:
                held = None
                self._answered = time.monotonic()
                await asyncio.sleep(0.05)
                continue
            if epoch != held:
                held = await self._begin(epoch)
                continue
            await self._poll()

    async def _begin(self, epoch: int) -> int | None:
        """Go on where the last poller stood. None: the database is away, try again."""
        try:
            mark = await asyncio.to_thread(self._load)
        except SQLAlchemyError as fault:
            await self._wait_out("database", type(fault).__name__)
            return None
        self._offset, self._offset_at = (int(mark[0]), mark[1]) if mark is not None else (None, self._clock.now())
        log.info("polling", epoch=epoch, offset=self._offset)
        return epoch

    def _load(self) -> tuple[str, datetime] | None:
        with self._store.read() as conn:
            return marks.get(conn, self._mark)

    async def _poll(self) -> None:
        """One look at Telegram, committed; whatever fails is waited out."""
        if self._clock.now() - self._offset_at > FORGOTTEN_AFTER:
            self._offset = None
        try:
            updates = await self._fetch()
        except (InvalidToken, EndPointNotFound):
            await self._wait_out(TOKEN_REFUSED, "401", self._patience.refused, answered=True)
        except Conflict as error:
            await self._conflict(error)
        except RetryAfter as error:
            await self._wait_out("too many requests", str(error), failures.seconds(error), answered=True)
        except TelegramError as error:
            await self._wait_out("no answer", f"{type(error).__name__}: {type(error.__cause__).__name__}")
        else:
            await self._take_in(updates)

    async def _fetch(self) -> Sequence[Any]:
        wait = self._patience.poll if self._ok_at else 0  # The first answer says that all is well: it comes at once.
        params: dict[str, Any] = {"timeout": wait, "allowed_updates": arrivals.ALLOWED}
        if self._offset is not None:
            params["offset"] = self._offset
        found = await call(self._bot, "getUpdates", params, self._patience.poll + self._patience.margin)
        return found if isinstance(found, list) else []

    async def _take_in(self, updates: Sequence[Any]) -> None:
        """Commit updates, and only then let the offset pass them."""
        self._answered = time.monotonic()
        if updates or self._trouble or time.monotonic() - self._ok_at >= OK_EVERY:
            numbers = [number for number in map(arrivals.update_id, updates) if number is not None]
            offset = max(numbers) + 1 if numbers else None
            writing = asyncio.create_task(asyncio.to_thread(self._commit, updates, offset))
            try:
                await asyncio.shield(writing)
            except asyncio.CancelledError:
                await asyncio.wait({writing})  # A worker thread cannot be stopped; the store stays open for it.
                raise
            except SQLAlchemyError as fault:
                await self._wait_out("database", type(fault).__name__, answered=True)
                return
            if offset is not None:
                self._offset, self._offset_at = offset, self._clock.now()
            self._ok_at, self._trouble = time.monotonic(), None
        self._failures = 0
        if updates:
            self._on_arrivals()

    def _commit(self, updates: Sequence[Any], offset: int | None) -> None:
        now = self._clock.now()
        with self._store.write() as conn:
            arrivals.commit(conn, [arrivals.arrival(update, self._bot_id) for update in updates], now)
            if offset is not None:
                marks.put(conn, self._mark, str(offset), now)
            if time.monotonic() - self._ok_at >= OK_EVERY or self._trouble:
                marks.put(conn, OK, "", now)
                marks.put(conn, TROUBLE, "", now)

    async def _conflict(self, error: Conflict) -> None:
        """Another poller, or a webhook; the webhook we take away, without dropping what waits for it."""
        if "webhook" in str(error).lower():
            try:
                await call(self._bot, "deleteWebhook", {})
            except TelegramError as fault:
                log.warning("webhook not taken away", fault=type(fault).__name__)
        await self._wait_out("conflict", str(error), self._patience.conflict, answered=True)

    async def _wait_out(self, what: str, reason: str, wait: float | None = None, *, answered: bool = False) -> None:
        """Note a trouble where readiness and the doctor see it, and wait; at last make connections anew, or give up."""
        if answered:
            self._answered = time.monotonic()
        silent = time.monotonic() - self._answered
        if silent >= self._patience.give_up_after:
            raise PollerStuck(f"no answer for {silent:.0f} s: {reason}")
        log.warning("polling failed", what=what, reason=reason, silent=round(silent))
        if what != self._trouble:
            self._trouble = what
            await asyncio.to_thread(self._note, f"{what}: {reason}"[:200])
        self._failures += 1
        if silent >= self._patience.rebuild_after:
            await self._transport.shutdown()
            await self._transport.initialize()
        if wait is None:
            wait = min(self._patience.first_wait * 2 ** min(self._failures - 1, 10), self._patience.longest_wait)
        await asyncio.sleep(wait)

    def _note(self, trouble: str) -> None:
        try:
            with self._store.write() as conn:
                marks.put(conn, TROUBLE, trouble, self._clock.now())
        except SQLAlchemyError as fault:
            log.warning("trouble not noted", fault=type(fault).__name__)
