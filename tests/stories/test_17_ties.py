"""Promise 17: among equals the least loaded, then the one not asked for longest; the same input, the same answer."""

from datetime import timedelta

from tests.stories.world import Neighbour, World


def _asks(world: World, words: str) -> str:
    """A request is made; the name of whoever is asked first."""
    world.resident(f"{words}家").says(words)
    return next(name for name, skip in world.considered().items() if skip == "none")


def test_the_least_loaded_today(world: World) -> None:
    other = world.resident("赵奶奶")
    busy = world.steward("张三")
    other.says("暖气不热")
    busy.taps("接单").taps("已解决")
    other.taps("已解决")
    fresh = world.steward("李四")
    world.set(busy, asked_at=None)
    world.set(fresh, asked_at=world.clock.now())

    assert _asks(world, "楼道灯坏了") == "李四", "load comes before the time of the last question"


def test_then_the_one_not_asked_for_longest(world: World) -> None:
    names = ["张三", "李四", "赵六"]
    for ago, name in enumerate(names, 1):
        world.set(world.steward(name), asked_at=world.clock.now() - timedelta(hours=ago))

    assert [_asks(world, f"灯坏了{number}") for number in range(3)] == names[::-1]


def test_whoever_was_never_asked_comes_first(world: World) -> None:
    world.set(world.steward("张三"), asked_at=world.clock.now() - timedelta(days=300))
    world.steward("李四")

    assert _asks(world, "楼道灯坏了") == "李四"


def test_nearer_wins_over_every_tie(world: World) -> None:
    world.set(world.steward("张三", metres=99), asked_at=world.clock.now())
    world.steward("李四", metres=100)

    assert _asks(world, "楼道灯坏了") == "张三"


def test_the_same_input_gives_the_same_answer(world: World) -> None:
    people: list[Neighbour] = [world.steward(f"管家{number}") for number in range(6)]
    answers = []
    for _ in range(5):
        for one in people:
            world.set(one, asked_at=None)
        granny = world.resident(f"奶奶{len(answers)}")
        granny.says("楼道灯坏了")
        answers.append(list(world.considered().items()))
        granny.says("取消")

    assert all(answer == answers[0] for answer in answers)
    assert answers[0][0] == ("管家0", "none")
