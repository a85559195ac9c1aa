"""People and groups as a test speaks of them: `wang.says("…")`, `li.taps("接单")`, `li.heard`."""

import time
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from .acts import buttons_of
from .errors import Json

Found = TypeVar("Found")
PATIENCE = 60.0
"""Seconds that anything may take before it counts as lost: a busy machine is slow, and nobody waits in vain."""
TICK = 0.005
"""Seconds between two looks while waiting."""


def wait_until(predicate: Callable[[], Found], timeout: float = PATIENCE, what: str = "") -> Found:
    """Return the first truthy value of `predicate`; raise TimeoutError when there is none within `timeout` seconds."""
    until = time.monotonic() + timeout
    while not (found := predicate()):
        if time.monotonic() > until:
            raise TimeoutError(what or f"nothing came of {predicate} within {timeout} s")
        time.sleep(TICK)
    return found


class Door(Protocol):
    """Whoever can have things done by a stand-in, in this process or in another."""

    def do(self, what: str, **details: Any) -> Any:
        """Do one thing of the desk and return what comes of it."""


class Shown:
    """A chat as it is displayed now."""

    def __init__(self, door: Door, chat: int) -> None:
        """Look at the chat with this id."""
        self._door = door
        self.chat = chat

    @property
    def messages(self) -> list[Json]:
        """All messages of the chat, oldest first."""
        return list(self._door.do("messages", chat=self.chat))

    @property
    def from_bot(self) -> list[Json]:
        """The bot's messages, oldest first."""
        return list(self._door.do("messages", chat=self.chat, mine=True))

    @property
    def heard(self) -> list[str]:
        """Texts and captions of the bot's messages, oldest first."""
        return [m.get("text") or m["caption"] for m in self.from_bot if "text" in m or "caption" in m]

    @property
    def last(self) -> str:
        """The newest text of the bot; empty when there is none."""
        return (self.heard or [""])[-1]

    @property
    def last_message(self) -> Json:
        """The newest message of the bot; LookupError when there is none."""
        return self.from_bot[-1]

    @property
    def keyboard(self) -> list[str]:
        """Labels of the reply keyboard below the chat."""
        return list(self._door.do("keyboard", chat=self.chat))

    def buttons(self, message: Json | int | None = None) -> list[str]:
        """Labels under a message as it is displayed now; under the bot's newest one when none is named."""
        shown = self.from_bot
        if message is not None:
            number = number_of(message)
            shown = [one for one in self.messages if one["message_id"] == number]
        return [button["text"] for one in shown[-1:] for button in buttons_of(one)]

    def hears(self, part: str, times: int = 1, timeout: float = PATIENCE) -> str:
        """Wait until at least `times` displayed texts of the bot contain `part`; return the newest of them."""

        def enough() -> list[str]:
            found = [text for text in self.heard if part in text]
            return found if len(found) >= times else []

        try:
            return wait_until(enough, timeout)[-1]
        except TimeoutError:
            raise TimeoutError(f"chat {self.chat} did not hear {part!r} {times} times; it heard {self.heard}") from None

    def sees_button(self, label: str, timeout: float = PATIENCE) -> Json:
        """Wait until a message of the bot has this button; return the newest such message."""

        def there() -> list[Json]:
            return [m for m in self.from_bot if any(b["text"] == label for b in buttons_of(m))]

        return wait_until(there, timeout, f"no button {label!r} in chat {self.chat}; it heard {self.heard}")[-1]


def number_of(message: Json | int) -> int:
    """Return the message_id of a message or of its number."""
    return message if isinstance(message, int) else int(message["message_id"])


class Group(Shown):
    """A group with the bot in it."""

    def migrates(self, by: "Person", to: int | None = None) -> int:
        """Become a supergroup; returns the new chat id. This handle follows."""
        self.chat = int(self._door.do("migrates", who=by.id, chat=self.chat, to=to))
        return self.chat

    def adds_bot(self, by: "Person") -> None:
        """Take the bot in."""
        self._door.do("adds_bot", who=by.id, chat=self.chat)

    def removes_bot(self, by: "Person") -> None:
        """Put the bot out."""
        self._door.do("removes_bot", who=by.id, chat=self.chat)


