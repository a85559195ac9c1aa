"""What happens at fixed times of the county's wall clock: each job claims its run in the database, so it happens once.

A run and its claim are one transaction: of many processes one does it, and one that dies in the middle has not done it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import structlog
from sqlalchemy import Connection, bindparam, update

from dispatch import marks
from dispatch.points import settling
from dispatch.rules import Rules
from dispatch.work import Work
from models.clock import Clock
from models.mail import Mark
from models.store import Store
from models.upsert import Upsert

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


def run_due(store: Store, clock: Clock, rules: Rules, jobs: Sequence[Job]) -> int:
    """Do what is due and nobody has done; returns how many jobs ran. One that fails is tried again with the next call.

    A job that was never seen before waits for its next time: whoever installs on a Wednesday gets no Monday's list.
    """
    ran = 0
    last = _last(store, clock, rules, jobs)
    for job in jobs:
        now = clock.now()
        local = rules.local(now)
        slot = job.slot(local)
        done = last[_name(job)] >= _stamp(slot)
        if done or (job.gently and not rules.gentle_hours.holds(local)):
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


def _last(store: Store, clock: Clock, rules: Rules, jobs: Sequence[Job]) -> dict[str, str]:
    """Each job's last run by its name, looked up without a lock, since mostly there is nothing to do."""
    with store.read() as conn:
        last = marks.values(conn, [_name(job) for job in jobs])
    now = clock.now()
    new = {_name(job): _stamp(job.slot(rules.local(now))) for job in jobs if _name(job) not in last}
    if new:
        with store.write() as conn:
            conn.execute(_FIRST.on(conn), [{"name": name, "value": value, "at": now} for name, value in new.items()])
    return last | new


def _claim(conn: Connection, job: Job, slot: datetime, now: datetime) -> bool:
    """Whether this run is ours: the mark moves forward for one process only, and for the others it has moved."""
    return conn.execute(_FORWARD, {"job": _name(job), "slot": _stamp(slot), "now": now}).rowcount == 1


def _name(job: Job) -> str:
    return f"job:{job.name}"


def _stamp(slot: datetime) -> str:
    """In UTC, so that stamps compare as their times do."""
    return f"{slot.timestamp():015.0f}"


_FIRST = Upsert(lambda insert: insert(Mark).on_conflict_do_nothing(index_elements=[Mark.name]))
_FORWARD = (
    update(Mark)
    .where(Mark.name == bindparam("job"), Mark.value < bindparam("slot"))
    .values(value=bindparam("slot"), at=bindparam("now"))
)
