"""Promise 16: whoever is skipped is skipped for one recorded reason."""

from datetime import date
from typing import Any

import pytest

from models.words import Answer, Skip, StewardKind
from tests.stories.world import Neighbour, World


def _ask(world: World, granny: Neighbour, skip: Skip, words: str = "楼道灯坏了") -> None:
    """The nearest is passed over for this reason, and the next is asked."""
    farther = world.steward("李四", metres=200)
    granny.says(words)
    assert world.considered()["张三"] is skip
    assert world.considered()["李四"] is Skip.NONE
    assert "接单" in farther.labels()


@pytest.mark.parametrize(
    ("values", "skip"),
    [
        ({"on_duty": False}, Skip.OFF_DUTY),
        ({"leave_from": date(2026, 3, 4), "leave_until": date(2026, 3, 4)}, Skip.ON_LEAVE),
        ({"leave_from": date(2026, 3, 1), "leave_until": date(2026, 3, 9)}, Skip.ON_LEAVE),
        ({"reachable": False}, Skip.UNREACHABLE),
        ({"lat": None, "lon": None}, Skip.NO_POINT),
    ],
)
def test_the_persons_own_state(world: World, values: dict[str, Any], skip: Skip) -> None:
    near = world.steward("张三", **values)

    _ask(world, world.resident(), skip)

    assert not near.heard


@pytest.mark.parametrize("leave", [(date(2026, 3, 5), date(2026, 3, 9)), (date(2026, 3, 1), date(2026, 3, 3))])
def test_leave_before_and_after_does_not_count(world: World, leave: tuple[date, date]) -> None:
    near = world.steward("张三", leave_from=leave[0], leave_until=leave[1])

    world.resident().says("楼道灯坏了")

    assert near.hears("楼道灯坏了")


def test_duty_and_leave_are_said_in_chat(world: World) -> None:
    near, granny = world.steward("张三"), world.resident()

    near.says("/duty off")
    granny.says("楼道灯坏了")
    assert world.considered() == {"张三": Skip.OFF_DUTY}

    near.says("/duty on").says("/leave 今天 明天")
    granny.says("取消").says("楼道灯坏了")
    assert world.considered() == {"张三": Skip.ON_LEAVE}

    near.says("/leave off")
    granny.says("取消").says("楼道灯坏了")
    assert world.considered() == {"张三": Skip.NONE}


def test_busy_with_an_accepted_task(world: World) -> None:
    near, other = world.steward("张三"), world.resident("赵奶奶")
    other.says("暖气不热")
    near.taps("接单")

    _ask(world, world.resident(), Skip.BUSY)

    near.taps("已解决")
    world.resident("孙奶奶").says("水管漏水")
    assert world.considered()["张三"] is Skip.NONE, "free again as soon as it is solved"


def test_asked_is_not_busy(world: World) -> None:
    near = world.steward("张三")
    world.resident("赵奶奶").says("暖气不热")

    world.resident().says("楼道灯坏了")

    assert near.hears("楼道灯坏了")


def test_over_the_daily_cap(world: World) -> None:
    world.change(daily_cap=2)
    near, other = world.steward("张三"), world.resident("赵奶奶")
    for need in ("暖气不热", "窗户关不上"):
        other.says(need)
        near.taps("接单").taps("已解决")
        other.taps("已解决")

    granny = world.resident()
    _ask(world, granny, Skip.DAY_FULL)

    world.jumps(hours=24)
    world.resident("孙奶奶").says("水管漏水")
    assert world.considered()["张三"] is Skip.NONE, "tomorrow is another day"


def test_quiet_hours_by_urgency(world: World) -> None:
    world.change(quiet_hours={"begin": "11:00", "end": "13:00"})
    near, granny = world.steward("张三"), world.resident()

    granny.says("楼道灯坏了")
    assert world.considered() == {"张三": Skip.QUIET}
    assert not near.heard

    granny.says("取消").says("着火了")
    assert world.considered() == {"张三": Skip.NONE}
    assert near.hears("紧急求助", "着火了")


def test_quiet_hours_end(world: World) -> None:
    world.change(quiet_hours={"begin": "22:00", "end": "12:02"})
    near, granny = world.steward("张三"), world.resident()
    granny.says("楼道灯坏了")

    world.passes(minutes=5)

    assert near.hears("楼道灯坏了"), "the next step of the ladder finds the village awake"


def test_the_requester(world: World) -> None:
    granny = world.resident("张三")
    world.steward("张三", who=granny)

    _ask(world, granny, Skip.REQUESTER)
    assert world.answers() == {"李四": Answer.OPEN}, "nobody is asked to help themselves"


def test_somebody_of_the_same_household(world: World) -> None:
    granny = world.resident()
    son = world.relative("张三", granny)
    world.steward("张三", who=son)

    _ask(world, granny, Skip.SAME_HOUSEHOLD)
    assert not son.heard


def test_somebody_of_the_same_household_when_a_point_was_sent(world: World) -> None:
    granny = world.resident()
    son = world.relative("张三", granny)
    world.steward("张三", who=son)
    farther = world.steward("李四", metres=200)

    granny.is_at(30, 0)

    assert world.considered()["张三"] is Skip.SAME_HOUSEHOLD
    assert "接单" in farther.labels()


def test_whoever_refused_before(world: World) -> None:
    near, granny = world.steward("张三"), world.resident()
    farther = world.steward("李四", metres=200)
    granny.says("楼道灯坏了")

    near.taps("不方便")

    assert world.considered()["张三"] is Skip.REFUSED
    assert "接单" in farther.labels()


def test_whoever_was_asked_already_is_not_asked_twice(world: World) -> None:
    near = world.steward("张三")
    world.steward("李四", metres=200)
    world.resident().says("楼道灯坏了")

    world.passes(minutes=5)

    assert world.considered()["张三"] is Skip.ASKED
    assert near.labels().count("接单") == 1


def test_volunteers_are_skipped_for_the_same_reasons(world: World) -> None:
    world.steward("张三", kind=StewardKind.VOLUNTEER, on_duty=False)
    world.volunteer("李四", metres=200)
    world.resident().says("楼道灯坏了")

    world.passes(minutes=10)

    assert world.considered() == {"张三": Skip.OFF_DUTY, "李四": Skip.NONE}


def test_whoever_is_farther_is_recorded_too(world: World) -> None:
    world.steward("张三")
    world.steward("李四", metres=200)

    world.resident().says("楼道灯坏了")

    assert world.considered() == {"张三": Skip.NONE, "李四": Skip.FARTHER}
