"""Promise 21: a message that cannot be delivered moves to the next person at once."""

import pytest

from models.words import Answer, Skip
from tests.stories.world import World


@pytest.mark.telegram
def test_whoever_blocked_the_bot(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    second = world.steward("李四", metres=200)

    with world.at_once():
        near.does("blocks_bot")
        granny.says("楼道灯坏了")

    assert second.hears("楼道灯坏了"), "without any time passing"


@pytest.mark.telegram
def test_an_account_that_is_gone(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    second = world.steward("李四", metres=200)
    near.does("deactivates")

    granny.says("楼道灯坏了")

    assert second.hears("楼道灯坏了")
    assert world.answers() == {"张三": Answer.UNREACHABLE, "李四": Answer.OPEN}


@pytest.mark.telegram
def test_whoever_never_started(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    second = world.steward("李四", metres=200)
    world.line.never_started(near)

    granny.says("楼道灯坏了")

    assert second.hears("楼道灯坏了")
    assert world.answers()["张三"] is Answer.UNREACHABLE


def test_whoever_said_stop(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    second = world.steward("李四", metres=200)
    near.says("/stop")

    granny.says("楼道灯坏了")

    assert second.hears("楼道灯坏了")
    assert world.considered()["张三"] is Skip.UNREACHABLE


def test_stop_is_answered_and_then_there_is_silence(world: World) -> None:
    granny, near, second = world.resident(), world.steward("张三"), world.steward("李四", metres=200)
    granny.says("楼道灯坏了")
    before = len(near.heard)

    near.says("/stop")

    assert near.last.startswith("好，不再给您发消息了")
    assert len(near.heard) == before + 1
    second.taps("接单")
    granny.says("水管漏水")
    world.passes(minutes=30)
    assert len(near.heard) == before + 1, "nothing more, whatever happens"
    assert near.labels() == ["接单", "不方便"], "not even the card that was sent before is touched"


def test_a_stranger_who_says_stop_is_answered(world: World) -> None:
    passer = world.stranger()

    passer.says("/stop")

    assert len(passer.heard) == 1
    assert passer.last.startswith("好，不再给您发消息了")


def test_whoever_says_stop_after_they_were_asked(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    second, third = world.steward("李四", metres=200), world.steward("赵六", metres=300)
    granny.says("楼道灯坏了")
    near.says("/stop")
    assert second.hears("楼道灯坏了"), "nobody waits for somebody who hears nothing more"
    second.taps("接单").says("/stop")
    assert world.case.owner_id is None
    assert third.hears("楼道灯坏了")


@pytest.mark.telegram
def test_one_after_the_other_is_gone(world: World) -> None:
    granny = world.resident()
    for number in range(1, 5):
        world.steward(f"管家{number}", metres=10 * number).does("deactivates")
    last = world.steward("李四", metres=200)

    granny.says("楼道灯坏了")

    assert last.hears("楼道灯坏了")
    assert len(world.cases()) == 1


@pytest.mark.telegram
def test_nobody_is_left_in_this_step(world: World) -> None:
    granny = world.resident()
    world.steward("张三").does("deactivates")

    granny.says("楼道灯坏了")

    assert granny.hears("刚才问的人都来不了", "12:05")


def test_another_way_to_the_same_person_comes_first(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    second = world.steward("李四", metres=200)
    again = world.moves_to_a_new_chat(near)

    granny.says("楼道灯坏了")

    assert again.hears("楼道灯坏了")
    assert not second.heard


def test_a_word_from_the_person_opens_the_way_again(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    near.says("/stop").says("你好")

    granny.says("楼道灯坏了")

    assert near.hears("楼道灯坏了")


@pytest.mark.telegram
def test_whoever_is_called_to_help_and_is_gone(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三", metres=50)
    gone, second = world.steward("李四", metres=90), world.steward("赵六", metres=120)
    third = world.steward("孙七", metres=150)
    granny.says("柜子要搬")
    near.taps("接单")
    gone.does("deactivates")
    near.taps("要帮手")
    assert second.hears("张三要帮手")
    assert third.woken("张三要帮手"), "in place of the one who is gone, without any time passing"
    assert not near.hears("没有空着的人")


@pytest.mark.telegram
def test_the_only_one_who_is_called_to_help_is_gone(world: World) -> None:
    granny, near, gone = world.resident("王奶奶"), world.steward("张三", metres=50), world.steward("李四", metres=90)
    granny.says("柜子要搬")
    near.taps("接单")
    gone.does("deactivates")
    near.taps("要帮手")
    assert near.woken("没有空着的人", "转交"), "who was told that somebody is called hears that nobody is"
    assert world.case.owner_id == near.id
