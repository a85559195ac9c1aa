"""What goes wrong and when: rules that a test sets, and Telegram's limits when they are enforced."""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from math import ceil
from typing import Any

from .errors import FORBIDDEN, TERMINATED_BY_POLL, ApiError, conflict, migrated, too_many

GATEWAY_PAGE = b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx/1.18.0</body>\r\n</html>\r\n"


@dataclass(slots=True)
class Fault:
    """One rule: for which calls it holds, and what befalls them."""

    method: str = "*"
    """Name of the method, or a pattern such as `send*`."""
    chat: int | None = None
    after: int = 0
    """So many matching calls pass unharmed first."""
    times: int | None = 1
    """So many calls are hit; None for all from then on."""
    error: ApiError | None = None
    gateway: bool = False
    """A 502 whose body is a page, not JSON."""
    drop: bool = False
    """The connection is closed before the call had any effect."""
    lose: bool = False
    """The call has its effect, then the connection is closed without an answer."""
    delay: float = 0.0
    """Seconds before the effect."""
    late: float = 0.0
    """Seconds between the effect and the answer."""
    effect: bool = False
    """The error or the 502 comes after the effect."""
    hits: int = 0

    def meets(self, method: str, chat: int | None) -> bool:
        """Tell whether this call is hit, and count it."""
        if (self.chat is not None and self.chat != chat) or self.times == self.hits:
            return False
        if self.method not in ("*", method) and not fnmatchcase(method, self.method):
            return False
        if self.after:
            self.after -= 1
            return False
        self.hits += 1
        return True


KINDS: dict[str, Callable[..., dict[str, Any]]] = {
    "too_many": lambda retry_after=1: {"error": too_many(retry_after)},
    "forbidden": lambda why="blocked": {"error": ApiError(403, FORBIDDEN[why])},
    "conflict": lambda description=TERMINATED_BY_POLL: {"error": conflict(description)},
    "migrated": lambda to: {"error": migrated(to)},
    "error": lambda code, description, **parameters: {"error": ApiError(code, description, **parameters)},
    "gateway": lambda: {"gateway": True},
    "drop": lambda: {"drop": True},
    "lose": lambda: {"lose": True},
    "delay": lambda seconds: {"delay": seconds},
    "late": lambda seconds: {"late": seconds},
}
"""What a fault may be, with what it needs to know."""


def fault(
    kind: str,
    method: str = "*",
    chat: int | None = None,
    after: int = 0,
    times: int | None = 1,
    effect: bool = False,
    **details: Any,
) -> Fault:
    """Make a rule of one of the KINDS."""
    return Fault(method=method, chat=chat, after=after, times=times, effect=effect, **KINDS[kind](**details))


SLACK = 0.95
"""A window is this much shorter than its name, so that a jittering network does not make a polite bot look rude."""


class Limits:
    """Telegram's limits on sending; off until a number is set."""

    def __init__(self) -> None:
        """Begin without limits."""
        self.bot_per_second = 0
        self.chat_per_second = 0
        self.group_per_minute = 0
        self._sent: defaultdict[int | None, deque[float]] = defaultdict(deque)

    def check(self, chat_id: int, now: float, messages: int = 1) -> None:
        """Count messages that want to go out; raise a 429 when they are too many."""
        windows: list[tuple[int | None, int, float]] = [
            (None, self.bot_per_second, 1.0),
            (chat_id, self.chat_per_second, 1.0),
        ]
        if chat_id < 0:
            windows = [windows[0], (chat_id, self.group_per_minute, 60.0)]
        windows = [window for window in windows if window[1]]
        for key, most, seconds in windows:
            sent = self._sent[key]
            while sent and sent[0] <= now - seconds * SLACK:
                sent.popleft()
            if len(sent) + messages > most and sent:
                raise too_many(max(1, ceil(sent[0] + seconds - now)))
        for key, _, _ in windows:
            self._sent[key].extend([now] * messages)
