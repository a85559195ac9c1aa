"""Messages in the reader's words, within what a channel can do, and the calls they become at Telegram."""

from dataclasses import replace
from typing import Any

import pytest

from bot.channels.base import Capabilities
from bot.channels.rendering import cut, render, units
from bot.channels.telegram import payloads
from dispatch.messages import Attachment, Button, Message, Pin, text
from models.words import Lane, Language, MediaKind

FULL = Capabilities(True, True, True, frozenset(MediaKind), 4096)
BARE = replace(FULL, buttons=False, places=False, text_length=60)


class Words:
    """Texts that show how they were asked for."""

    def say(self, language: Language, key: str, /, **params: Any) -> str:
        said = params
        return " ".join([f"{language}:{key}", *(f"{name}={value}" for name, value in said.items())])


ASKED = Message(
    "card.offer",
    {"need": "灯坏了", "place": text("place.grid")},
    ((Button("button.accept", "acc:t"), Button("button.decline", "dec:t")), (Button("button.address", "adr:t"),)),
)


def said(message: Message, capabilities: Capabilities = FULL, **more: Any) -> Any:
    return render(message, Words(), Language.ZH, capabilities, **more)


def test_words_and_buttons_are_said_in_the_readers_language() -> None:
    rendered = said(ASKED)
    assert rendered.text.startswith("zh:card.offer need=灯坏了")
    assert rendered.buttons[0] == (("zh:button.accept", "acc:t"), ("zh:button.decline", "dec:t"))


def test_without_buttons_answers_are_numbered_and_never_cut_off() -> None:
    long = Message("x" * 200, {}, ASKED.buttons[1:])
    rendered = said(long, BARE)
    assert rendered.text.endswith("…\n1. zh:button.address")
    assert units(rendered.text) <= 60


def test_what_may_have_arrived_says_so() -> None:
    assert said(ASKED, again=True).text.startswith("zh:sent_again text=zh:card.offer")
    assert said(Message("", ack="q"), again=True).text == ""


@pytest.mark.parametrize(
    ("whole", "limit", "shown"),
    [
        ("灯坏了", 3, "灯坏了"),
        ("灯坏了。", 3, "灯坏…"),
        ("ab😀", 4, "ab😀"),
        ("ab😀c", 4, "ab…"),
        ("a👍🏽b", 4, "a…"),
        ("ae\u0301bc", 3, "a…"),
        ("👨‍👩‍👧 x", 6, "…"),
        ("abc", 0, "…"),
    ],
)
def test_no_character_is_torn(whole: str, limit: int, shown: str) -> None:
    assert cut(whole, limit) == shown


def photo(number: int = 1) -> Attachment:
    return Attachment(f"t{number}", MediaKind.PHOTO, "telegram", f"file{number}")


def test_plain_words_are_one_call_without_parse_mode() -> None:
    (call,) = payloads.calls("11", said(ASKED), Lane.OFFER)
    assert call.method == "sendMessage"
    assert "parse_mode" not in call.params
    assert "disable_notification" not in call.params
    assert call.params["reply_markup"]["inline_keyboard"][1] == [
        {"text": "zh:button.address", "callback_data": "adr:t"}
    ]


def test_a_card_with_photos_and_a_pin() -> None:
    message = replace(ASKED, pin=Pin(40.1, 118.3, "白庙子村 3 组"))
    calls = payloads.calls("11", said(message), Lane.OFFER, [(photo(1), "file1"), (photo(2), "file2")])
    assert [call.method for call in calls] == ["sendPhoto", "sendPhoto", "sendVenue"]
    assert calls[0].params["caption"].startswith("zh:card.offer")
    assert "reply_markup" in calls[0].params
    assert "caption" not in calls[1].params
    assert payloads.reference(calls[0], {"message_id": 5}) == "c5"
    assert payloads.edit("11", "c5", said(ASKED)).method == "editMessageCaption"


def test_words_too_long_for_a_caption_go_before_the_recording() -> None:
    calls = payloads.calls("11", said(Message("x" * 1100)), Lane.ANSWER, [(photo(), "file1")])
    assert [call.method for call in calls] == ["sendMessage", "sendPhoto"]
    assert payloads.reference(calls[0], {"message_id": 5}) == "5"


def test_what_is_not_loud_may_come_silently_but_offers_and_answers_never() -> None:
    quiet = [
        "disable_notification" in payloads.calls("1", said(Message("m", loud=loud)), lane)[0].params
        for lane, loud in [(Lane.OFFER, False), (Lane.ANSWER, False), (Lane.STATUS, False), (Lane.STATUS, True)]
    ]
    assert quiet == [False, False, True, False]


def test_a_place_is_asked_for_with_a_keyboard_of_its_own() -> None:
    (call,) = payloads.calls("11", said(Message("ask.place", ask_place=True)), Lane.ANSWER)
    (button,) = call.params["reply_markup"]["keyboard"][0]
    assert button == {"text": "zh:button.share_place", "request_location": True}


def test_an_edit_takes_away_the_buttons_that_are_not_named() -> None:
    call = payloads.edit("11", "77", said(Message("card.taken")))
    assert (call.method, call.params["message_id"], "reply_markup" in call.params) == ("editMessageText", 77, False)


def test_a_popup_is_short_and_a_menu_belongs_to_its_chat() -> None:
    assert payloads.acknowledge("q", said(Message(""))).params == {"callback_query_id": "q"}
    assert len(payloads.acknowledge("q", said(Message("x" * 300))).params["text"]) == 200
    menu = payloads.menu("11", [("help", "帮助")])
    assert menu.params["scope"] == {"type": "chat", "chat_id": "11"}
