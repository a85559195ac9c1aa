"""The web chat's lines: each message is one line, however often it is delivered, and no other's line stands for it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import insert, select
from structlog.testing import capture_logs

from bot.channels.base import Rendered
from bot.channels.webchat import WebChat
from dispatch.messages import Message
from dispatch.outbox import Fate, Outcome, Parcel
from dispatch.rights import forgetting
from models.clock import MovableClock
from models.mail import Outbox, WebMessage, line_key
from models.people import Person
from models.store import Store
from models.words import Lane, Language, Post


@pytest.fixture
def chat(store: Store, clock: MovableClock) -> Iterator[WebChat]:
    yield WebChat(store, clock)


def _parcel(number: int, key: str, address: str = "w1") -> Parcel:
    return Parcel(
        id=number, key=key, lane=Lane.ANSWER, person_id=1, request_id=None, offer_token=None, message=Message("hello"),
        language=Language.ZH, channel="webchat", address=address, route_id=1, attempts=0, again=False, edit_ref=None,
        part=None,
    )  # fmt: skip


def _send(chat: WebChat, parcel: Parcel, text: str = "您好") -> Outcome:
    (outcome,) = chat.store_lines([(parcel, Rendered(parcel.message, Language.ZH, text, (), None, None))])
    assert outcome.fate is Fate.SENT
    return outcome


def _lines(store: Store) -> list[tuple[str, str]]:
    with store.read() as conn:
        rows = conn.execute(select(WebMessage.address, WebMessage.body).order_by(WebMessage.id))
        return [(row.address, row.body["text"]) for row in rows]


def test_what_is_delivered_twice_is_one_line(store: Store, chat: WebChat) -> None:
    parcel = _parcel(1, "once:a")
    assert _send(chat, parcel).message_ref == _send(chat, parcel).message_ref
    assert _lines(store) == [("w1", "您好")]


def test_a_number_that_comes_again_is_another_line(store: Store, chat: WebChat) -> None:
    """SQLite counts from the beginning once all messages are forgotten; their lines stay for longer."""
    first = _send(chat, _parcel(1, "once:a"), "谁都没接单")
    again = _send(chat, _parcel(1, "once:b"), "张三接单了")
    assert first.message_ref != again.message_ref
    assert _lines(store) == [("w1", "谁都没接单"), ("w1", "张三接单了")]


def test_a_line_of_another_chat_stands_for_nothing(store: Store, chat: WebChat) -> None:
    _send(chat, _parcel(1, "once:a", "lost phone"))
    with capture_logs() as logs:
        moved = _send(chat, _parcel(1, "once:a", "new phone"))
    assert _lines(store) == [("lost phone", "您好"), ("new phone", "您好")]
    with store.read() as conn:
        line = conn.execute(select(WebMessage.address).where(WebMessage.id == int(moved.message_ref or 0)))
        assert line.scalar_one() == "new phone"
    assert [(one["log_level"], one["parcel"]) for one in logs] == [("error", 1)]


def test_the_longest_key_fits_and_is_the_messages_own(store: Store, chat: WebChat) -> None:
    for number in (2**63 - 1, 2**63 - 2):
        _send(chat, _parcel(number, "k" * 120))
    assert len(_lines(store)) == 2


def test_a_forgotten_message_takes_its_own_line_along(store: Store, chat: WebChat, clock: MovableClock) -> None:
    now = clock.now()
    post = {"id": 1, "key": "once:b", "lane": Lane.ANSWER, "person_id": 1, "message": {}, "state": Post.SENT}
    _send(chat, _parcel(1, "once:a", "w2"), "别人的")  # Its message is forgotten, and its number came again.
    _send(chat, _parcel(1, "once:b"))
    with store.write() as conn:
        conn.execute(insert(Person), {"id": 1, "name": "a", "created_at": now})
        conn.execute(insert(Outbox), {**post, "created_at": now, "send_at": now})
        forgetting.posts(conn, [1])
        assert conn.scalar(select(Outbox.id)) is None
    assert _lines(store) == [("w2", "别人的")]
    assert line_key(1, "once:b") == "out:1:once:b"
