"""Parcels that wait in memory: in order within each chat, the best lane first among chats whose turn has come."""

import time
from collections import Counter, deque
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count

from bot.limits import Limits
from dispatch.outbox import Parcel

CROWDED = 3  # A person with so many parcels in memory gets no more until some are sent.

Order = tuple[int, int]


@dataclass(slots=True)
class _Chat:
    parcels: list[tuple[Order, int, Parcel]] = field(default_factory=list)  # The number keeps equals in order.
    busy: Parcel | None = None  # Being sent.
    not_before: float = 0.0


class Queues:
    """One queue a chat. A chat that has to wait does not hold up the others."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._chats: dict[str, _Chat] = {}
        self._ready: list[tuple[Order, str]] = []
        self._later: list[tuple[float, str]] = []
        self._at_once: deque[Parcel] = deque()  # Answers to taps and menus: no message, so no limit holds them.
        self._people: Counter[int] = Counter()
        self._size = 0
        self._numbers = count()
        self.crowded: set[int] = set()  # People for whom no more should be claimed.

    def __len__(self) -> int:
        return self._size

    def put(self, parcel: Parcel, wait: float = 0.0) -> None:
        """Take a parcel in; `wait` holds its chat for so many seconds."""
        self._count(parcel, 1)
        if not metered(parcel) and not wait:
            self._at_once.append(parcel)
            return
        chat = self._chats.setdefault(parcel.address, _Chat())
        heappush(chat.parcels, (parcel.order, next(self._numbers), parcel))
        if wait:
            chat.not_before = self._clock() + wait
        self._offer(parcel.address, chat)

    def pop(self) -> Parcel | None:
        """The next parcel that may go now, or None. Its chat is busy until `finish`."""
        if self._at_once:
            return self._out(self._at_once.popleft())
        now = self._clock()
        while self._later and self._later[0][0] <= now:
            address = heappop(self._later)[1]
            self._offer(address, self._chats.get(address))
        while self._ready and self._limits.bot_wait() <= 0:
            order, address = heappop(self._ready)
            chat = self._chats.get(address)
            if chat is None or chat.busy is not None or not chat.parcels or chat.parcels[0][0] != order:
                continue  # Left over; the chat is listed anew whenever its first parcel changes.
            wait = max(chat.not_before - now, self._limits.chat_wait(address))
            if wait > 0:
                heappush(self._later, (now + wait, address))
                continue
            chat.busy = heappop(chat.parcels)[2]
            return self._out(chat.busy)
        return None

    def wait(self) -> float | None:
        """Seconds until `pop` may have something, or None while only `put` or `finish` can change that."""
        waits = [self._later[0][0] - self._clock()] if self._later else []
        if self._ready:
            waits.append(self._limits.bot_wait())
        return max(0.0, min(waits)) if waits else None

    def finish(self, parcel: Parcel) -> None:
        """A parcel that was popped is sent, or is to be put in again."""
        chat = self._chats.get(parcel.address)
        if chat is None or chat.busy is not parcel:
            return  # It went at once, beside the chat's queue.
        chat.busy = None
        if chat.parcels:
            self._offer(parcel.address, chat)
        else:
            del self._chats[parcel.address]

    def __iter__(self) -> Iterator[Parcel]:
        """What waits, in no order that means anything."""
        yield from self._at_once
        yield from (parcel for chat in self._chats.values() for _, _, parcel in chat.parcels)

    def keep(self, ids: Container[int]) -> None:
        """Drop what waits and is not among these messages."""
        for parcel in self.empty():
            if parcel.id in ids:
                self.put(parcel)

    def empty(self) -> list[Parcel]:
        """Take everything out that is not on its way."""
        left = list(self)
        self._at_once.clear()
        self._chats = {address: chat for address, chat in self._chats.items() if chat.busy is not None}
        for chat in self._chats.values():
            chat.parcels.clear()
        self._ready.clear()
        self._later.clear()
        self._people.clear()
        self.crowded.clear()
        self._size = 0
        return left

    def _offer(self, address: str, chat: _Chat | None) -> None:
        if chat is not None and chat.parcels and chat.busy is None:
            heappush(self._ready, (chat.parcels[0][0], address))

    def _out(self, parcel: Parcel) -> Parcel:
        self._count(parcel, -1)
        return parcel

    def _count(self, parcel: Parcel, change: int) -> None:
        self._size += change
        self._people[parcel.person_id] += change
        if self._people[parcel.person_id] >= CROWDED:
            self.crowded.add(parcel.person_id)
        else:
            self.crowded.discard(parcel.person_id)
            if not self._people[parcel.person_id]:
                del self._people[parcel.person_id]


def metered(parcel: Parcel) -> bool:
    """Whether it is a message in a chat, which the limits count and whose order matters."""
    return parcel.message.ack is None and not parcel.message.menu
