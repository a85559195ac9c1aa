"""The inbox: once each, in order for each person, and what cannot be handled is set aside rather than lost."""

from datetime import timedelta

import pytest

from dispatch import inbox
from dispatch.inbox import Arrival
from models.clock import MovableClock
from models.store import Store


def arrivals(*senders: str, first: int = 1) -> list[Arrival]:
    return [Arrival("test", f"m:{first + n}", sender, {"text": f"{first + n}"}) for n, sender in enumerate(senders)]


def keys(letters: list[inbox.Letter]) -> list[str]:
    return [letter.key for letter in letters]


def test_the_same_message_twice_is_one_row(store: Store, clock: MovableClock) -> None:
    with store.write() as conn:
        assert inbox.commit(conn, arrivals("a", "b", "a"), clock.now()) == 3
        assert inbox.commit(conn, arrivals("a", "b", "a", "c"), clock.now()) == 1
        assert inbox.commit(conn, [], clock.now()) == 0
        assert inbox.waiting(conn) == 4


def test_what_is_claimed_is_as_it_came(store: Store, clock: MovableClock) -> None:
    with store.write() as conn:
        inbox.commit(conn, [Arrival("test", "k", "test:1", {"text": "灯坏了", "n": [1, None]})], clock.now())
        letter = inbox.claim(conn, clock.now(), 10)[0]
    assert (letter.channel, letter.key, letter.sender, letter.attempts) == ("test", "k", "test:1", 0)
    assert letter.payload == {"text": "灯坏了", "n": [1, None]}
    assert letter.received_at == clock.now()


def test_one_of_each_sender_at_a_time_and_the_oldest_first(store: Store, clock: MovableClock) -> None:
    with store.write() as conn:
        inbox.commit(conn, arrivals("a", "a", "b", "c", "b"), clock.now())
        seen = []
        while letters := inbox.claim(conn, clock.now(), 2):
            seen.append(keys(letters))
            inbox.done(conn, [letter.id for letter in letters], clock.now())
    assert seen == [["m:1", "m:3"], ["m:2", "m:4"], ["m:5"]]


def test_two_processes_never_work_for_one_person_at_once(store: Store, clock: MovableClock) -> None:
    if store.sqlite:
        pytest.skip("on SQLite one process dispatches")
    with store.write() as conn:
        inbox.commit(conn, arrivals("a", "a", "b", "b"), clock.now())
    with store.write() as first, store.write() as second:
        mine = inbox.claim(first, clock.now(), 1)
        assert keys(mine) == ["m:1"]
        assert keys(inbox.claim(second, clock.now(), 10)) == ["m:3"]
        inbox.done(first, [mine[0].id], clock.now())
        assert keys(inbox.claim(second, clock.now(), 10)) == ["m:3"]
    with store.write() as conn:
        assert keys(inbox.claim(conn, clock.now(), 10)) == ["m:2", "m:3"]


def test_a_failing_message_is_tried_again_in_order_and_set_aside_at_last(store: Store, clock: MovableClock) -> None:
    with store.write() as conn:
        inbox.commit(conn, arrivals("a", "a", "b"), clock.now())
        for wait in inbox.BACK_OFF[:2]:
            letter = inbox.claim(conn, clock.now(), 10)[0]
            assert not inbox.failed(conn, letter, "broken", clock.now())
            assert keys(inbox.claim(conn, clock.now(), 10)) == ["m:3"]  # What "a" wrote next waits with it.
            clock.move(seconds=wait.total_seconds())
        assert not inbox.failed(conn, inbox.claim(conn, clock.now(), 10)[0], "broken", clock.now())
        assert keys(inbox.claim(conn, clock.now(), 10)) == ["m:2", "m:3"]  # But not for ever.
        clock.move(seconds=30)
        last = inbox.claim(conn, clock.now(), 10)
        assert keys(last) == ["m:1", "m:3"]  # Still one of each sender.
        assert inbox.failed(conn, last[0], "broken", clock.now())
        assert keys(inbox.claim(conn, clock.now(), 10)) == ["m:2", "m:3"]
        assert (inbox.waiting(conn), inbox.aside(conn)) == (2, 1)


def test_the_waits_before_the_last_try_stay_below_a_minute() -> None:
    assert sum(inbox.BACK_OFF, timedelta()) < timedelta(minutes=1)
