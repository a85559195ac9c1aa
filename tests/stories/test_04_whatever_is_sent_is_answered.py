"""Promise 4: a voice, a photo, a video or a place alone opens a request; whatever is sent gets an answer."""

import pytest

from models.words import State
from tests.stories.world import World


@pytest.mark.parametrize("kind", ["voice", "photo", "video"])
def test_a_recording_alone_is_a_request(world: World, kind: str) -> None:
    granny, near = world.resident(), world.steward("张三")

    granny.sends(kind)

    assert world.case.state is State.OFFERED
    assert granny.hears("已经问了人")
    assert world.line.shown(near) == [kind], "the steward gets it as it came"
    assert "接单" in near.labels()
    assert not any("「」" in text for text in near.heard + granny.heard), "no empty quotation"


def test_a_place_alone_is_a_request(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")

    granny.is_at(30, 10)

    assert world.case.state is State.OFFERED
    assert granny.hears("已经问了人")
    assert near.hears("东村 · 一网格")
    near.taps("接单").taps("看地址")
    assert any(text.startswith("[pin 40.146") for text in near.heard), "the place as it came"
    assert not any("「」" in text for text in near.heard + granny.heard), "no empty quotation"


@pytest.mark.telegram
def test_a_venue_or_a_moving_place_is_a_place(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")

    granny.does("shares_live", 40.146, 118.305)
    assert near.hears("求助")
    asked = len(granny.heard)
    granny.does("moves", 40.1461, 118.305)
    assert len(granny.heard) == asked, "a step on the way is no new message"
    assert len(world.cases()) == 1


@pytest.mark.telegram
def test_a_file_is_taken_too(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")

    granny.does("sends_document", "通知书看不懂")

    assert near.hears("通知书看不懂")


@pytest.mark.telegram
def test_a_phone_number_out_of_nowhere_is_answered(world: World) -> None:
    granny = world.resident()

    granny.does("sends_contact", "13800138000")

    assert granny.last == "收到。先扫连心卡或发卡上的码，再用手机号证明。"
    assert not world.cases()


@pytest.mark.parametrize("words", ["/nosuch", "/duty on", "/show 1", "   .  ", "取消", "🤷"])
def test_every_word_gets_an_answer(world: World, words: str) -> None:
    granny = world.resident()

    granny.says(words)

    assert granny.heard


def test_an_old_button_gets_an_answer(world: World) -> None:
    granny = world.resident()

    granny.repeats_tap("?", "acc:AAAAAAAAAAAAAAAAAAAAAA")

    assert granny.last == "这个按钮不能用了。请看最新的消息，或发 /mine。"


@pytest.mark.telegram
@pytest.mark.parametrize("kind", ["video_note", "audio", "animation"])
def test_the_steward_gets_other_recordings_as_they_came(world: World, kind: str) -> None:
    """Telegram takes a round video only for a round video."""
    granny, near = world.resident(), world.steward("张三")
    granny.does(f"sends_{kind}")
    assert len(world.cases()) == 1
    shown = [message for message in world.line._person(near).from_bot if kind in message]
    assert len(shown) == 1
