"""Promise 34: the steward says done; the resident confirms, or not, or half; no answer is not "satisfied"."""

from models.words import Ending, State
from tests.stories.world import Neighbour, World


def _done(world: World) -> tuple[Neighbour, Neighbour]:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单").taps("已到达").taps("已解决")
    return granny, near


def test_done_is_a_question_to_the_resident(world: World) -> None:
    granny, _ = _done(world)
    assert world.case.state is State.DONE
    assert granny.hears("张三说办好了", "解决了吗")
    assert {"已解决", "没解决", "解决一半"} <= set(granny.labels())


def test_the_resident_confirms(world: World) -> None:
    granny, near = _done(world)
    granny.taps("已解决")
    assert world.case.state is State.CLOSED
    assert world.case.ending is Ending.SOLVED
    assert near.hears("对方回话了", "楼道灯坏了")


def test_the_resident_says_half(world: World) -> None:
    granny, near = _done(world)
    granny.taps("解决一半")
    assert world.case.state is State.CLOSED
    assert world.case.ending is Ending.HALF_SOLVED
    assert granny.hears("解决了一半")
    assert near.hears("对方回话了")


def test_the_resident_says_it_is_not(world: World) -> None:
    granny, near = _done(world)
    granny.taps("没解决")
    assert world.case.state in (State.WAITING, State.OFFERED)
    assert granny.hears("还没解决", "另找人")
    assert near.hears("还没解决", "换个人")


def test_no_answer_within_a_day_is_unconfirmed(world: World) -> None:
    granny, near = _done(world)
    world.jumps(hours=23)
    assert world.case.state is State.DONE
    world.passes(hours=1, minutes=1)
    assert world.case.state is State.CLOSED
    assert world.case.ending is Ending.UNCONFIRMED, "which is not solved"
    assert world.case.rating is None
    assert granny.hears("没等到您的回话", "再写一句")
    assert near.hears("对方没有回话")
    assert "★5" not in granny.labels(), "silence is not asked to be satisfied"


def test_a_late_word_after_that_is_a_new_request(world: World) -> None:
    granny, near = _done(world)
    world.jumps(hours=25)
    granny.says("灯还是不亮")
    assert len(world.cases()) == 2
    assert near.hears("灯还是不亮")


def test_confirming_twice_is_harmless(world: World) -> None:
    granny, near = _done(world)
    button = granny.data("已解决")
    granny.taps("已解决")
    heard = len(near.heard)
    granny.repeats_tap("已解决", button)
    assert world.case.ending is Ending.SOLVED
    assert len(near.heard) == heard


def test_nobody_else_confirms(world: World) -> None:
    granny, near = _done(world)
    near.repeats_tap("已解决", granny.data("已解决"))
    world.resident("李奶奶").repeats_tap("已解决", granny.data("已解决"))
    assert world.case.state is State.DONE
