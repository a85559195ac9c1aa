"""What is wrong with the running service, each fault with its reason; /readyz and `red-steward doctor` ask here."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, or_, select
from sqlalchemy.exc import SQLAlchemyError

from dispatch import marks
from dispatch.marks import POLLER_OK, POLLER_TROUBLE, SWEEP_RAN, TOKEN_REFUSED
from models import migrate
from models.clock import Clock
from models.mail import IS_ASIDE, Inbox
from models.requests import Request
from models.store import Store, is_damaged, reason

SWEEP_SILENT = timedelta(seconds=30)
POLLER_SILENT = timedelta(seconds=90)
TROUBLED = timedelta(seconds=30)  # A trouble that lasts so long does not end by itself.
OVERDUE = timedelta(seconds=60)  # A request whose time came longer ago was overlooked.
TRIED = "tried"  # What doctor writes and takes away again, to see whether the disk takes anything.
_EXPECTED = migrate.head()  # By the code that runs, also when newer files lie in its place already.

_stuck = or_(Request.due_at.is_(None), Request.due.is_(None), Request.due_at < bindparam("overdue"))
_STUCK = select(func.count(), func.min(Request.id)).where(
    and_(Request.ended_at.is_(None), Request.drill.is_(False), _stuck)
)
_ASIDE = select(func.count()).select_from(Inbox).where(IS_ASIDE)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. `name` and `detail` are for machines and logs, `key` and `params` for people."""

    name: str
    detail: str
    key: str
    params: dict[str, Any] = field(default_factory=dict)


def faults(store: Store, clock: Clock, *, polls: bool, deep: bool = False) -> list[Fault]:
    """Everything that keeps requests from being answered; empty when all is well.

    `polls`: a token is configured and Telegram is polled. `deep` adds what an admin has to look at while the service
    runs on: messages set aside; and tries whether anything can be written. A database that cannot be reached is a
    fault, not an error.
    """
    if store.missing is not None:
        return [Fault("database", f"no file {store.missing}", "health.no_file", {"path": store.missing})]
    try:
        found = migrate.revision(store)
        if found != _EXPECTED:
            detail = f"revision {found}, expected {_EXPECTED}"
            key = "health.schema_newer" if found is not None and found > _EXPECTED else "health.schema"
            return [Fault("schema", detail, key, {"found": found or "–", "expected": _EXPECTED})]
        unwritable = _unwritable(store, clock.now()) if deep else []
        with store.read() as conn:
            return [*unwritable, *_faults(conn, clock.now(), polls=polls, deep=deep)]
    except SQLAlchemyError as cause:
        why = _reason(cause)
        return [Fault("database", why, "health.damaged" if is_damaged(cause) else "health.database", {"why": why})]


def _unwritable(store: Store, now: datetime) -> list[Fault]:
    """Write something down for good that is nothing, since a full disk shows only then."""
    try:
        with store.write() as conn:
            marks.put(conn, TRIED, "", now)
            marks.drop(conn, TRIED)
    except SQLAlchemyError as cause:
        why = f"{_reason(cause)} ({reason(cause)})"
        return [Fault("database", f"cannot be written: {why}", "health.unwritable", {"why": why})]
    return []


def _faults(conn: Connection, now: datetime, *, polls: bool, deep: bool) -> Iterator[Fault]:
    if marks.held(conn):
        yield Fault("hold", "restored, and not confirmed yet", "health.hold")
    else:
        yield from _silent(conn, now, "sweep", SWEEP_RAN, SWEEP_SILENT)
        if polls:
            yield from _telegram(conn, now)
    count, first = conn.execute(_STUCK, {"overdue": now - OVERDUE}).one()
    if count:
        detail = f"{count} open without a future action, the first is {first}"
        yield Fault("requests", detail, "health.requests", {"count": count, "first": first})
    if deep and (aside := conn.scalar(_ASIDE)):
        yield Fault("inbox", f"{aside} messages set aside", "health.aside", {"count": aside})


def _telegram(conn: Connection, now: datetime) -> Iterator[Fault]:
    trouble = marks.get(conn, POLLER_TROUBLE)
    if trouble is not None and trouble[0].startswith(TOKEN_REFUSED):
        yield Fault("token", "Telegram refuses the token", "health.token")
    elif trouble is not None and trouble[0] and now - trouble[1] > TROUBLED:
        yield Fault("poller", trouble[0], "health.poller_trouble", {"why": trouble[0]})
    else:
        yield from _silent(conn, now, "poller", POLLER_OK, POLLER_SILENT)


def _silent(conn: Connection, now: datetime, name: str, mark: str, at_most: timedelta) -> Iterator[Fault]:
    last = marks.get(conn, mark)
    if last is None:
        yield Fault(name, "has never run", f"health.{name}_never")
    elif now - last[1] > at_most:
        seconds = int((now - last[1]).total_seconds())
        yield Fault(name, f"silent for {seconds} s", f"health.{name}_silent", {"seconds": seconds})


def _reason(cause: SQLAlchemyError) -> str:
    """The driver's words on one line; they name host and user, never the password."""
    return " ".join(str(getattr(cause, "orig", None) or cause).split())[:200] or type(cause).__name__
