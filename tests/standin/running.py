"""Runs the stand-in in a thread of this process, or drives one that runs in another process."""

import asyncio
import base64
import http.client
import json
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self, TypeVar

from .chats import Call
from .desk import DESK
from .errors import Json
from .handles import PATIENCE, Group, Person, wait_until
from .server import Server
from .world import TOKEN, World

Found = TypeVar("Found")


class Driver:
    """All that a test can ask of a stand-in, wherever it runs."""

    token = TOKEN
    api_url = ""
    """For python-telegram-bot: base_url is `{api_url}/bot`, base_file_url is `{api_url}/file/bot`."""

    def do(self, what: str, **details: Any) -> Any:
        """Do one thing of the desk by its name (desk.DESK) and return what comes of it."""
        raise NotImplementedError

    def person(self, who: int, name: str = "", language_code: str = "zh", **more: Any) -> Person:
        """Make a person; more: username, last_name, started=False for somebody who never wrote to the bot."""
        self.do("person", who=who, name=name, language_code=language_code, **more)
        return Person(self, who)

    def people(self, first: int, count: int, **more: Any) -> list[Person]:
        """Make many people with ids in a row."""
        self.do("people", first=first, count=count, **more)
        return [Person(self, who) for who in range(first, first + count)]

    def group(self, chat: int, title: str = "", *, supergroup: bool = False) -> Group:
        """Make a group with the bot in it; its id is negative."""
        self.do("group", chat=chat, title=title, supergroup=supergroup)
        return Group(self, chat)

    def burst(self, who: list[int], count: int, text: str = "{n}") -> tuple[int, int]:
        """Let people send `count` texts in turns; returns the first and the last update id."""
        first, last = self.do("burst", who=who, count=count, text=text)
        return int(first), int(last)

    def raw(self, update: Json) -> int:
        """Queue any JSON as an update; returns its id."""
        return int(self.do("raw", update=update))

    def repeat(self, update_id: int, *, new_id: bool = False) -> int:
        """Deliver an update once more, whatever the offset; with `new_id` as another update of the same content."""
        return int(self.do("repeat", update_id=update_id, new_id=new_id))

    def shuffle(self, seed: int = 0) -> list[int]:
        """Deliver what waits in another order."""
        return list(self.do("shuffle", seed=seed))

    def jump(self, to: int | None = None) -> int:
        """Let update ids go on at a random or given number."""
        return int(self.do("jump", to=to))

    @property
    def pending(self) -> list[Json]:
        """The updates that the bot has not confirmed."""
        return list(self.do("pending"))

    def fails(
        self,
        kind: str,
        method: str = "*",
        chat: int | None = None,
        after: int = 0,
        times: int | None = 1,
        **details: Any,
    ) -> int:
        """Set a fault (faults.KINDS) for matching calls and return its number; times=None: until `heals`."""
        return int(self.do("set_fault", kind=kind, method=method, chat=chat, after=after, times=times, **details))

    def hits(self, fault: int) -> int:
        """How often a fault has hit."""
        return int(self.do("hits", number=fault))

    def heals(self) -> None:
        """End all faults."""
        self.do("heal")

    def limits(self, bot_per_second: int = 0, chat_per_second: int = 0, group_per_minute: int = 0) -> None:
        """Enforce limits on sending; 0 lifts one."""
        self.do("limits", bot_per_second=bot_per_second, chat_per_second=chat_per_second,
                group_per_minute=group_per_minute)  # fmt: skip

    def age_queries(self) -> None:
        """Let all taps so far become too old to be answered."""
        self.do("age_queries")

    def calls(self, method: str | None = None, chat: int | None = None, since: int = 0) -> list[Call]:
        """The bot's calls so far, failed ones included."""
        found = self.do("calls", method=method, chat=chat, since=since)
        return [call if isinstance(call, Call) else Call(**call) for call in found]

    @property
    def counters(self) -> Json:
        """Numbers: calls by method, errors, pushed, confirmed, pending."""
        return dict(self.do("counters"))

    @property
    def webhook(self) -> Json:
        """The webhook as it was set, secret_token included."""
        return dict(self.do("webhook"))

    def forget(self) -> None:
        """Forget the recorded calls."""
        self.do("forget")

    def wait_until(self, predicate: Callable[[], Found], timeout: float = PATIENCE, what: str = "") -> Found:
        """Return the first truthy value of `predicate`."""
        return wait_until(predicate, timeout, what)


async def _served(world: World, port: int = 0) -> Server:
    server = Server(world)
    await server.start(port)
    return server


class StandIn(Driver):
    """A Bot API server in a thread of its own: `with StandIn() as standin:`."""

    def __init__(self, token: str = TOKEN, port: int = 0, keep: int | None = None) -> None:
        """Serve one bot; port 0 takes a free one."""
        self.token = token
        self.world = World(token, keep)
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="stand-in", daemon=True)

    def __enter__(self) -> Self:
        """Start to serve."""
        self._thread.start()
        self._server = self._await(_served(self.world, self._port))
        self.api_url = f"http://127.0.0.1:{self._server.port}"
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Stop serving and end the thread."""
        self._await(self._server.stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    def _await(self, work: Coroutine[Any, Any, Found]) -> Found:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE)

    def do(self, what: str, **details: Any) -> Any:
        """Do one thing in the server's loop, so that nothing needs a lock."""
        done: Future[Any] = Future()

        def run() -> None:
            try:
                done.set_result(DESK[what](self.world, **details))
            except Exception as error:
                done.set_exception(error)

        self._loop.call_soon_threadsafe(run)
        return done.result(PATIENCE)

    def vanishes(self) -> None:
        """Refuse all connections and break the open ones, until it `returns`."""
        self._await(self._server.vanish())

    def returns(self) -> None:
        """Serve again at the same address."""
        self._await(self._server.listen())


class Guest(Driver):
    """A Bot API server in the caller's own event loop: it serves while that runs, and is driven while it stands still.

    Nothing has to be handed from thread to thread, which is most of what a short test would wait for.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, token: str = TOKEN) -> None:
        """Serve one bot at a free port."""
        self.token = token
        self.world = World(token)
        self._loop = loop
        self._server = loop.run_until_complete(_served(self.world))
        self.api_url = f"http://127.0.0.1:{self._server.port}"

    def close(self) -> None:
        """Stop serving."""
        self._loop.run_until_complete(self._server.stop())

    def do(self, what: str, **details: Any) -> Any:
        """Do one thing, now."""
        return DESK[what](self.world, **details)


class Remote(Driver):
    """A stand-in in another process (`python -m tests.standin --port N`), driven through /control. One thread only."""

    def __init__(self, port: int, token: str = TOKEN) -> None:
        """Drive the stand-in on this port of this machine."""
        self.token = token
        self.api_url = f"http://127.0.0.1:{port}"
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)

    def close(self) -> None:
        """Close the connection; the stand-in goes on."""
        self._line.close()

    def do(self, what: str, **details: Any) -> Any:
        """Do one thing over HTTP; ValueError when it was not possible."""
        return self._post({"do": what, **details})

    def do_all(self, things: list[Json]) -> list[Any]:
        """Do many things in one call: a list of {"do": name, …}."""
        return list(self._post(things))

    def _post(self, body: Any) -> Any:
        def plain(thing: Any) -> str:
            return base64.b64encode(thing).decode()

        self._line.request("POST", "/control/do", json.dumps(body, default=plain))
        answer = self._line.getresponse()
        found = json.loads(answer.read())
        if answer.status != 200:
            raise ValueError(found["error"])
        return found
