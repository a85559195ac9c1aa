"""What has come in: committed before its channel hears that we have it, handled in order for each person."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, func, literal_column, or_, select, update

from models.mail import IS_ASIDE, IS_NEW, Inbox, WebMessage
from models.upsert import Upsert
from models.words import Mail

BACK_OFF = (timedelta(seconds=1), timedelta(seconds=5), timedelta(seconds=30))  # After the 1st, 2nd, 3rd failure.
ATTEMPTS = len(BACK_OFF) + 1  # With the last one a message is set aside.
SEALED = "•••"  # Instead of words that are not kept.
HOLDS_UP = 3  # A message that failed this often no longer holds up what its sender wrote after it.


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message as a channel delivers it. The same message delivered twice has the same key."""

    channel: str
    key: str
    sender: str
    payload: Any


@dataclass(frozen=True, slots=True)
class Letter:
    """A message out of the inbox, to be handled in the transaction that claimed it."""

    id: int
    channel: str
    key: str
    sender: str
    payload: Any
    received_at: datetime
    attempts: int


# Written out in the SQL: an engine uses a partial index only where it sees its condition in the statement.
_NEW: ColumnElement[Any] = literal_column(f"'{Mail.NEW}'")
_EARLIER = Inbox.__table__.alias("earlier")
_INSERT = Upsert(lambda insert: insert(Inbox).on_conflict_do_nothing(index_elements=[Inbox.channel, Inbox.key]))
_CLAIM = (
    select(Inbox.id, Inbox.channel, Inbox.key, Inbox.sender, Inbox.payload, Inbox.received_at, Inbox.attempts)
    .where(
        Inbox.state == _NEW,
        or_(Inbox.retry_at.is_(None), Inbox.retry_at <= bindparam("now")),
        ~exists().where(
            and_(
                _EARLIER.c.state == _NEW,
                _EARLIER.c.sender == Inbox.sender,
                _EARLIER.c.id < Inbox.id,
                _EARLIER.c.attempts < HOLDS_UP,
            )
        ),
    )
    .order_by(Inbox.id)
    .limit(bindparam("limit"))
    .with_for_update(of=Inbox, skip_locked=True)
)
_DONE = (
    update(Inbox)
    .where(Inbox.id.in_(bindparam("ids", expanding=True)))
    .values(state=Mail.DONE, done_at=bindparam("now"), retry_at=None)
)
_SEAL = update(Inbox).where(Inbox.id == bindparam("letter")).values(payload={}, error=None)
_ECHO = select(WebMessage.id, WebMessage.body).where(WebMessage.key == bindparam("line"))
_SEAL_ECHO = update(WebMessage).where(WebMessage.id == bindparam("line_id")).values(body=bindparam("sealed"))
_FAILED = (
    update(Inbox)
    .where(Inbox.id == bindparam("letter"))
    .values({name: bindparam(name) for name in ("state", "attempts", "retry_at", "error")})
)
_WAITING = select(func.count()).select_from(Inbox).where(IS_NEW)
_ASIDE = select(func.count()).select_from(Inbox).where(IS_ASIDE)


def commit(conn: Connection, arrivals: Sequence[Arrival], now: datetime) -> int:
    """Write down what came, in its order; what is there already is passed over. Returns how many were new."""
    if not arrivals:
        return 0
    rows = [
        {
            "channel": one.channel,
            "key": one.key,
            "sender": one.sender,
            "payload": one.payload,
            "received_at": now,
            "state": Mail.NEW,
            "attempts": 0,
        }
        for one in arrivals
    ]
    statement = _INSERT.on(conn)
    return conn.execute(statement, rows, execution_options={"preserve_rowcount": True}).rowcount


def claim(conn: Connection, now: datetime, limit: int) -> list[Letter]:
    """The oldest messages that wait, at most one of each sender: the first, so that order holds across processes.

    They stay claimed as long as the transaction lasts. A message that failed is waited for, and what its sender wrote
    after it waits too; only before its last try others overtake it, since by then the fault is the message's own.
    """
    found: dict[str, Letter] = {}
    for row in conn.execute(_CLAIM, {"now": now, "limit": limit}):
        found.setdefault(row.sender, Letter(*row))
    return list(found.values())


def done(conn: Connection, ids: Collection[int], now: datetime) -> None:
    """These are handled."""
    if ids:
        conn.execute(_DONE, {"ids": list(ids), "now": now})


def seal(conn: Connection, letter: Letter) -> None:
    """Forget what a letter said, in the inbox and in what the web chat shows of it; that it came stays.

    Both rows stay, since their keys tell a second delivery of the same.
    """
    conn.execute(_SEAL, {"letter": letter.id})
    echo = conn.execute(_ECHO, {"line": f"in:{letter.key}"}).one_or_none()
    if echo is not None:
        sealed = {**echo.body, "text": SEALED if echo.body["text"] else ""}
        if "tap" in sealed:
            sealed["tap"] = {**sealed["tap"], "data": None}
        conn.execute(_SEAL_ECHO, {"line_id": echo.id, "sealed": sealed})


def failed(conn: Connection, letter: Letter, error: str, now: datetime) -> bool:
    """Handling one went wrong. Returns whether it was set aside for good, and its sender must be told so."""
    attempts = letter.attempts + 1
    aside = attempts >= ATTEMPTS
    conn.execute(
        _FAILED,
        {
            "letter": letter.id,
            "state": Mail.ASIDE if aside else Mail.NEW,
            "attempts": attempts,
            "retry_at": None if aside else now + BACK_OFF[attempts - 1],
            "error": error[:2000],
        },
    )
    return aside


def waiting(conn: Connection) -> int:
    """How many are still to be handled."""
    return int(conn.execute(_WAITING).scalar_one())


def aside(conn: Connection) -> int:
    """How many were set aside for an admin."""
    return int(conn.execute(_ASIDE).scalar_one())
