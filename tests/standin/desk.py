"""What a test asks of the stand-in itself: disorder among the updates, faults, limits, a look at what happened."""

from typing import Any

from .acts import ACTS, Act
from .chats import Call
from .errors import Json
from .faults import fault
from .world import World


def raw(world: World, update: Json) -> int:
    """Queue an update as it is, of whatever kind and shape; returns its id."""
    return world.queue.add(dict(update))


def repeat(world: World, update_id: int, new_id: bool = False) -> int:
    """Deliver an update once more, as it was or under a new id."""
    return world.queue.repeat(update_id, new_id=new_id)


def shuffle(world: World, seed: int = 0) -> list[int]:
    """Deliver what waits in another order."""
    return world.queue.shuffle(seed)


def jump(world: World, to: int | None = None) -> int:
    """Let the next update have a random id, or the given one."""
    return world.queue.jump(to)


def pending(world: World) -> list[Json]:
    """Return the updates that the bot has not confirmed (those on their way to a webhook excepted)."""
    return [*world.queue.again, *world.queue.waiting]


def set_fault(world: World, kind: str, **rule: Any) -> int:
    """Set a rule of faults.KINDS and return its number."""
    world.faults.append(fault(kind, **rule))
    return len(world.faults) - 1


def hits(world: World, number: int) -> int:
    """Return how often a rule has hit."""
    return world.faults[number].hits


def heal(world: World) -> None:
    """End all faults."""
    for rule in world.faults:
        rule.times = rule.hits


def limits(world: World, bot_per_second: int = 0, chat_per_second: int = 0, group_per_minute: int = 0) -> None:
    """Enforce limits on sending from now on; 0 lifts one."""
    world.limits.bot_per_second = bot_per_second
    world.limits.chat_per_second = chat_per_second
    world.limits.group_per_minute = group_per_minute


def age_queries(world: World) -> None:
    """Let all taps so far become too old to be answered."""
    for query in world.queries.values():
        query.too_old = True


def messages(world: World, chat: int, mine: bool = False) -> list[Json]:
    """Return the messages of a chat as they are displayed now, oldest first; `mine` only those of the bot."""
    shown = list(world.chats[chat].messages.values())
    return [message for message in shown if world.is_mine(message)] if mine else shown


def keyboard(world: World, chat: int) -> list[str]:
    """Return the labels of the reply keyboard below a chat."""
    rows = (world.chats[chat].keyboard or {}).get("keyboard", [])
    return [button if isinstance(button, str) else button["text"] for row in rows for button in row]


def calls(world: World, method: str | None = None, chat: int | None = None, since: int = 0) -> list[Call]:
    """Return the calls so far, of one method or chat; `since` skips so many calls from the very first."""
    return [
        call
        for call in world.calls[max(since - world.calls_forgotten, 0) :]
        if (method is None or call.method == method) and (chat is None or call.chat_id == chat)
    ]


def counters(world: World) -> Json:
    """Return what can be counted; cheap enough to ask often."""
    return {
        "calls": dict(world.counts),
        "errors": dict(world.errors),
        "recorded": world.calls_forgotten + len(world.calls),
        "pushed": world.queue.pushed,
        "confirmed": world.queue.confirmed,
        "pending": world.pending(),
        "next_update_id": world.queue.next_id,
        "polling": world.poll is not None,
    }


def popups(world: World, who: int) -> list[str]:
    """Return the words that answers to taps showed to a person."""
    return list(world.popups[who])


def answers(world: World, query: str) -> list[Json]:
    """Return the answers to one tap."""
    return list(world.queries[query].answers)


def webhook(world: World) -> Json:
    """Return the webhook as it was set, secret included."""
    return dict(world.webhook)


def commands(world: World) -> dict[str, list[Json]]:
    """Return the lists of commands by scope and language."""
    return dict(world.commands)


def upload(world: World, file_id: str) -> int:
    """Return the size of a stored file."""
    return world.files[file_id].size


def forget(world: World) -> None:
    """Forget the calls so far; the counters go on."""
    world.calls_forgotten += len(world.calls)
    world.calls.clear()


DESK: dict[str, Act] = {
    **ACTS,
    **{
        ask.__name__: ask
        for ask in (
            raw, repeat, shuffle, jump, pending, set_fault, hits, heal, limits, age_queries, messages, keyboard, calls,
            counters, popups, answers, webhook, commands, upload, forget,
        )
    },
}  # fmt: skip
"""All that can be asked, by name: one table for Python and for the control address."""
