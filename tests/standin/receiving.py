"""The methods with which the bot asks for updates, files and facts, and sets itself up."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from .errors import (
    TERMINATED_BY_POLL,
    TERMINATED_BY_WEBHOOK,
    WEBHOOK_ACTIVE,
    ApiError,
    Json,
    bad,
    conflict,
)
from .world import World

LONGEST_POLL = 50
LARGEST_DOWNLOAD = 20 * 1024 * 1024


def ask_for(world: World, kinds: list[str] | None) -> None:
    """Remember which kinds of updates the bot wants; None leaves the setting as it was, an empty list resets it."""
    if kinds is not None:
        world.queue.allowed = frozenset(kinds) if kinds else None


def end_poll(world: World, why: ApiError | None) -> None:
    """Let the long poll that waits answer now: with updates (None) or with an error."""
    if world.poll is not None and not world.poll.done():
        world.poll.set_result(why)


async def get_updates(world: World, params: Json) -> list[Json]:
    """Confirm what lies below the offset and return what waits, after at most `timeout` seconds."""
    if world.webhook["url"]:
        raise conflict(WEBHOOK_ACTIVE)
    end_poll(world, conflict(TERMINATED_BY_POLL))
    ask_for(world, params.get("allowed_updates"))
    limit = min(max(int(params.get("limit") or 100), 1), 100)
    offset = int(params.get("offset") or 0)
    timeout = min(float(params.get("timeout") or 0), LONGEST_POLL)
    updates = world.queue.take(offset, limit)
    if updates or timeout <= 0:
        return updates
    world.poll = poll = asyncio.get_running_loop().create_future()
    timer = asyncio.get_running_loop().call_later(timeout, end_poll, world, None)
    try:
        ended = await poll
    finally:
        timer.cancel()
        if world.poll is poll:
            world.poll = None
    if ended is not None:
        raise ended
    return world.queue.take(max(offset, 0), limit)


def set_webhook(world: World, params: Json) -> bool:
    """Deliver updates to an address from now on, or stop to when it is empty."""
    url = str(params.get("url") or "")
    if url and not url.startswith(("http://", "https://")):
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    ask_for(world, params.get("allowed_updates"))
    if params.get("drop_pending_updates"):
        world.queue.clear()
    world.webhook = {**params, "url": url}
    world.webhook_trouble = {}
    if url:
        end_poll(world, conflict(TERMINATED_BY_WEBHOOK))
    world.webhook_changed.set()
    return True


def delete_webhook(world: World, params: Json) -> bool:
    """Go back to getUpdates."""
    return set_webhook(world, {**params, "url": ""})


def get_webhook_info(world: World, _: Json) -> Json:
    """Tell where updates go, how many wait and what went wrong last."""
    info: Json = {
        "url": world.webhook["url"],
        "has_custom_certificate": False,
        "pending_update_count": world.pending(),
    }
    if world.webhook["url"]:
        info["max_connections"] = int(world.webhook.get("max_connections") or 40)
    if world.queue.allowed is not None:
        info["allowed_updates"] = sorted(world.queue.allowed)
    return {**info, **world.webhook_trouble}


def get_file(world: World, params: Json) -> Json:
    """Tell where a file can be fetched."""
    file = world.files.get(str(params.get("file_id")))
    if file is None:
        raise bad("invalid file_id")
    if file.size > LARGEST_DOWNLOAD:
        raise bad("file is too big")
    unique = f"U{file.file_id[-15:]}"
    return {"file_id": file.file_id, "file_unique_id": unique, "file_size": file.size, "file_path": file.path}


def get_me(world: World, _: Json) -> Json:
    """Tell who the bot is."""
    can = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
    return {**world.bot, **can, "can_connect_to_business": False, "has_main_web_app": False}


def get_chat(world: World, params: Json) -> Json:
    """Tell about a chat."""
    info = world.chat(params.get("chat_id")).info
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    return {
        **info,
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


def _scope(params: Json) -> str:
    return json.dumps([params.get("scope") or {"type": "default"}, params.get("language_code") or ""], sort_keys=True)


def set_commands(world: World, params: Json) -> bool:
    """Set the list of commands for a scope and language."""
    world.commands[_scope(params)] = params.get("commands") or []
    return True


def delete_commands(world: World, params: Json) -> bool:
    """Remove the list of commands of a scope and language."""
    world.commands.pop(_scope(params), None)
    return True


def get_commands(world: World, params: Json) -> list[Json]:
    """Return the list of commands of a scope and language."""
    return world.commands.get(_scope(params), [])


def set_menu_button(world: World, params: Json) -> bool:
    """Set the button beside the text field, for one chat or for all (0)."""
    world.menu_buttons[int(params.get("chat_id") or 0)] = params.get("menu_button") or {"type": "default"}
    return True


def agree(_: World, __: Json) -> bool:
    """Say yes; the recorded call is all that stays."""
    return True


AGREED = (
    "logOut", "close", "setMyName", "setMyDescription", "setMyShortDescription", "setMessageReaction",
    "pinChatMessage", "unpinChatMessage", "unpinAllChatMessages", "leaveChat",
)  # fmt: skip
"""Methods that leave nothing but their recorded call."""

RECEIVING: dict[str, Callable[[World, Json], Any]] = {
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "getFile": get_file,
    "getMe": get_me,
    "getChat": get_chat,
    "setMyCommands": set_commands,
    "deleteMyCommands": delete_commands,
    "getMyCommands": get_commands,
    "setChatMenuButton": set_menu_button,
    **dict.fromkeys(AGREED, agree),
}
