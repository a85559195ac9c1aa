"""The keys by which updates are known again, and that none is refused."""

import json
from typing import Any

import pytest

from bot.channels.telegram.arrivals import NAME, arrival, commit
from dispatch import inbox
from dispatch.inbox import Arrival
from models.clock import MovableClock
from models.store import Store

BOT = 7001
WANG = {"id": 11, "is_bot": False, "first_name": "王芳"}
CHAT = {"id": 11, "type": "private"}
MESSAGE = {"message_id": 5, "chat": CHAT, "from": WANG, "date": 1, "text": "灯坏了"}
GROUP = {**MESSAGE, "chat": {"id": -7, "type": "group"}}


def came(*updates: Any, bot: int = BOT) -> list[Arrival]:
    return [arrival(update, bot) for update in updates]


@pytest.mark.parametrize(
    ("update", "key", "sender"),
    [
        ({"update_id": 1, "message": MESSAGE}, "m:7001:11:5", "telegram:11"),
        ({"update_id": 2, "message": GROUP}, "m:7001:-7:5", "telegram:11"),
        ({"update_id": 3, "edited_message": {**MESSAGE, "edit_date": 9}}, "e:7001:11:5:9", "telegram:11"),
        ({"update_id": 4, "callback_query": {"id": "77", "from": WANG, "data": "acc:t"}}, "c:77", "telegram:11"),
        ({"update_id": 5, "my_chat_member": {"chat": CHAT, "from": WANG}}, "u:5", "telegram:11"),
        ({"update_id": 6, "poll": {"id": "1"}}, "u:6", "telegram:?"),
        ({"update_id": 7, "message": "not a message"}, "u:7", "telegram:?"),
        ({"update_id": 8, "message": {"message_id": "5", "chat": 3}}, "u:8", "telegram:?"),
        ({"update_id": 9, "message": {"message_id": 5, "chat": {"id": -8}}}, "m:7001:-8:5", "telegram:-8"),
    ],
)
def test_the_key_and_the_sender(update: Any, key: str, sender: str) -> None:
    found = arrival(update, BOT)
    assert (found.key, found.sender, found.payload) == (key, sender, update)


@pytest.mark.parametrize("update", [None, [], "text", 7, {}, {"update_id": "x"}, {"update_id": True}])
def test_what_is_no_update_is_kept_under_its_own_key(update: Any) -> None:
    assert arrival(update, BOT).key.startswith("h:")
    assert arrival(update, BOT).key == arrival(update, BOT).key


def test_half_characters_and_numbers_that_are_none_bar_no_batch(store: Store, clock: MovableClock) -> None:
    bad = json.loads(
        '{"update_id": 1, "callback_query": {"id": "a\\u0000b", "data": "\\ud83d\\u0000", "from": {"id": 1}, "n": NaN}}'
    )
    with store.write() as conn:
        assert commit(conn, came(bad, {"update_id": 2}), clock.now()) == 2
    with store.write() as conn:
        assert len(inbox.claim(conn, clock.now(), 10)) == 2


def test_another_bot_counts_its_messages_anew(store: Store, clock: MovableClock) -> None:
    edited = {**MESSAGE, "edit_date": 9}
    updates = [{"update_id": 1, "message": MESSAGE}, {"update_id": 2, "edited_message": edited}]
    with store.write() as conn:
        assert commit(conn, came(*updates), clock.now()) == 2
        assert commit(conn, came(*updates), clock.now()) == 0
        again = [{**update, "update_id": 70 + update["update_id"]} for update in updates]
        assert commit(conn, came(*again), clock.now()) == 0, "delivered under another number, it is the same still"
        assert commit(conn, came(*again, bot=BOT + 1), clock.now()) == 2


def test_what_an_earlier_version_wrote_down_is_known_when_it_comes_again(store: Store, clock: MovableClock) -> None:
    edited = {"update_id": 2, "edited_message": {**MESSAGE, "edit_date": 9}}
    said = {"update_id": 2**40, "message": MESSAGE}
    keys = ((said, "m:11:5"), (edited, "e:11:5:9"))
    with store.write() as conn:
        inbox.commit(conn, [Arrival(NAME, key, f"{NAME}:11", update) for update, key in keys], clock.now())
        assert commit(conn, came(said, edited), clock.now()) == 0
        other = {"update_id": 3, "message": {**MESSAGE, "text": "水管漏水"}}
        assert commit(conn, came(said, other, bot=BOT + 1), clock.now()) == 1, "another bot's fifth message"
