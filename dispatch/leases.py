"""Who polls and who sends, of many processes: leases that run out, and epochs that fence off a former holder."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, insert, select, text, update

from models.mail import Lease

_HELD = select(Lease.holder, Lease.epoch, Lease.until).where(Lease.name == bindparam("lease")).with_for_update()
_NEXT = select(func.coalesce(func.max(Lease.epoch), 0) + 1)
_NEW = insert(Lease)
_CHANGE = (
    update(Lease)
    .where(Lease.name == bindparam("lease"))
    .values(holder=bindparam("holder"), epoch=bindparam("epoch"), until=bindparam("until"))
)
_RELEASE = (
    update(Lease)
    .where(Lease.name == bindparam("lease"), Lease.holder == bindparam("who"))
    .values(until=bindparam("now"))
)
_END_ALL = update(Lease).where(Lease.until > bindparam("now")).values(until=bindparam("now"))
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(20130227)")


def take(conn: Connection, name: str, holder: str, now: datetime, ttl: timedelta) -> int | None:
    """Take a lease that is free, has run out or is one's own; its epoch, or None while somebody else holds it.

    One's own goes on for another `ttl`, also where it had run out and nobody took it. The holder's name is new with
    each start of a process. An epoch goes up with each change of holder and is given to one lease only, so that a row
    which carries it tells which tenure wrote it. Use a transaction of its own.
    """
    if conn.dialect.name == "postgresql":
        conn.execute(_ONE_AT_A_TIME)  # Two first takers see no row that they could wait for.
    held = conn.execute(_HELD, {"lease": name}).one_or_none()
    if held is not None and held.holder != holder and held.until > now:
        return None
    epoch = held.epoch if held is not None and held.holder == holder else conn.execute(_NEXT).scalar_one()
    if held is None:
        conn.execute(_NEW, {"name": name, "holder": holder, "epoch": epoch, "until": now + ttl})
    else:
        conn.execute(_CHANGE, {"lease": name, "holder": holder, "epoch": epoch, "until": now + ttl})
    return int(epoch)


def release(conn: Connection, name: str, holder: str, now: datetime) -> None:
    """Give a lease back, so that the next process need not wait until it has run out."""
    conn.execute(_RELEASE, {"lease": name, "who": holder, "now": now})


def end_all(conn: Connection, now: datetime) -> None:
    """Let all leases run out. For a process that knows by other means (the lock on a SQLite file) that it is alone."""
    conn.execute(_END_ALL, {"now": now})
