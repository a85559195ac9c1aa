"""The queue of updates: ids that grow by one, confirmation by offset, and the disorder that a test may ask for."""

import random
from collections import deque
from collections.abc import Callable

from .errors import Json

NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
"""Kinds that Telegram only sends to a bot that asks for them."""
FUTURE = 10
"""An offset further than this past the newest id is not believed: Telegram then answers from the oldest update."""
PAST = 100_000


class Queue:
    """Updates that wait for the bot, oldest first unless a test shuffled them."""

    def __init__(self, first_id: int = 500_000_001, keep: int | None = None) -> None:
        """Begin at `first_id`; remember the newest `keep` updates for repetition (all when None)."""
        self.next_id = first_id
        self.keep = keep
        self.waiting: deque[Json] = deque()
        self.again: list[Json] = []  # Repetitions: given once more whatever the offset says.
        self.past: dict[int, Json] = {}
        self.allowed: frozenset[str] | None = None
        self.disordered = False
        self.pushed = 0
        self.confirmed = 0
        self.wake: Callable[[], None] = lambda: None

    def __len__(self) -> int:
        """Return how many updates Telegram would call pending."""
        return len(self.waiting) + len(self.again)

    def push(self, kind: str, content: Json) -> int | None:
        """Queue an update and return its id; None when the bot did not ask for this kind."""
        allowed = self.allowed
        if (kind in NOT_BY_DEFAULT) if allowed is None else (kind not in allowed):
            return None
        return self.add({"update_id": self.next_id, kind: content})

    def add(self, update: Json) -> int:
        """Queue an update as it is, its own id included when it brings one."""
        number = int(update.setdefault("update_id", self.next_id))
        self.disordered |= number != self.next_id and bool(self.waiting)
        self.next_id = max(self.next_id, number + 1)
        self.waiting.append(update)
        self.past[number] = update
        if self.keep is not None and len(self.past) > self.keep:
            del self.past[next(iter(self.past))]
        self.pushed += 1
        self.wake()
        return number

    def take(self, offset: int, limit: int) -> list[Json]:
        """Confirm what lies below `offset`, return up to `limit` of the rest."""
        if offset < 0:
            self._drop(max(len(self.waiting) + offset, 0))
        elif self.next_id - PAST <= offset <= self.next_id + FUTURE:
            self._confirm(offset)
        given, self.again = self.again[:limit], self.again[limit:]
        for update in self.waiting:
            if len(given) >= limit:
                break
            given.append(update)
        return given

    def _confirm(self, offset: int) -> None:
        waiting = self.waiting
        before = len(waiting)
        while waiting and waiting[0]["update_id"] < offset:
            waiting.popleft()
        if self.disordered:
            self.waiting = waiting = deque(u for u in waiting if u["update_id"] >= offset)
            self.disordered = bool(waiting)
        self.confirmed += before - len(waiting)

    def _drop(self, count: int) -> None:
        for _ in range(count):
            self.waiting.popleft()
        self.confirmed += count

    def clear(self) -> None:
        """Forget everything that waits, as drop_pending_updates does."""
        self._drop(len(self.waiting))
        self.again.clear()

    def repeat(self, update_id: int, *, new_id: bool) -> int:
        """Deliver a former update once more: as it was, or as a new update with the same content."""
        update = self.past[update_id]
        if new_id:
            return self.add({**update, "update_id": self.next_id})
        self.again.append(update)
        self.wake()
        return update_id

    def shuffle(self, seed: int) -> list[int]:
        """Deliver what waits in another order; returns the ids in that order."""
        waiting = list(self.waiting)
        random.Random(seed).shuffle(waiting)
        self.waiting = deque(waiting)
        self.disordered = True
        return [update["update_id"] for update in waiting]

    def jump(self, to: int | None = None) -> int:
        """Go on with a random id, higher or lower, as Telegram does after a silent week; returns it."""
        self.next_id = random.randrange(1, 2**30) if to is None else to
        self.disordered = bool(self.waiting)
        return self.next_id
