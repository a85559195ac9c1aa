"""Taking charge of a store: what came due while nobody was there is done before the rest of us is even loaded.

Light on purpose: channels, conversation and pages take most of a start to load, and a neighbour's rung must not wait
for them. So nothing that is imported here needs any of those; a test holds that.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib import import_module
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.config import Config
from bot.filelock import FileLock, Use
from dispatch import leases, marks
from dispatch.sweep import sweep_all
from models.clock import Clock, SystemClock
from models.migrate import migrate
from models.store import Store, reason

ROLES = frozenset({"web", "worker", "sender"})
FIRST = 25  # Steps of the first batch: on disk a tenth of a second before a whole one would be, and no slower in all.

log = structlog.get_logger()


def serve(
    config: Config,
    roles: frozenset[str] = ROLES,
    pace: Callable[..., Any] | None = None,
    ready: Callable[[], None] | None = None,
) -> None:
    """Run one process of the service until it is told to end; `pace` is `bot.app.Pace`.

    Raises:
        StoreInUse: another process dispatches on the same SQLite file, or fills it from a backup.
        UnknownRevision: the database is newer than this version.
    """
    log.info("starting", roles=sorted(roles), pid=os.getpid())
    clock = SystemClock()
    with in_charge(config, roles, clock) as store:
        service = import_module("bot.app").Service(store, config, roles, pace, clock)
        asyncio.run(service.run(ready))


@contextmanager
def in_charge(config: Config, roles: frozenset[str], clock: Clock) -> Iterator[Store]:
    """The store at this version's schema, ours as long as the block lasts; for a worker with nothing overdue in it."""
    dispatching = bool(roles & {"worker", "sender"})
    with closing(Store(config.database.url)) as store, FileLock(store, Use.DISPATCH if dispatching else Use.SHOW):
        migrate(store)
        if dispatching and store.sqlite:
            with store.write() as conn:  # The lock says that no other process lives: nobody waits for its leases.
                leases.end_all(conn, clock.now())
        if "worker" in roles:
            _catch_up(store, config, clock)
        yield store


def _catch_up(store: Store, config: Config, clock: Clock) -> None:
    """Take every step that is overdue. A failure only waits for the first tick: a deadline is a column."""
    try:
        with store.read() as conn:
            held = marks.held(conn)
        if not held:
            log.info("caught up", steps=sweep_all(store, clock, config.dispatch, FIRST))
    except SQLAlchemyError as fault:
        log.warning("sweep failed", fault=type(fault).__name__, why=reason(fault), exc_info=True)
