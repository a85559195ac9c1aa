"""What comes in and what goes out: the inbox, the outbox, cards on people's screens, dialogs, and who may send."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    Subquery,
    Text,
    UniqueConstraint,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, WordOf, partial
from models.places import Placed
from models.words import Lane, Mail, Post

# Conditions of partial indexes. An engine uses such an index only where it sees its condition in the statement itself.
_NEW, _ASIDE = "state = 'new'", "state = 'aside'"
_WAITS, _SENDING = "state IN ('pending', 'in_doubt')", "state = 'sending'"

_KEY = 120  # Characters of the key of a line.

BigId = BigInteger().with_variant(Integer, "sqlite")


class Inbox(Base):
    """One inbound message as its channel delivered it, committed before the channel is told that we have it."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "key"),
        partial("ix_inbox_new", "sender", "id", where=_NEW),
        partial("ix_inbox_queue", "id", where=_NEW),
        partial("ix_inbox_aside", "received_at", where=_ASIDE),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(120))  # The same message delivered twice has the same key.
    sender: Mapped[str] = mapped_column(String(100))  # channel:address; messages of one sender are handled in order.
    payload: Mapped[Any] = mapped_column(JSON)
    received_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[Mail] = mapped_column(WordOf(Mail), default=Mail.NEW)
    attempts: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None] = mapped_column(Instant)
    error: Mapped[str | None] = mapped_column(Text)
    done_at: Mapped[datetime | None] = mapped_column(Instant)


class Outbox(Placed, Base):
    """One outbound message, in words of the texts rather than of a channel; rendered when it is sent."""

    __tablename__ = "outbox"
    __table_args__ = (
        partial("ix_outbox_queue", "lane", "id", where=_WAITS),
        partial("ix_outbox_sending", "id", where=_SENDING),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)  # What it is about and its kind, or a random one.
    lane: Mapped[Lane] = mapped_column(Integer)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    channel: Mapped[str | None] = mapped_column(String(16))  # Where it goes when not to a chat of the person:
    address: Mapped[str | None] = mapped_column(String(80))  # the group in which they spoke.
    request_id: Mapped[int | None]
    offer_token: Mapped[str | None] = mapped_column(String(22))  # The offer this message carries to its person.
    message: Mapped[Any] = mapped_column(JSON)  # dispatch.messages.Message as a dict.
    state: Mapped[Post] = mapped_column(WordOf(Post), default=Post.PENDING)
    created_at: Mapped[datetime] = mapped_column(Instant)
    send_at: Mapped[datetime] = mapped_column(Instant)  # Not before.
    attempts: Mapped[int] = mapped_column(default=0)
    lease_epoch: Mapped[int | None]  # Fencing: only the sender that holds this epoch may say what became of it.
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    error: Mapped[str | None] = mapped_column(Text)


IS_NEW: ColumnElement[bool] = literal_column(f"inbox.{_NEW}")
IS_ASIDE: ColumnElement[bool] = literal_column(f"inbox.{_ASIDE}")
WAITS: ColumnElement[bool] = literal_column(f"outbox.{_WAITS}")
IS_SENDING: ColumnElement[bool] = literal_column(f"outbox.{_SENDING}")


def unsent(*columns: Any) -> Subquery:
    """These columns of all messages that wait or are being sent, of which there are few beside those that were sent."""
    return union_all(*(select(*columns).where(which) for which in (WAITS, IS_SENDING))).subquery("unsent")


class Card(Base):
    """A message on somebody's screen that is kept true by edits as the request goes on."""

    __tablename__ = "cards"
    __table_args__ = (UniqueConstraint("request_id", "person_id", "part"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    part: Mapped[str] = mapped_column(String(8))  # "offer" or "own".
    channel: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(80))
    message_ref: Mapped[str] = mapped_column(String(40))


class Dialog(Base):
    """The step a person's dialog stands at: a row, never memory."""

    __tablename__ = "dialogs"
    __table_args__ = (Index(None, "expires_at"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    step: Mapped[str] = mapped_column(String(40))
    memo: Mapped[Any] = mapped_column(JSON, default=dict)
    expires_at: Mapped[datetime] = mapped_column(Instant)


class WebMessage(Base):
    """A line of a web chat, either side's. Its id is the event id, so a page that reconnects misses nothing."""

    __tablename__ = "web_messages"
    __table_args__ = (
        Index(None, "address", "id"),
        partial("ix_web_messages_replaces", "replaces", where="replaces IS NOT NULL"),
        {"sqlite_autoincrement": True},  # An erased id never comes again.
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    address: Mapped[str] = mapped_column(String(80))
    key: Mapped[str] = mapped_column(String(_KEY), unique=True)
    body: Mapped[Any] = mapped_column(JSON)
    replaces: Mapped[int | None] = mapped_column(BigId)
    at: Mapped[datetime] = mapped_column(Instant)


def line_key(number: int, key: str) -> str:
    """The key of the line that a message becomes, from the message's id and key; as in migration 0018.

    With both, because SQLite gives an id again once its message and all after it are forgotten, and lines stay longer.
    """
    return f"out:{number}:{key}"[:_KEY]


class Lease(Base):
    """Who polls and who sends. The epoch goes up with every change of holder and fences the one before."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(60))
    epoch: Mapped[int]
    until: Mapped[datetime] = mapped_column(Instant)


class Mark(Base):
    """A remembered value with its time: the poller's offset, the last sweep, the last run of a calendar job."""

    __tablename__ = "marks"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(Instant)
