"""Telegram over real HTTP against the stand-in: what is sent arrives, in order, within limits, whatever goes wrong."""

import time

import pytest
from sqlalchemy import insert, select

from bot.limits import Limits
from dispatch.messages import Attachment, Button, Message, Pin
from models.mail import Card
from models.people import Person, Route
from models.words import Lane, MediaKind, Post, RouteState
from tests.integration.telegramroom import CLOCK, House
from tests.standin import wait_until


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
    assert heard(small, 11) == ["b"]


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
    for person in (11, 12):
        small.standin.fails(kind, "sendMessage", chat=person)
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
    small.standin.fails("too_many", "sendMessage", chat=11, times=None, retry_after=1)
    with small.sending():
        small.post((11, "a1", Lane.OFFER), (11, "a2", Lane.OFFER))
        small.post(*((12, f"b{number}", Lane.STATUS) for number in range(5)))
        small.who(12).hears("b4")
        assert heard(small, 11) == []
        small.standin.heals()
        small.settled(7)
    refused, tried = (call.at for call in small.standin.calls("sendMessage", 11)[:2])
    assert tried - refused >= 0.95
    assert heard(small, 11) == ["a1", "a2"]


def test_the_limits_of_telegram_are_kept_and_offers_go_first(small: House) -> None:
    small.limits = Limits(bot_per_second=10, chat_per_second=1, group_per_minute=20)
    small.standin.limits(bot_per_second=20, chat_per_second=1)
    people = range(100, 140)
    small.people(*people)
    small.post(*((person, "news", Lane.BROADCAST) for person in people))
    with small.sending():
        wait_until(lambda: len(small.standin.calls("sendMessage")) >= 3)
        small.post((11, "offer", Lane.OFFER), (11, "and more", Lane.ANSWER))
        before = len(small.standin.calls("sendMessage"))
        small.settled(42)
    calls = small.standin.calls("sendMessage")
    assert [call.chat_id for call in calls].index(11) <= before + 20, "not behind all the news"
    assert [call.error for call in calls if call.error] == []
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
    small.limits = Limits(chat_per_second=0.01)
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
