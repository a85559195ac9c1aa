"""The lines of a web chat as rows: what the person said is put in once, and both sides are read back in order."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from dispatch import inbox
from dispatch.taps import new_token
from models.mail import WebMessage
from models.requests import Media
from models.upsert import Upsert
from web.said import Said

CHANNEL = "webchat"
HISTORY = 200  # Lines that a page shows of the past.
_CATCH_UP = 2000  # Lines that a page can have missed at most; beyond that it had better load again.
_EMPTY: dict[str, Any] = {
    "from": "bot", "text": "", "buttons": [], "media": [], "pin": None, "alert": False, "ask_place": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One stored line of either side, as the page receives it. `id` is the event's id."""

    id: int
    address: str
    event: dict[str, Any]

    def frame(self) -> bytes:
        """The line as a server-sent event."""
        text = json.dumps(self.event, ensure_ascii=False, separators=(",", ":"))
        return f"id: {self.id}\ndata: {text}\n\n".encode()


_COLUMNS = (WebMessage.id, WebMessage.address, WebMessage.body, WebMessage.replaces, WebMessage.at)
_LINE = Upsert(
    lambda insert: insert(WebMessage).on_conflict_do_nothing(index_elements=[WebMessage.key]).returning(WebMessage.id)
)
_LAST = select(func.coalesce(func.max(WebMessage.id), 0))


def last_id(conn: Connection) -> int:
    """The id of the newest line of all chats, or 0."""
    return int(conn.execute(_LAST).scalar_one())


def lines_after(conn: Connection, after: int, most: int = 500) -> list[Line]:
    """The next lines of all chats, in order of their ids."""
    found = conn.execute(select(*_COLUMNS).where(WebMessage.id > after).order_by(WebMessage.id).limit(most))
    return [_line(row) for row in found]


def history(conn: Connection, address: str, after: int, upto: int) -> list[Line]:
    """The lines of one chat with after < id <= upto; from the beginning (after 0) only the newest are shown."""
    statement = (
        select(*_COLUMNS)
        .where(WebMessage.address == address, WebMessage.id > after, WebMessage.id <= upto)
        .order_by(WebMessage.id.desc())
        .limit(_CATCH_UP if after else HISTORY)
    )
    return [_line(row) for row in conn.execute(statement)][::-1]


def record(conn: Connection, address: str, said: Said, language: str | None, now: Any) -> bool:
    """Put what a person said into their chat and into the inbox; False when that was done before, and does nothing."""
    token = new_token() if said.recording else None
    own = {
        "address": address,
        "key": f"in:{address}:{said.id}",
        "body": _own_body(said, token),
        "replaces": None,
        "at": now,
    }
    if conn.execute(_LINE.on(conn), own).scalar_one_or_none() is None:
        return False
    if said.recording:
        recording = said.recording
        row = {"token": token, "kind": recording.kind, "channel": CHANNEL, "mime": recording.mime}
        conn.execute(insert(Media).values(**row, content=recording.content, created_at=now))
    payload = {
        "address": address, "id": said.id, "kind": said.kind, "text": said.text, "data": said.data, "to": said.to,
        "lat": said.lat, "lon": said.lon, "accuracy": said.accuracy, "media": token, "language": language,
    }  # fmt: skip
    arrival = inbox.Arrival(channel=CHANNEL, key=f"{address}:{said.id}", sender=f"{CHANNEL}:{address}", payload=payload)
    inbox.commit(conn, [arrival], now)
    return True


def _own_body(said: Said, token: str | None) -> dict[str, Any]:
    """What the page shows of it: like the bot's lines, with the page's own id and, for a tap, the button."""
    body = {**_EMPTY, "from": "me", "text": said.text, "said": said.id}
    if token:
        body["media"] = [{"kind": said.kind, "url": f"/media/{token}"}]
    if said.kind == "place":
        body["pin"] = {"lat": said.lat, "lon": said.lon, "title": ""}
    if said.kind == "tap":
        body["tap"] = {"data": said.data, "to": said.to}
    return body


def _line(row: Row[Any]) -> Line:
    own = {"id": row.id, "replaces": row.replaces, "at": row.at.isoformat()}
    return Line(row.id, row.address, {**_EMPTY, **row.body, **own})
