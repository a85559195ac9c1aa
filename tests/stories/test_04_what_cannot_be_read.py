"""Promise 4: whatever is sent gets an answer, also what Telegram says in a way that we cannot read."""

from typing import Any

import pytest
from sqlalchemy import select

from dispatch import inbox
from models.mail import Inbox
from models.words import Mail, State
from tests.stories.world import Neighbour, World

pytestmark = pytest.mark.telegram

ASIDE = "这条消息我没处理好"
_POLL = {
    "id": "1", "question": "去不去？", "options": [], "total_voter_count": 0, "is_closed": False, "is_anonymous": True,
    "type": "regular",
}  # fmt: skip


def _message(world: World, who: Neighbour, number: int = 900, **parts: Any) -> dict[str, Any]:
    chat = {"id": int(who.address), "type": "private", "first_name": who.name}
    sender = {"id": int(who.address), "is_bot": False, "first_name": who.name}
    return {"message_id": number, "date": int(world.clock.now().timestamp()), "chat": chat, "from": sender, **parts}


def _arrives(world: World, **update: Any) -> None:
    world.line.server.raw(update)
    world.settle()


def _states(world: World) -> list[Mail]:
    return [row.state for row in world.look(select(Inbox.state).order_by(Inbox.id))]


def test_words_are_heard_whatever_they_were_an_answer_to(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    _arrives(world, message=_message(world, granny, text="着火了", reply_to_message=_message(world, near, poll=_POLL)))
    assert world.case.state is State.OFFERED
    assert near.hears("着火了")
    _arrives(world, edited_message=_message(world, granny, text="三楼着火了", external_reply={"poll": _POLL}))
    assert near.hears("三楼着火了")


def test_a_tap_is_heard_whatever_its_card_has_become(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("楼道灯坏了")
    card = _message(world, near, reply_to_message=_message(world, near, poll=_POLL))
    sender, data = _message(world, near)["from"], near.data("接单")
    _arrives(world, callback_query={"id": "7", "chat_instance": "1", "from": sender, "data": data, "message": card})
    assert world.case.state is State.ACCEPTED


def test_what_alone_cannot_be_read_is_answered_at_once(world: World) -> None:
    granny = world.resident()
    _arrives(world, message=_message(world, granny, poll=_POLL))
    assert granny.heard
    assert _states(world) == [Mail.DONE]


@pytest.mark.parametrize("known", [True, False])
def test_what_nobody_can_read_is_set_aside_and_its_sender_told(world: World, known: bool) -> None:
    granny = world.resident() if known else world.stranger()
    nameless = {**_message(world, granny, text="着火了"), "from": {"id": int(granny.address), "is_bot": False}}
    _arrives(world, message=nameless)
    with world.store.read() as conn:
        assert (inbox.waiting(conn), inbox.aside(conn)) == (1, 0), "it is tried again"
    world.passes(minutes=2)
    with world.store.read() as conn:
        assert (inbox.waiting(conn), inbox.aside(conn)) == (0, 1)
        row = conn.execute(select(Inbox.attempts, Inbox.error)).one()
    assert (row.attempts, "first_name" in row.error) == (inbox.ATTEMPTS, True)
    assert [ASIDE in text for text in granny.heard] == [True]
    granny.says("楼道灯坏了")
    assert world.case.words == "楼道灯坏了"


def test_a_failure_beside_it_takes_nothing_from_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    granny, near = world.resident(), world.steward("张三")
    nameless = {**_message(world, granny, text="着火了"), "from": {"id": int(granny.address), "is_bot": False}}
    monkeypatch.setattr(inbox, "ATTEMPTS", 1)
    with world.at_once():
        near.repeats_tap("接单", "acc:AAAAAAAAAAAAAAAAAAAAAA")  # Refused, so that the batch is played one by one.
        world.line.server.raw({"message": nameless})
    assert [ASIDE in text for text in granny.heard] == [True]
    assert sorted(_states(world)) == [Mail.ASIDE, Mail.DONE]


def test_what_nobody_sent_is_kept_and_passed_over(world: World) -> None:
    _arrives(world, message={"text": "着火了"})
    assert _states(world) == [Mail.DONE]
