"""What Telegram refuses, the stand-in refuses in the same words."""

import asyncio

import pytest
from telegram import (
    Bot,
)
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter

from tests.standin import Json, Person, StandIn
from tests.unit.standin.calls import KEYS, OLD, ask, result, with_bot

MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)

REFUSALS: list[tuple[str, Json, int, str]] = [
    ("sendMessage", {"chat_id": 99, "text": "x"}, 400, "Bad Request: chat not found"),
    ("sendMessage", {"text": "x"}, 400, "Bad Request: chat_id is empty"),
    ("sendMessage", {"chat_id": 11, "text": " "}, 400, "Bad Request: message text is empty"),
    ("sendMessage", {"chat_id": 11, "text": "长" * 4097}, 400, "Bad Request: message is too long"),
    (
        "sendMessage",
        {
            "chat_id": 11,
            "text": "x",
            "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "好" * 22}]]},
        },
        400,
        "Bad Request: BUTTON_DATA_INVALID",
    ),
    ("sendMessage", {"chat_id": 12, "text": "x"}, 403, "Forbidden: bot can't initiate conversation with a user"),
    ("sendMessage", {"chat_id": 13, "text": "x"}, 403, "Forbidden: bot was blocked by the user"),
    ("sendMessage", {"chat_id": 14, "text": "x"}, 403, "Forbidden: user is deactivated"),
    ("sendMessage", {"chat_id": -20, "text": "x"}, 403, "Forbidden: bot was kicked from the group chat"),
    (
        "sendMessage",
        {"chat_id": 11, "text": "x", "reply_parameters": {"message_id": 77}},
        400,
        "Bad Request: message to be replied not found",
    ),
    ("editMessageText", {"chat_id": 11, "message_id": 1, "text": "请接单", "reply_markup": KEYS}, 400, MODIFIED),
    ("editMessageReplyMarkup", {"chat_id": 11, "message_id": 1, "reply_markup": KEYS}, 400, MODIFIED),
    ("editMessageText", {"chat_id": 11, "message_id": 9, "text": "x"}, 400, "Bad Request: message to edit not found"),
    ("editMessageText", {"chat_id": 11, "message_id": 2, "text": "x"}, 400, "Bad Request: message can't be edited"),
    ("deleteMessage", {"chat_id": 11, "message_id": 9}, 400, "Bad Request: message to delete not found"),
    (
        "copyMessage",
        {"chat_id": 11, "from_chat_id": 11, "message_id": 9},
        400,
        "Bad Request: message to copy not found",
    ),
    ("answerCallbackQuery", {"callback_query_id": "1"}, 400, OLD),
    ("inventMessage", {}, 404, "Not Found: method not found"),
]


@pytest.mark.parametrize(("method", "params", "code", "description"), REFUSALS)
def test_refuses_as_telegram_does(
    standin: StandIn, wang: Person, method: str, params: Json, code: int, description: str
) -> None:
    standin.person(12, started=False)
    standin.person(13).blocks_bot()
    standin.person(14).deactivates()
    standin.group(-20).removes_bot(by=wang)
    result(standin, "sendMessage", chat_id=11, text="请接单", reply_markup=KEYS)
    wang.says("hello")
    assert ask(standin, method, **params) == (code, {"ok": False, "error_code": code, "description": description})


def test_refusals_are_the_errors_that_a_real_client_knows(
    standin: StandIn, wang: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    group = standin.group(-20)
    new_id = group.migrates(by=wang)
    standin.fails("too_many", "sendPhoto", retry_after=7)
    standin.fails("conflict", "getUpdates")
    standin.fails("gateway", "sendContact")
    standin.fails("lose", "sendVoice")

    async def work(bot: Bot) -> None:
        with pytest.raises(ChatMigrated) as moved:
            await bot.send_message(-20, "x")
        assert moved.value.new_chat_id == new_id
        with pytest.raises(RetryAfter):
            await bot.send_photo(11, b"x")
        with pytest.raises(Conflict):
            await bot.get_updates()
        with pytest.raises(NetworkError):
            await bot.send_contact(11, "1", "x")
        with pytest.raises(NetworkError):
            await bot.send_voice(11, b"x")
        with pytest.raises(BadRequest):
            await bot.send_message(11, "")
        wang.blocks_bot()
        with pytest.raises(Forbidden):
            await bot.send_message(11, "x")

    with_bot(standin, work)
    assert "voice" in wang.last_message and len(wang.from_bot) == 1


def test_a_wrong_token_is_unauthorized(standin: StandIn) -> None:
    assert ask(standin, "getMe", token="1:wrong") == (
        401,
        {"ok": False, "error_code": 401, "description": "Unauthorized"},
    )

    async def enter() -> None:
        async with Bot("1:wrong", base_url=f"{standin.api_url}/bot"):
            pass

    with pytest.raises(InvalidToken):
        asyncio.run(enter())


def test_old_taps_cannot_be_answered(standin: StandIn, wang: Person) -> None:
    result(standin, "sendMessage", chat_id=11, text="x", reply_markup=KEYS)
    query = wang.taps("接单")
    standin.age_queries()
    assert ask(standin, "answerCallbackQuery", callback_query_id=query)[1]["description"] == OLD


def test_file_too_big_to_fetch_is_refused(standin: StandIn, wang: Person) -> None:
    message = wang.sends_video(size=21 * 1024 * 1024)
    assert ask(standin, "getFile", file_id=message["video"]["file_id"])[1]["description"] == (
        "Bad Request: file is too big"
    )


def test_parameters_of_the_wrong_kind_are_a_bad_request(standin: StandIn, wang: Person) -> None:
    status, body = ask(standin, "editMessageText", chat_id=11, message_id="first", text="x")
    assert status == 400 and body["description"].startswith("Bad Request: ")
