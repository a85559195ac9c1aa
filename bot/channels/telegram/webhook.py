"""Receives updates from Telegram by HTTP: committed to the inbox before they are acknowledged with 200."""

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from telegram import Bot

from bot.channels.telegram import arrivals
from bot.channels.telegram.sending import call
from dispatch.inbox import Arrival
from models.clock import Clock
from models.store import Store

LARGEST = 1024 * 1024  # Bytes of a body.
SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - the header's name.

Endpoint = Callable[[Request], Awaitable[Response]]

log = structlog.get_logger()


class Gate:
    """Commits what arrives at the same time in one transaction; each caller waits until its own is on disk."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._waiting: list[tuple[Arrival, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def commit(self, arrival: Arrival) -> None:
        """Return once it is committed.

        Raises:
            SQLAlchemyError: the database is away; nothing is committed.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((arrival, done))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        await done

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            fault: BaseException | None = None
            try:
                await asyncio.to_thread(self._commit, [arrival for arrival, _ in batch])
            except Exception as raised:
                fault = raised
            for _, done in batch:
                if done.done():
                    continue  # Its caller went away.
                if fault is None:
                    done.set_result(None)
                else:
                    done.set_exception(fault)

    def _commit(self, batch: list[Arrival]) -> None:
        with self._store.write() as conn:
            arrivals.commit(conn, batch, self._clock.now())


def endpoint(store: Store, clock: Clock, bot: int, secret: str, on_arrivals: Callable[[], None]) -> Endpoint:
    """The handler of the webhook's address of the bot with this id.

    Without the secret (which is compared in constant time) it is closed.
    """
    gate = Gate(store, clock)
    expected = secret.encode()

    async def receive(request: Request) -> Response:
        shown = request.headers.get(SECRET_HEADER, "").encode()
        if not hmac.compare_digest(shown, expected):
            return Response(status_code=403)
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        try:
            update: Any = json.loads(body)
        except (ValueError, RecursionError):
            update = None
        if not isinstance(update, dict):
            return Response(status_code=400)
        try:
            await gate.commit(arrivals.arrival(update, bot))
        except SQLAlchemyError as fault:
            log.warning("update not committed", fault=type(fault).__name__)
            return Response(status_code=503)  # Telegram delivers it again.
        on_arrivals()
        return Response(status_code=200)

    return receive


async def _body(request: Request) -> bytes | None:
    """The body, or None when it is too large; it is not read any further then."""
    chunks, size = [], 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > LARGEST:
                return None
            chunks.append(chunk)
    except ClientDisconnect:
        return b""
    return b"".join(chunks)


async def announce(bot: Bot, url: str, secret: str) -> None:
    """Tell Telegram where updates are to go; what waits is delivered there.

    Raises:
        telegram.error.TelegramError: it was not told.
    """
    wanted = {"url": url, "secret_token": secret, "allowed_updates": arrivals.ALLOWED, "max_connections": 40}
    await call(bot, "setWebhook", wanted)
