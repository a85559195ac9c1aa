"""What a real client sends, a person sees; and what people do, a real client understands."""

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

from tests.standin import Person, StandIn
from tests.unit.standin.calls import KEYS, ids, result, with_bot


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
