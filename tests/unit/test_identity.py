"""Who is meant in a group: commands, mentions and replies, before and after Telegram has told our name."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.telegram.hearing import hear
from bot.channels.telegram.identity import Me
from bot.conversation.said import Kind
from tests.standin.content import said

NOW = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
KNOWN, NEW = Me(7, "steward_bot"), Me(7)
USER = {"id": 11, "is_bot": False, "first_name": "王"}
GROUP = {"id": -5, "type": "supergroup", "title": "三组"}


def update(text: str, author: int | None = None) -> dict[str, Any]:
    """What Telegram delivers when somebody writes this into a group, perhaps as a reply to the author's message."""
    message: dict[str, Any] = {"message_id": 2, "date": 1, "chat": GROUP, "from": USER, **said(text)}
    if author is not None:
        other = {"id": author, "is_bot": author < 10, "first_name": "x"}
        message["reply_to_message"] = {"message_id": 1, "date": 1, "chat": GROUP, "from": other, "text": "好"}
    return {"update_id": 1, "message": message}


@pytest.mark.parametrize(
    ("text", "author", "known", "new"),
    [
        ("/help", None, True, True),
        ("/help@steward_bot 好", None, True, True),
        ("/help@Steward_Bot", None, True, True),
        ("/help@weather_bot", None, False, True),
        ("/help@somebody", None, False, False),
        ("灯坏了 @steward_bot", None, True, True),
        ("灯坏了 @weather_bot", None, False, True),
        ("灯坏了 @laowang", None, False, False),
        ("灯坏了", None, False, False),
        ("灯坏了", 7, True, True),
        ("灯坏了", 8, False, False),
        ("灯坏了", 11, False, False),
    ],
)
def test_what_is_meant_for_us(text: str, author: int | None, known: bool, new: bool) -> None:
    for me, expected in ((KNOWN, known), (NEW, new)):
        heard = hear(update(text, author), NOW, me)
        assert (heard is not None) is expected
        if heard is not None:
            assert heard.address == "11" and heard.chat == "-5"


def test_a_group_that_moves_is_heard_of() -> None:
    moved = {"message_id": 3, "date": 1, "chat": {**GROUP, "type": "group"}, "from": USER, "migrate_to_chat_id": -1005}

    heard = hear({"update_id": 1, "message": moved}, NOW, KNOWN)

    assert heard is not None
    assert (heard.kind, heard.address, heard.text) == (Kind.GROUP_MOVED, "-5", "-1005")


@pytest.mark.parametrize(("status", "left"), [("kicked", True), ("left", True), ("member", False)])
def test_being_put_out_is_heard_of(status: str, left: bool) -> None:
    bot = {"id": 7, "is_bot": True, "first_name": "红管家"}
    new = {"user": bot, "status": status, **({"until_date": 0} if status == "kicked" else {})}
    old = {"user": bot, "status": "member"}
    change = {"chat": GROUP, "from": USER, "date": 1, "old_chat_member": old, "new_chat_member": new}

    heard = hear({"update_id": 1, "my_chat_member": change}, NOW, KNOWN)

    assert (heard is not None and heard.kind is Kind.GROUP_LEFT) is left
