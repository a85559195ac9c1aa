"""From an update of Telegram to what a person said. What cannot be read is None; it stays in the inbox, marked done."""

from datetime import UTC, datetime
from typing import Any

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


def hear(payload: Any, received_at: datetime, me: Me | None = None) -> Said | None:
    """What was said, or None for an update that carries nothing for us. `me` says who we are, for groups.

    Raises:
        Exception: whatever the parser raises on a malformed update; the caller sets the message aside.
    """
    if not isinstance(payload, dict) or not isinstance(payload.get("update_id"), int):
        return None
    update = Update.de_json(payload, None)
    if update.callback_query is not None:
        return _tap(update.callback_query, received_at)
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member)
    if update.edited_message is not None:
        return _edited(update.edited_message)
    return _message(update.message, me or Me()) if update.message is not None else None


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
