"""Values that outlive a restart, each with its time: the poller's offset, the last sweep, a calendar job's last run."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select

from dispatch.among import among
from models.mail import Mark
from models.upsert import Insert, Upsert

SWEEP_RAN = "sweep.ran"
POLLER_OFFSET = "poller.offset"
POLLER_OK = "poller.ok"
POLLER_TROUBLE = "poller.trouble"  # What keeps the poller from its work; empty while nothing does.
HOLD = "hold"  # Restored from a backup and not confirmed yet: nothing is sent, no clock runs.
TOKEN_REFUSED = "token refused"  # How the trouble of a wrong token begins.  # noqa: S105


def _put(insert: Insert) -> Any:
    statement = insert(Mark)
    return statement.on_conflict_do_update(
        index_elements=[Mark.name], set_={"value": statement.excluded.value, "at": statement.excluded.at}
    )


_PUT = Upsert(_put)
_GET = select(Mark.value, Mark.at).where(Mark.name == bindparam("mark"))
_VALUES = select(Mark.name, Mark.value).where(among(Mark.name, "names"))


def put(conn: Connection, name: str, value: str, now: datetime) -> None:
    """Remember a value; the one before is forgotten."""
    conn.execute(_PUT.on(conn), {"name": name, "value": value, "at": now})


def get(conn: Connection, name: str) -> tuple[str, datetime] | None:
    """The value and when it was put, or None."""
    row = conn.execute(_GET, {"mark": name}).one_or_none()
    return None if row is None else (row.value, row.at)


def values(conn: Connection, names: list[str]) -> dict[str, str]:
    """What is remembered under those of the names that are known."""
    return {row.name: row.value for row in conn.execute(_VALUES, {"names": names}).all()}


def beginning(conn: Connection, prefix: str) -> list[tuple[str, str]]:
    """Names and values of all whose name begins so, the oldest first."""
    rows = conn.execute(select(Mark.name, Mark.value).where(Mark.name.startswith(prefix)).order_by(Mark.at, Mark.name))
    return [(row.name, row.value) for row in rows]


def drop(conn: Connection, name: str) -> None:
    """Forget a value."""
    conn.execute(delete(Mark).where(Mark.name == name))


def held(conn: Connection) -> bool:
    """Whether the store was restored from a backup that nobody has confirmed yet."""
    return get(conn, HOLD) is not None
