"""Promise 23: a change of the ladder or of the roster never disturbs a running request."""

from models.words import Level, State
from tests.stories.world import World

_SHORT = {"normal": [{"ask": "county", "repeat": "1m"}]}


def test_a_running_request_keeps_its_ladder(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    volunteer, county = world.volunteer("钱七"), world.admin("孙县", Level.COUNTY)
    granny.says("楼道灯坏了")

    world.change(ladders=_SHORT)
    world.passes(minutes=10)
    assert volunteer.hears("楼道灯坏了"), "on the minute, as it began"
    assert not county.heard

    other = world.resident("赵奶奶")
    other.says("水管漏水")
    assert county.hears("水管漏水"), "a new one goes by the new ladder"
    near.taps("接单")
    assert granny.hears("张三来帮您")


def test_a_ladder_that_became_shorter(world: World) -> None:
    granny, county = world.resident(), world.admin("孙县", Level.COUNTY)
    granny.says("楼道灯坏了")
    world.passes(minutes=26)

    world.change(ladders=_SHORT)
    world.passes(minutes=30)

    assert county.hears("楼道灯坏了")


def test_it_keeps_it_when_it_comes_back(world: World) -> None:
    granny, near, second = world.resident(), world.steward("张三"), world.steward("李四", metres=200)
    granny.says("楼道灯坏了")
    near.taps("接单")

    world.change(ladders=_SHORT)
    near.taps("转交")

    assert second.hears("楼道灯坏了")


def test_whoever_goes_off_duty_keeps_what_they_have(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单").says("/duty off")

    near.taps("已到达").taps("已解决")
    granny.taps("已解决")

    assert world.case.state is State.CLOSED


def test_whoever_was_asked_may_still_accept(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("楼道灯坏了")
    near.says("/duty off")

    near.taps("接单")

    assert granny.hears("张三来帮您")


def test_a_new_steward_does_not_disturb_who_was_asked(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("楼道灯坏了")

    nearer = world.steward("李四", metres=10)
    world.passes(minutes=4)
    assert not nearer.heard
    assert near.labels() == ["接单", "不方便"]

    world.passes(minutes=1)
    assert nearer.hears("楼道灯坏了"), "the next step sees the roster as it is then"


def test_a_household_that_moves_keeps_its_request(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("楼道灯坏了")
    place = world.case.place

    world.rehouse(granny, "二网格")

    assert world.case.place == place
    near.taps("接单")
    assert granny.hears("张三来帮您")
