"""What people do in chats: each act changes the chat and queues the update that Telegram would make of it."""

import base64
import time
from collections.abc import Callable
from typing import Any

from . import content
from .chats import Chat, Query
from .errors import Json
from .world import PHOTO, World

Act = Callable[..., Any]
"""Called with the world and keyword arguments; what it returns can be written as JSON."""


def person(
    world: World,
    who: int,
    name: str = "",
    language_code: str = "zh",
    username: str | None = None,
    last_name: str | None = None,
    started: bool = True,
) -> Json:
    """Make a person and the private chat with the bot; a person known already only changes the name."""
    user: Json = {"id": who, "is_bot": False, "first_name": name or f"Person {who}", "language_code": language_code}
    names = {"username": username, "last_name": last_name}
    user.update({key: part for key, part in names.items() if part})
    info = {key: user[key] for key in ("id", "first_name", "last_name", "username") if key in user} | {
        "type": "private"
    }
    chat = world.chats.get(who)
    if chat is None:
        world.chats[who] = Chat(info, user, "open" if started else "never")
    else:
        chat.info, chat.user = info, user
    return user


def people(world: World, first: int, count: int, name: str = "Person", language_code: str = "zh") -> int:
    """Make many people with ids in a row."""
    for who in range(first, first + count):
        person(world, who, f"{name} {who}", language_code)
    return count


def group(world: World, chat: int, title: str = "", supergroup: bool = False) -> Json:
    """Make a group in which the bot is a member already."""
    kind = "supergroup" if supergroup else "group"
    info = {"id": chat, "title": title or f"Group {chat}", "type": kind}
    if not supergroup:
        info["all_members_are_administrators"] = True
    world.chats[chat] = Chat(info)
    return info


def user_of(world: World, who: int) -> Json:
    """Return the person as she stands in messages; she appears when she is new."""
    known = world.chats.get(who)
    return known.user if known and known.user else person(world, who)


def place(world: World, who: int, chat: int | None) -> Chat:
    """Return the chat in which a person acts: her own unless a group is named."""
    user_of(world, who)
    found = world.chats[who if chat is None else chat]
    if found.state == "never":
        found.state = "open"
    if found.state != "open":
        raise ValueError(f"chat {found.id} is {found.state}: nobody can write to the bot there")
    return found


def write(
    world: World,
    who: int,
    carried: Json,
    chat: int | None = None,
    reply_to: int | None = None,
    ago: float = 0,
) -> Json:
    """Put a person's message into a chat and queue its update."""
    where = place(world, who, chat)
    if reply_to is not None:
        original = where.messages[reply_to]
        carried["reply_to_message"] = {key: part for key, part in original.items() if key != "reply_to_message"}
    message = world.post(where, user_of(world, who), carried, ago)
    world.queue.push("message", message)
    return message


def says(world: World, who: int, text: str, **where: Any) -> Json:
    """Send a text."""
    return write(world, who, content.said(text), **where)


def burst(world: World, who: list[int], count: int, text: str = "{n}") -> list[int]:
    """Let people send `count` texts in turns, `{n}` counting; returns the first and the last update id."""
    first = world.queue.next_id
    for n in range(count):
        write(world, who[n % len(who)], content.said(text.replace("{n}", str(n))))
    return [first, world.queue.next_id - 1]


def sends(
    world: World,
    who: int,
    kind: str,
    caption: str | None = None,
    file: bytes | str | None = None,
    size: int | None = None,
    **where: Any,
) -> Json:
    """Send a photo, voice, video, sticker or document; `file` is bytes, or base64 when it comes over HTTP."""
    carried = _file(world, kind, file, size)
    if caption:
        carried["caption"] = caption
    return write(world, who, carried, **where)


def _file(world: World, kind: str, file: bytes | str | None, size: int | None = None) -> Json:
    raw = base64.b64decode(file) if isinstance(file, str) else PHOTO if file is None else file
    return content.media(world, kind, world.store(kind, raw, size=size))


def sends_album(world: World, who: int, count: int = 3, caption: str | None = None, **where: Any) -> list[Json]:
    """Send several photos at once: an update each, with one media_group_id; the first carries the caption."""
    album = str(13_000_000_000_000_000 + next(world.numbers))
    sent = []
    for number in range(count):
        carried = {"media_group_id": album, **_file(world, "photo", None)}
        if caption and number == 0:
            carried["caption"] = caption
        sent.append(write(world, who, carried, **where))
    return sent


def sends_location(
    world: World, who: int, latitude: float, longitude: float, live_period: int | None = None, **where: Any
) -> Json:
    """Send where she is; with a live_period she can move later."""
    spot = content.location(latitude, longitude, live_period=live_period)
    if live_period:
        spot["horizontal_accuracy"] = 10.0
    return write(world, who, {"location": spot}, **where)


def moves(world: World, who: int, latitude: float, longitude: float, chat: int | None = None) -> Json:
    """Move her newest live location: Telegram makes an edited message of it."""
    where = place(world, who, chat)
    message = next(m for m in _newest(where) if m["from"]["id"] == who and "live_period" in m.get("location", {}))
    spot = {**message["location"], **content.location(latitude, longitude)}
    return _edited(world, world.replace(where, message, location=spot))


def edits(world: World, who: int, message: int, text: str, chat: int | None = None) -> Json:
    """Change a text that she sent before."""
    where = place(world, who, chat)
    fresh = {"entities": None, **content.said(text)}
    return _edited(world, world.replace(where, where.messages[message], **fresh))


