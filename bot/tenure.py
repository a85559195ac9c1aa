"""Holds a lease on behalf of a task, renews it in time, and knows when it must no longer be relied on."""

import asyncio
import os
import secrets
import socket
import time
from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from dispatch import leases
from models.clock import Clock
from models.store import Store

TTL = timedelta(seconds=6)  # So long nobody sends when a process dies at a stroke.
RENEWALS = 3  # In one time to live.

log = structlog.get_logger()


def new_holder() -> str:
    """A name for this start of this process, unlike any other's."""
    return f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"


class Tenure:
    """One lease, held as long as the database agrees; `epoch` is None while it is not."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        name: str,
        ttl: timedelta = TTL,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._clock = clock
        self._ttl = ttl
        self._seconds = seconds
        self._epoch: int | None = None
        self._until = 0.0
        self.stint = 0  # Goes up whenever the lease begins, also after a gap that nobody noticed at the time.
        self.name = name
        self.holder = new_holder()

    @property
    def epoch(self) -> int | None:
        """The epoch as long as the lease runs; None once it has run out here, whatever the database says."""
        return self._epoch if self._seconds() < self._until else None

    @property
    def pause(self) -> float:
        """Seconds between two renewals, or two attempts to take the lease."""
        return self._ttl.total_seconds() / RENEWALS

    async def hold(self) -> int | None:
        """Take or renew the lease; its epoch, or None while somebody else has it or the database is away."""
        asked = self._seconds()
        try:
            epoch = await asyncio.to_thread(self._take)
        except SQLAlchemyError as fault:
            log.warning("lease not renewed", lease=self.name, fault=type(fault).__name__)
            return self.epoch
        if epoch is not None and (epoch != self._epoch or self._seconds() >= self._until):
            self.stint += 1
        self._epoch = epoch
        self._until = asked + self._ttl.total_seconds() if epoch is not None else 0.0
        return self.epoch

    def _take(self) -> int | None:
        with self._store.write() as conn:
            return leases.take(conn, self.name, self.holder, self._clock.now(), self._ttl)

    async def end(self) -> None:
        """Give the lease back."""
        if self._epoch is None:
            return
        self._epoch = None
        try:
            await asyncio.to_thread(self._release)
        except SQLAlchemyError as fault:
            log.warning("lease not released", lease=self.name, fault=type(fault).__name__)

    def _release(self) -> None:
        with self._store.write() as conn:
            leases.release(conn, self.name, self.holder, self._clock.now())
