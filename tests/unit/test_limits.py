"""Windows, holds, and the queues of chats in memory."""

from dataclasses import replace

import pytest

from bot.limits import Limits
from bot.queues import Queues
from dispatch.messages import Message
from dispatch.outbox import Parcel
from models.words import Lane

PLAIN = Parcel(1, "k", Lane.ANSWER, 1, 1, None, Message("m"), None, "telegram", "1", 1, 0, False, None, None)


class Hand:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Hand:
    return Hand()


def parcel(number: int, chat: str = "1", lane: Lane = Lane.ANSWER, message: Message = PLAIN.message) -> Parcel:
    return replace(PLAIN, id=number, address=chat, person_id=abs(int(chat)), lane=lane, message=message)


def send_for(limits: Limits, clock: Hand, chat: str, seconds: float, step: float = 0.01) -> list[float]:
    """Send to a chat whenever it is allowed; returns when, counted from the beginning."""
    start, sent = clock.now, []
    while clock.now - start < seconds:
        if max(limits.bot_wait(), limits.chat_wait(chat)) <= 0:
            limits.started(chat)
            limits.ended(chat)
            sent.append(clock.now - start)
        else:
            clock.now += step
    return sent


def most_within(sent: list[float], span: float) -> int:
    return max(sum(1 for other in sent if one <= other < one + span - 1e-6) for one in sent)


def test_a_bot_keeps_its_rate_in_any_second_and_does_not_burst(clock: Hand) -> None:
    sent = send_for(Limits(bot_per_second=25, clock=clock), clock, "1", 4)
    assert most_within(sent, 1.0) <= 25
    assert most_within(sent, 0.2) <= 5
    assert len(sent) >= 90


@pytest.mark.parametrize(("rate", "most"), [(1, 5), (3, 15), (0.5, 3), (1.5, 8)])
def test_a_chat_keeps_its_rate(clock: Hand, rate: float, most: int) -> None:
    sent = send_for(Limits(chat_per_second=rate, clock=clock), clock, "1", 4.9)
    assert most - 1 <= len(sent) <= most


def test_a_group_keeps_its_rate_by_the_minute(clock: Hand) -> None:
    limits = Limits(chat_per_second=1, group_per_minute=20, clock=clock)
    assert len(send_for(limits, clock, "-5", 59)) == 20
    assert len(send_for(limits, clock, "5", 59)) >= 55


def test_the_span_of_a_chat_counts_from_the_arrival(clock: Hand) -> None:
    limits = Limits(chat_per_second=1, clock=clock)
    limits.started("1")
    clock.now += 0.8
    limits.ended("1")
    assert limits.chat_wait("1") == pytest.approx(1.0)


def test_one_refusal_holds_its_chat_and_two_hold_the_bot(clock: Hand) -> None:
    limits = Limits(clock=clock)
    limits.refused("1", 5)
    assert (limits.chat_wait("1"), limits.chat_wait("2"), limits.bot_wait()) == (5, 0, 0)
    clock.now += 1
    limits.refused("2", 3)
    assert limits.bot_wait() == 3
    clock.now += 4
    assert (limits.chat_wait("1"), limits.chat_wait("2"), limits.bot_wait()) == (0, 0, 0)


def test_idle_chats_are_forgotten(clock: Hand) -> None:
    limits = Limits(chat_per_second=1, clock=clock)
    for number in range(3000):
        limits.started(str(number))
        clock.now += 0.01
    assert len(limits._chats) < 1200


def popped(queues: Queues) -> list[int]:
    found = []
    while (one := queues.pop()) is not None:
        found.append(one.id)
    return found


