"""The web chat as a channel: a line in the person's chat is sent once it is stored; the page reads it from there."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, bindparam, select

from bot.channels import commands
from bot.channels.base import Capabilities, Rendered
from bot.conversation.said import Kind, Said
from dispatch import geo, taps
from dispatch.desk.timeline import Recording
from dispatch.outbox import Fate, Outcome, Parcel
from models.clock import Clock
from models.mail import WebMessage, line_key
from models.store import Store
from models.upsert import Upsert
from models.words import MediaKind

NAME = "webchat"
CAPABILITIES = Capabilities(buttons=True, edits=True, places=True, media=frozenset(MediaKind), text_length=8000)
_LINE = Upsert(
    lambda insert: insert(WebMessage).on_conflict_do_nothing(index_elements=[WebMessage.key]).returning(WebMessage.id)
)
_KNOWN = select(WebMessage.id, WebMessage.address).where(WebMessage.key == bindparam("key"))
_RECORDINGS = {"photo": MediaKind.PHOTO, "voice": MediaKind.VOICE, "video": MediaKind.VIDEO}

log = structlog.get_logger()


def hear(payload: Any, received_at: datetime) -> Said | None:
    """What a person said through the page, which has checked it."""
    kind, text = payload["kind"], payload.get("text") or ""
    said = {
        "channel": NAME,
        "address": payload["address"],
        "at": received_at,
        "language": payload.get("language") or "",
        "text": text,
        "ref": f"{NAME}:{payload['address']}:{payload['id']}",
    }
    if kind == "tap":
        return Said(**said, kind=Kind.TAP, tap=taps.parse(payload.get("data") or ""), tap_id=payload["id"])
    if kind == "place":
        return Said(**said, kind=Kind.PLACE, point=geo.Point(payload["lat"], payload["lon"]))
    if kind in _RECORDINGS:
        recording = Recording(_RECORDINGS[kind], NAME, token=payload["media"])
        return Said(**said, kind=Kind.RECORDING, recordings=(recording,))
    command = commands.parse(text)
    if command is not None:
        return Said(**said, kind=Kind.COMMAND, command=command[0], arguments=command[1])
    return Said(**said, kind=Kind.TEXT)


def body(rendered: Rendered) -> dict[str, Any]:
    """A line as the page shows it."""
    message = rendered.message
    return {
        "from": "bot",
        "text": rendered.text,
        "buttons": [[{"label": label, "data": data} for label, data in row] for row in rendered.buttons],
        "media": [{"kind": str(one.kind), "url": f"/media/{one.token}"} for one in message.media],
        "pin": asdict(message.pin) if message.pin else None,
        "alert": message.loud,
        "ask_place": message.ask_place,
    }


class WebChat:
    """The channel. What is sent at the same moment is stored in one transaction."""

    name = NAME
    capabilities = CAPABILITIES

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._waiting: list[tuple[Parcel, Rendered, asyncio.Future[Outcome]]] = []
        self._storing: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Nothing to get ready."""

    async def stop(self) -> None:
        """Let what is being stored be stored."""
        if self._storing is not None:
            await asyncio.gather(self._storing, return_exceptions=True)

    async def send(self, parcel: Parcel, rendered: Rendered) -> Outcome:
        """Store the line. Acknowledged taps and command menus have no shape here."""
        if rendered.message.ack is not None or rendered.message.menu:
            return Outcome(parcel, Fate.SENT)
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((parcel, rendered, future))
        if self._storing is None or self._storing.done():
            self._storing = asyncio.create_task(self._drain())
        return await future

    async def _drain(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            lines = [(parcel, rendered) for parcel, rendered, _ in batch]
            try:
                outcomes = await asyncio.to_thread(self.store_lines, lines)
            except Exception as fault:  # The database is away: nothing was stored, so all of it is tried again.
                outcomes = [Outcome(parcel, Fate.AGAIN, wait=2, reason=repr(fault)[:200]) for parcel, _ in lines]
            for (_, _, future), outcome in zip(batch, outcomes, strict=True):
                future.set_result(outcome)

    def store_lines(self, lines: Sequence[tuple[Parcel, Rendered]]) -> list[Outcome]:
        """Put lines into their chats. A message that comes a second time finds its line there already."""
        now = self._clock.now()
        with self._store.write() as conn:
            outcomes = []
            for parcel, rendered in lines:
                edited = parcel.edit_ref
                key = f"edit:{parcel.id}:{taps.new_token()}" if edited else line_key(parcel.id, parcel.key)
                row = {
                    "address": parcel.address,
                    "key": key,
                    "body": body(rendered),
                    "replaces": int(edited) if edited else None,
                    "at": now,
                }
                line_id = _put(conn, parcel, row)
                outcomes.append(Outcome(parcel, Fate.SENT, message_ref=edited or str(line_id)))
        return outcomes


def _put(conn: Connection, parcel: Parcel, row: dict[str, Any]) -> int:
    """Put a line in, unless it is there; returns its id. A line that another chat has of it is not this one's."""
    fresh = conn.execute(_LINE.on(conn), row).scalar_one_or_none()
    if fresh is not None:
        return int(fresh)
    known = conn.execute(_KNOWN, {"key": row["key"]}).one()
    if known.address == row["address"]:
        return int(known.id)
    log.error("another chat has this line", parcel=parcel.id, line=known.id)
    return _put(conn, parcel, {**row, "key": f"out:{parcel.id}:{taps.new_token()}"})
