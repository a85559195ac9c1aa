"""Promise 18: declining asks the next one at once, is never held against anyone, and is remembered for this case."""

from models.words import Skip, State
from tests.stories.world import World


def test_the_next_one_is_asked_at_once(world: World) -> None:
    granny = world.resident()
    near, second, third = (world.steward(name, metres=100 * at) for at, name in enumerate(("张三", "李四", "赵六"), 1))
    granny.says("楼道灯坏了")

    near.taps("不方便")
    assert near.last == "没关系，已经去问别人了。"
    assert near.hears("您说不方便，没关系"), "on the card"
    assert near.labels() == []
    assert second.hears("楼道灯坏了")

    second.taps("不方便")
    assert third.hears("楼道灯坏了")
    third.taps("接单")
    assert granny.hears("赵六来帮您")


def test_the_clock_of_the_rung_goes_on_and_nobody_gets_less_than_a_minute(world: World) -> None:
    granny = world.resident()
    near, second = world.steward("张三"), world.steward("李四", metres=200)
    elsewhere = world.steward("赵六", grid="二网格", metres=300)
    granny.says("楼道灯坏了")
    world.passes(minutes=4, seconds=30)

    near.taps("不方便")
    assert second.hears("楼道灯坏了")

    world.passes(seconds=55)
    assert not elsewhere.heard, "a minute for the second"
    world.passes(seconds=10)
    assert elsewhere.hears("楼道灯坏了"), "and not five"


def test_with_nobody_left_the_clock_of_the_rung_just_goes_on(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    elsewhere = world.steward("赵六", grid="二网格", metres=300)
    granny.says("楼道灯坏了")
    world.passes(minutes=4, seconds=50)

    near.taps("不方便")
    assert granny.hears("刚才问的人都来不了", "12:05")
    world.passes(seconds=10)

    assert elsewhere.hears("楼道灯坏了"), "as it was said"


def test_no_after_no_does_not_put_an_emergency_off(world: World) -> None:
    granny = world.resident()
    near, second = world.steward("张三"), world.steward("李四", metres=200)
    volunteer = world.volunteer("钱七")
    granny.says("着火了")
    world.passes(minutes=1, seconds=30)
    near.taps("不方便")
    world.passes(seconds=25)
    second.taps("不方便")

    world.passes(seconds=5)

    assert volunteer.hears("紧急求助", "着火了"), "two minutes after it was said"


def test_the_decliner_is_not_asked_again_in_this_case(world: World) -> None:
    granny = world.resident()
    near, second = world.steward("张三"), world.steward("李四", metres=200)
    world.volunteer("张三", who=near)
    granny.says("楼道灯坏了")
    near.taps("不方便")
    second.taps("接单")
    world.passes(minutes=21)
    assert world.case.round == 1, "it came back to the circle"

    world.passes(minutes=30)

    assert near.labels() == []
    assert sum("您能去吗" in text for text in near.heard) == 0


def test_it_is_not_held_against_them(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    world.steward("李四", metres=200)
    granny.says("楼道灯坏了")
    near.taps("不方便")
    granny.says("取消")

    granny.says("水管漏水")

    assert near.hears("水管漏水")
    assert world.considered()["张三"] is Skip.NONE


def test_the_last_one_declines(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("楼道灯坏了")

    near.taps("不方便")

    assert world.case.state is State.WAITING
    assert granny.hears("刚才问的人都来不了", "12:05")


def test_a_double_tap_asks_one_more_only(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    second, third = world.steward("李四", metres=200), world.steward("赵六", metres=300)
    granny.says("楼道灯坏了")
    data = near.data("不方便")

    with world.at_once():
        near.repeats_tap("不方便", data).repeats_tap("不方便", data)

    assert second.hears("楼道灯坏了")
    assert not third.heard


def test_who_declined_may_think_better_of_it(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    world.steward("李四", metres=200)
    granny.says("楼道灯坏了")
    accept = near.data("接单")
    near.taps("不方便")

    near.repeats_tap("接单", accept)

    assert granny.hears("张三来帮您")
