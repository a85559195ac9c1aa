"""The methods that change or remove what is displayed already, and the answers to taps."""

from collections.abc import Callable
from typing import Any

from . import content
from .chats import Chat
from .errors import NOT_MODIFIED, QUERY_TOO_OLD, Json, bad
from .world import World


def _mine(world: World, params: Json) -> tuple[Chat, Json]:
    chat = world.open_chat(params.get("chat_id"))
    message = chat.messages.get(int(params.get("message_id") or 0))
    if message is None:
        raise bad("message to edit not found")
    if not world.is_mine(message):
        raise bad("message can't be edited")
    return chat, message


def _change(world: World, chat: Chat, message: Json, **parts: Any) -> Json:
    if all(message.get(key) == part for key, part in parts.items()):
        raise bad(NOT_MODIFIED)
    return world.replace(chat, message, **parts)


def edit_text(world: World, params: Json) -> Json:
    """Replace text, entities and keyboard; a keyboard that is not named is taken away."""
    chat, message = _mine(world, params)
    fresh = content.text_of(params)
    if "text" not in message:
        raise bad("there is no text in the message to edit")
    keyboard = content.inline_keyboard(params.get("reply_markup"))
    return _change(world, chat, message, text=fresh["text"], entities=fresh.get("entities"), reply_markup=keyboard)


def edit_caption(world: World, params: Json) -> Json:
    """Replace the caption and keyboard of a photo or file."""
    chat, message = _mine(world, params)
    fresh = content.caption_of(params)
    if "text" in message or "location" in message:
        raise bad("there is no caption in the message to edit")
    parts = {"caption": fresh.get("caption"), "caption_entities": fresh.get("caption_entities")}
    return _change(world, chat, message, **parts, reply_markup=content.inline_keyboard(params.get("reply_markup")))


def edit_keyboard(world: World, params: Json) -> Json:
    """Replace the keyboard alone, or take it away."""
    chat, message = _mine(world, params)
    return _change(world, chat, message, reply_markup=content.inline_keyboard(params.get("reply_markup")))


def edit_live_location(world: World, params: Json) -> Json:
    """Move a live location."""
    chat, message = _mine(world, params)
    before = message.get("location") or {}
    if "live_period" not in before:
        raise bad("message can't be edited")
    place = content.location(params.get("latitude"), params.get("longitude"))
    place["live_period"] = params.get("live_period") or before["live_period"]
    keyboard = content.inline_keyboard(params.get("reply_markup"))
    return _change(world, chat, message, location=place, reply_markup=keyboard)


def stop_live_location(world: World, params: Json) -> Json:
    """End a live location where it is."""
    chat, message = _mine(world, params)
    before = message.get("location") or {}
    if "live_period" not in before:
        raise bad("message can't be edited")
    place = {key: part for key, part in before.items() if key != "live_period"}
    keyboard = content.inline_keyboard(params.get("reply_markup"))
    return _change(world, chat, message, location=place, reply_markup=keyboard)


def delete(world: World, params: Json) -> bool:
    """Take a message away from the chat."""
    chat = world.open_chat(params.get("chat_id"))
    if chat.messages.pop(int(params.get("message_id") or 0), None) is None:
        raise bad("message to delete not found")
    return True


def answer_tap(world: World, params: Json) -> bool:
    """Answer a tap: the person's button stops spinning and may show a few words."""
    query = world.queries.get(str(params.get("callback_query_id")))
    if query is None or query.too_old:
        raise bad(QUERY_TOO_OLD)
    text = str(params.get("text") or "")
    if len(text) > 200:
        raise bad("MESSAGE_TOO_LONG")
    query.answers.append(params)
    if text:
        world.popups[query.chat_id].append(text)
    return True


EDITING: dict[str, Callable[[World, Json], Any]] = {
    "editMessageText": edit_text,
    "editMessageCaption": edit_caption,
    "editMessageReplyMarkup": edit_keyboard,
    "editMessageLiveLocation": edit_live_location,
    "stopMessageLiveLocation": stop_live_location,
    "deleteMessage": delete,
    "answerCallbackQuery": answer_tap,
}
