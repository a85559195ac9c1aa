"""The second clock, after somebody has accepted: arrived?, back to the circle, unconfirmed after a day, disputes."""

from datetime import timedelta

from models.words import Due, Ending, Level, State
from tests.stories.world import Neighbour, World


def _accepted(world: World) -> tuple[Neighbour, Neighbour]:
    granny, near = world.resident("王奶奶"), world.steward("张三", metres=50)
    granny.says("楼道灯坏了")
    near.taps("接单")
    return granny, near


def _asked(near: Neighbour) -> int:
    return sum("您到了吗" in text for text in near.heard)


def test_arrived_is_asked_after_five_minutes_once(world: World) -> None:
    _, near = _accepted(world)
    world.passes(minutes=4, seconds=30)
    assert _asked(near) == 0
    world.passes(seconds=30)
    assert _asked(near) == 1
    world.passes(minutes=14)
    assert _asked(near) == 1


def test_back_to_the_circle_after_twenty(world: World) -> None:
    _accepted(world)
    world.passes(minutes=19, seconds=30)
    assert world.case.state is State.ACCEPTED
    world.passes(minutes=1)
    assert world.case.state is not State.ACCEPTED
    assert world.case.owner_id is None
    assert world.case.round == 1


def test_on_my_way_starts_it_again(world: World) -> None:
    _, near = _accepted(world)
    world.passes(minutes=18)
    near.taps("在路上")
    said = world.clock.now()
    assert world.case.due_at == said + timedelta(minutes=5)
    world.passes(minutes=5)
    assert _asked(near) == 2
    world.passes(minutes=14, seconds=30)
    assert world.case.state is State.ACCEPTED, "twenty minutes from the word on"
    world.passes(minutes=1)
    assert world.case.state is not State.ACCEPTED


def test_arrived_stops_it(world: World) -> None:
    _, near = _accepted(world)
    near.taps("已到达")
    world.passes(minutes=30)
    assert _asked(near) == 0
    assert world.case.state is State.ARRIVED
    assert world.case.due is Due.CHECK_ON


def test_somebody_who_is_there_for_long_is_asked_how_it_goes(world: World) -> None:
    _, near = _accepted(world)
    near.taps("已到达")
    world.jumps(hours=2)
    assert near.hears("办得怎么样了")
    world.jumps(hours=2)
    assert sum("办得怎么样了" in text for text in near.heard) == 2
    assert world.case.state is State.ARRIVED


def test_unconfirmed_after_a_day(world: World) -> None:
    _, near = _accepted(world)
    near.taps("已解决")
    world.jumps(hours=23, minutes=59)
    assert world.case.state is State.DONE
    world.jumps(minutes=1)
    assert world.case.state is State.CLOSED
    assert world.case.ending is Ending.UNCONFIRMED


def test_reopened_at_most_twice_then_the_township(world: World) -> None:
    granny, town = world.resident("王奶奶"), world.admin("镇办老周", Level.TOWNSHIP)
    circle = [
        world.steward(name, metres=50 + 10 * place) for place, name in enumerate(("张三", "李四", "赵六", "孙七"))
    ]
    granny.says("楼道灯坏了")
    for near in circle[:3]:
        assert not town.heard
        near.taps("接单").taps("已解决")
        granny.taps("没解决")
    assert town.hears("楼道灯坏了")
    assert not circle[3].heard
    assert world.case.rung == 4


def test_every_request_has_a_next_step_all_the_way(world: World) -> None:
    """Whatever happens, the clock column says when the next thing happens."""
    granny, near = _accepted(world)
    for label in ("已到达", "转交"):
        near.taps(label)
        assert world.case.due_at is not None
    world.passes(minutes=70)
    assert world.case.due_at is not None
    assert world.case.due is Due.CLIMB
    granny.taps("取消")
    assert world.case.due_at is None


def test_how_it_goes_is_not_asked_at_night(world: World) -> None:
    granny, near, secretary = world.resident("王奶奶"), world.steward("张三"), world.admin("李书记")
    granny.says("楼道灯坏了")
    near.taps("接单").taps("已到达")
    world.passes(hours=12)
    asked = sum("办得怎么样" in text for text in near.heard)
    assert asked == 3, "at two, four and six by the clock"
    assert granny.hears("还没说办得怎么样")
    assert secretary.hears("请打电话问一声")
    world.passes(hours=7, minutes=59)
    assert sum("办得怎么样" in text for text in near.heard) == asked
    world.passes(minutes=2)
    assert sum("办得怎么样" in text for text in near.heard) == asked + 1
    assert sum("还没说办得怎么样" in text for text in granny.heard) == 1, "others hear of it once"
    granny.taps("已解决")
    assert world.case.state is State.CLOSED
