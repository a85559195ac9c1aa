"""The web room on a real loopback port over a store of its own, with a pretended bot that writes lines."""

import asyncio
import itertools
import json
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from babel.messages.pofile import read_po
from sqlalchemy import Table, func, insert, select

from bot.texts import FOLDER
from dispatch.rules import Rules
from models.clock import MovableClock
from models.mail import Inbox, WebMessage
from models.store import Store
from models.tables import metadata
from models.words import Language
from tests.conftest import stamp
from web.app import DemoControls, Deps, create_app
from web.chat import address_of
from web.serve import Server


def read_texts(language: Language) -> dict[str, str]:
    """The web room's own texts of one language."""
    with (FOLDER / language / "web.po").open("rb") as file:
        return {str(message.id): str(message.string) for message in read_po(file) if message.id}


_NONE = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # Never used; without it each client reads the machine's certificates.
TEXTS = {language: read_texts(language) for language in Language}


def say(language: Language, key: str, params: dict[str, Any]) -> str:
    """A text as the service would say it."""
    return TEXTS[language][key].format_map(params)


def wait_until(true: Callable[[], Any], seconds: float = 60) -> Any:
    """The first true value, or a failed test."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.02)
    raise AssertionError(f"did not come true within {seconds} s")


@dataclass(frozen=True)
class Trouble:
    """A fault as the service reports it."""

    name: str
    detail: str


@dataclass
class Room:
    """Starts and stops the server; its port stays the same, so that a page finds it again."""

    store: Store
    rules: Rules = field(default_factory=Rules)
    demo: DemoControls | None = None
    says_per_minute: int = 1000
    port: int = 0
    faults: list[Trouble] = field(default_factory=list)
    fetched: dict[str, bytes] = field(default_factory=dict)
    arrivals: int = 0

    def __post_init__(self) -> None:
        self.clock = MovableClock(datetime.now(UTC))
        self._numbers = itertools.count(1)

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Room":
        """Serve in a thread, and wait until it does."""
        app = create_app(self.deps())
        self.server = Server(app, "127.0.0.1", self.port)
        self.hub = app.state.hub
        self._thread = threading.Thread(target=lambda: asyncio.run(self.server.serve()), daemon=True)
        self._thread.start()
        wait_until(lambda: self.server.started)
        self.port = self.server.servers[0].sockets[0].getsockname()[1]
        return self

    def stop(self) -> None:
        """End the server and its streams."""
        self.server.should_exit = True
        self._thread.join(60)
        assert not self._thread.is_alive()

    def deps(self) -> Deps:
        """What the composition root would give."""

        async def fetch(row: Any) -> bytes | None:
            return self.fetched.get(row.file_ref)

        def arrived() -> None:
            self.arrivals += 1

        def health() -> Sequence[Trouble]:
            return self.faults

        return Deps(
            store=self.store, clock=self.clock, rules=self.rules, say=say, arrived=arrived, health=health,
            fetch_media=fetch, demo=self.demo, says_per_minute=self.says_per_minute,
        )  # fmt: skip

    def bot(self, key: str, text: str, *, replaces: int | None = None, ago: float = 0, **parts: Any) -> int:
        """Write a line of the service into the chat with this key, as its channel does; returns the line's id."""
        body: dict[str, Any] = {
            "from": "bot",
            "text": text,
            "buttons": [],
            "media": [],
            "pin": None,
            "alert": False,
            "ask_place": False,
        }
        row = {
            "address": address_of(key),
            "key": f"out:{next(self._numbers)}:{time.monotonic_ns()}",
            "body": {**body, **parts},
            "replaces": replaces,
            "at": datetime.now(UTC) - timedelta(seconds=ago),
        }
        with self.store.write() as conn:
            return int(conn.execute(insert(WebMessage).returning(WebMessage.id), row).scalar_one())

    def inbox(self) -> list[Any]:
        """The payloads that came in, in order."""
        with self.store.read() as conn:
            return list(conn.execute(select(Inbox.payload).order_by(Inbox.id)).scalars())

    def count(self, table: type) -> int:
        """How many rows a table has."""
        rows: Table = metadata.tables[table.__tablename__]  # type: ignore[attr-defined]
        with self.store.read() as conn:
            return int(conn.execute(select(func.count()).select_from(rows)).scalar_one())

    def client(self, key: str = "", **headers: str) -> httpx.Client:
        """A plain HTTP client, with the key of a chat if one is given."""
        if key:
            headers["Authorization"] = f"Bearer {key}"
        return httpx.Client(base_url=self.url, headers=headers, timeout=60, verify=_NONE)


def new_store(folder: Path) -> Store:
    """An empty store on SQLite."""
    store = Store(f"sqlite:///{folder / 'web.db'}")
    stamp(store)
    return store


def hear(room: Room, key: str, count: int, after: int = 0) -> list[dict[str, Any]]:
    """The next lines of a chat as its page hears them; heartbeats are passed over."""
    found: list[dict[str, Any]] = []
    with room.client(key) as client, client.stream("GET", f"/api/chat/events?after={after}") as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        for line in answer.iter_lines():
            if line.startswith("data: "):
                found.append(json.loads(line[6:]))
            if len(found) == count:
                break
    return found


def words(said: str, number: int = 1) -> dict[str, Any]:
    """A text as the page sends it."""
    return {"id": f"message-{number:04}", "kind": "text", "text": said}
