"""Promise 26: after a restart overdue requests go straight to the step that is due, once; no burst of steps."""

from datetime import timedelta

import pytest

from dispatch import sweep
from models.words import Due, Level, State
from tests.stories.world import World


def test_after_half_an_hour_away_only_the_step_that_is_due_fires(world: World) -> None:
    granny = world.resident("王奶奶")
    near, other = world.steward("张三"), world.steward("李四", grid="二网格", metres=300)
    helper, secretary = world.volunteer("小刘"), world.admin("李书记")
    town = world.admin("镇办老周", level=Level.TOWNSHIP)
    granny.says("楼道灯坏了")
    assert near.hears("楼道灯坏了")
    before = len(granny.heard)

    world.jumps(minutes=27)  # Steward 5, village 10, volunteers 15, branch 25: the township is due.

    assert town.hears("楼道灯坏了")
    assert not other.heard
    assert not helper.heard
    assert not secretary.hears("楼道灯坏了")
    assert len(granny.heard) == before + 1, "one sentence, not five"
    assert granny.hears("兴城镇", "0315-0000002")
    assert world.case.rung == 4


def test_the_step_fires_once(world: World) -> None:
    granny, secretary = world.resident("王奶奶"), world.admin("李书记")
    world.steward("张三")
    granny.says("楼道灯坏了")
    world.jumps(minutes=16)
    heard, asked = len(granny.heard), len(secretary.heard)
    world.tick()
    world.tick()
    assert (len(granny.heard), len(secretary.heard)) == (heard, asked)
    world.passes(minutes=8)
    assert len(secretary.heard) == asked, "the branch has its own time before the next step"


def test_the_last_rung_is_not_made_up_for(world: World) -> None:
    granny, county = world.resident("王奶奶"), world.admin("县办", level=Level.COUNTY)
    granny.says("楼道灯坏了")
    world.jumps(hours=9)
    assert len(county.heard) == 1
    world.passes(minutes=10)
    assert len(county.heard) == 1, "nine hours away are not nine hours of reminders"
    world.passes(minutes=21)
    assert len(county.heard) == 2, "it repeats as always"

    world.jumps(hours=9)
    assert len(county.heard) == 3
    world.passes(minutes=10)
    assert len(county.heard) == 3


def test_many_overdue_requests_take_one_step_each(world: World) -> None:
    people = [world.resident(f"村民{number}", east=200 * number) for number in range(5)]
    secretary = world.admin("李书记")
    for one in people:
        one.says(f"{one.name}家的灯坏了")
    world.jumps(minutes=17)
    assert len(secretary.heard) == len(people)
    assert all(len(one.heard) == 2 for one in people)
    assert {case.rung for case in world.cases()} == {3}


def test_whoever_accepted_is_asked_before_the_task_is_taken_back(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单")
    before = len(near.heard)
    world.jumps(hours=3)
    assert len(near.heard) == before + 1
    assert near.hears("您到了吗")
    assert world.case.state is State.ACCEPTED
    assert world.case.due is Due.TAKE_BACK


def test_a_confirmation_that_is_overdue_closes_once(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单").taps("已到达").taps("已解决")
    before = len(granny.heard)
    world.jumps(days=3)
    world.tick()
    assert world.case.state is State.CLOSED
    assert len(granny.heard) == before + 1
    assert world.clock.now() - (world.case.ended_at or world.clock.now()) < timedelta(minutes=1)


def test_many_at_once_wait_for_the_disk_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """In batches, so that nobody's message waits long behind them; only the last commit waits for all to be kept."""
    near = world.steward("张三")
    for number in range(5):
        world.resident(f"邻居{number}", east=10 * number).says("楼道灯坏了" if number == 0 else f"要买{number}斤米")
    committed, write = [], world.store.write
    monkeypatch.setattr(sweep, "BATCH", 2)
    monkeypatch.setattr(world.store, "write", lambda **how: committed.append(how) or write(**how))
    world.clock.move(minutes=6)
    assert sweep.sweep_all(world.store, world.clock, world.rules, first=2) == 5
    assert committed == [{"lasting": False}, {"lasting": False}, {"lasting": True}]
    monkeypatch.undo()
    world.settle()
    assert near.hears("要买4斤米")
    assert {case.rung for case in world.cases()} == {1}
