"""Promise 21, later: a helper whose chat dies; what they held or were asked goes to the next at once."""

import pytest

from models.words import Answer, State
from tests.stories.world import World

pytestmark = pytest.mark.telegram  # The web chat has no such thing.


def test_an_owner_who_blocks_the_bot_gives_the_task_back(world: World) -> None:
    granny = world.resident()
    near, next_one = world.steward("张三", metres=80), world.steward("李四", metres=200)
    granny.says("楼道灯坏了")
    near.taps("接单")

    near.does("blocks_bot")

    assert world.case.state is State.OFFERED
    assert next_one.hears("楼道灯坏了")
    assert granny.hears("另找人"), "the resident hears that another is being asked"
    next_one.taps("接单")
    assert world.case.owner_id == next_one.id


def test_whoever_was_asked_and_blocks_the_bot_is_passed_over(world: World) -> None:
    granny = world.resident()
    near, next_one = world.steward("张三", metres=80), world.steward("李四", metres=200)
    granny.says("楼道灯坏了")

    near.does("blocks_bot")

    assert next_one.hears("楼道灯坏了")
    assert world.answers() == {"张三": Answer.UNREACHABLE, "李四": Answer.OPEN}
