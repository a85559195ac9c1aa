"""A sender whose lease runs out, since the database is away or somebody else has it, loses and repeats nothing."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import OperationalError

from bot.channels.base import Rendered
from bot.channels.webchat import CAPABILITIES
from bot.sender import Sender, Supplies
from bot.tenure import Tenure
from dispatch import leases, outbox
from dispatch.messages import Message
from dispatch.outbox import Fate, Outcome, Parcel
from dispatch.rules import Rules
from dispatch.work import Work
from models.clock import MovableClock
from models.mail import Outbox
from models.people import Person, Route
from models.store import Store
from models.words import Lane, Language, Post
from tests.integration.telegramroom import Words, running
from tests.standin import wait_until

LEASE, TTL = "sender:quiet", timedelta(seconds=0.3)


class Hand:
    """A clock of seconds, moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Shaky(Store):
    """A store whose database is away when it is told so, or breaks off just after a commit."""

    away = False
    breaks_off = False
    refused = 0

    @contextmanager
    def write(self, *, lasting: bool = True) -> Iterator[Connection]:
        self._reach()
        with super().write(lasting=lasting) as conn:
            yield conn
            claims = conn.execute(select(Outbox.id).where(Outbox.state == Post.SENDING)).first() is not None
        if self.breaks_off and claims:
            self.breaks_off = False
            raise OperationalError("COMMIT", {}, Exception("connection lost"))

    @contextmanager
    def read(self) -> Iterator[Connection]:
        self._reach()
        with super().read() as conn:
            yield conn

    def _reach(self) -> None:
        if self.away:
            self.refused += 1
            raise OperationalError("BEGIN", {}, Exception("away"))


@dataclass
class Quiet:
    """A channel whose calls end when its door is open."""

    name: str = "quiet"
    capabilities: Any = CAPABILITIES
    begun: list[str] = field(default_factory=list)
    door: threading.Event = field(default_factory=threading.Event)
    first: Fate = Fate.SENT  # What becomes of the first call.

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def send(self, parcel: Parcel, rendered: Rendered) -> Outcome:
        self.begun.append(rendered.text)
        first = len(self.begun) == 1
        await asyncio.to_thread(self.door.wait)
        return Outcome(parcel, self.first if first else Fate.SENT)


@dataclass
class Room:
    """A sender in a thread of its own, its store and the hands of its clocks."""

    store: Shaky
    clock: MovableClock
    hand: Hand = field(default_factory=Hand)
    channel: Quiet = field(default_factory=Quiet)

    def __post_init__(self) -> None:
        self.tenure = Tenure(self.store, self.clock, LEASE, TTL, self.hand)
        supplies = Supplies(Words(), Language.ZH, lambda _, wanted: [None for _ in wanted])
        self.sender = Sender(self.store, self.clock, self.channel, supplies, tenure=self.tenure)
        self.quiet = Store(self.store.url.render_as_string(hide_password=False))
        with self.quiet.write() as conn:
            for number in (1, 2):
                conn.execute(insert(Person), {"id": number, "name": f"人{number}", "created_at": self.clock.now()})
                conn.execute(insert(Route), {"person_id": number, "channel": "quiet", "address": str(number)})

    def post(self, *words: str, lane: Lane = Lane.ANSWER, person: int = 1) -> None:
        with self.quiet.write() as conn:
            work = Work(conn, self.clock.now(), Rules())
            for one in words:
                work.post(person, Message("say", {"words": one}), lane)
            work.flush()
        self.sender.wake()

    def states(self) -> list[Post]:
        with self.quiet.read() as conn:
            return list(conn.execute(select(Outbox.state).order_by(Outbox.id)).scalars())

    def under_way(self, *words: str, lane: Lane = Lane.ANSWER) -> None:
        """Post to one chat, and wait until the first is on its way while the others wait in memory."""
        self.post(*words, lane=lane)
        wait_until(lambda: self.states() == [Post.SENDING] * len(words) and self.sender.waiting == len(words) - 1)
        wait_until(lambda: self.channel.begun == [words[0]])

    def loses_the_database(self) -> None:
        """It is away until the lease has run out, here and in the table, and was missed several times since."""
        self.store.away = True
        self.hand.now += 60
        self.clock.move(seconds=60)
        before = self.store.refused
        wait_until(lambda: self.store.refused >= before + 4)

    def somebody_else(self) -> int:
        """Another process takes the lease, and what was left behind with it."""
        with self.quiet.write() as conn:
            epoch = leases.take(conn, LEASE, "another", self.clock.now(), timedelta(minutes=1))
            assert epoch is not None
            outbox.take_over(conn, epoch, self.clock.now())
        return epoch

    def settled(self, count: int) -> None:
        wait_until(lambda: self.states() == [Post.SENT] * count, 5, f"{self.states()}")


