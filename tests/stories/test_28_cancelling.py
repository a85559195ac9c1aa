"""Promise 28: cancelling works before and after acceptance; a steward already under way hears it at once, loudly."""

from models.words import Ending, State
from tests.stories.world import World


def test_before_acceptance_by_button(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("楼道灯坏了").taps("取消")
    assert world.case.state is State.CANCELLED
    assert world.case.ending is Ending.WITHDRAWN
    assert granny.hears("取消了")
    assert near.hears("已取消，不用去了"), "the card of whoever was asked says so"
    assert "接单" not in near.labels()


def test_before_acceptance_by_word(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("楼道灯坏了").says("不用了")
    assert world.case.state is State.CANCELLED
    assert near.hears("已取消")
    world.passes(minutes=40)
    assert len(near.heard) == 1, "and nobody is asked any more"


def test_a_late_yes_to_a_cancelled_request(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("楼道灯坏了")
    button = near.data("接单")
    granny.taps("取消")
    near.repeats_tap("接单", button)
    assert near.hears("已经取消，不用去了")
    assert world.case.state is State.CANCELLED


def test_under_way_hears_it_at_once_and_loudly(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单")
    granny.taps("取消")
    assert world.case.state is State.CANCELLED
    assert near.woken("🛑 不用去了", "楼道灯坏了")
    assert not {"已到达", "已解决", "转交"} & set(near.labels())
    assert granny.hears("取消了")


def test_cancelled_when_they_are_there(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单").taps("已到达")
    granny.says("取消")
    assert world.case.state is State.CANCELLED
    assert near.woken("🛑 不用去了")


def test_after_a_word_to_the_helper_cancel_still_means_the_request(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单")
    world.passes(minutes=2)
    granny.says("从东门进").says("取消")
    assert near.hears("从东门进")
    assert world.case.state is State.CANCELLED
    assert near.woken("🛑 不用去了")


def test_a_steward_is_free_again(world: World) -> None:
    granny, other, near = world.resident("王奶奶"), world.resident("李奶奶"), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单")
    granny.taps("取消")
    other.says("水管漏水")
    assert near.hears("水管漏水")


def test_twice_is_harmless(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单")
    button = granny.data("取消")
    granny.taps("取消")
    heard = len(near.heard)
    granny.repeats_tap("取消", button).says("取消")
    assert granny.hears("没有正在办的求助")
    assert len(near.heard) == heard


def test_two_open_requests_ask_which(world: World) -> None:
    granny = world.resident("王奶奶")
    near, other = world.steward("张三", metres=50), world.steward("李四", metres=90)
    granny.says("楼道灯坏了")
    near.taps("接单")
    world.passes(minutes=2)
    granny.says("水管漏水").taps("是另一件事")
    assert other.hears("水管漏水")
    granny.says("取消")
    assert [case.state for case in world.cases()] == [State.ACCEPTED, State.OFFERED]
    assert granny.hears("要取消这一件吗", "楼道灯坏了")
    granny.taps("取消")
    assert [case.state for case in world.cases()].count(State.CANCELLED) == 1


def test_nobody_elses_request(world: World) -> None:
    granny, other = world.resident("王奶奶"), world.resident("李奶奶")
    world.steward("张三")
    granny.says("楼道灯坏了")
    other.repeats_tap("取消", granny.data("取消"))
    assert world.case.state is State.OFFERED
    assert other.hears("不是您来办的")
