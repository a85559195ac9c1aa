"""The stand-in for the Bot API behaves as Telegram does, seen by a real `telegram.Bot` and by plain HTTP."""

import asyncio
import http.client
import json
import socket
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    KeyboardButton,
    ReplyKeyboardMarkup,
    Update,
)
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter

from tests.standin import Json, Person, Remote, StandIn, wait_until

Found = TypeVar("Found")
KEYS = {"inline_keyboard": [[{"text": "接单", "callback_data": "take:1"}, {"text": "不方便", "callback_data": "no:1"}]]}


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with StandIn() as running:
        yield running


@pytest.fixture
def wang(standin: StandIn) -> Person:
    return standin.person(11, "王芳")


def with_bot(standin: StandIn, work: Callable[[Bot], Awaitable[Found]]) -> Found:
    """Run some work with a real client."""

    async def run() -> Found:
        base = standin.api_url
        async with Bot(standin.token, base_url=f"{base}/bot", base_file_url=f"{base}/file/bot") as bot:
            return await work(bot)

    return asyncio.run(run())


def ask(standin: StandIn, method: str, token: str = "", **params: Any) -> tuple[int, Any]:
    """Call a method by plain HTTP; returns the status and the parsed body (the text when it is no JSON)."""
    line = http.client.HTTPConnection("127.0.0.1", int(standin.api_url.rpartition(":")[2]), timeout=10)
    try:
        body = json.dumps(params)
        line.request("POST", f"/bot{token or standin.token}/{method}", body, {"Content-Type": "application/json"})
        answer = line.getresponse()
        text = answer.read().decode()
    finally:
        line.close()
    return answer.status, json.loads(text) if text.startswith("{") else text


def result(standin: StandIn, method: str, **params: Any) -> Any:
    status, body = ask(standin, method, **params)
    assert status == 200, body
    return body["result"]


def ids(updates: list[Json]) -> list[int]:
    return [update["update_id"] for update in updates]