class Person(Shown):
    """Somebody with Telegram in her hand. `chat=` with a Group's id lets her act there instead of in private."""

    def __init__(self, door: Door, who: int) -> None:
        """Act as the person with this id."""
        super().__init__(door, who)
        self.id = who

    def _do(self, what: str, **details: Any) -> Any:
        return self._door.do(what, who=self.id, **{key: part for key, part in details.items() if part is not None})

    def says(self, text: str, reply_to: Json | int | None = None, chat: int | None = None, ago: float = 0) -> Json:
        """Send a text; `ago` dates it back by seconds."""
        number = None if reply_to is None else number_of(reply_to)
        return dict(self._do("says", text=text, reply_to=number, chat=chat, ago=ago))

    def sends_photo(self, caption: str | None = None, file: bytes | None = None, **where: Any) -> Json:
        """Send a photo."""
        return dict(self._do("sends", kind="photo", caption=caption, file=file, **where))

    def sends_album(self, count: int = 3, caption: str | None = None, **where: Any) -> list[Json]:
        """Send several photos at once."""
        return list(self._do("sends_album", count=count, caption=caption, **where))

    def sends_voice(self, file: bytes | None = None, size: int | None = None, **where: Any) -> Json:
        """Send a voice message; `size` may claim more than the file holds."""
        return dict(self._do("sends", kind="voice", file=file, size=size, **where))

    def sends_video(
        self, caption: str | None = None, file: bytes | None = None, size: int | None = None, **where: Any
    ) -> Json:
        """Send a video."""
        return dict(self._do("sends", kind="video", caption=caption, file=file, size=size, **where))

    def sends_document(
        self, caption: str | None = None, file: bytes | None = None, size: int | None = None, **where: Any
    ) -> Json:
        """Send a file."""
        return dict(self._do("sends", kind="document", caption=caption, file=file, size=size, **where))

    def sends_audio(self, caption: str | None = None, **where: Any) -> Json:
        """Send music, or a recording made elsewhere."""
        return dict(self._do("sends", kind="audio", caption=caption, **where))

    def sends_video_note(self, **where: Any) -> Json:
        """Send a round video."""
        return dict(self._do("sends", kind="video_note", **where))

    def sends_animation(self, caption: str | None = None, **where: Any) -> Json:
        """Send a moving picture."""
        return dict(self._do("sends", kind="animation", caption=caption, **where))

    def sends_sticker(self, **where: Any) -> Json:
        """Send a sticker."""
        return dict(self._do("sends", kind="sticker", **where))

    def sends_location(self, latitude: float, longitude: float, **where: Any) -> Json:
        """Send where she is."""
        return dict(self._do("sends_location", latitude=latitude, longitude=longitude, **where))

    def shares_live(self, latitude: float, longitude: float, live_period: int = 900, **where: Any) -> Json:
        """Share where she is for some seconds."""
        return self.sends_location(latitude, longitude, live_period=live_period, **where)

    def moves(self, latitude: float, longitude: float, chat: int | None = None) -> Json:
        """Move her newest live location."""
        return dict(self._do("moves", latitude=latitude, longitude=longitude, chat=chat))

    def sends_contact(self, phone: str, name: str | None = None, user_id: int | None = None, **where: Any) -> Json:
        """Send a contact, her own unless a name is given."""
        return dict(self._do("sends_contact", phone=phone, name=name, user_id=user_id, **where))

    def edits(self, message: Json | int, text: str, chat: int | None = None) -> Json:
        """Change a text that she sent."""
        return dict(self._do("edits", message=number_of(message), text=text, chat=chat))

    def taps(
        self,
        label: str | None = None,
        message: Json | int | None = None,
        data: str | None = None,
        chat: int | None = None,
        inaccessible: bool = False,
    ) -> str | None:
        """Tap on a button, found by its label in the newest message that has it; returns the query's id.

        With `message` as it was once received, its old button is tapped, even if an edit has removed it since.
        """
        number = None
        if message is not None:
            number = number_of(message)
            old = [] if isinstance(message, int) else [b for b in buttons_of(message) if b["text"] == label]
            if old and data is None:
                label, data = None, old[0].get("callback_data")
        where = {"message": number, "chat": chat, "data": data, "label": label}
        found = self._do("taps", **where, inaccessible=inaccessible)
        return None if found is None else str(found)

    @property
    def popups(self) -> list[str]:
        """Words that answers to her taps showed."""
        return list(self._door.do("popups", who=self.id))

    def blocks_bot(self) -> None:
        """Block the bot."""
        self._do("blocks_bot")

    def unblocks_bot(self) -> None:
        """Let the bot in again."""
        self._do("unblocks_bot")

    def deactivates(self) -> None:
        """Delete her account."""
        self._do("deactivates")
