"""Promise 1: a linked resident sends one message and a steward is being asked; nothing is asked first."""

from models.words import State
from tests.stories.world import World


def test_one_message_is_enough(world: World) -> None:
    granny = world.resident("王奶奶")
    near, far = world.steward("张三", metres=80), world.steward("李四", metres=200)

    granny.says("楼道灯坏了")

    assert near.hears("楼道灯坏了")
    assert {"接单", "不方便"} <= set(near.labels())
    assert not far.heard, "only the nearest is asked"
    assert len(granny.heard) == 1, "one answer, no question"
    assert "取消" in granny.labels()

    near.taps("接单")
    assert granny.hears("张三", "分钟")
    near.taps("已到达").taps("已解决")
    granny.taps("已解决")
    assert world.case.state is State.CLOSED
    granny.taps("★5")
    assert world.case.rating == 5


def test_the_first_words_after_a_voice_say_what_kind_it_is(world: World) -> None:
    granny = world.resident()
    world.steward("张三", on_duty=False)
    skilled = world.steward("电工李四", metres=300, skills=";electric;", on_duty=False)
    granny.sends("voice")
    assert world.case.category == "other"
    granny.says("楼道灯坏了")
    assert (world.case.category, world.case.skill) == ("electric", "electric")
    world.set(skilled, on_duty=True)
    world.passes(minutes=6)
    assert skilled.hears("楼道灯坏了")
