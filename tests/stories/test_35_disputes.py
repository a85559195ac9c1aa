"""Promise 35: a dispute goes to another person or the branch, with the timeline; at most twice, then the township."""

import pytest

from models.words import Level, State
from tests.stories.world import Neighbour, World


def _solves(near: Neighbour) -> None:
    near.taps("接单").taps("已到达").taps("已解决")


def _disputed(world: World) -> tuple[Neighbour, Neighbour, Neighbour, Neighbour]:
    """What 张三 said to have solved is not solved, says 王奶奶."""
    granny, near = world.resident("王奶奶"), world.steward("张三", metres=50)
    other, secretary = world.steward("李四", metres=90), world.admin("李书记")
    granny.says("楼道灯坏了")
    near.taps("接单")
    world.passes(minutes=2)
    near.says("换了灯泡")
    near.taps("已解决")
    granny.taps("没解决")
    return granny, near, other, secretary


def test_to_another_person_with_the_timeline(world: World) -> None:
    granny, near, other, secretary = _disputed(world)

    assert "接单" not in near.labels(), "not the same person again"
    assert other.hears("楼道灯坏了")
    assert secretary.hears("没解决", "楼道灯坏了"), "the branch knows"
    other.taps("接单")
    assert other.hears("张三：接单", "换了灯泡", "说没解决")
    assert granny.hears("李四", "来帮您")
    secretary.says(f"/show {world.case.id}")
    assert secretary.hears("换了灯泡", "说没解决")


def test_nobody_else_so_it_goes_to_the_branch(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三", metres=50)
    secretary = world.admin("李书记")
    granny.says("楼道灯坏了")
    _solves(near)
    granny.taps("没解决")
    world.passes(minutes=16)
    assert "接单" in secretary.labels()
    secretary.taps("接单")
    assert secretary.hears("张三：接单", "说没解决")
    assert world.case.owner_id == secretary.id


def test_twice_and_then_the_township(world: World) -> None:
    granny = world.resident("王奶奶")
    first, second = world.steward("张三", metres=50), world.steward("李四", metres=90)
    third, fourth = world.steward("赵六", metres=120), world.steward("孙七", metres=150)
    town = world.admin("镇办老周", Level.TOWNSHIP)
    granny.says("楼道灯坏了")
    for near in (first, second):
        _solves(near)
        granny.taps("没解决")
        assert not town.hears("楼道灯坏了")
    _solves(third)
    granny.taps("没解决")

    assert world.case.disputes == 3
    assert town.hears("楼道灯坏了")
    assert not fourth.heard, "the circle is not asked a third time"
    assert granny.hears("请乡镇来办")
    town.taps("接单")
    assert town.hears("张三：接单", "李四：接单", "赵六：接单")
    assert granny.hears("镇办老周")
    assert world.case.owner_id == town.id


def test_what_the_township_has_done_is_not_sent_back_to_the_circle(world: World) -> None:
    granny, near, town = world.resident("王奶奶"), world.steward("张三"), world.admin("镇办老周", Level.TOWNSHIP)
    world.change(disputes=0)
    granny.says("楼道灯坏了")
    _solves(near)
    granny.taps("没解决")
    _solves(town)
    assert world.case.state is State.DONE
    assert granny.hears("镇办老周说办好了")
    county = world.admin("县办", Level.COUNTY)
    granny.taps("没解决")
    world.passes(minutes=31)
    assert county.hears("楼道灯坏了")
    assert "接单" not in near.labels()


def test_a_double_tap_is_one_dispute(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    world.steward("李四", metres=300)
    granny.says("楼道灯坏了")
    _solves(near)
    button = granny.data("没解决")
    granny.taps("没解决").repeats_tap("没解决", button)
    assert world.case.disputes == 1
    assert world.case.round == 1


def test_an_emergency_goes_to_the_township_as_well(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    town, county = world.admin("镇办老周", Level.TOWNSHIP), world.admin("县办", Level.COUNTY)
    world.change(disputes=0)
    granny.says("着火了")
    _solves(near)
    granny.taps("没解决")
    assert granny.hears("请乡镇来办")
    assert "接单" in town.labels(), "its own ladder knows no township"
    world.passes(minutes=4, seconds=30)
    assert "接单" not in county.labels()
    world.passes(minutes=1)
    assert "接单" in county.labels(), "an emergency waits no longer there than its ladder says of its last rung"
    town.taps("接单")
    assert world.case.owner_id == town.id


def test_whoever_is_assigned_gets_the_timeline_as_well(world: World) -> None:
    _, _, other, secretary = _disputed(world)
    secretary.says(f"/assign {world.case.id} 李四")
    assert other.hears("张三：接单", "换了灯泡", "说没解决")


def test_after_the_end_it_counts_as_well(world: World) -> None:
    granny, near, other, _ = _disputed(world)
    town = world.admin("镇办老周", Level.TOWNSHIP)
    world.change(disputes=1)
    _solves(other)
    granny.taps("已解决").says("没解决")
    assert granny.hears("请乡镇来办")
    assert "接单" in town.labels()
    assert "接单" not in near.labels() + other.labels()
    town.taps("接单")
    assert town.hears("换了灯泡"), "with the timeline"


def test_after_the_end_nobody_who_had_it_is_asked_again(world: World) -> None:
    granny, near, other, _ = _disputed(world)
    third = world.steward("赵六", metres=120)
    _solves(other)
    granny.taps("已解决").says("没解决")
    assert world.case.disputes == 2
    assert "接单" in third.labels()
    assert "接单" not in near.labels() + other.labels()
    world.resident("孙大爷").says("水管漏水了")
    assert near.says("为什么是我").hears("因为您离得近")


def test_what_was_disputed_too_often_never_returns_to_the_circle(world: World) -> None:
    granny, near, fresh = world.resident("王奶奶"), world.steward("张三"), world.steward("李四", metres=90)
    fresh.says("/duty off")
    world.change(disputes=0)
    granny.says("楼道灯坏了")
    _solves(near)
    granny.taps("没解决")
    world.passes(minutes=40)
    fresh.says("/duty on")
    world.passes(hours=2)
    assert not fresh.hears("楼道灯坏了")


@pytest.mark.parametrize("words", ["不行", "还没"])
def test_what_was_withdrawn_is_nobodys_failure(world: World, words: str) -> None:
    granny, near, secretary = world.resident("王奶奶"), world.steward("张三"), world.admin("李书记")
    granny.says("楼道灯坏了")
    near.taps("接单")
    granny.says("取消").says(words)
    assert len(world.cases()) == 1
    assert granny.last.startswith("№1 已经撤回了")
    assert not near.hears("没解决")
    assert not secretary.hears("没解决")
    granny.says("楼道灯还是坏的")
    assert "接单" in near.labels(), "nobody is passed over"
