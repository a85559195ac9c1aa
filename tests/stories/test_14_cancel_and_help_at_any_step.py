"""Promise 14: "取消" works at any step, "帮助" answers by role, a dialog left half-way expires with a note."""

import pytest

from models.words import Ending, State
from tests.stories.world import World


@pytest.mark.parametrize("words", ["取消", "取消吧", "不用了，谢谢", "/cancel", "cancel", "算了"])
def test_cancel_while_it_is_asked_around(world: World, words: str) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("楼道灯坏了")

    granny.says(words)

    assert world.case.state is State.CANCELLED
    assert world.case.ending is Ending.WITHDRAWN
    assert granny.hears("№1 取消了")
    assert near.hears("已取消，不用去了")
    assert near.labels() == []


def test_cancel_at_every_step_of_a_request(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    for taps in (["接单"], ["接单", "已到达"], ["接单", "已到达", "已解决"]):
        granny.says("楼道灯坏了")
        for label in taps:
            near.taps(label)

        granny.says("取消")

        assert world.case.state is State.CANCELLED, taps
        assert near.hears("不用去了", f"№{world.case.id}"), taps


def test_cancel_before_the_place_is_known(world: World) -> None:
    passer = world.stranger()
    passer.says("路灯不亮").taps("兴城镇")

    passer.says("取消")

    assert world.case.state is State.CANCELLED
    assert passer.hears("№1 取消了")


def test_cancel_after_words_were_passed_on(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单")
    world.passes(minutes=2)
    granny.says("带梯子")

    granny.says("取消")

    assert world.case.state is State.CANCELLED, "nothing was asked in between, so the request is meant"


def test_cancel_while_here_or_at_home_is_asked(world: World) -> None:
    granny = world.resident()
    granny.is_at(0, 5000)

    granny.says("取消")

    assert world.case.state is State.CANCELLED


def test_cancel_leaves_a_dialog(world: World) -> None:
    granny = world.resident()
    world.steward("张三")
    granny.says("楼道灯坏了").taps("替别人")

    granny.says("取消")
    assert granny.last == "好，刚才那一步不办了。"
    assert world.case.state is State.OFFERED, "the request itself goes on"

    granny.says("取消")
    assert world.case.state is State.CANCELLED


def test_cancel_leaves_the_choice_of_a_language(world: World) -> None:
    granny = world.resident()

    granny.says("/lang").says("取消")

    assert granny.last == "好，刚才那一步不办了。"


def test_cancel_leaves_a_broadcast(world: World) -> None:
    secretary, granny = world.admin(), world.resident()

    secretary.says("/broadcast 明天停水").says("取消")
    assert secretary.last == "好，刚才那一步不办了。"

    secretary.taps("发出（2 人）")
    assert not granny.heard


def test_cancel_with_several_asks_which(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单")
    world.passes(minutes=2)
    granny.says("水管漏水").taps("是另一件事")

    granny.says("取消")
    assert granny.hears("要取消这一件吗", "楼道灯坏了")
    assert granny.hears("要取消这一件吗", "水管漏水")

    granny.taps("取消")
    assert [case.state for case in world.cases()] == [State.CANCELLED, State.WAITING]


def test_cancel_with_nothing_to_cancel(world: World) -> None:
    assert world.resident().says("取消").last == "您现在没有正在办的求助，不用取消。"


def test_words_after_a_cancelled_request_are_not_lost_in_its_dialog(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("楼道灯坏了").taps("替别人").taps("取消")

    granny.says("水管漏水")

    assert len(world.cases()) == 2
    assert near.hears("水管漏水")


@pytest.mark.parametrize("words", ["帮助", "/help", "怎么用", "help"])
def test_help_for_a_resident(world: World, words: str) -> None:
    granny = world.resident().says(words)

    assert granny.hears("有事直接说")
    assert len(granny.heard) == 1
    assert not world.cases()


def test_help_by_role(world: World) -> None:
    near, volunteer, secretary = world.steward("张三"), world.volunteer("钱七"), world.admin()

    for helper in (near, volunteer):
        helper.says("帮助")
        assert helper.hears("有事直接说")
        assert helper.hears("/duty on")
        assert not helper.hears("/assign")

    secretary.says("帮助")
    assert secretary.hears("/assign")
    assert not secretary.hears("/duty on")


def test_help_within_a_dialog_keeps_it(world: World) -> None:
    granny = world.resident()
    world.steward("张三")
    granny.says("楼道灯坏了").taps("替别人").says("帮助")
    assert granny.hears("有事直接说")

    granny.says("李奶奶 13800138000")

    assert granny.hears("去帮的是：李奶奶")


@pytest.mark.parametrize(("words", "label"), [("/lang", None), ("楼道灯坏了", "替别人")])
def test_a_dialog_left_half_way_expires_with_a_note(world: World, words: str, label: str | None) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says(words)
    if label:
        granny.taps(label)
        near.taps("接单").taps("已到达")

    world.passes(minutes=29)
    assert not granny.hears("已经过时")
    world.passes(minutes=2)
    assert granny.last == "刚才那一问已经过时，不用管它。有事您说一句就行。"

    world.passes(minutes=40)
    assert sum("已经过时" in text for text in granny.heard) == 1, "once"


def test_words_that_were_passed_on_leave_no_note(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单").taps("已到达")
    world.passes(minutes=2)
    granny.says("带梯子")

    world.passes(minutes=31)

    assert not granny.hears("已经过时"), "nothing was asked"