@pytest.fixture
def room(store: Store, clock: MovableClock) -> Iterator[Room]:
    room = Room(Shaky(store.url.render_as_string(hide_password=False)), clock)
    with closing(room.store), closing(room.quiet), running(room.sender.run):
        try:
            yield room
        finally:
            room.store.away = False
            room.channel.door.set()
            room.sender.stop()


@pytest.mark.parametrize("lane", [Lane.OFFER, Lane.ANSWER, Lane.BROADCAST])
def test_what_was_claimed_goes_on_when_the_database_is_back(room: Room, lane: Lane) -> None:
    room.under_way("a", "b", "c", lane=lane)
    room.loses_the_database()
    room.channel.door.set()
    wait_until(lambda: room.sender.counts[Fate.SENT] == 1)
    assert room.channel.begun == ["a"], "without the lease nothing more is sent"
    room.store.away = False
    room.settled(3)
    assert room.channel.begun == ["a", "b", "c"], "each once, in order, none in doubt"


def test_what_somebody_else_took_over_is_not_sent_from_memory(room: Room) -> None:
    room.under_way("a", "b", "c")
    room.loses_the_database()
    room.somebody_else()
    room.channel.door.set()
    room.store.away = False
    wait_until(lambda: room.sender.counts[Fate.SENT] == 1)
    wait_until(lambda: room.tenure.epoch is None and room.sender.waiting == 2)
    assert room.channel.begun == ["a"]
    assert room.states() == [Post.IN_DOUBT] * 3
    room.clock.move(minutes=2)  # The other one is gone without having sent anything.
    room.settled(3)
    assert room.channel.begun == ["a", "again: a", "again: b", "again: c"]


@pytest.mark.parametrize("fate", [Fate.AGAIN, Fate.REFUSED, Fate.IN_DOUBT])
def test_a_call_that_was_under_way_decides_nothing_of_what_was_claimed_anew(room: Room, fate: Fate) -> None:
    room.channel.first = fate
    room.under_way("a")
    room.loses_the_database()
    room.somebody_else()
    with room.quiet.write() as conn:
        leases.release(conn, LEASE, "another", room.clock.now())
    room.store.away = False
    wait_until(lambda: room.states() == [Post.SENDING] and room.sender.waiting == 1)
    room.channel.door.set()
    wait_until(lambda: room.sender.counts[Fate.SENT] == 1)
    room.settled(1)
    room.post("b")
    room.settled(2)
    assert room.channel.begun == ["a", "again: a", "b"]


def test_offers_that_somebody_else_took_over_wait_for_a_tap(room: Room) -> None:
    room.under_way("a", "b", lane=Lane.OFFER)
    room.loses_the_database()
    room.somebody_else()
    room.channel.door.set()
    room.store.away = False
    with room.quiet.write() as conn:
        leases.release(conn, LEASE, "another", room.clock.now())
    wait_until(lambda: room.tenure.epoch is not None and room.sender.waiting == 0)
    assert room.states() == [Post.IN_DOUBT] * 2
    assert room.channel.begun == ["a"]
    room.clock.move(seconds=15)
    room.settled(2)
    assert room.channel.begun == ["a", "again: a", "again: b"]


def test_a_lease_that_ran_out_unnoticed_is_looked_through_as_well(room: Room) -> None:
    room.under_way("a", "b")
    before = room.tenure.stint
    with room.quiet.write() as conn:  # As by another channel's sender, while this process stood still.
        conn.execute(update(Outbox).where(Outbox.state == Post.SENDING).values(state=Post.DROPPED))
    room.hand.now += 60
    wait_until(lambda: room.tenure.stint > before and room.sender.waiting == 0)
    room.channel.door.set()
    room.post("c")
    wait_until(lambda: room.states()[-1] is Post.SENT)
    assert room.channel.begun == ["a", "c"]


def test_what_a_dead_epoch_claimed_late_is_found_all_the_same(room: Room) -> None:
    room.channel.door.set()
    wait_until(lambda: room.tenure.epoch is not None)
    room.post("a")
    room.settled(1)
    with room.quiet.write() as conn:  # By a sender that stood still between its look at the lease and its claim.
        conn.execute(update(Outbox).values(state=Post.SENDING, lease_epoch=0))
    room.settled(1)
    assert room.channel.begun == ["a", "again: a"]


def test_a_claim_whose_commit_nobody_heard_of_is_found_again(room: Room) -> None:
    room.channel.door.set()
    wait_until(lambda: room.tenure.epoch is not None)
    room.store.breaks_off = True
    room.post("a")
    room.settled(1)
    assert room.channel.begun == ["a"], "it was never in memory, so nobody can have seen it"
