"""What a message carries: checked as Telegram checks it, written as Telegram writes it."""

import re
from typing import Any
from urllib.parse import urlsplit

from .chats import StoredFile, Upload
from .errors import Json, bad
from .world import World

MOST_TEXT = 4096
MOST_CAPTION = 1024
MOST_CALLBACK_BYTES = 64
COMMAND = re.compile(r"(?:^|(?<=\s))/[A-Za-z0-9_]{1,32}(?:@\w+)?")
MARKED = {"bot_command": COMMAND, "mention": re.compile(r"(?<![\w/@])@[A-Za-z][A-Za-z0-9_]{3,31}")}
"""What Telegram marks in a person's words."""
HEADER = frozenset({
    "message_id", "from", "chat", "date", "edit_date", "reply_markup", "reply_to_message", "forward_origin",
    "media_group_id", "has_protected_content",
})  # fmt: skip
"""Parts of a message that say where it stands, not what it carries."""

LOOKS: dict[str, Json] = {
    "voice": {"duration": 3, "mime_type": "audio/ogg"},
    "video": {"duration": 5, "width": 640, "height": 480, "mime_type": "video/mp4"},
    "audio": {"duration": 60, "mime_type": "audio/mpeg"},
    "animation": {"duration": 2, "width": 320, "height": 240, "mime_type": "video/mp4"},
    "video_note": {"duration": 5, "length": 240},
    "document": {"file_name": "file", "mime_type": "application/octet-stream"},
    "sticker": {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False, "emoji": "👍"},
}
"""What Telegram says of a file beside its id, a kind each."""


def utf16(text: str) -> int:
    """Return the length that offsets of entities count in."""
    return len(text.encode("utf-16-le")) // 2


def text_of(params: Json) -> Json:
    """Check and return the text of a message with its entities."""
    text = str(params.get("text") or "").strip()
    if not text:
        raise bad("message text is empty")
    if len(text) > MOST_TEXT:
        raise bad("message is too long")
    content: Json = {"text": text}
    if params.get("entities"):
        content["entities"] = params["entities"]
    return content


def caption_of(params: Json) -> Json:
    """Check and return the caption of a photo or file; nothing when there is none."""
    caption = str(params.get("caption") or "").strip()
    if not caption:
        return {}
    if len(caption) > MOST_CAPTION:
        raise bad("message caption is too long")
    content: Json = {"caption": caption}
    if params.get("caption_entities"):
        content["caption_entities"] = params["caption_entities"]
    return content


def said(text: str) -> Json:
    """Return what a person's text message carries: Telegram marks the commands and mentions in it."""
    marks = [
        {"type": kind, "offset": utf16(text[: found.start()]), "length": utf16(found.group())}
        for kind, pattern in MARKED.items()
        for found in pattern.finditer(text)
    ]
    return {"text": text, "entities": marks} if marks else {"text": text}


def inline_keyboard(markup: Any) -> Json | None:
    """Check a keyboard; return it when it belongs to the message, None when it belongs below the chat."""
    if not markup:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" not in markup:
        return None
    rows = [[_button(button) for button in row] for row in markup["inline_keyboard"] if row]
    return {"inline_keyboard": rows} if rows else None


def _button(button: Json) -> Json:
    if not button.get("text"):
        raise bad('can\'t parse inline keyboard button: Field "text" must be of type String')
    data = button.get("callback_data")
    if data is not None and not 1 <= len(str(data).encode()) <= MOST_CALLBACK_BYTES:
        raise bad("BUTTON_DATA_INVALID")
    url = button.get("url")
    if url is not None:
        where = urlsplit(url)
        if where.scheme in {"http", "https"} and "." not in (where.hostname or ""):
            raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    if len(button) < 2:
        raise bad("text buttons are unallowed in the inline keyboard")
    return button


def file_of(world: World, kind: str, given: Any, params: Json) -> StoredFile:
    """Return the file that a call means: an upload, `attach://name`, a known file id or an address on the web."""
    if isinstance(given, str) and given.startswith("attach://"):
        given = params.get(given.removeprefix("attach://"))
    if isinstance(given, Upload):
        if not given.content:
            raise bad("file must be non-empty")
        return world.store(kind, given.content, given.name)
    if not given:
        raise bad(f"there is no {kind.replace('_', ' ')} in the request")
    if str(given).startswith(("http://", "https://")):
        return world.store(kind, b"fetched from the web", str(given).rpartition("/")[2])
    found = world.files.get(str(given))
    if found is None:
        raise bad("wrong remote file identifier specified: Wrong string length")
    if found.kind != kind:
        raise bad(f"can't use file of type {found.kind} as {kind}")
    return found


def describe(file: StoredFile, **more: Any) -> Json:
    """Return a file as it stands in a message."""
    return {"file_id": file.file_id, "file_unique_id": f"U{file.file_id[-15:]}", "file_size": file.size, **more}


def media(world: World, kind: str, file: StoredFile, **more: Any) -> Json:
    """Return the part of a message that shows a file of this kind; photos come in two sizes."""
    if kind == "photo":
        small = world.store(kind, file.content)
        return {"photo": [describe(small, width=90, height=67), describe(file, width=1280, height=960)]}
    shown = {kind: describe(file, **LOOKS[kind], **more)}
    if kind == "animation":  # As Telegram does for whoever does not know of them.
        shown["document"] = shown[kind]
    return shown


def location(latitude: Any, longitude: Any, **more: Any) -> Json:
    """Check and return a location; `more` may hold live_period, heading, horizontal_accuracy."""
    try:
        latitude, longitude = float(latitude), float(longitude)
    except (TypeError, ValueError):
        raise bad("location must be non-empty") from None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise bad("wrong latitude or longitude specified")
    place = {"latitude": latitude, "longitude": longitude}
    return place | {key: value for key, value in more.items() if value is not None}


def carried(message: Json) -> Json:
    """Return what a message carries without where it stands: what a copy of it carries."""
    return {key: part for key, part in message.items() if key not in HEADER}