def test_each_chat_in_order_and_the_best_lane_first(clock: Hand) -> None:
    queues = Queues(Limits(clock=clock), clock)
    for one in (
        parcel(1, "1", Lane.STATUS),
        parcel(2, "2", Lane.BROADCAST),
        parcel(3, "1", Lane.OFFER),
        parcel(4, "3"),
    ):
        queues.put(one)
    assert popped(queues) == [3, 4, 2]  # Chat 1 is busy with its offer.
    assert len(queues) == 1
    queues.finish(parcel(3, "1", Lane.OFFER))
    assert popped(queues) == []


def test_a_chat_goes_on_when_what_was_popped_is_finished(clock: Hand) -> None:
    queues = Queues(Limits(clock=clock), clock)
    queues.put(parcel(1))
    queues.put(parcel(2))
    first = queues.pop()
    assert first is not None
    assert queues.pop() is None
    queues.finish(first)
    assert popped(queues) == [2]


def test_a_waiting_chat_does_not_hold_up_others(clock: Hand) -> None:
    limits = Limits(chat_per_second=1, clock=clock)
    queues = Queues(limits, clock)
    limits.started("1")
    queues.put(parcel(1, "1", Lane.OFFER))
    queues.put(parcel(2, "2", Lane.BROADCAST))
    assert popped(queues) == [2]
    assert queues.wait() == pytest.approx(1.0)
    clock.now += 1
    assert popped(queues) == [1]


def test_what_is_put_back_stays_ahead_of_what_follows(clock: Hand) -> None:
    queues = Queues(Limits(clock=clock), clock)
    queues.put(parcel(1))
    queues.put(parcel(2))
    first = queues.pop()
    assert first is not None
    queues.finish(first)
    queues.put(replace(first, attempts=1), wait=2)
    assert popped(queues) == []
    clock.now += 2
    again = queues.pop()
    assert again is not None
    assert (again.id, again.attempts) == (1, 1)


def test_an_answer_to_a_tap_waits_for_nobody(clock: Hand) -> None:
    limits = Limits(chat_per_second=1, clock=clock)
    queues = Queues(limits, clock)
    limits.started("1")
    limits.refused("1", 30)
    queues.put(parcel(1))
    tap = parcel(2, message=Message("", ack="q"))
    queues.put(tap)
    assert popped(queues) == [2]
    queues.finish(tap)


def test_the_bots_own_limit_is_waited_for(clock: Hand) -> None:
    limits = Limits(bot_per_second=5, clock=clock)
    queues = Queues(limits, clock)
    for number in range(1, 4):
        queues.put(parcel(number, str(number)))
    one = queues.pop()
    assert one is not None
    limits.started(one.address)
    assert queues.pop() is None
    assert queues.wait() == pytest.approx(0.2)


def test_a_person_with_much_to_send_gets_no_more(clock: Hand) -> None:
    queues = Queues(Limits(clock=clock), clock)
    for number in range(1, 4):
        queues.put(parcel(number, "7"))
    assert queues.crowded == {7}
    queues.pop()
    assert queues.crowded == set()
    assert [one.id for one in queues.empty()] == [2, 3]
    assert len(queues) == 0


def test_what_is_kept_is_in_order_and_what_is_on_its_way_stays_so(clock: Hand) -> None:
    queues = Queues(Limits(clock=clock), clock)
    for number, chat in ((1, "7"), (2, "7"), (3, "8"), (4, "7"), (5, "7")):
        queues.put(parcel(number, chat))
    queues.put(parcel(6, message=Message("", ack="q")))
    under_way = queues.pop(), queues.pop()
    assert [one.id for one in under_way if one is not None] == [6, 1]
    queues.keep({1, 4, 5})
    assert sorted(one.id for one in queues) == [4, 5]
    assert queues.crowded == set()
    assert popped(queues) == []
    assert under_way[1] is not None
    queues.finish(under_way[1])
    assert popped(queues) == [4]


def test_the_same_number_twice_is_no_trouble(clock: Hand) -> None:
    queues = Queues(Limits(clock=clock), clock)
    queues.put(parcel(1))
    queues.put(parcel(1))
    assert len(queues) == 2
