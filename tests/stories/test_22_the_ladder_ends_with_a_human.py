"""Promise 22: grid, neighbouring grid, volunteers, branch, township, county: each step is told, the end is a human."""

from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import OperationalError

from dispatch import escalation
from models.people import Admin
from models.words import Level, State
from tests.stories.world import COUNTY, TOWNSHIP, Neighbour, World


def test_every_step_is_told_in_plain_words(world: World) -> None:
    granny = world.resident()
    neighbour = world.steward("赵六", grid="二网格", metres=300)
    volunteer = world.volunteer("钱七")
    branch, township, county = (world.admin(name, level) for name, level in zip("村镇县", _LEVELS, strict=True))

    granny.says("楼道灯坏了")
    assert granny.hears("正在给您找人", "12:05"), "nobody in the grid"

    world.passes(minutes=5)
    assert neighbour.hears("楼道灯坏了"), "the neighbouring grid"
    assert granny.last.startswith("还没人接，又问了附近的管家：1 人。到 12:10")

    world.passes(minutes=5)
    assert volunteer.hears("楼道灯坏了")
    assert granny.last.startswith("还没人接，又问了附近的志愿者：1 人。到 12:15")

    world.passes(minutes=5)
    assert branch.hears("楼道灯坏了")
    assert granny.hears("已经在请东村", "0315-0000003", "12:25")

    world.passes(minutes=10)
    assert township.hears("楼道灯坏了")
    assert granny.hears("已经在请兴城镇", "0315-0000002", "12:55")

    world.passes(minutes=30)
    assert county.hears("楼道灯坏了")
    assert granny.hears("已经在请迁西县", "0315-0000001", "13:25")


_LEVELS = (Level.BRANCH, Level.TOWNSHIP, Level.COUNTY)


def test_a_step_that_finds_nobody_is_told_as_well(world: World) -> None:
    granny = world.resident()
    granny.says("楼道灯坏了")

    world.passes(minutes=5)
    assert granny.last == "附近暂时没有能来的人。最晚 12:10 去问更多的人，不会停。"
    world.passes(minutes=5)
    assert granny.last == "附近暂时没有能来的人。最晚 12:15 去问更多的人，不会停。"
    world.passes(minutes=5)
    assert granny.hears("东村", "不在线", "0315-0000003")


def test_the_end_is_a_human_with_a_number_and_never_silence(world: World) -> None:
    granny = world.resident()
    granny.says("楼道灯坏了")
    world.passes(minutes=56)
    assert "0315-0000001" in granny.last

    for _ in range(4):
        heard = len(granny.heard)
        world.passes(minutes=30)
        assert len(granny.heard) == heard + 1
        assert "0315-0000001" in granny.last
        assert "已经在请" not in granny.last, "nobody is there, and nothing else is said"
    assert world.case.state is State.WAITING
    assert world.case.due_at is not None


def test_the_county_is_asked_again_until_it_answers(world: World) -> None:
    granny, county = world.resident(), world.admin("孙县", Level.COUNTY)
    granny.says("楼道灯坏了")
    world.passes(minutes=56)
    assert "接单" in county.labels()

    world.passes(minutes=30)
    assert sum("您能去吗" in text for text in county.heard) == 2
    assert "已经在请" in granny.last

    county.taps("接单")
    assert granny.hears("有人管了：孙县")


def test_a_secretary_who_was_asked_as_a_steward_is_asked_once_more_as_secretary(world: World) -> None:
    granny, secretary = world.resident(), world.admin()
    world.steward("李书记", metres=60, who=secretary)
    granny.says("楼道灯坏了")
    world.passes(minutes=14)
    assert _cards(secretary) == 1

    world.passes(minutes=1)

    assert _cards(secretary) == 2
    assert granny.hears("已经在请东村") and not granny.hears("不在线")
    secretary.taps("接单")
    assert granny.hears("李书记来帮您")