def _edited(world: World, message: Json) -> Json:
    world.queue.push("edited_message", message)
    return message


def sends_contact(
    world: World, who: int, phone: str, name: str | None = None, user_id: int | None = None, **where: Any
) -> Json:
    """Send a contact; her own unless another name or user id is given."""
    user = user_of(world, who)
    contact = {"phone_number": phone, "first_name": name or user["first_name"]}
    owner = user_id if user_id is not None else who if name is None else None
    if owner is not None:
        contact["user_id"] = owner
    return write(world, who, {"contact": contact}, **where)


def taps(
    world: World,
    who: int,
    label: str | None = None,
    message: int | None = None,
    data: str | None = None,
    chat: int | None = None,
    inaccessible: bool = False,
) -> str | None:
    """Tap on the button with this label in the newest message that has it, or in a given message.

    Returns the id of the callback query; None when the button of a reply keyboard was tapped, which sends its text.
    `data` taps with other data than the button carries (an old client, a forged tap); `inaccessible` leaves the
    message out, as Telegram does when it is old.
    """
    where = place(world, who, chat)
    candidates = [where.messages[message]] if message is not None else [m for m in _newest(where) if world.is_mine(m)]
    for shown in candidates:
        for button in buttons_of(shown):
            if label is None or button["text"] == label:
                return tap(world, who, where, shown, data or button.get("callback_data"), inaccessible)
    if data is not None and candidates:
        return tap(world, who, where, candidates[0], data, inaccessible)
    for row in (where.keyboard or {}).get("keyboard", []) if message is None else []:
        if label in [button if isinstance(button, str) else button["text"] for button in row]:
            says(world, who, str(label), chat=chat)
            return None
    raise LookupError(
        f"no button {label!r} in chat {where.id}; there are {[b['text'] for m in candidates for b in buttons_of(m)]}"
    )


def tap(world: World, who: int, where: Chat, shown: Json, data: str | None, inaccessible: bool) -> str:
    """Queue a callback query for a message."""
    if data is None:
        raise LookupError("this button opens an address; the bot is told nothing")
    number = str(4_000_000_000_000_000_000 + next(world.numbers))
    world.queries[number] = Query(number, who)
    if world.keep is not None and len(world.queries) > world.keep:
        del world.queries[next(iter(world.queries))]
    if inaccessible:
        shown = {"chat": where.info, "message_id": shown["message_id"], "date": 0}
    instance = str(where.id * 7919)
    query = {"id": number, "from": user_of(world, who), "chat_instance": instance, "message": shown, "data": data}
    world.queue.push("callback_query", query)
    return number


def _newest(chat: Chat) -> list[Json]:
    return [chat.messages[number] for number in sorted(chat.messages, reverse=True)]


def buttons_of(message: Json) -> list[Json]:
    """Return the buttons under a message, row after row."""
    return [button for row in message.get("reply_markup", {}).get("inline_keyboard", []) for button in row]


def membership(world: World, who: int, chat: int | None, state: str, before: str, after: str) -> None:
    """Change whether the bot may write to a chat and queue the my_chat_member update."""
    user_of(world, who)
    where = world.chats[who if chat is None else chat]
    where.state = state

    def member(status: str) -> Json:
        return {"user": world.bot, "status": status, **({"until_date": 0} if status == "kicked" else {})}

    change = {"chat": where.info, "from": user_of(world, who), "date": int(time.time())}
    world.queue.push("my_chat_member", {**change, "old_chat_member": member(before), "new_chat_member": member(after)})


def blocks_bot(world: World, who: int) -> None:
    """Block the bot."""
    membership(world, who, None, "blocked", "member", "kicked")


def unblocks_bot(world: World, who: int) -> None:
    """Let the bot in again."""
    membership(world, who, None, "open", "kicked", "member")


def deactivates(world: World, who: int) -> None:
    """Delete the account: the bot is not told, its next message is refused."""
    user_of(world, who)
    world.chats[who].state = "deactivated"


def adds_bot(world: World, who: int, chat: int) -> None:
    """Take the bot into a group."""
    membership(world, who, chat, "open", "left", "member")


def removes_bot(world: World, who: int, chat: int) -> None:
    """Put the bot out of a group."""
    big = world.chats[chat].info["type"] == "supergroup"
    membership(world, who, chat, "kicked_from_supergroup" if big else "kicked", "member", "kicked")


def migrates(world: World, who: int, chat: int, to: int | None = None) -> int:
    """Turn a group into a supergroup: it gets a new id, both chats tell of it; returns the new id."""
    old = world.chats[chat]
    new_id = to if to is not None else -1_000_000_000_000 + chat
    group(world, new_id, old.info["title"], supergroup=True)
    user = user_of(world, who)
    world.queue.push("message", world.post(old, user, {"migrate_to_chat_id": new_id}))
    world.queue.push("message", world.post(world.chats[new_id], user, {"migrate_from_chat_id": chat}))
    old.state, old.moved_to = "moved", new_id
    return new_id


ACTS: dict[str, Act] = {
    act.__name__: act
    for act in (
        person, people, group, says, burst, sends, sends_album, sends_location, moves, edits, sends_contact, taps,
        blocks_bot, unblocks_bot, deactivates, adds_bot, removes_bot, migrates,
    )
}  # fmt: skip
