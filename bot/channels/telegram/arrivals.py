"""From an update of Telegram, whatever its shape, to a row of the inbox."""

import hashlib
import json
from typing import Any

from dispatch.inbox import Arrival

NAME = "telegram"
ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member"]
KEY_LENGTH, SENDER_LENGTH = 120, 100


def arrival(update: Any) -> Arrival:
    """The row of an update. It is never refused: what cannot be read is kept under a key of its own as well."""
    update = _storable(update)
    key, sender = None, None
    if isinstance(update, dict):
        key, sender = _natural(update)
    key = (key or _own(update)).replace("\0", "")
    return Arrival(NAME, key[:KEY_LENGTH], f"{NAME}:{sender or '?'}"[:SENDER_LENGTH], update)


def _storable(update: Any) -> Any:
    """The update without halves of characters and numbers that are none: one such would bar a whole batch."""
    try:
        json.dumps(update, ensure_ascii=False, allow_nan=False).encode()
    except ValueError:
        mended = json.dumps(update, ensure_ascii=False).encode(errors="replace")
        return json.loads(mended, parse_constant=lambda _: None)
    return update


def _natural(update: dict[str, Any]) -> tuple[str | None, int | None]:
    """The key by which the same thing is known again even when it comes as another update, and who sent it."""
    for kind in ALLOWED:
        content = update.get(kind)
        if not isinstance(content, dict):
            continue
        chat, number = _id(content.get("chat")), content.get("message_id")
        sender = _id(content.get("from")) or chat
        if kind == "callback_query" and isinstance(content.get("id"), str):
            return f"c:{content['id']}", sender
        if kind == "message" and chat and isinstance(number, int):
            return f"m:{chat}:{number}", sender
        if kind == "edited_message" and chat and isinstance(number, int):
            return f"e:{chat}:{number}:{content.get('edit_date')}", sender
        return None, sender
    return None, None


def _id(thing: Any) -> int | None:
    found = thing.get("id") if isinstance(thing, dict) else None
    return found if isinstance(found, int) else None


def _own(update: Any) -> str:
    number = update_id(update)
    if number is not None:
        return f"u:{number}"
    return f"h:{hashlib.sha256(json.dumps(update, sort_keys=True).encode()).hexdigest()}"


def update_id(update: Any) -> int | None:
    """The number of an update, where it has one."""
    found = update.get("update_id") if isinstance(update, dict) else None
    return found if isinstance(found, int) and not isinstance(found, bool) else None
