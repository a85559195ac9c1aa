"""What tests of Telegram over real HTTP need: people there, a store, its sender, and loops in threads of their own."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any

from sqlalchemy import insert, select

from bot.channels.telegram.sending import TelegramChannel
from bot.limits import Limits
from bot.sender import Sender, Supplies
from dispatch.messages import CardOf, Message
from dispatch.outbox import Lost
from dispatch.rules import Rules
from dispatch.work import Work
from models.clock import SystemClock
from models.mail import Outbox
from models.people import Person, Route
from models.requests import Request
from models.store import Store
from models.words import Lane, Language, Post, State, Urgency
from tests.standin import Person as Handle
from tests.standin import StandIn, wait_until

CLOCK = SystemClock()


class Words:
    """Texts that say the key and the words."""

    def say(self, language: Language, key: str, /, **params: Any) -> str:
        if key == "broken":
            raise KeyError(key)
        return f"again: {params['text']}" if key == "sent_again" else str(params.get("words", key))


@contextmanager
def running(work: Callable[[], Any]) -> Iterator[list[BaseException]]:
    """Run a coroutine in an event loop of its own thread; yields what it raised at last."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(work())
        except BaseException as error:
            raised.append(error)

    thread = Thread(target=run)
    thread.start()
    try:
        yield raised
    finally:
        thread.join(30)
        assert not thread.is_alive()


@dataclass
class House:
    """A store with people on Telegram, a sender that carries its outbox, and the stand-in at the other end."""

    store: Store
    standin: StandIn
    lost: list[Lost] = field(default_factory=list)
    limits: Limits = field(default_factory=Limits)
    sender: Sender | None = None

    def people(self, *numbers: int) -> None:
        with self.store.write() as conn:
            for number in numbers:
                self.standin.person(number, f"人{number}")
                conn.execute(insert(Person), {"id": number, "name": f"人{number}", "created_at": CLOCK.now()})
                conn.execute(insert(Route), {"person_id": number, "channel": "telegram", "address": str(number)})

    def who(self, number: int) -> Handle:
        return Handle(self.standin, number)

    def request(self) -> None:
        now = CLOCK.now()
        row = {
            "id": 1, "token": "r1", "requester_id": 11, "words": "灯坏了", "category": "other", "ladder": [],
            "urgency": Urgency.NORMAL, "state": State.OFFERED, "opened_at": now, "heard_at": now,
        }  # fmt: skip
        with self.store.write() as conn:
            conn.execute(insert(Request), row)

    def post(self, *posts: tuple[int, str | Message, Lane], key: str | None = None) -> None:
        with self.store.write() as conn:
            work = Work(conn, CLOCK.now(), Rules())
            for person, said, lane in posts:
                message = Message("say", {"words": said}) if isinstance(said, str) else said
                work.post(person, message, lane, key=key)
                if message.card or message.edit:
                    work.posts[-1]["request_id"] = 1
            work.flush()
        if self.sender is not None:
            self.sender.wake()

    def states(self) -> dict[Post, int]:
        with self.store.read() as conn:
            return Counter(conn.execute(select(Outbox.state)).scalars())

    def settled(self, count: int, timeout: float = 20) -> None:
        wait_until(lambda: self.states() == {Post.SENT: count}, timeout, f"{self.states()}")

    def lose(self, lost: list[Lost]) -> None:
        self.lost += lost

    def draw(self, _conn: Any, wanted: Sequence[CardOf]) -> list[Message]:
        return [Message("say", {"words": f"{one.part} now"}, card=one.part) for one in wanted]

    @contextmanager
    def sending(self) -> Iterator[Sender]:
        menus = {"steward": [("help", "帮助")]}
        channel = TelegramChannel(
            self.standin.token,
            self.standin.api_url,
            self.limits,
            menus=lambda name, _: menus[name],
            load=lambda token: (b"\xff\xd8\xff", "image/jpeg") if token == "web" else None,
        )
        supplies = Supplies(Words(), Language.ZH, self.draw, self.lose)
        self.sender = Sender(self.store, CLOCK, channel, supplies, self.limits)
        with running(self.sender.run):
            try:
                yield self.sender
            finally:
                self.sender.stop()
