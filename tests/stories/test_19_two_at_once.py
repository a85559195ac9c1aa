"""Promise 19: of two who accept one has it; double taps are harmless; old cards answer; a late yes counts."""

import pytest

from models.words import State
from tests.stories.world import World


def test_two_accept_in_the_same_second(world: World) -> None:
    granny = world.resident()
    near, second = world.steward("张三"), world.steward("李四", metres=200)
    granny.says("楼道灯坏了")
    world.passes(minutes=5)

    with world.at_once():
        near.taps("接单")
        second.taps("接单")

    heard = {one.name: one.hears("交给您了") for one in (near, second)}
    assert sorted(heard.values()) == [False, True]
    loser = next(one for one in (near, second) if not heard[one.name])
    assert loser.last == "已经有人先接了。谢谢您肯帮忙，下次还找您。"
    assert loser.hears("求助", "已经有人接了，谢谢您")
    assert loser.labels() == []
    assert sum("来帮您" in text for text in granny.heard) == 1


def test_a_double_tap_is_harmless(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("楼道灯坏了")
    data = near.data("接单")

    with world.at_once():
        near.repeats_tap("接单", data).repeats_tap("接单", data)

    assert world.case.state is State.ACCEPTED
    assert sum("来帮您" in text for text in granny.heard) == 1
    assert sum("交给您了" in text for text in near.heard) == 1


@pytest.mark.parametrize(("label", "state"), [("已到达", State.ARRIVED), ("已解决", State.DONE)])
def test_a_double_tap_later_is_harmless(world: World, label: str, state: State) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单")
    data = near.data(label)

    near.repeats_tap(label, data).repeats_tap(label, data)

    assert world.case.state is state
    assert not near.hears("不能这么办")


@pytest.mark.parametrize("label", ["接单", "不方便", "已到达", "已解决", "要帮手", "转交", "看地址"])
def test_a_tap_on_an_old_card_says_what_became_of_it(world: World, label: str) -> None:
    granny, near = world.resident(), world.steward("张三")
    second = world.steward("李四", metres=200)
    granny.says("楼道灯坏了")
    old = {"接单": near.data("接单"), "不方便": near.data("不方便")}
    near.taps("接单")
    old |= {one: near.data(one) for one in ("已到达", "已解决", "要帮手", "转交", "看地址")}

    near.taps("转交")
    second.taps("接单")
    near.repeats_tap(label, old[label])
    kind = {"接单": "已经有人先接了", "不方便": "已经有人先接了"}.get(label, "已经转给别人了")
    assert kind in near.last


@pytest.mark.parametrize("label", ["已到达", "已解决", "转交"])
def test_a_tap_after_the_end_says_how_it_ended(world: World, label: str) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单")
    data = near.data(label)

    granny.says("取消")
    near.repeats_tap(label, data)
    assert near.last == "这件事已经取消，不用去了。谢谢您。"


def test_an_old_offer_after_the_end(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("楼道灯坏了")
    accept, decline = near.data("接单"), near.data("不方便")
    granny.says("取消")

    near.repeats_tap("接单", accept)
    assert near.last == "这件事已经取消，不用去了。谢谢您。"
    near.repeats_tap("不方便", decline)
    assert near.last == "这件事已经取消，不用去了。谢谢您。"


def test_a_late_yes_counts_while_nobody_has_it(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    second = world.steward("李四", metres=200)
    granny.says("楼道灯坏了")
    world.passes(minutes=14)

    near.taps("接单")

    assert granny.hears("张三来帮您")
    assert second.hears("已经有人接了")


def test_a_late_yes_while_an_office_is_asked(world: World) -> None:
    granny, near, secretary = world.resident(), world.steward("张三"), world.admin()
    granny.says("楼道灯坏了")
    world.passes(minutes=16)
    assert "接单" in secretary.labels()

    near.taps("接单")

    assert granny.hears("张三来帮您")
    assert secretary.labels() == []
