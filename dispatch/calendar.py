"""What happens at fixed times of the county's wall clock: each job claims its run in the database, so it happens once.

A run and its claim are one transaction: of many processes one does it, and one that dies in the middle has not done it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import structlog
from sqlalchemy import Connection

from dispatch import marks
from dispatch.points import settling
from dispatch.rules import Rules
from dispatch.work import Work
from models.clock import Clock
from models.mail import Mark
from models.store import Store
from models.upsert import Insert, Upsert

MONDAY = 0  # As in `datetime.weekday`.

log = structlog.get_logger()

Slot = Callable[[datetime], datetime]
"""From a local time to the latest time, not after it, at which the job was to run."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something to be done at fixed local times. A run that was missed is made up for once, however many there were.

    `gently`: it sends what can wait, and so runs only within `rules.gentle_hours`, later if need be.
    """

    name: str
    slot: Slot
    run: Callable[[Work], None]
    gently: bool = True


def minutely(local: datetime) -> datetime:
    """The minute that has begun."""
    return local.replace(second=0, microsecond=0)


def hourly(minute: int = 0) -> Slot:
    """Every hour, so many minutes past it."""

    def slot(local: datetime) -> datetime:
        at = local.replace(minute=minute, second=0, microsecond=0)
        return at if at <= local else at - timedelta(hours=1)

    return slot


def weekly(weekday: int, at: time) -> Slot:
    """Every week on this day (Monday is 0) at this time."""

    def slot(local: datetime) -> datetime:
        day = local.date() - timedelta(days=(local.weekday() - weekday) % 7)
        then = datetime.combine(day, at, local.tzinfo)
        return then if then <= local else then - timedelta(days=7)

    return slot


def monthly(day: int, at: time) -> Slot:
    """Every month on this day (1 to 28) at this time."""

    def slot(local: datetime) -> datetime:
        then = datetime.combine(local.date().replace(day=day), at, local.tzinfo)
        before = local.date().replace(day=1) - timedelta(days=1)
        return then if then <= local else datetime.combine(before.replace(day=day), at, local.tzinfo)

    return slot


def run_due(store: Store, clock: Clock, rules: Rules, jobs: Iterable[Job]) -> int:
    """Do what is due and nobody has done; returns how many jobs ran. One that fails is tried again with the next call.

    A job that was never seen before waits for its next time: whoever installs on a Wednesday gets no Monday's list.
    """
    ran = 0
    for job in jobs:
        now = clock.now()
        local = rules.local(now)
        slot = job.slot(local)
        if _done(store, job, slot) or (job.gently and not rules.gentle_hours.holds(local)):
            continue
        try:
            with store.write() as conn:
                if _claim(conn, job, slot, now):
                    work = Work(conn, now, rules)
                    job.run(work)
                    settling.settle(work)
                    work.flush()
                    ran += 1
        except Exception:
            log.exception("calendar job failed", job=job.name, slot=slot.isoformat())
    return ran


def _done(store: Store, job: Job, slot: datetime) -> bool:
    """Look without a lock first, since mostly there is nothing to do."""
    with store.read() as conn:
        known = marks.get(conn, _name(job))
    return known is not None and known[0] >= _stamp(slot)


def _claim(conn: Connection, job: Job, slot: datetime, now: datetime) -> bool:
    """Whether this run is ours: the mark moves forward for one process only, and for the others it has moved."""
    first = {"name": _name(job), "value": _stamp(slot), "at": now}
    if _written(conn, _FIRST, first):
        return False
    return _written(conn, _FORWARD, first)


def _written(conn: Connection, statement: Upsert, values: dict[str, Any]) -> bool:
    options = {"preserve_rowcount": True}
    return conn.execute(statement.on(conn), values, execution_options=options).rowcount == 1


def _name(job: Job) -> str:
    return f"job:{job.name}"


def _stamp(slot: datetime) -> str:
    """In UTC, so that stamps compare as their times do."""
    return f"{slot.timestamp():015.0f}"


def _forward(insert: Insert) -> Any:
    statement = insert(Mark)
    fresh = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=[Mark.name], set_={"value": fresh.value, "at": fresh.at}, where=Mark.value < fresh.value
    )


_FIRST = Upsert(lambda insert: insert(Mark).on_conflict_do_nothing(index_elements=[Mark.name]))
_FORWARD = Upsert(_forward)
