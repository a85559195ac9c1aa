"""One reader for all open pages: it looks for new lines and hands each to the pages of its chat, in order."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

import anyio
import anyio.to_thread
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from models.store import Store
from web.lines import Line, history, last_id, lines_after

EVERY = 0.3  # Seconds between looks; a nudge comes before that.
HEARTBEAT = 15.0  # Seconds after which a silent stream says that it is alive.
GAP_PATIENCE = 1.0  # Seconds that a missing id may belong to a transaction that is about to commit.
_BACKLOG = 1000  # Lines waiting for one page; a page that is slower than that has to come back.
_THREADS = 8  # Looks and writes at the same time; the store has 16 connections.

Found = TypeVar("Found")
Pages = dict[str, set["asyncio.Queue[Line | None]"]]


class Hub:
    """Fans the lines of the store out to the streams of each address.

    A stream begins with the stored lines up to `last` and goes on with what the reader finds beyond it: nothing is
    missed and nothing comes twice, because both happen on one event loop. A page whose last line is not in its chat any
    more, because the store was restored or the line erased, is told to forget its lines, and hears them from the start.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._pages: Pages = {}
        self._last: int | None = None  # Everything up to this id has been handed out; None before the first look.
        self._gap_since: float | None = None
        self._nudged = asyncio.Event()
        self._ready = asyncio.Event()  # Set with the first look, and by closing.
        self._closed = False
        self._threads = anyio.CapacityLimiter(_THREADS)

    async def read(self, work: Callable[[Connection], Found]) -> Found:
        """Do some reading in a thread."""

        def run() -> Found:
            with self._store.read() as conn:
                return work(conn)

        return await anyio.to_thread.run_sync(run, limiter=self._threads)

    async def write(self, work: Callable[[Connection], Found]) -> Found:
        """Do some writing in a thread, in one transaction, and look for new lines right after it."""

        def run() -> Found:
            with self._store.write() as conn:
                return work(conn)

        done = await anyio.to_thread.run_sync(run, limiter=self._threads)
        self.nudge()
        return done

    def nudge(self) -> None:
        """Look for new lines at once. Call it on the event loop."""
        self._nudged.set()

    def close(self) -> None:
        """End all streams and the reader; pages come back to whoever serves next."""
        self._closed = True
        self._ready.set()
        for queues in self._pages.values():
            for queue in queues:
                _end(queue)
        self.nudge()

    async def run(self) -> None:
        """Look for new lines until the hub is closed; a store that is away is tried again."""
        while not self._closed:
            self._nudged.clear()
            try:
                more = await self._look()
            except SQLAlchemyError as cause:
                logging.getLogger(__name__).warning("cannot read new lines: %s", type(cause).__name__)
                more = False
            if not more:
                await self._pause()

    async def stream(self, address: str, after: int) -> AsyncIterator[bytes]:
        """The events of one chat after an id, until the page goes away or the hub is closed."""
        yield b": hello\n\n"
        await self._ready.wait()
        if self._closed or self._last is None:
            return
        queue: asyncio.Queue[Line | None] = asyncio.Queue(_BACKLOG)
        self._pages.setdefault(address, set()).add(queue)
        try:
            upto = self._last
            known, lines = await self.read(lambda conn: _begin(conn, address, after, upto))
            if not known:
                after = 0
                yield b": forget\n\n"
            for line in lines:
                yield line.frame()
            yield b": ready\n\n"
            async for frame in _frames(queue, after):
                yield frame
        finally:
            self._leave(address, queue)

    async def _look(self) -> bool:
        """Hand out what is new; True when there may be more at once."""
        last = self._last
        if last is None:
            self._last = await self.read(last_id)
            self._ready.set()
            return False
        found = await self.read(lambda conn: lines_after(conn, last))
        for line in found:
            if line.id != (self._last or 0) + 1 and self._waits_for_gap():
                return False
            self._gap_since = None
            self._last = line.id
            self._hand_out(line)
        return bool(found)

    def _waits_for_gap(self) -> bool:
        """Whether a missing id may still appear. On SQLite there is one writer, so ids appear in order."""
        if self._store.sqlite:
            return False
        now = time.monotonic()
        self._gap_since = self._gap_since or now
        return now - self._gap_since < GAP_PATIENCE

    def _hand_out(self, line: Line) -> None:
        for queue in self._pages.get(line.address, ()):
            if queue.full():
                _end(queue)
            else:
                queue.put_nowait(line)

    def _leave(self, address: str, queue: "asyncio.Queue[Line | None]") -> None:
        queues = self._pages.get(address, set())
        queues.discard(queue)
        if not queues:
            self._pages.pop(address, None)

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(EVERY):
                await self._nudged.wait()
        except TimeoutError:
            return


def _begin(conn: Connection, address: str, after: int, upto: int) -> tuple[bool, list[Line]]:
    """Whether the chat has the line after which a page listens, and what it begins with."""
    known = not after or bool(history(conn, address, after - 1, after))
    return known, history(conn, address, after if known else 0, upto)


async def _frames(queue: "asyncio.Queue[Line | None]", after: int) -> AsyncIterator[bytes]:
    """What comes in, beyond an id that the page may have from another process which was ahead of this one."""
    while True:
        try:
            async with asyncio.timeout(HEARTBEAT):
                line = await queue.get()
        except TimeoutError:
            yield b": alive\n\n"
            continue
        if line is None:
            return
        if line.id > after:
            yield line.frame()


def _end(queue: "asyncio.Queue[Line | None]") -> None:
    """Let the stream stop now; what it had not sent is read again from the store when the page comes back."""
    while not queue.empty():
        queue.get_nowait()
    queue.put_nowait(None)
