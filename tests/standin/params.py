"""Reads the parameters of a call from whichever of the four ways Telegram allows: query, form, multipart, JSON."""

import json
from collections.abc import AsyncGenerator
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from starlette.datastructures import Headers
from starlette.formparsers import MultiPartParser

from .chats import Upload
from .errors import Json, bad

NUMBERS = frozenset({
    "message_id", "message_thread_id", "offset", "limit", "timeout", "max_connections", "live_period", "duration",
    "width", "height", "length", "heading", "horizontal_accuracy", "proximity_alert_radius", "latitude",
    "longitude", "cache_time", "user_id", "reply_to_message_id",
})  # fmt: skip
FLAGS = frozenset(
    ["drop_pending_updates", "show_alert", "disable_notification", "protect_content", "allow_sending_without_reply"]
)
OBJECTS = frozenset({
    "reply_markup", "entities", "caption_entities", "reply_parameters", "link_preview_options", "allowed_updates",
    "media", "commands", "scope", "menu_button", "message_ids", "reaction",
})  # fmt: skip


async def read(request: web.BaseRequest) -> Json:
    """Return the call's parameters with numbers, flags and JSON parts turned into values; files become Uploads."""
    found: dict[str, Any] = {}
    if "?" in request.raw_path:
        found.update(parse_qsl(request.raw_path.partition("?")[2], keep_blank_values=True))
    if request.body_exists:
        kind = request.headers.get("Content-Type", "")
        if kind.startswith("application/x-www-form-urlencoded"):
            found.update(parse_qsl((await request.read()).decode(), keep_blank_values=True))
        elif kind.startswith("multipart/"):
            found.update(await _multipart(request))
        elif kind.startswith("application/json"):
            found.update(_json(await request.read()))
    return {key: _value(key, value) for key, value in found.items()}


async def _multipart(request: web.BaseRequest) -> Json:
    body = await request.content.read()

    async def whole() -> AsyncGenerator[bytes, None]:
        yield body

    # Not aiohttp's own reader: where a part happens to be cut by the network it uses what it warns others not to use.
    form = await MultiPartParser(Headers(dict(request.headers)), whole()).parse()
    found = {
        name: part if isinstance(part, str) else Upload(part.filename or "", await part.read())
        for name, part in form.multi_items()
    }
    await form.close()
    return found


def _json(body: bytes) -> Json:
    try:
        found = json.loads(body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise bad("can't parse request JSON object")
    return found


def _value(key: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if key == "chat_id" or key in NUMBERS:
        return _number(value)
    if key in FLAGS:
        return value.lower() in {"true", "1", "yes", "t", "y"}
    if key in OBJECTS and value:
        try:
            return json.loads(value)
        except ValueError:
            raise bad(f"can't parse {key.replace('_', ' ')} JSON object") from None
    return value


def _number(value: str) -> int | float | str:
    try:
        return int(value)
    except ValueError:
        pass
    try:
        return float(value)
    except ValueError:
        return value
