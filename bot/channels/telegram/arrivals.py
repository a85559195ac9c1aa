"""From an update of Telegram, whatever its shape, to a row of the inbox."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select

from dispatch import inbox
from dispatch.inbox import Arrival
from models.mail import Inbox

NAME = "telegram"
ALLOWED = ["message", "edited_message", "callback_query", "my_chat_member"]
KEY_LENGTH, SENDER_LENGTH = 120, 100
_COUNTED = ("m", "e")  # Kinds of keys with the number of a message, which each bot counts by itself.
_FORMER = select(Inbox.key, Inbox.payload["update_id"].as_string()).where(
    Inbox.channel == NAME, Inbox.key.in_(bindparam("keys", expanding=True))
)


def commit(conn: Connection, found: Sequence[Arrival], now: datetime) -> int:
    """Write down what came; returns how much of it was new.

    Earlier versions wrote keys without the bot. What they wrote down can come once more to this one, if they were
    stopped before Telegram knew that they had it: it is told by the number of its update.
    """
    former = {_former(one.key): one for one in found if one.key.partition(":")[0] in _COUNTED}
    known = conn.execute(_FORMER, {"keys": list(former)}).all() if former else []
    again = {former[key].key for key, number in known if str(update_id(former[key].payload)) == number}
    return inbox.commit(conn, [one for one in found if one.key not in again], now)


def _former(key: str) -> str:
    """The key without its bot."""
    kind, _, rest = key.partition(":")
    return f"{kind}:{rest.partition(':')[2]}"


def arrival(update: Any, bot: int) -> Arrival:
    """The row of an update to the bot with this id.

    It is never refused: what cannot be read is kept under a key of its own as well.
    """
    update = _storable(update)
    key, sender = None, None
    if isinstance(update, dict):
        key, sender = _natural(update, bot)
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


def _natural(update: dict[str, Any], bot: int) -> tuple[str | None, int | None]:
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
            return f"m:{bot}:{chat}:{number}", sender
        if kind == "edited_message" and chat and isinstance(number, int):
            return f"e:{bot}:{chat}:{number}:{content.get('edit_date')}", sender
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
