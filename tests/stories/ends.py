"""The ends in a story: Telegram is our stand-in over real HTTP, the web chat is what its page would show."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Protocol
from uuid import uuid4

from sqlalchemy import bindparam, select, update

from bot.channels.telegram import arrivals
from bot.channels.telegram.sending import TelegramChannel, call
from bot.channels.webchat import WebChat
from dispatch import geo
from models.clock import MovableClock
from models.mail import WebMessage
from models.people import Route
from models.store import Store
from models.words import MediaKind
from tests.standin import TOKEN, Guest
from web import lines
from web import said as web_said

BOT = int(TOKEN.partition(":")[0])
_LINES = (
    select(WebMessage.id, WebMessage.body, WebMessage.replaces)
    .where(WebMessage.address == bindparam("address"))
    .order_by(WebMessage.id)
)


class Village(Protocol):
    """What an end needs of the world around it."""

    store: Store
    clock: MovableClock
    loop: asyncio.AbstractEventLoop

    def wait(self, coroutine: Any) -> Any: ...

    def look(self, statement: Any, **values: Any) -> Sequence[Any]: ...


class Person(Protocol):
    """Who sits at an end."""

    id: int
    name: str
    address: str

    def data(self, label: str) -> str: ...


class Telegram:
    """The telegram end of a story: our stand-in for the Bot API, over real HTTP."""

    name = "telegram"

    def __init__(self, world: Village) -> None:
        self.world = world
        self.server = Guest(world.loop)
        self.channel = TelegramChannel(TOKEN, self.server.api_url)
        world.wait(self.channel.start())
        world.wait(self.channel.learn())
        self._offset = 0
        self._people: dict[str, Any] = {}

    def close(self) -> None:
        self.world.wait(self.channel.stop())
        self.server.close()

    def joins(self, address: str, name: str, language: str = "zh") -> None:
        self._people[address] = self.server.person(int(address), name, language_code=language)

    def does(self, who: Person, what: str, *how: Any, **more: Any) -> None:
        getattr(self._person(who), what)(*how, **more)

    def repeats(self, who: Person) -> None:
        self.server.repeat(self._offset - 1, new_id=True)

    def never_started(self, who: Person) -> None:
        """Their chat was written down by hand, and they never wrote to the bot."""
        address = str(int(who.address) + 100_000)
        self.server.person(int(address), who.name, started=False)
        with self.world.store.write() as conn:
            conn.execute(update(Route).where(Route.person_id == who.id).values(address=address))

    def written(self, who: Person, text: str) -> Any:
        """The message in which they wrote this."""
        return next(one for one in self._person(who).messages if one.get("text") == text)

    def _person(self, who: Person) -> Any:
        return self._people[who.address]

    def says(self, who: Person, text: str) -> None:
        self._person(who).says(text)

    def sends(self, who: Person, kind: str, text: str) -> None:
        person = self._person(who)
        if kind == "photo":
            person.sends_photo(text)
        else:
            getattr(person, f"sends_{kind}")()

    def is_at(self, who: Person, at: geo.Point) -> None:
        self._person(who).sends_location(at.lat, at.lon)

    def taps(self, who: Person, label: str) -> None:
        assert self._person(who).taps(label) is not None or label, label

    def sends_tap(self, who: Person, data: str) -> None:
        query = {"id": uuid4().hex, "chat_instance": "1", "data": data}
        sender = {"id": int(who.address), "is_bot": False, "first_name": who.name}
        self.server.raw({"callback_query": {**query, "from": sender}})

    def screen(self, who: Person) -> list[tuple[str, list[tuple[str, str]]]]:
        shown = []
        for message in self._person(who).from_bot:
            rows = message.get("reply_markup", {}).get("inline_keyboard", [])
            text = message.get("text") or message.get("caption") or ""
            if "location" in message:
                text = f"[pin {message['location']['latitude']:.4f}]"
            shown.append((text, [(one["text"], one.get("callback_data") or one["url"]) for row in rows for one in row]))
        return shown

    def loud(self, who: Person) -> list[str]:
        calls = self.server.calls("sendMessage", int(who.address))
        return [one.params["text"] for one in calls if not one.params.get("disable_notification")]

    def shown(self, who: Person) -> list[str]:
        """The kinds of the recordings on their screen."""
        kinds = ("photo", "voice", "video", "document")
        return [kind for message in self._person(who).from_bot for kind in kinds if kind in message]

    async def sends_all(self, sends: Sequence[Callable[[], Any]]) -> list[Any]:
        """What the sender does: one after the other, since their order is seen."""
        return [await send() for send in sends]

    def fetch(self) -> None:
        """What the poller does: commit, then move on. It does not ask in vain."""
        if all(update["update_id"] < self._offset for update in self.server.pending):
            return
        updates = self.world.wait(call(self.channel.bot, "getUpdates", {"offset": self._offset, "timeout": 0}))
        if updates:
            with self.world.store.write() as conn:
                arrivals.commit(conn, [arrivals.arrival(one, BOT) for one in updates], self.world.clock.now())
            self._offset = max(update["update_id"] for update in updates) + 1


class WebPage:
    """The web chat's end of a story: what the page posts, and what it would show."""

    name = "webchat"

    def __init__(self, world: Village) -> None:
        self.world = world
        self.channel = WebChat(world.store, world.clock)
        self._languages: dict[str, str] = {}
        self._latest: dict[str, web_said.Said] = {}

    def close(self) -> None:
        """Nothing is held."""

    def joins(self, address: str, name: str, language: str = "zh") -> None:
        self._languages[address] = language

    def does(self, who: Person, what: str, *how: Any, **more: Any) -> None:
        raise NotImplementedError(f"mark the story as telegram's, the web chat has no such thing: {what}")

    def repeats(self, who: Person) -> None:
        self._record(who, self._latest[who.address])

    def never_started(self, who: Person) -> None:
        raise NotImplementedError("mark the story as telegram's, nobody has to start the web chat")

    def _record(self, who: Person, said: web_said.Said) -> None:
        self._latest[who.address] = said
        with self.world.store.write() as conn:
            lines.record(conn, who.address, said, self._languages[who.address], self.world.clock.now())

    def says(self, who: Person, text: str) -> None:
        self._record(who, web_said.Said(uuid4().hex, "text", text))

    def sends(self, who: Person, kind: str, text: str) -> None:
        recording = web_said.Recording(MediaKind(kind), "image/jpeg", b"\xff\xd8\xff\xe0 picture")
        self._record(who, web_said.Said(uuid4().hex, kind, text, recording=recording))

    def is_at(self, who: Person, at: geo.Point) -> None:
        self._record(who, web_said.Said(uuid4().hex, "place", lat=at.lat, lon=at.lon, accuracy=10))

    def taps(self, who: Person, label: str) -> None:
        self.sends_tap(who, who.data(label))

    def sends_tap(self, who: Person, data: str) -> None:
        self._record(who, web_said.Said(uuid4().hex, "tap", data=data))

    def screen(self, who: Person) -> list[tuple[str, list[tuple[str, str]]]]:
        shown: dict[int, tuple[str, list[tuple[str, str]]]] = {}
        for line_id, body, replaces in self.world.look(_LINES, address=who.address):
            if body["from"] == "bot":
                buttons = [(one["label"], one["data"]) for row in body["buttons"] for one in row]
                shown[replaces or line_id] = (body["text"], buttons)
                if body["pin"]:
                    shown[line_id + 1_000_000] = (f"[pin {body['pin']['lat']:.4f}]", [])
        return [shown[key] for key in sorted(shown, key=lambda key: key % 1_000_000)]

    def loud(self, who: Person) -> list[str]:
        bodies = [body for _, body, _ in self.world.look(_LINES, address=who.address)]
        return [body["text"] for body in bodies if body["from"] == "bot" and body["alert"]]

    def shown(self, who: Person) -> list[str]:
        """The kinds of the recordings on their screen."""
        bodies = [body for _, body, _ in self.world.look(_LINES, address=who.address)]
        return [one["kind"] for body in bodies if body["from"] == "bot" for one in body["media"]]

    async def sends_all(self, sends: Sequence[Callable[[], Any]]) -> list[Any]:
        """What the sender does: all at once, so that they are stored together, in their order."""
        return await asyncio.gather(*(send() for send in sends))

    def fetch(self) -> None:
        """The page has put it into the inbox already."""
