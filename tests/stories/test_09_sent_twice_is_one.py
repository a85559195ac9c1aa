"""Promise 9: the same thing sent twice, by a bad network or a double tap, is one request."""

import pytest

from models.words import State
from tests.stories.world import World


def test_delivered_twice(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")

    granny.says("楼道灯坏了").repeats()

    assert len(world.cases()) == 1
    assert len(granny.heard) == 1, "not even an answer: for us it happened once"
    assert near.labels() == ["接单", "不方便"]


@pytest.mark.parametrize("again", ["楼道灯坏了", "楼道灯坏了！", " 楼道灯坏了。"])
def test_written_twice(world: World, again: str) -> None:
    granny, near = world.resident(), world.steward("张三")

    granny.says("楼道灯坏了").says(again)

    assert len(world.cases()) == 1
    assert granny.last == "这句话收到过了，已经在办，不用再发。"
    assert sum("楼道灯坏了" in text for text in near.heard) == 1


def test_written_twice_at_once(world: World) -> None:
    granny = world.resident()
    world.steward("张三")

    with world.at_once():
        granny.says("楼道灯坏了").says("楼道灯坏了")

    assert len(world.cases()) == 1


def test_written_again_while_somebody_is_under_way(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单")
    world.passes(minutes=3)

    granny.says("楼道灯坏了")

    assert len(world.cases()) == 1


def test_an_emergency_written_again(world: World) -> None:
    granny, near, second = world.resident(), world.steward("张三"), world.steward("李四", metres=200)
    granny.says("着火了")
    near.taps("接单")
    world.passes(minutes=3)

    granny.says("着火了")

    assert len(world.cases()) == 1
    assert sum("119" in text for text in granny.heard) == 2, "the numbers are never spared"
    assert near.hears("着火了"), "and he hears it"
    assert not second.hears("您能去吗")


def test_a_recording_sent_twice(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")

    granny.sends("voice").repeats()
    granny.sends("voice")

    assert len(world.cases()) == 1
    assert near.labels() == ["接单", "不方便"]


@pytest.mark.parametrize("label", ["取消", "替别人"])
def test_a_double_tap_is_harmless(world: World, label: str) -> None:
    granny = world.resident()
    world.steward("张三")
    granny.says("楼道灯坏了")
    data = granny.data(label)

    with world.at_once():
        granny.repeats_tap(label, data).repeats_tap(label, data)

    assert len(world.cases()) == 1


def test_another_matter_tapped_twice(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单")
    world.passes(minutes=3)
    granny.says("家里没米了")
    data = granny.data("是另一件事")

    with world.at_once():
        granny.repeats_tap("是另一件事", data).repeats_tap("是另一件事", data)

    assert len(world.cases()) == 2


def test_a_rating_tapped_twice(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单").taps("已解决")
    granny.taps("已解决")
    five, one = granny.data("★5"), granny.data("★1")

    granny.repeats_tap("★5", five).repeats_tap("★1", one)

    assert world.case.rating == 5
    assert world.case.state is State.CLOSED
