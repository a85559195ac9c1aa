"""Promise 3: greetings, thanks and stickers open no request; they get a fitting answer."""

import pytest

from tests.stories.world import World


@pytest.mark.parametrize(
    "words",
    ["在吗", "你好", "你好！", "您好，在吗？", "早上好", "喂喂喂", "hello", "Hi, anyone there?", "红管家，你好啊"],
)
def test_a_greeting_is_greeted(world: World, words: str) -> None:
    granny, near = world.resident(), world.steward("张三")

    granny.says(words)

    assert granny.heard == ["在呢。有事您说一句就行。"]
    assert not world.cases()
    assert not near.heard


@pytest.mark.parametrize("words", ["谢谢", "谢谢啊！", "好的，谢谢您", "辛苦了", "谢谢，辛苦了", "Thank you!"])
def test_thanks_are_heard(world: World, words: str) -> None:
    granny = world.resident()

    granny.says(words)

    assert granny.heard == ["不客气，有事随时说。"]
    assert not world.cases()


@pytest.mark.parametrize("words", ["👍", "🙏🙏", "？", "。。。", "😊 ❤️"])
def test_signs_without_a_word_are_a_greeting(world: World, words: str) -> None:
    granny = world.resident()

    granny.says(words)

    assert granny.hears("有事您说一句就行")
    assert not world.cases()


@pytest.mark.telegram
def test_a_sticker_is_a_greeting(world: World) -> None:
    granny = world.resident()

    granny.does("sends_sticker")

    assert granny.heard == ["看到啦。有事您说一句就行。"]
    assert not world.cases()


def test_a_greeting_before_the_need_does_not_hide_it(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")

    granny.says("你好，楼道灯坏了，谢谢")

    assert near.hears("楼道灯坏了")


def test_thanks_while_it_runs_change_nothing(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单")

    granny.says("谢谢")

    assert granny.last == "不客气，有事随时说。"
    assert len(world.cases()) == 1
    assert not near.hears("谢谢", "对方")


@pytest.mark.parametrize(
    "words", ["谢谢张师傅", "张师傅，谢谢！", "谢谢大家", "大家好", "新年好", "晚安", "再见", "bye"]
)
def test_nor_does_thanks_to_somebody_by_name(world: World, words: str) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says(words)
    assert not world.cases()
    assert len(granny.heard) == 1
    assert not near.heard


def test_a_name_alone_is_a_call_for_them(world: World) -> None:
    granny = world.resident()
    world.steward("张三")
    granny.says("王医生")
    assert len(world.cases()) == 1
