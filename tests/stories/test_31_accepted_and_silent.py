"""Promise 31: accepted and silent: a reminder, then it goes back to the circle, and the resident is told."""

from models.words import State
from tests.stories.world import World


def test_a_reminder_then_back_to_the_circle(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三", metres=50)
    other = world.steward("李四", metres=90)
    granny.says("楼道灯坏了")
    near.taps("接单")
    world.passes(minutes=4)
    assert not near.hears("您到了吗")
    world.passes(minutes=2)
    assert near.woken("您到了吗", "楼道灯坏了")
    assert {"已到达", "在路上", "转交"} <= set(near.labels())
    world.passes(minutes=12)
    assert world.case.state is State.ACCEPTED
    assert not granny.hears("没有回音")

    world.passes(minutes=3)
    assert world.case.state is State.OFFERED
    assert world.case.owner_id is None
    assert granny.woken("一直没有回音", "另找人")
    assert near.hears("另找人了", "没关系"), "kindly"
    assert other.hears("楼道灯坏了")
    assert "接单" in other.labels()
    other.taps("接单")
    assert granny.hears("李四", "来帮您")


def test_a_word_after_the_reminder_is_enough(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单")
    world.passes(minutes=6)
    near.taps("已到达")
    world.passes(minutes=40)
    assert world.case.state is State.ARRIVED
    assert world.case.owner_id == near.id


def test_talking_to_the_resident_is_not_silence(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单")
    world.passes(minutes=18)
    near.says("在买灯泡，马上到")
    world.passes(minutes=4)
    assert world.case.state is State.ACCEPTED
    assert not granny.hears("没有回音")
    world.passes(minutes=20)
    assert world.case.state is not State.ACCEPTED, "one word does not hold it for ever"


def test_whoever_fell_silent_is_not_asked_again(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三", metres=50)
    granny.says("楼道灯坏了")
    near.taps("接单")
    world.passes(minutes=21)
    heard = len(near.heard)
    world.passes(minutes=30)
    assert len(near.heard) == heard
    assert granny.hears("东村", "0315-0000003"), "the ladder goes on to a human with a phone"


def test_an_old_button_says_what_became_of_it(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三", metres=50)
    granny.says("楼道灯坏了")
    near.taps("接单")
    button = near.data("已到达")
    world.passes(minutes=21)
    near.repeats_tap("已到达", button)
    assert near.hears("已经转给别人了")
    assert world.case.owner_id is None
