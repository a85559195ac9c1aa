"""Takes what is personal out of ended requests. The figures stay: when, what kind, how it ended, in which village."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, cast, delete, exists, or_, select, update
from sqlalchemy import String as Text

from models.gatherings import Gathering, Seat, Session
from models.ledger import EntryNote
from models.mail import Card, Outbox, WebMessage, line_key
from models.requests import Audit, Media, Note, Offer, Request, Search
from models.visits import VisitNote
from models.words import Post

WAITING = (Post.PENDING, Post.SENDING, Post.IN_DOUBT)
_AT_ONCE = 400  # Values in one list: SQLite takes no more than some thousands of parameters.

_NOTHING_SAID: dict[str, Any] = {"text": "", "media_id": None, "lat": None, "lon": None, "said_ref": None}
_NO_NEED: dict[str, Any] = {
    "words": "", "place": "", "address": "", "helped_name": None, "helped_phone": None, "household_id": None,
    "grid_id": None, "lat": None, "lon": None, "k1": None, "k2": None, "k3": None, "reason": None, "guardian_id": None,
}  # fmt: skip


def requests(conn: Connection, numbers: Collection[int], now: datetime) -> None:
    """Take what is personal out of these requests, which must have ended, and out of all that was said about them."""
    for some in chunks(numbers):
        _sent(conn, Outbox.request_id.in_(some))
        notes(conn, Note.request_id.in_(some))
        conn.execute(delete(Search).where(Search.request_id.in_(some)))
        conn.execute(delete(Card).where(Card.request_id.in_(some)))
        conn.execute(update(Offer).where(Offer.request_id.in_(some)).values(metres=None, reason=None))
        conn.execute(update(Audit).where(Audit.request_id.in_(some)).values(detail={}))
        conn.execute(update(Request).where(Request.id.in_(some)).values(**_NO_NEED, forgotten_at=now))


def notes(conn: Connection, which: Any) -> None:
    """Empty lines of timelines and delete the recordings that only they held."""
    media = conn.scalars(select(Note.media_id).where(which, Note.media_id.is_not(None))).all()
    conn.execute(update(Note).where(which).values(**_NOTHING_SAID))
    recordings(conn, Media.id, [number for number in media if number is not None])


def visits(conn: Connection, which: Any) -> None:
    """Delete what was said at visits, and the recordings that only it held. That there was a visit stays."""
    media = conn.scalars(select(VisitNote.media_id).where(which, VisitNote.media_id.is_not(None))).all()
    conn.execute(delete(VisitNote).where(which))
    recordings(conn, Media.id, [number for number in media if number is not None])


def material(conn: Connection, which: Any) -> None:
    """Empty what was written to be read after a theme day, and delete the recordings that only it held."""
    media = conn.scalars(select(Session.media_id).where(which, Session.media_id.is_not(None))).all()
    conn.execute(update(Session).where(which).values(title="", material="", media_id=None, written_by=None))
    recordings(conn, Media.id, [number for number in media if number is not None])


def gatherings(conn: Connection, numbers: Collection[int], now: datetime) -> None:
    """Take the words out of gatherings that are long over. Who came stays; seats of which nothing came go."""
    for some in chunks(numbers):
        here = Seat.gathering_id.in_(some)
        conn.execute(delete(Seat).where(here, Seat.reply.is_(None), Seat.came_at.is_(None), Seat.read_at.is_(None)))
        conn.execute(update(Seat).where(here).values(reason=""))
        material(conn, Session.gathering_id.in_(some))
        conn.execute(update(Gathering).where(Gathering.id.in_(some)).values(safety="", forgotten_at=now))


def entry_notes(conn: Connection, which: Any) -> None:
    """Take the words and the salt out of notes to the ledger; its seals hold without them."""
    conn.execute(update(EntryNote).where(which).values(text="", salt=""))


HELD = or_(*(exists().where(one.media_id == Media.id) for one in (Note, VisitNote, Session)))
"""Whether a recording stands on a timeline, was shown at a visit, or is there to be read after a theme day."""


def recordings(conn: Connection, column: Any, values: Collection[Any]) -> None:
    """Delete recordings that nothing holds any more, by a column of theirs."""
    for some in chunks(values):
        conn.execute(delete(Media).where(column.in_(some), ~HELD))


def _sent(conn: Connection, which: Any) -> None:
    """Delete messages that were sent, and the lines of web chats that they became with all later versions of them."""
    numbers = conn.scalars(select(Outbox.id).where(which, Outbox.state.not_in(WAITING))).all()
    posts(conn, numbers)


def posts(conn: Connection, numbers: Collection[int]) -> None:
    """Delete messages by their number, and the lines of web chats that they became."""
    for some in chunks(numbers):
        keys = [line_key(*row) for row in conn.execute(select(Outbox.id, Outbox.key).where(Outbox.id.in_(some)))]
        first = select(WebMessage.id).where(WebMessage.key.in_(keys))
        lines = list(conn.scalars(first))
        for column in (WebMessage.replaces, WebMessage.id):  # Not with "or": of both, no index is used.
            conn.execute(delete(WebMessage).where(column.in_(lines)))
        conn.execute(delete(Outbox).where(Outbox.id.in_(some)))


def holds(column: Any, needles: Iterable[str]) -> Any:
    """The rows in which a JSON column holds one of these texts, as JSON writes them."""
    return or_(*(cast(column, Text).contains(needle, autoescape=True) for needle in needles))


def chunks(values: Collection[Any]) -> list[list[Any]]:
    """The values in lists of bounded length."""
    every = list(values)
    return [every[start : start + _AT_ONCE] for start in range(0, len(every), _AT_ONCE)]
