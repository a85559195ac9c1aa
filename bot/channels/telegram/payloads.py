"""The calls of Telegram's Bot API that a message needs, as plain dicts: no parse_mode, plain text only."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.channels.base import Rendered
from bot.channels.rendering import cut, units
from dispatch.messages import Attachment, Pin
from models.words import Lane, MediaKind

TEXT_LENGTH, CAPTION_LENGTH, POPUP_LENGTH, TITLE_LENGTH = 4096, 1024, 200, 60

# Method and field of each kind of recording.
SENDS: dict[MediaKind, tuple[str, str]] = {
    MediaKind.PHOTO: ("sendPhoto", "photo"),
    MediaKind.VOICE: ("sendVoice", "voice"),
    MediaKind.VIDEO: ("sendVideo", "video"),
    MediaKind.FILE: ("sendDocument", "document"),
}
# Of one of our kinds as well, but Telegram takes such a file only for what it was first sent as.
SENT_AS = {"audio": "sendAudio", "video_note": "sendVideoNote", "animation": "sendAnimation"}
_WORDLESS = {"sendVideoNote"}  # A round video has no caption.
CAPTIONED = "c"  # Marks the reference of a message whose words are the caption of a recording.
ADDRESS = "https://t.me/"  # A button with such data opens a chat instead of telling us of the tap.
NO_PREVIEW = {"is_disabled": True}

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """One call: its method and parameters."""

    method: str
    params: Json


def calls(chat: str, rendered: Rendered, lane: Lane, files: Iterable[tuple[Attachment, Any]] = ()) -> list[Call]:
    """What says a message, the call that shows words and buttons first.

    `files` are its recordings with the file_id or upload of each. A single caption carries the words where it can, so
    that the card stays one message; more recordings and the pin follow.
    """
    common: Json = {"chat_id": chat}
    if lane >= Lane.STATUS and not rendered.message.loud:
        common["disable_notification"] = True
    recordings = [_recording(common, one.kind, file) for one, file in files]
    found: list[Call] = []
    captioned = bool(recordings) and recordings[0].method not in _WORDLESS
    if rendered.text and captioned and units(rendered.text) <= CAPTION_LENGTH:
        first = recordings.pop(0)
        found.append(Call(first.method, {**first.params, "caption": rendered.text, **_markup(rendered)}))
    elif rendered.text:
        words = {**common, "text": rendered.text, "link_preview_options": NO_PREVIEW, **_markup(rendered)}
        found.append(Call("sendMessage", words))
    found += recordings
    if rendered.message.pin is not None:
        found.append(_place(common, rendered.message.pin))
    return found


def named(field: str, file_id: str) -> str:
    """How we keep what Telegram calls a file: with the field it came in, where our kind does not tell that."""
    return f"{field}:{file_id}" if field in SENT_AS else file_id


def file_id(name: str) -> str:
    """What Telegram calls a file that we have `named`."""
    return name.rpartition(":")[2]


def _recording(common: Json, kind: MediaKind, file: Any) -> Call:
    method, field = SENDS[kind]
    if isinstance(file, str) and ":" in file:
        field = file.partition(":")[0]
        method, file = SENT_AS[field], file_id(file)
    return Call(method, {**common, field: file})


def _place(common: Json, pin: Pin) -> Call:
    where = {**common, "latitude": pin.lat, "longitude": pin.lon}
    if not pin.title:
        return Call("sendLocation", where)
    title = cut(pin.title, TITLE_LENGTH)
    return Call("sendVenue", {**where, "title": title, "address": pin.title})


def edit(chat: str, ref: str, rendered: Rendered) -> Call:
    """Brings a message up to date; buttons that are not named are taken away."""
    number = int(ref.removeprefix(CAPTIONED))
    common: Json = {"chat_id": chat, "message_id": number, **_inline(rendered)}
    if ref.startswith(CAPTIONED):
        return Call("editMessageCaption", {**common, "caption": cut(rendered.text, CAPTION_LENGTH)})
    return Call("editMessageText", {**common, "text": rendered.text, "link_preview_options": NO_PREVIEW})


def reference(call: Call, result: Any) -> str:
    """What a sent message is called when it is to be edited."""
    return f"{CAPTIONED if 'caption' in call.params else ''}{result['message_id']}"


def acknowledge(tap: str, rendered: Rendered) -> Call:
    """Ends the waiting sign on a tapped button, with a few words or none."""
    words = {"text": cut(rendered.text, POPUP_LENGTH)} if rendered.text else {}
    return Call("answerCallbackQuery", {"callback_query_id": tap, **words})


def menu(chat: str | None, commands: Iterable[tuple[str, str]], language: str | None = None) -> Call:
    """Sets the list of commands, from (command, description), of one chat; or of all private ones in a language."""
    listed = [{"command": command, "description": cut(about, 256)} for command, about in commands]
    scope = {"type": "all_private_chats"} if chat is None else {"type": "chat", "chat_id": chat}
    spoken = {"language_code": language} if language else {}
    return Call("setMyCommands", {"commands": listed, "scope": scope, **spoken})


def _markup(rendered: Rendered) -> Json:
    shares = ((rendered.place_label, "request_location"), (rendered.phone_label, "request_contact"))
    keys = [[{"text": label, what: True}] for label, what in shares if label is not None]
    if rendered.buttons or not keys:
        return _inline(rendered)
    return {"reply_markup": {"keyboard": keys, "resize_keyboard": True, "one_time_keyboard": True}}


def _inline(rendered: Rendered) -> Json:
    if not rendered.buttons:
        return {}
    rows = [[_button(label, data) for label, data in row] for row in rendered.buttons]
    return {"reply_markup": {"inline_keyboard": rows}}


def _button(label: str, data: str) -> Json:
    return {"text": label, "url" if data.startswith(ADDRESS) else "callback_data": data}
