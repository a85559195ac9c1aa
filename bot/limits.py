"""How fast we may speak: sliding windows for the bot and each chat, and the holds that a server asks for."""

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable

PURGE_EVERY = 1000  # Messages between two looks for chats whose windows are empty.
TWO_CHATS_WITHIN = 2.0  # Refusals from two chats within so many seconds mean the bot, not the chats.


class Window:
    """At most so many in any span of so many seconds."""

    __slots__ = ("most", "seconds", "stamps")

    def __init__(self, most: int, seconds: float) -> None:
        self.most = most
        self.seconds = seconds
        self.stamps: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Seconds until one more fits."""
        while self.stamps and self.stamps[0] <= now - self.seconds:
            self.stamps.popleft()
        return 0.0 if len(self.stamps) < self.most else self.stamps[-self.most] + self.seconds - now


def window(rate: float, per: float = 1.0) -> Window:
    """The window of a rate such as 25 a second or 20 a minute; a rate below one has a longer span."""
    most = max(1, math.floor(rate))
    return Window(most, most * per / rate)


def paced(rate: float) -> Window:
    """A short window within one of a second: a fifth of the rate in a fifth of the time, so that nothing bursts."""
    most = max(1, math.ceil(rate / 5))
    return Window(most, most / rate)


class Limits:
    """The windows of one bot. A rate of None sets no limit. All times are seconds of the given clock."""

    def __init__(
        self,
        bot_per_second: float | None = None,
        chat_per_second: float | None = None,
        group_per_minute: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._bot = [window(bot_per_second), paced(bot_per_second)] if bot_per_second else []
        self._per_second, self._per_minute = chat_per_second, group_per_minute
        self._chats: dict[str, list[Window]] = {}
        self._held_chats: dict[str, float] = {}
        self._held_bot = 0.0
        self._refused = ("", -math.inf)
        self._since_purge = 0

    def bot_wait(self) -> float:
        """Seconds until the bot may send to anybody."""
        now = self._clock()
        return max((one.wait(now) for one in self._bot), default=0.0) if now >= self._held_bot else self._held_bot - now

    def chat_wait(self, chat: str) -> float:
        """Seconds until this chat may be sent to."""
        now = self._clock()
        held = self._held_chats.get(chat, 0.0) - now
        return max(held, 0.0, *(one.wait(now) for one in self._chats.get(chat, ())))

    def started(self, chat: str) -> None:
        """A message to this chat sets out."""
        now = self._clock()
        for one in (*self._bot, *self._of(chat)):
            one.stamps.append(now)
        self._since_purge += 1
        if self._since_purge >= PURGE_EVERY:
            self._purge(now)

    def ended(self, chat: str) -> None:
        """It has arrived, or failed; a chat's span counts from here, since on the way messages may catch up."""
        now = self._clock()
        for one in self._chats.get(chat, ()):
            if one.stamps:
                one.stamps[-1] = now

    def refused(self, chat: str, seconds: float) -> None:
        """The server said that it is too much. It does not say for whom: one chat waits, or all when two were hit."""
        now = self._clock()
        other, at = self._refused
        if other != chat and now - at <= TWO_CHATS_WITHIN:
            self._held_bot = max(self._held_bot, now + seconds)
        self._refused = (chat, now)
        self._held_chats[chat] = now + seconds

    async def turn(self, chat: str) -> None:
        """Wait until one more message may go to a chat, and count it."""
        while (wait := max(self.bot_wait(), self.chat_wait(chat))) > 0:  # noqa: ASYNC110 - no event would tell sooner.
            await asyncio.sleep(wait)
        self.started(chat)

    def _of(self, chat: str) -> list[Window]:
        found = self._chats.get(chat)
        if found is None:
            found = [window(self._per_second)] if self._per_second else []
            if chat.startswith("-") and self._per_minute:  # Groups have negative numbers.
                found.append(window(self._per_minute, 60.0))
            self._chats[chat] = found
        return found

    def _purge(self, now: float) -> None:
        self._since_purge = 0
        self._held_chats = {chat: until for chat, until in self._held_chats.items() if until > now}
        for chat in [chat for chat, windows in self._chats.items() if all(_idle(one, now) for one in windows)]:
            del self._chats[chat]


def _idle(one: Window, now: float) -> bool:
    return not one.stamps or one.stamps[-1] <= now - one.seconds
