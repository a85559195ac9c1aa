"""How much one chat may say, how long one body may be, and how many long ones may come at once."""

import asyncio
import time
from collections import deque
from collections.abc import Callable

from starlette.requests import Request
from starlette.types import Message

from web.refusals import Refusal

MINUTE = 60.0
JSON_BYTES = 64 * 1024
ROOM = 64 * 1024  # What a form needs besides the file itself.
FORMS = 8  # Recordings that are read at once, each in memory; the next ones wait at the door.
SECONDS, IDLE_SECONDS = 180, 20  # That a body may take in all, and between two pieces: a page gives up after as long.
_PATIENCE = 4  # A body up to this many times too long is read to its end, so that its sender can read our answer.


class Paces:
    """Counts what each chat said in the last minute. In memory only: a restart forgives."""

    def __init__(self, per_minute: int, now: Callable[[], float] = time.monotonic) -> None:
        self._limit = per_minute
        self._now = now
        self._said: dict[str, deque[float]] = {}

    def take(self, address: str) -> None:
        """Count one more.

        Raises:
            Refusal: 429 with Retry-After in whole seconds; the chat's own page sends again by itself.
        """
        now = self._now()
        said = self._said.setdefault(address, deque())
        while said and said[0] <= now - MINUTE:
            said.popleft()
        if len(said) >= self._limit:
            wait = max(1, round(said[0] + MINUTE - now))
            raise Refusal(429, "web.error.too_fast", {"Retry-After": str(wait)}, seconds=wait)
        said.append(now)
        if len(self._said) > 10_000:
            self._said = {who: times for who, times in self._said.items() if times[-1] > now - MINUTE}


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body of at most `limit` bytes.

    Raises:
        Refusal: 413, it is longer; 503, it comes too slowly, and may be sent again.
    """
    parts: list[bytes] = []
    length = 0
    try:
        async with asyncio.timeout(SECONDS), asyncio.timeout(IDLE_SECONDS) as idle:
            async for chunk in request.stream():
                idle.reschedule(asyncio.get_running_loop().time() + IDLE_SECONDS)
                length += len(chunk)
                if length <= limit:
                    parts.append(chunk)
                elif length > limit * _PATIENCE:
                    break
    except TimeoutError as cause:
        raise Refusal(503, "web.error.busy", {"Retry-After": "2"}) from cause
    if length > limit:
        raise Refusal(413, "web.error.too_big", megabytes=megabytes(limit))
    return b"".join(parts)


def megabytes(size: int) -> str:
    """A size as people read it, in MB."""
    return f"{size / 1024 / 1024:.1f}".removesuffix(".0")


def replay(request: Request, body: bytes) -> Request:
    """The same request with a body that was read already, for parsers that read it themselves."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request(request.scope, receive)
