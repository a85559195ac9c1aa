"""The methods with which the bot puts messages into chats."""

import time
from collections.abc import Callable
from typing import Any

from . import content
from .chats import Chat
from .errors import Json, bad
from .world import World

Carries = Callable[[World, Json], Json]
"""Turns the parameters of a send method into what its message carries."""


def sender(carries: Carries) -> Callable[[World, Json], Json]:
    """Make a method that sends what `carries` returns."""

    def send(world: World, params: Json) -> Json:
        chat = world.open_chat(params.get("chat_id"))
        return deliver(world, chat, carries(world, params), params)

    return send


def deliver(world: World, chat: Chat, carried: Json, params: Json) -> Json:
    """Post the bot's message with its keyboard and its reply, within the limits."""
    markup = params.get("reply_markup")
    keyboard = content.inline_keyboard(markup)
    if keyboard:
        carried["reply_markup"] = keyboard
    if replied := _replied(chat, params):
        carried["reply_to_message"] = replied
    if params.get("protect_content"):
        carried["has_protected_content"] = True
    world.limits.check(chat.id, time.monotonic())
    if markup and not keyboard and "inline_keyboard" not in markup:
        chat.keyboard = None if markup.get("remove_keyboard") else markup
    return world.post(chat, world.bot, carried)


def _replied(chat: Chat, params: Json) -> Json | None:
    wanted = params.get("reply_parameters") or {}
    number = wanted.get("message_id") or params.get("reply_to_message_id")
    if not number:
        return None
    message = chat.messages.get(int(number))
    if message is None and not (wanted or params).get("allow_sending_without_reply"):
        raise bad("message to be replied not found")
    return {key: part for key, part in message.items() if key != "reply_to_message"} if message else None


def _text(_: World, params: Json) -> Json:
    return content.text_of(params)


def _file(kind: str) -> Carries:
    def carries(world: World, params: Json) -> Json:
        caption = content.caption_of(params)
        file = content.file_of(world, kind, params.get(kind), params)
        return {**content.media(world, kind, file), **caption}

    return carries


def _location(_: World, params: Json) -> Json:
    more = {key: params.get(key) for key in ("horizontal_accuracy", "live_period", "heading")}
    return {"location": content.location(params.get("latitude"), params.get("longitude"), **more)}


def _venue(_: World, params: Json) -> Json:
    place = content.location(params.get("latitude"), params.get("longitude"))
    if not params.get("title"):
        raise bad("venue title must be non-empty")
    title, address = params["title"], params.get("address", "")
    return {"venue": {"location": place, "title": title, "address": address}, "location": place}


def _contact(_: World, params: Json) -> Json:
    if not params.get("phone_number"):
        raise bad("contact phone number must be non-empty")
    if not params.get("first_name"):
        raise bad("contact first name must be non-empty")
    return {"contact": {key: params[key] for key in ("phone_number", "first_name", "last_name") if params.get(key)}}


def send_media_group(world: World, params: Json) -> list[Json]:
    """Send an album: two to ten files that share a media_group_id."""
    chat = world.open_chat(params.get("chat_id"))
    album = params.get("media") or []
    if not 2 <= len(album) <= 10:
        raise bad("wrong number of media in the album: expected from 2 to 10")
    parts: list[Json] = []
    for one in album:
        file = content.file_of(world, one["type"], one.get("media"), params)
        parts.append({**content.media(world, one["type"], file), **content.caption_of(one)})
    world.limits.check(chat.id, time.monotonic(), len(parts))
    group = str(13_000_000_000_000_000 + next(world.numbers))
    return [world.post(chat, world.bot, {"media_group_id": group, **part}) for part in parts]


def _original(world: World, params: Json, verb: str) -> Json:
    message = world.chat(params.get("from_chat_id")).messages.get(int(params.get("message_id") or 0))
    if message is None:
        raise bad(f"message to {verb} not found")
    return message


def copy_message(world: World, params: Json) -> Json:
    """Send what another message carries, without saying whose it was."""
    chat = world.open_chat(params.get("chat_id"))
    carried = content.carried(_original(world, params, "copy"))
    if "caption" in params and "text" not in carried:
        carried = {key: part for key, part in carried.items() if not key.startswith("caption")}
        carried.update(content.caption_of(params))
    return {"message_id": deliver(world, chat, carried, params)["message_id"]}


def forward_message(world: World, params: Json) -> Json:
    """Send a message on, with its origin."""
    chat = world.open_chat(params.get("chat_id"))
    original = _original(world, params, "forward")
    origin = {"type": "user", "sender_user": original["from"], "date": original["date"]}
    return deliver(world, chat, {**content.carried(original), "forward_origin": origin}, params)


def send_chat_action(world: World, params: Json) -> bool:
    """Show that the bot is typing: nothing stays of it."""
    world.open_chat(params.get("chat_id"))
    return True


SENDING: dict[str, Callable[[World, Json], Any]] = {
    "sendMessage": sender(_text),
    "sendPhoto": sender(_file("photo")),
    "sendVoice": sender(_file("voice")),
    "sendVideo": sender(_file("video")),
    "sendVideoNote": sender(_file("video_note")),
    "sendAudio": sender(_file("audio")),
    "sendAnimation": sender(_file("animation")),
    "sendDocument": sender(_file("document")),
    "sendSticker": sender(_file("sticker")),
    "sendLocation": sender(_location),
    "sendVenue": sender(_venue),
    "sendContact": sender(_contact),
    "sendMediaGroup": send_media_group,
    "copyMessage": copy_message,
    "forwardMessage": forward_message,
    "sendChatAction": send_chat_action,
}
