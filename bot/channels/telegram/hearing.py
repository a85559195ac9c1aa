"""From an update of Telegram to what a person said, or None where it says nothing to us."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import structlog
from telegram import CallbackQuery, ChatMemberUpdated, Message, Update, User

from bot.channels import commands
from bot.channels.telegram.identity import Me
from bot.channels.telegram.payloads import named
from bot.conversation.said import Kind, Said
from dispatch import geo, taps
from dispatch.desk.timeline import Recording
from models.words import MediaKind

NAME = "telegram"
_GONE = {"kicked", "left"}
_CORE = ("message_id", "date", "chat", "from")
_POINTS_TO = ("reply_to_message", "pinned_message")  # Other messages inside one: who wrote them is enough for us.

log = structlog.get_logger()


def hear(payload: Any, received_at: datetime, me: Me | None = None) -> Said | None:
    """What was said, or None for an update that carries nothing for us. `me` says who we are, for groups.

    Raises:
        Exception: whatever the parser raises on an update that is malformed where it matters to us.
    """
    if not isinstance(payload, dict) or not isinstance(payload.get("update_id"), int):
        return None
    update = _parse(payload)
    if update.callback_query is not None:
        return _tap(update.callback_query, received_at)
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member)
    if update.edited_message is not None:
        return _edited(update.edited_message)
    return _message(update.message, me or Me()) if update.message is not None else None


def _parse(payload: dict[str, Any]) -> Update:
    """The update; where the parser stumbles over it, without all that we do not read: Telegram is ahead of it at times.

    So a person is heard whatever it was that they answered, forwarded or voted on.
    """
    try:
        return Update.de_json(payload, None)
    except Exception as fault:
        log.warning("update cannot be read whole", update=payload["update_id"], fault=type(fault).__name__)
    parts = dict(payload)
    for kind in ("message", "edited_message"):
        if kind in parts:
            parts[kind] = _only(parts[kind], _READ) | {
                name: _only(parts[kind][name]) for name in _POINTS_TO if name in parts[kind]
            }
    if "message" in parts.get("callback_query", ()):
        parts["callback_query"] = {**parts["callback_query"], "message": _only(parts["callback_query"]["message"])}
    return Update.de_json(parts, None)


def _only(message: dict[str, Any], names: Iterable[str] = _CORE) -> dict[str, Any]:
    return {name: message[name] for name in names if name in message}


def _tap(query: CallbackQuery, received_at: datetime) -> Said:
    """A tap always gets an answer; one that we did not write, too."""
    group = query.message is not None and query.message.chat.type != "private"
    chat = str(query.message.chat.id) if group and query.message is not None else ""
    return Said(
        NAME,
        str(query.from_user.id),
        Kind.TAP,
        received_at,
        name=query.from_user.full_name,
        language=query.from_user.language_code or "",
        tap=taps.parse(query.data or ""),
        tap_id=query.id,
        chat=chat,
    )


def _membership(change: ChatMemberUpdated) -> Said | None:
    gone = change.new_chat_member.status in _GONE
    if change.chat.type != "private":
        return Said(NAME, str(change.chat.id), Kind.GROUP_LEFT, change.date) if gone else None
    kind = Kind.BLOCKED if gone else Kind.UNBLOCKED
    return Said(NAME, str(change.chat.id), kind, change.date, name=change.from_user.full_name)


def _edited(message: Message) -> Said | None:
    if message.from_user is None or message.chat.type != "private":
        return None
    if message.location is not None:
        return _said(message, message.from_user, Kind.MOVED)
    return _said(message, message.from_user, Kind.EDITED)


def _message(message: Message, me: Me) -> Said | None:
    if message.migrate_to_chat_id is not None:
        new = str(message.migrate_to_chat_id)
        return Said(NAME, str(message.chat.id), Kind.GROUP_MOVED, message.date, text=new)
    if message.from_user is None or message.from_user.is_bot:
        return None
    if message.chat.type != "private" and not me.meant(message):
        return None
    command = commands.parse(message.text) if message.text else None
    if command is not None:
        return _said(message, message.from_user, Kind.COMMAND, command)
    if message.new_chat_members or message.left_chat_member or message.pinned_message:
        return None
    return _said(message, message.from_user, _kind(message))


def _kind(message: Message) -> Kind:
    if message.location is not None:
        return Kind.LIVE_PLACE if message.location.live_period else Kind.PLACE
    if message.venue is not None:
        return Kind.PLACE
    if message.text:
        return Kind.TEXT
    if message.sticker is not None:
        return Kind.STICKER
    if message.contact is not None:
        return Kind.CONTACT
    return Kind.RECORDING if _recordings(message) else Kind.OTHER


def _said(message: Message, user: User, kind: Kind, command: tuple[str, str] = ("", "")) -> Said:
    place = message.location or (message.venue.location if message.venue else None)
    point = geo.Point(place.latitude, place.longitude) if place is not None else None
    if point is not None and not geo.valid(point.lat, point.lon):
        point, kind = None, Kind.OTHER
    private = message.chat.type == "private"
    return Said(
        NAME,
        str(message.chat.id if private else user.id),
        kind,
        message.date.astimezone(UTC),
        name=user.full_name,
        language=user.language_code or "",
        text=message.text or message.caption or "",
        command=command[0],
        arguments=command[1],
        point=point,
        recordings=_recordings(message),
        phone=_own_phone(message, user),
        ref=f"{NAME}:{message.chat.id}:{message.message_id}",
        chat="" if private else str(message.chat.id),
    )


def _own_phone(message: Message, user: User) -> str:
    """The number of a contact that is the sender's own account; anybody else's proves nothing."""
    contact = message.contact
    return contact.phone_number if contact is not None and contact.user_id == user.id else ""


def _recordings(message: Message) -> tuple[Recording, ...]:
    if message.photo:
        return (Recording(MediaKind.PHOTO, NAME, message.photo[-1].file_id, mime="image/jpeg"),)
    for field, kind in _FIELDS.items():  # The first alone: a moving picture comes as a document besides.
        file = getattr(message, field)
        if file is not None:
            mime = str(getattr(file, "mime_type", "") or "")[:60]
            return (Recording(kind, NAME, named(field, file.file_id), mime=mime),)
    return ()


_FIELDS = {
    "voice": MediaKind.VOICE,
    "audio": MediaKind.VOICE,
    "video": MediaKind.VIDEO,
    "video_note": MediaKind.VIDEO,
    "animation": MediaKind.VIDEO,
    "document": MediaKind.FILE,
}
_READ = (
    *_CORE, "edit_date", "text", "entities", "caption", "caption_entities", "location", "venue", "contact", "photo",
    *_FIELDS, "new_chat_members", "left_chat_member", "migrate_to_chat_id",
)  # fmt: skip