def in_background(work: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    return thread, found


# --- what a real client sends, a person sees -------------------------------------------------------------------------


def test_text_with_buttons_is_shown_and_a_tap_comes_back(standin: StandIn, wang: Person) -> None:
    async def work(bot: Bot) -> tuple[Update, ...]:
        keys = InlineKeyboardMarkup([[InlineKeyboardButton("接单", callback_data="take:1")]])
        sent = await bot.send_message(wang.id, "请接单", reply_markup=keys)
        assert sent.chat.id == wang.id and sent.from_user is not None and sent.from_user.id == bot.id
        query = wang.taps("接单")
        updates = await bot.get_updates()
        assert await bot.answer_callback_query(str(query), "好的")
        await sent.edit_text("已接单")
        return updates

    (update,) = with_bot(standin, work)
    query = update.callback_query
    assert query is not None and query.data == "take:1" and query.message is not None
    assert query.message.reply_markup.inline_keyboard[0][0].text == "接单"  # type: ignore[attr-defined]
    assert wang.heard == ["已接单"] and wang.last == "已接单" and wang.buttons() == [] and wang.popups == ["好的"]


def test_every_way_of_sending_is_understood_by_a_real_client(standin: StandIn, wang: Person) -> None:
    group = standin.group(-20, "一组")

    async def work(bot: Bot) -> None:
        photo = await bot.send_photo(wang.id, b"picture", caption="井盖")
        again = await bot.send_photo(wang.id, photo.photo[-1].file_id)
        assert again.photo[-1].file_id != photo.photo[0].file_id
        assert bytes(await (await bot.get_file(photo.photo[-1].file_id)).download_as_bytearray()) == b"picture"
        assert (await bot.send_voice(wang.id, b"voice")).voice
        assert (await bot.send_video(wang.id, b"video")).video
        assert (await bot.send_document(wang.id, b"a,b", filename="report.csv")).document
        live = await bot.send_location(wang.id, 40.1, 118.3, live_period=600)
        moved = await bot.edit_message_live_location(wang.id, live.message_id, latitude=40.2, longitude=118.3)
        assert not isinstance(moved, bool) and moved.location and moved.location.latitude == 40.2
        assert (await bot.send_venue(wang.id, 40.1, 118.3, "村委会", "迁西")).venue
        assert (await bot.send_contact(wang.id, "+8613800000000", "李")).contact
        album = await bot.send_media_group(wang.id, [InputMediaPhoto(b"1", caption="一"), InputMediaPhoto(b"2")])
        assert len({part.media_group_id for part in album}) == 1
        copied = await bot.copy_message(group.chat, wang.id, photo.message_id)
        assert copied.message_id == 1
        forwarded = await bot.forward_message(group.chat, wang.id, photo.message_id)
        assert forwarded.forward_origin and forwarded.photo
        assert await bot.delete_message(group.chat, copied.message_id)
        assert (await bot.get_chat(wang.id)).first_name == "王芳"
        assert await bot.set_my_commands([("help", "帮助")], language_code="zh")
        assert (await bot.get_my_commands(language_code="zh"))[0].command == "help"
        assert await bot.delete_my_commands(language_code="zh") and not await bot.get_my_commands(language_code="zh")
        assert await bot.set_chat_menu_button()
        assert (await bot.get_webhook_info()).url == ""

    with_bot(standin, work)
    assert [m["message_id"] for m in wang.messages] == list(range(1, 11))
    assert group.heard == ["井盖"] and wang.heard == ["井盖", "一"]


def test_everything_that_people_send_is_parsed_by_a_real_client(standin: StandIn, wang: Person) -> None:
    group = standin.group(-20, "一组")
    first = wang.says("/start abc")
    wang.sends_photo("漏水")
    wang.sends_album(3, "三张")
    wang.sends_voice()
    wang.sends_video(size=30_000_000)
    wang.sends_sticker()
    wang.sends_location(40.1, 118.3)
    wang.shares_live(40.1, 118.3)
    wang.moves(40.2, 118.4)
    wang.sends_contact("+8613800000000")
    wang.edits(first, "/start def")
    wang.says("回复", reply_to=first)
    wang.says("大家好", chat=group.chat)
    wang.blocks_bot()
    wang.unblocks_bot()
    group.removes_bot(by=wang)
    group.adds_bot(by=wang)
    new_id = group.migrates(by=wang)

    async def work(bot: Bot) -> tuple[Update, ...]:
        return await bot.get_updates(limit=100)

    updates = with_bot(standin, work)
    messages = [update.message for update in updates if update.message]
    assert ids([update.to_dict() for update in updates]) == list(range(500_000_001, 500_000_001 + len(updates)))
    assert len({m.media_group_id for m in messages if m.media_group_id}) == 1
    assert sum(1 for m in messages if m.media_group_id) == 3
    assert messages[0].entities[0].type == "bot_command" and messages[0].entities[0].length == 6
    edited = [update.edited_message for update in updates if update.edited_message]
    assert [bool(m.location) for m in edited] == [True, False] and edited[1].text == "/start def"
    assert sum(1 for m in messages if m.contact and m.contact.user_id == 11) == 1
    assert any(m.reply_to_message and m.reply_to_message.text == "/start def" for m in messages)
    assert [m.chat.type for m in messages if m.text == "大家好"] == ["group"]
    members = [u.my_chat_member.new_chat_member.status for u in updates if u.my_chat_member]
    assert members == ["kicked", "member", "kicked", "member"]
    assert [m.migrate_to_chat_id for m in messages if m.migrate_to_chat_id] == [new_id]


def test_a_reply_keyboard_is_tapped_as_text(standin: StandIn, wang: Person) -> None:
    keys = ReplyKeyboardMarkup([[KeyboardButton("求助"), "帮助"]])
    with_bot(standin, lambda bot: bot.send_message(wang.id, "要什么？", reply_markup=keys))
    assert wang.keyboard == ["求助", "帮助"]
    assert wang.taps("求助") is None
    assert standin.pending[-1]["message"]["text"] == "求助"


def test_old_and_forged_buttons_can_be_tapped(standin: StandIn, wang: Person) -> None:
    old = result(standin, "sendMessage", chat_id=11, text="请接单", reply_markup=KEYS)
    result(standin, "editMessageText", chat_id=11, message_id=1, text="已被接走")
    with pytest.raises(LookupError):
        wang.taps("接单")
    wang.taps("接单", message=old)
    wang.taps(data="forged", message=1, inaccessible=True)
    first, second = (update["callback_query"] for update in standin.pending)
    assert first["data"] == "take:1" and "reply_markup" not in first["message"]
    assert second["data"] == "forged" and second["message"]["date"] == 0


def test_file_too_big_to_fetch_is_refused(standin: StandIn, wang: Person) -> None:
    message = wang.sends_video(size=21 * 1024 * 1024)
    assert ask(standin, "getFile", file_id=message["video"]["file_id"])[1]["description"] == (
        "Bad Request: file is too big"
    )


# --- what Telegram refuses -------------------------------------------------------------------------------------------

MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
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


# --- updates ---------------------------------------------------------------------------------------------------------


def test_the_offset_confirms_what_lies_below_it(standin: StandIn, wang: Person) -> None:
    for n in range(5):
        wang.says(str(n))
    first = standin.pending[0]["update_id"]
    steps: list[tuple[Json, list[int], int]] = [
        ({}, [0, 1, 2, 3, 4], 5),
        ({"limit": 2}, [0, 1], 5),
        ({"offset": first + 2, "limit": 2}, [2, 3], 3),
        ({"offset": first}, [2, 3, 4], 3),
        ({"offset": first + 100}, [2, 3, 4], 3),  # Too far ahead to be believed: an offset of another age.
        ({"offset": -1}, [4], 1),
        ({"offset": first + 5}, [], 0),
    ]
    for params, expected, left in steps:
        assert ids(result(standin, "getUpdates", **params)) == [first + n for n in expected], params
        assert standin.counters["pending"] == left, params


def test_a_long_poll_answers_when_something_comes(standin: StandIn, wang: Person) -> None:
    thread, found = in_background(lambda: result(standin, "getUpdates", timeout=20))
    wait_until(lambda: standin.counters["polling"])
    wang.says("hello")
    thread.join(10)
    assert [update["message"]["text"] for update in found[0]] == ["hello"]
    assert result(standin, "getUpdates", offset=found[0][0]["update_id"] + 1, timeout=0.01) == []


def test_of_two_long_polls_the_older_ends_in_conflict(standin: StandIn, wang: Person) -> None:
    older, old = in_background(lambda: ask(standin, "getUpdates", timeout=20))
    wait_until(lambda: standin.counters["polling"])
    newer, new = in_background(lambda: ask(standin, "getUpdates", timeout=20))
    older.join(10)
    assert old[0][0] == 409 and old[0][1]["description"].startswith("Conflict: terminated by other getUpdates request")
    wang.says("hello")
    newer.join(10)
    assert new[0][0] == 200


def test_a_poller_that_dies_polls_no_more(standin: StandIn, wang: Person) -> None:
    address = ("127.0.0.1", int(standin.api_url.rpartition(":")[2]))
    with socket.create_connection(address) as line:
        line.sendall(f"GET /bot{standin.token}/getUpdates?timeout=30 HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        wait_until(lambda: standin.counters["polling"])
    wait_until(lambda: not standin.counters["polling"])
    wang.says("nobody listens")
    assert len(result(standin, "getUpdates")) == 1


def test_updates_repeat_reorder_and_jump(standin: StandIn, wang: Person) -> None:
    for n in range(4):
        wang.says(str(n))
    first = standin.pending[0]["update_id"]
    result(standin, "getUpdates", offset=first + 4)
    standin.repeat(first)
    assert ids(result(standin, "getUpdates", offset=first + 4)) == [first]
    assert standin.repeat(first, new_id=True) == first + 4
    wang.says("5")
    wang.says("6")
    order = standin.shuffle(seed=3)
    assert order != sorted(order)
    assert ids(result(standin, "getUpdates", offset=first + 4)) == order
    assert ids(result(standin, "getUpdates", offset=first + 6)) == [first + 6]
    assert result(standin, "getUpdates", offset=first + 7) == []
    standin.jump(77)
    wang.says("after a silent week")
    assert ids(result(standin, "getUpdates", offset=first + 7)) == [77]


def test_any_json_can_be_an_update(standin: StandIn) -> None:
    standin.raw({"message": {"text": None}})
    standin.raw({"brand_new_kind": {"x": [1]}})
    assert [sorted(update) for update in result(standin, "getUpdates")] == [
        ["message", "update_id"],
        ["brand_new_kind", "update_id"],
    ]


def test_only_the_kinds_that_were_asked_for_come(standin: StandIn, wang: Person) -> None:
    result(standin, "getUpdates", allowed_updates=["my_chat_member"])
    wang.says("not asked for")
    wang.blocks_bot()
    assert ["my_chat_member" in update for update in standin.pending] == [True]


# --- webhook ---------------------------------------------------------------------------------------------------------


class Ear(ThreadingHTTPServer):
    """A webhook that refuses the first posts and keeps the rest."""

    def __init__(self, refuse: int) -> None:
        super().__init__(("127.0.0.1", 0), Listener)
        self.refuse = refuse
        self.got: list[tuple[str | None, Json]] = []
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"


class Listener(BaseHTTPRequestHandler):
    """Answers one post."""

    server: Ear

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.refuse > 0:
            self.server.refuse -= 1
            self.send_response(503)
        else:
            self.server.got.append((self.headers["X-Telegram-Bot-Api-Secret-Token"], body))
            self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_the_webhook_gets_every_update_in_order_until_it_agrees(standin: StandIn, wang: Person) -> None:
    wang.says("before")
    ear = Ear(refuse=2)
    try:
        result(standin, "setWebhook", url=ear.url, secret_token="s3cret", max_connections=4)
        assert ask(standin, "getUpdates")[0] == 409
        for n in range(5):
            wang.says(str(n))
        wait_until(lambda: len(ear.got) == 6)
        assert [body["message"]["text"] for _, body in ear.got] == ["before", "0", "1", "2", "3", "4"]
        assert {secret for secret, _ in ear.got} == {"s3cret"}
        wait_until(lambda: standin.counters["pending"] == 0)
        info = result(standin, "getWebhookInfo")
        assert info["last_error_message"].startswith("Wrong response from the webhook: 503")
        standin.repeat(ear.got[0][1]["update_id"])
        wait_until(lambda: len(ear.got) == 7)
        ear.refuse = 1_000
        wang.says("kept")
        wait_until(lambda: ear.refuse < 1_000)
        assert result(standin, "getWebhookInfo")["pending_update_count"] == 1
        result(standin, "deleteWebhook")
        kept: list[Json] = wait_until(lambda: result(standin, "getUpdates"))
        assert [update["message"]["text"] for update in kept] == ["kept"]
    finally:
        ear.shutdown()
        ear.server_close()


# --- faults ----------------------------------------------------------------------------------------------------------

FAULTS: list[tuple[str, Json, int | str, int]] = [
    ("too_many", {"retry_after": 3}, 429, 0),
    ("forbidden", {"why": "deactivated"}, 403, 0),
    ("conflict", {}, 409, 0),
    ("migrated", {"to": -100}, 400, 0),
    ("error", {"code": 500, "description": "Internal Server Error"}, 500, 0),
    ("gateway", {}, 502, 0),
    ("gateway", {"effect": True}, 502, 1),
    ("drop", {}, "closed", 0),
    ("lose", {}, "closed", 1),
    ("delay", {"seconds": 0.01}, 200, 1),
    ("late", {"seconds": 0.01}, 200, 1),
]


@pytest.mark.parametrize(("kind", "details", "status", "shown"), FAULTS)
def test_faults_befall_the_calls_they_name(
    standin: StandIn, wang: Person, kind: str, details: Json, status: int | str, shown: int
) -> None:
    fault = standin.fails(kind, "send*", chat=11, after=1, **details)
    standin.person(12)
    assert ask(standin, "sendMessage", chat_id=12, text="another chat")[0] == 200
    assert ask(standin, "sendMessage", chat_id=11, text="passes")[0] == 200
    assert standin.hits(fault) == 0
    try:
        found: int | str = ask(standin, "sendMessage", chat_id=11, text="is hit")[0]
    except (http.client.HTTPException, ConnectionError):
        found = "closed"
    assert found == status and standin.hits(fault) == 1
    assert wang.heard == ["passes", "is hit"][: 1 + shown]
    assert ask(standin, "sendMessage", chat_id=11, text="over")[0] == 200
    hit = standin.calls("sendMessage", chat=11)[1]
    assert hit.params["text"] == "is hit" and bool(hit.error) == (status != 200)


def test_a_caller_who_gives_up_does_not_stop_the_effect(standin: StandIn, wang: Person) -> None:
    standin.fails("delay", "sendMessage", seconds=0.2)
    address = ("127.0.0.1", int(standin.api_url.rpartition(":")[2]))
    with socket.create_connection(address) as line:
        line.sendall(f"GET /bot{standin.token}/sendMessage?chat_id=11&text=x HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        wait_until(lambda: standin.hits(0))
    assert wang.hears("x")


def test_parameters_of_the_wrong_kind_are_a_bad_request(standin: StandIn, wang: Person) -> None:
    status, body = ask(standin, "editMessageText", chat_id=11, message_id="first", text="x")
    assert status == 400 and body["description"].startswith("Bad Request: ")


def test_a_fault_without_end_lasts_until_healed(standin: StandIn, wang: Person) -> None:
    standin.fails("too_many", times=None, retry_after=2)
    body = ask(standin, "getMe")[1]
    assert body["parameters"] == {"retry_after": 2} and body["description"] == "Too Many Requests: retry after 2"
    assert ask(standin, "getMe")[0] == 429
    standin.heals()
    assert ask(standin, "getMe")[0] == 200


@pytest.mark.parametrize(
    ("limits", "chats", "statuses"),
    [
        ({"chat_per_second": 1}, [11, 12, 11], [200, 200, 429]),
        ({"bot_per_second": 2}, [11, 12, 13], [200, 200, 429]),
        ({"group_per_minute": 2}, [-20, -20, -20, 11], [200, 200, 429, 200]),
    ],
)
def test_limits_are_enforced(standin: StandIn, limits: dict[str, int], chats: list[int], statuses: list[int]) -> None:
    standin.people(11, 3)
    standin.group(-20)
    standin.limits(**limits)
    assert [ask(standin, "sendMessage", chat_id=chat, text="x")[0] for chat in chats] == statuses


def test_it_vanishes_and_returns_at_the_same_address(standin: StandIn, wang: Person) -> None:
    standin.vanishes()
    with pytest.raises(ConnectionRefusedError):
        ask(standin, "getMe")
    wang.says("meanwhile")
    standin.returns()
    assert len(result(standin, "getUpdates")) == 1


# --- as a process ----------------------------------------------------------------------------------------------------


def test_it_runs_as_a_process_and_is_driven_over_http() -> None:
    command = [sys.executable, "-m", "tests.standin", "--port", "0", "--keep", "1000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            remote = Remote(int(process.stdout.readline()))
            people = remote.people(1, 50)
            first, last = remote.burst([person.id for person in people], 2_000, "第 {n} 条")
            assert last - first == 1_999 and remote.counters["pending"] == 2_000
            remote.do_all([{"do": "says", "who": 7, "text": "一"}, {"do": "says", "who": 7, "text": "二"}])
            people[0].sends_photo(file=b"bytes travel too")
            assert remote.counters["pushed"] == 2_003
            with pytest.raises(ValueError, match="KeyError"):
                remote.do("fly")
            assert people[3].heard == [] and remote.calls() == []
            remote.close()
        finally:
            process.terminate()
    assert process.returncode == 0
