"""Telegram over real HTTP against the stand-in: what is sent arrives, in order, within limits, whatever goes wrong."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import insert, select

from bot.channels.telegram import polling
from bot.channels.telegram.polling import Patience, Poller, PollerStuck
from bot.channels.telegram.sending import TelegramChannel
from bot.channels.telegram.webhook import announce
from bot.limits import Limits
from bot.sender import Sender, Supplies
from dispatch import inbox, marks
from dispatch.messages import Attachment, Button, CardOf, Message, Pin
from dispatch.outbox import Lost
from dispatch.rules import Rules
from dispatch.work import Work
from models.clock import SystemClock
from models.mail import Card, Inbox, Outbox
from models.people import Person, Route
from models.requests import Request
from models.store import Store
from models.tables import metadata
from models.words import Lane, Language, MediaKind, Post, RouteState, State, Urgency
from tests.standin import Person as Handle
from tests.standin import StandIn, wait_until

CLOCK = SystemClock()
QUICK = Patience(poll=1, margin=1, first_wait=0.05, longest_wait=0.1, conflict=0.1, refused=0.1)


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


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with StandIn() as standin:
        yield standin


@pytest.fixture
def house(store: Store, standin: StandIn) -> House:
    house = House(store, standin)
    house.people(11, 12, 13)
    return house


@pytest.fixture
def small(tmp_path: Path, standin: StandIn) -> Iterator[House]:
    """The same on SQLite alone, for what has nothing to do with the engine."""
    store = Store(f"sqlite:///{tmp_path / 'small.db'}")
    metadata.create_all(store.engine)
    house = House(store, standin)
    house.people(11, 12, 13)
    yield house
    store.close()


def heard(house: House, person: int) -> list[str]:
    return house.who(person).heard


def test_messages_arrive_once_each_and_in_order(house: House) -> None:
    with house.sending():
        for number in range(10):
            house.post((11, f"a{number}", Lane.ANSWER), (12, f"b{number}", Lane.ANSWER))
        house.settled(20)
    assert heard(house, 11) == [f"a{number}" for number in range(10)]
    assert heard(house, 12) == [f"b{number}" for number in range(10)]


def test_a_card_is_edited_where_it_is_and_said_anew_when_it_is_gone(small: House) -> None:
    small.request()
    card = Message("say", {"words": "offer"}, ((Button("接单", "acc:t"),),), card="offer")
    edit = Message("", edit="offer")
    with small.sending():
        small.post((11, card, Lane.OFFER))
        wang = small.who(11)
        wang.hears("offer")
        small.settled(1)
        assert wang.buttons() == ["接单"]
        small.post((11, edit, Lane.STATUS), key="edit:1:11:offer")
        wang.hears("offer now")
        small.settled(2)
        assert wang.buttons() == []
        assert len(wang.heard) == 1
        small.post((11, edit, Lane.STATUS), key="edit:1:11:offer")  # "Not modified" is fine.
        small.settled(2)
        small.standin.fails("error", "editMessageText", code=400, description="Bad Request: message to edit not found")
        small.post((11, edit, Lane.STATUS), key="edit:1:11:offer")
        wait_until(lambda: len(wang.heard) == 2)
        small.settled(2)
    with small.store.read() as conn:
        assert conn.execute(select(Card.message_ref)).scalars().all() == [str(wang.last_message["message_id"])]


def test_photos_pins_places_taps_and_menus(small: House) -> None:
    wang = small.who(11)
    sent = wang.sends_photo()
    ours = Attachment("t", MediaKind.PHOTO, "telegram", sent["photo"][-1]["file_id"])
    upload = Attachment("web", MediaKind.PHOTO, "webchat", None)
    with small.sending():
        small.post(
            (11, Message("say", {"words": "look"}, media=(ours,), pin=Pin(40.1, 118.3, "村口")), Lane.OFFER),
            (12, Message("say", {"words": "upload"}, media=(upload,)), Lane.OFFER),
            (13, Message("say", {"words": "where"}, ask_place=True), Lane.ANSWER),
            (11, Message("", menu=True, params={"menu": "steward"}), Lane.STATUS),
            (12, Message("", ack="too old"), Lane.ANSWER),
        )
        small.settled(5)
        assert small.who(12).last == "upload"
        assert [("photo" in one, "venue" in one) for one in wang.from_bot] == [(True, False), (False, True)]
        assert small.who(13).keyboard == ["button.share_place"]
    assert [call.method for call in small.standin.calls("setMyCommands")] == ["setMyCommands"]


def test_a_photo_that_telegram_does_not_know_leaves_the_words(small: House) -> None:
    bad = Attachment("t", MediaKind.PHOTO, "telegram", "no such file")
    with small.sending():
        small.post((11, Message("say", {"words": "look"}, media=(bad,)), Lane.OFFER))
        small.settled(1)
    assert heard(small, 11) == ["look"]


def test_a_blocked_chat_is_lost_at_once_and_others_go_on(house: House) -> None:
    house.who(11).blocks_bot()
    with house.sending():
        house.post((11, "a", Lane.OFFER), (12, "b", Lane.OFFER))
        wait_until(lambda: house.lost)
        house.who(12).hears("b")
    assert [(lost.person_id, lost.reason) for lost in house.lost] == [(11, "Forbidden: bot was blocked by the user")]
    with house.store.read() as conn:
        dead = select(Route.state).where(Route.person_id == 11)
        assert conn.execute(dead).scalar() is RouteState.DEAD


def test_one_message_that_cannot_be_said_harms_no_other(small: House) -> None:
    with small.sending():
        small.post((11, Message("broken"), Lane.ANSWER), (11, "b", Lane.ANSWER))
        small.who(11).hears("b")
        wait_until(lambda: small.states() == {Post.DEAD: 1, Post.SENT: 1})


def test_what_the_server_did_not_see_is_sent_when_it_is_back_in_order_and_once(small: House) -> None:
    with small.sending():
        small.standin.vanishes()
        small.post(*((11, f"a{number}", Lane.ANSWER) for number in range(5)))
        time.sleep(0.5)
        small.standin.returns()
        small.settled(5)
    assert heard(small, 11) == [f"a{number}" for number in range(5)]


@pytest.mark.parametrize("kind", ["gateway", "drop"])
def test_a_fault_on_the_way_loses_nothing(small: House, kind: str) -> None:
    small.standin.fails(kind, "sendMessage", times=2)
    with small.sending():
        small.post((11, "a", Lane.ANSWER), (12, "b", Lane.ANSWER))
        small.settled(2)
    assert [len(heard(small, person)) for person in (11, 12)] == [1, 1]


def test_an_answer_that_got_lost_on_the_way_back_is_repeated_once_and_says_so(small: House) -> None:
    small.standin.fails("lose", "sendMessage")
    with small.sending():
        small.post((11, "a", Lane.ANSWER))
        small.settled(1)
    assert heard(small, 11) == ["a", "again: a"]


def test_a_broadcast_in_doubt_is_not_repeated(small: House) -> None:
    small.standin.fails("lose", "sendMessage")
    with small.sending():
        small.post((11, "a", Lane.BROADCAST))
        small.settled(1)
        time.sleep(0.3)
    assert heard(small, 11) == ["a"]


def test_a_429_of_one_chat_does_not_stop_the_others(small: House) -> None:
    small.standin.fails("too_many", "sendMessage", chat=11, retry_after=1)
    with small.sending():
        small.post((11, "a1", Lane.OFFER), (11, "a2", Lane.OFFER))
        start = time.monotonic()
        small.post(*((12, f"b{number}", Lane.STATUS) for number in range(5)))
        small.who(12).hears("b4")
        assert heard(small, 11) == []
        small.settled(7)
        assert time.monotonic() - start >= 0.9
    assert heard(small, 11) == ["a1", "a2"]


def test_the_limits_of_telegram_are_kept_and_offers_go_first(small: House) -> None:
    small.limits = Limits(bot_per_second=10, chat_per_second=1, group_per_minute=20)
    small.standin.limits(bot_per_second=12, chat_per_second=1)
    people = range(100, 120)
    small.people(*people)
    small.post(*((person, "news", Lane.BROADCAST) for person in people))
    with small.sending():
        wait_until(lambda: len(small.standin.calls("sendMessage")) >= 3)
        small.post((11, "offer", Lane.OFFER), (11, "and more", Lane.ANSWER))
        small.who(11).hears("offer", timeout=2)
        assert len(small.standin.calls("sendMessage")) < 20
        small.settled(22)
    assert [call.error for call in small.standin.calls("sendMessage") if call.error] == []
    first, second = (call.at for call in small.standin.calls("sendMessage", 11))
    assert second - first >= 0.95


def test_a_group_that_became_a_supergroup_is_followed(small: House) -> None:
    group = small.standin.group(-50, "三组")
    with small.store.write() as conn:
        conn.execute(insert(Person), {"id": 50, "name": "三组", "created_at": CLOCK.now()})
        conn.execute(insert(Route), {"person_id": 50, "channel": "telegram", "address": "-50"})
    group.migrates(small.who(11))
    with small.sending():
        small.post((50, "hello", Lane.STATUS))
        small.settled(1)
    assert group.heard == ["hello"]


def test_what_waits_in_memory_is_given_back_at_the_end(small: House) -> None:
    small.limits = Limits(chat_per_second=0.1)
    with small.sending():
        small.post(*((11, f"a{number}", Lane.STATUS) for number in range(4)))
        small.who(11).hears("a0")
    assert small.states() == {Post.SENT: 1, Post.PENDING: 3}


def test_two_senders_share_one_outbox_without_sending_twice(house: House) -> None:
    other = House(house.store, house.standin)
    with house.sending(), other.sending():
        for number in range(30):
            house.post((11, f"a{number}", Lane.STATUS), (12, f"b{number}", Lane.STATUS))
        house.settled(60)
    assert heard(house, 11) == [f"a{number}" for number in range(30)]


# Receiving.


@contextmanager
def polled(house: House, patience: Patience = QUICK, api_url: str = "") -> Iterator[tuple[Poller, list[BaseException]]]:
    poller = Poller(house.store, CLOCK, house.standin.token, api_url or house.standin.api_url, lambda: None, patience)
    loops: list[asyncio.AbstractEventLoop] = []

    async def run() -> None:
        loops.append(asyncio.get_running_loop())
        await poller.run()

    with running(run) as raised:
        wait_until(lambda: loops)
        try:
            yield poller, raised
        finally:
            if not raised:
                loops[0].call_soon_threadsafe(poller.stop)


def keys(house: House) -> list[str]:
    with house.store.read() as conn:
        return list(conn.execute(select(Inbox.key).order_by(Inbox.id)).scalars())


def mark(house: House, name: str) -> str | None:
    with house.store.read() as conn:
        found = marks.get(conn, name)
        return None if found is None else found[0]


def test_updates_are_on_disk_before_they_are_confirmed(house: House) -> None:
    wang = house.who(11)
    first = [wang.says(f"m{number}")["message_id"] for number in range(5)]
    with polled(house):
        wait_until(lambda: len(keys(house)) == 5)
        wait_until(lambda: house.standin.counters["pending"] == 0)
    assert keys(house) == [f"m:11:{number}" for number in first]
    late = wang.says("later")["message_id"]
    with polled(house):  # It goes on where the one before stood.
        wait_until(lambda: len(keys(house)) == 6)
    assert keys(house)[-1] == f"m:11:{late}"


def test_nothing_is_confirmed_while_the_database_is_away(small: House) -> None:
    small.who(11).says("hello")
    metadata.drop_all(small.store.engine, tables=[Inbox.__table__])  # type: ignore[list-item]
    with polled(small):
        wait_until(lambda: mark(small, polling.TROUBLE))
        assert small.standin.counters["pending"] == 1
        metadata.create_all(small.store.engine)
        wait_until(lambda: len(keys(small)) == 1)
        wait_until(lambda: mark(small, polling.TROUBLE) == "")


def test_the_same_update_twice_and_odd_updates_are_one_row_each(small: House) -> None:
    small.who(11).says("hello")
    again = small.standin.pending[0]["update_id"]
    small.standin.repeat(again, new_id=True)
    small.standin.raw({"message": "odd"})
    small.standin.raw({"callback_query": {"id": 7}})
    with polled(small):
        wait_until(lambda: small.standin.counters["pending"] == 0)
    assert len(keys(small)) == 3


def test_a_wrong_token_and_a_second_poller_are_noted_and_waited_out(small: House) -> None:
    small.standin.fails("error", "getUpdates", times=3, code=401, description="Unauthorized")
    small.who(11).says("hello")
    with polled(small):
        wait_until(lambda: (mark(small, polling.TROUBLE) or "").startswith("token refused"))
        wait_until(lambda: mark(small, polling.TROUBLE) == "")
        small.standin.fails("conflict", "getUpdates", times=2)
        wait_until(lambda: (mark(small, polling.TROUBLE) or "").startswith("conflict"))
        wait_until(lambda: mark(small, polling.TROUBLE) == "")
    assert len(keys(small)) == 1


def test_a_webhook_in_the_way_is_taken_away_with_nothing_lost(small: House) -> None:
    async def point_it_elsewhere() -> None:
        channel = TelegramChannel(small.standin.token, small.standin.api_url)
        await channel.start()
        await announce(channel.bot, "http://127.0.0.1:9/telegram", "secret")
        await channel.stop()

    asyncio.run(point_it_elsewhere())
    small.who(11).says("hello")
    with polled(small):
        wait_until(lambda: len(keys(small)) == 1)


def test_a_poller_without_an_answer_gives_up_at_last(small: House) -> None:
    patience = Patience(poll=1, margin=1, first_wait=0.05, longest_wait=0.05, rebuild_after=0.1, give_up_after=0.5)
    with polled(small, patience, "http://127.0.0.1:9") as (_, raised):
        wait_until(lambda: raised)
    assert isinstance(raised[0], PollerStuck)


def test_a_poller_goes_on_when_the_network_is_back(small: House) -> None:
    with polled(small):
        wait_until(lambda: mark(small, polling.OK) is not None)
        small.standin.vanishes()
        small.who(11).says("hello")
        time.sleep(0.3)
        small.standin.returns()
        wait_until(lambda: len(keys(small)) == 1)


def test_what_came_in_is_claimed_as_it_was_sent(small: House) -> None:
    small.who(11).says("灯坏了 😀")
    with polled(small):
        wait_until(lambda: len(keys(small)) == 1)
    with small.store.write() as conn:
        (letter,) = inbox.claim(conn, CLOCK.now(), 10)
    assert letter.payload["message"]["text"] == "灯坏了 😀"
    assert letter.sender == "telegram:11"