def test_whoever_is_at_every_office_is_asked_at_each(world: World) -> None:
    granny, secretary = world.resident(), world.admin()
    with world.store.write() as conn:
        rows = [(TOWNSHIP, Level.TOWNSHIP), (COUNTY, Level.COUNTY)]
        conn.execute(insert(Admin), [{"person_id": secretary.id, "area_code": code, "level": of} for code, of in rows])
    granny.says("楼道灯坏了")

    for minutes, cards in ((15, 1), (10, 2), (30, 3), (30, 4), (30, 5)):
        world.passes(minutes=minutes)
        assert _cards(secretary) == cards
        assert "已经在请" in granny.last


def _cards(who: Neighbour) -> int:
    return sum("您能去吗" in text for text in who.heard)


def test_an_office_may_take_it_or_name_somebody(world: World) -> None:
    granny, branch = world.resident(), world.admin()
    helper = world.steward("赵六", grid="二网格", metres=300, on_duty=False)
    granny.says("楼道灯坏了")
    world.passes(minutes=16)

    branch.says("/assign 1 赵六")

    assert helper.hears("楼道灯坏了")
    assert granny.hears("赵六")


def test_an_emergency_climbs_faster(world: World) -> None:
    granny, county = world.resident(), world.admin("孙县", Level.COUNTY)

    granny.says("着火了")
    world.passes(minutes=5)

    assert county.hears("紧急求助", "着火了")
    assert granny.hears("0315-0000001")


def test_who_is_back_on_duty_later_is_asked_beside_the_county(world: World) -> None:
    granny, near, county = world.resident(), world.steward("张三"), world.admin("县办", Level.COUNTY)
    near.says("/duty off")
    granny.says("楼道灯坏了")
    world.passes(minutes=57)
    assert "接单" in county.labels()
    near.says("/duty on")
    world.passes(minutes=30)
    assert "接单" in near.labels()

    cards = sum("楼道灯坏了" in text for text in near.heard)
    world.passes(minutes=60)
    assert sum("楼道灯坏了" in text for text in near.heard) == cards, "a neighbour is asked once"
    near.taps("接单")
    assert world.case.owner_id == near.id


def test_after_a_quiet_night_the_stewards_are_asked(world: World) -> None:
    world.change(quiet_hours={"begin": "11:30", "end": "14:00"})
    granny, near = world.resident(), world.steward("张三")
    granny.says("楼道灯坏了")
    world.passes(hours=1, minutes=50)
    assert not near.heard
    world.passes(minutes=40)
    assert "接单" in near.labels()


def test_an_office_that_is_asked_again_and_again_is_told_of_quietly(world: World) -> None:
    granny = world.resident()
    world.admin("县办", Level.COUNTY)
    granny.says("楼道灯坏了")
    world.passes(minutes=57)
    loud = list(world.line.loud(granny))
    assert any("县" in text for text in loud)
    said = len(granny.heard)
    world.passes(minutes=90)
    assert len(granny.heard) > said
    assert list(world.line.loud(granny)) == loud


def test_where_no_office_is_there_but_neighbours_are_asked_again_both_are_told(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    near.says("/duty off")
    granny.says("楼道灯坏了")
    world.passes(minutes=57)
    near.says("/duty on")
    world.passes(minutes=30)
    assert "接单" in near.labels()
    assert granny.hears("又问了附近的管家：1 人", "0315-0000001")
    world.passes(minutes=30)
    assert "又问了" not in granny.last, "nobody new"


def test_a_stumble_of_the_database_puts_nothing_off(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    granny, near, volunteer = world.resident(), world.steward("张三"), world.volunteer("钱七")
    granny.says("着火了")
    near.taps("不方便")

    def stumble(*_: Any) -> None:
        raise OperationalError("UPDATE", {}, Exception("deadlock detected"))

    monkeypatch.setattr(escalation, "climb", stumble)
    world.passes(minutes=2)
    assert not volunteer.heard
    monkeypatch.undo()
    world.passes(seconds=2)
    assert volunteer.hears("着火了")
