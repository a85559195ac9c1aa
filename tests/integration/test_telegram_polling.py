"""Telegram over real HTTP against the stand-in: what is heard is on disk before it is confirmed."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from bot.channels.telegram import polling
from bot.channels.telegram.polling import Patience, Poller, PollerStuck
from bot.channels.telegram.sending import TelegramChannel
from bot.channels.telegram.webhook import announce
from dispatch import inbox, marks
from models.mail import Inbox
from models.tables import metadata
from tests.integration.telegramroom import CLOCK, House, running
from tests.standin import TOKEN, wait_until

BOT = TOKEN.partition(":")[0]
QUICK = Patience(poll=1, margin=20, first_wait=0.05, longest_wait=0.1, conflict=0.1, refused=0.1)


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
    assert keys(house) == [f"m:{BOT}:11:{number}" for number in first]
    late = wang.says("later")["message_id"]
    with polled(house):  # It goes on where the one before stood.
        wait_until(lambda: len(keys(house)) == 6)
    assert keys(house)[-1] == f"m:{BOT}:11:{late}"


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
    small.standin.fails("error", "getUpdates", times=None, code=401, description="Unauthorized")
    small.who(11).says("hello")
    with polled(small):
        wait_until(lambda: (mark(small, polling.TROUBLE) or "").startswith("token refused"))
        small.standin.heals()
        wait_until(lambda: mark(small, polling.TROUBLE) == "")
        small.standin.fails("conflict", "getUpdates", times=None)
        wait_until(lambda: (mark(small, polling.TROUBLE) or "").startswith("conflict"))
        small.standin.heals()
        wait_until(lambda: mark(small, polling.TROUBLE) == "")
    assert len(keys(small)) == 1


def test_a_webhook_in_the_way_is_taken_away_with_nothing_lost(small: House) -> None:
    async def point_it_elsewhere() -> None:
        channel = TelegramChannel(small.standin.token, small.standin.api_url)
        await channel.start()
        await announce(channel.bot, "http://127.0.0.1:9/telegram", "secret")
        await channel.stop()

    asyncio.run(point_it_elsewhere())
    sent = small.who(11).says("hello")["message_id"]
    with polled(small):
        wait_until(lambda: len(keys(small)) == 1)
    assert keys(small) == [f"m:{BOT}:11:{sent}"]


def test_a_poller_without_an_answer_gives_up_at_last(small: House) -> None:
    patience = Patience(poll=1, margin=1, first_wait=0.05, longest_wait=0.05, rebuild_after=0.1, give_up_after=0.5)
    with polled(small, patience, "http://127.0.0.1:9") as (_, raised):
        wait_until(lambda: raised)
    assert isinstance(raised[0], PollerStuck)


def test_a_poller_goes_on_when_the_network_is_back(small: House) -> None:
    with polled(small):
        wait_until(lambda: mark(small, polling.OK) is not None)
        small.standin.vanishes()
        sent = small.who(11).says("hello")["message_id"]
        time.sleep(0.3)
        small.standin.returns()
        wait_until(lambda: len(keys(small)) == 1)
    assert keys(small) == [f"m:{BOT}:11:{sent}"]


def test_what_came_in_is_claimed_as_it_was_sent(small: House) -> None:
    small.who(11).says("灯坏了 😀")
    with polled(small):
        wait_until(lambda: len(keys(small)) == 1)
    with small.store.write() as conn:
        (letter,) = inbox.claim(conn, CLOCK.now(), 10)
    assert letter.payload["message"]["text"] == "灯坏了 😀"
    assert letter.sender == "telegram:11"
