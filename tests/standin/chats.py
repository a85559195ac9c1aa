"""What the stand-in keeps about chats, files, calls and taps: plain records without behaviour of their own."""

from dataclasses import dataclass, field
from typing import Any

from .errors import FORBIDDEN, ApiError, Json, migrated


@dataclass(slots=True)
class Chat:
    """A private chat, group or supergroup with its messages as they are displayed now."""

    info: Json
    """The chat as it stands in every message."""
    user: Json | None = None
    """The person behind a private chat."""
    state: str = "open"
    """`open`, `moved`, or a key of FORBIDDEN."""
    moved_to: int = 0
    messages: dict[int, Json] = field(default_factory=dict)
    last_message_id: int = 0
    keyboard: Json | None = None
    """The reply keyboard below the chat; Telegram never tells it back to the bot."""

    @property
    def id(self) -> int:
        """Return the chat's id: positive for people, negative for groups."""
        return int(self.info["id"])

    def check_open(self) -> None:
        """Raise what Telegram answers when the bot may not write here."""
        if self.state == "open":
            return
        if self.state == "moved":
            raise migrated(self.moved_to)
        raise ApiError(403, FORBIDDEN[self.state])


@dataclass(slots=True, frozen=True)
class Upload:
    """A file that came with a call."""

    name: str
    content: bytes


@dataclass(slots=True, frozen=True)
class StoredFile:
    """A file that Telegram keeps; `size` may claim more than the content holds, to try out the limits."""

    file_id: str
    kind: str
    path: str
    content: bytes
    size: int


@dataclass(slots=True)
class Query:
    """A tap on a button that waits for its answer."""

    id: str
    chat_id: int
    too_old: bool = False
    answers: list[Json] = field(default_factory=list)


@dataclass(slots=True)
class Call:
    """One call of the bot as it arrived, and what came of it."""

    at: float
    """Seconds since 1970, when the call was complete at the server."""
    method: str
    chat_id: int | None
    params: Json
    result: Any = None
    error: str | None = None
    """`403 Forbidden: …`; `no answer` when the connection was closed; None when all went well."""
