"""Whatever is published can be objected to: the branch answers within seven days, or the township; all can read it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from dispatch.messages import text
from dispatch.publishing import publishing
from dispatch.work import Work
from models.habits import PublicationKind
from models.publishing import Objection
from models.words import Language, Level
from tests.stories.ledgers import days_pass
from tests.stories.rounds import calendar_turns
from tests.stories.world import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE, Neighbour, World


class Here:
    """The village."""

    county_code, township_code, village_code = COUNTY, TOWNSHIP, VILLAGE


def published(world: World, who: Neighbour, *, tell: bool = False, days: int | None = 7) -> int:
    """A list with somebody in it is published in the village."""
    with world.store.write() as conn:
        work = Work(conn, world.clock.now(), world.rules)
        number = publishing.publish(
            work, PublicationKind.PRIORITIES, Here, title=text("points.deed.served"),  # type: ignore[arg-type]
            body=[text("points.line", name=publishing.person(who.id), points=4)], about="priorities:2026",
            objections=timedelta(days=days) if days else None, tell=tell,
        )  # fmt: skip
        work.flush()
    calendar_turns(world)
    return number


def test_the_branch_hears_it_answers_and_everybody_can_read_the_answer(world: World) -> None:
    granny, other, near, branch = world.resident(), world.resident("赵爷爷"), world.steward("张三"), world.admin()
    number = published(world, near)
    granny.says(f"/published {number}").taps("我有异议").says("他没有来过")
    assert granny.hears("您对 №1 的异议收到了", "7 天内答复")
    assert branch.woken("王奶奶对公示 №1", "他没有来过")
    assert not near.hears("他没有来过")
    other.says(f"/published {number}")
    assert other.hears("公示中，03-11 前可以提异议；还有异议待答复")
    branch.taps("公示无误")
    assert branch.hears("请写一句答复")
    branch.says("查了签到表，那天在场")
    assert granny.hears("有答复，公示无误：查了签到表，那天在场")
    other.says(f"/published {number}")
    assert other.hears("异议不成立：查了签到表，那天在场", "没有待答复的异议")
    assert not other.hears("王奶奶")
    assert not other.hears("他没有来过")


def test_by_command_and_once_at_a_time(world: World) -> None:
    granny, near, branch = world.resident(), world.steward("张三"), world.admin()
    published(world, near)
    granny.says("/object 1 他没有来过").says("/object 1 真的没有")
    assert granny.hears("还在答复中")
    branch.taps("说得对").says("已经改了")
    assert granny.hears("异议成立：已经改了")
    granny.says("/object 1 还有一处")
    assert branch.hears("还有一处")


def test_without_an_answer_it_goes_to_the_township(world: World) -> None:
    granny, near, branch = world.resident(), world.steward("张三"), world.admin()
    township, county = world.admin("镇里", Level.TOWNSHIP), world.admin("县里", Level.COUNTY)
    published(world, near)
    granny.says("/object 1 他没有来过")
    days_pass(world, 6)
    assert not township.hears("有异议")
    days_pass(world, 1)
    assert township.hears("王奶奶对公示 №1", "他没有来过")
    assert granny.hears("已经报到上一级了")
    branch.taps("公示无误")
    assert branch.hears("这个按钮不能用了"), "it is no longer the branch's"
    days_pass(world, 8)
    assert county.hears("王奶奶对公示 №1")
    township.repeats_tap("说得对", county.data("说得对"))
    assert township.hears("这个按钮不能用了")
    county.taps("说得对").says("已经改了")
    assert granny.hears("异议成立：已经改了")
    days_pass(world, 1)
    granny.says("/published")
    assert granny.hears("公示期已过")


def test_it_is_not_closed_while_an_objection_waits(world: World) -> None:
    granny, near, branch = world.resident(), world.steward("张三"), world.admin()
    published(world, near)
    days_pass(world, 6)
    granny.says("/object 1 他没有来过")
    days_pass(world, 3)
    granny.says("/published")
    assert granny.hears("公示期已过，还有异议待答复")
    branch.taps("说得对").says("已经改了")
    days_pass(world, 1)
    granny.says("/published")
    assert granny.hears("公示期已过")


def test_only_who_lives_there_sees_it_and_objects(world: World) -> None:
    near, passer = world.steward("张三"), world.stranger()
    beside = world.person("西河人", village=NEXT_VILLAGE)
    published(world, near)
    for one in (beside, passer):
        one.says("/published 1").says("/object 1 不对")
        assert one.hears("您这里没有第 1 号公示")
        one.says("/published")
        assert one.hears("还没有公示")
    with world.store.read() as conn:
        assert conn.scalars(select(Objection.id)).all() == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("/object", "请写：/object 编号 原因"),
        ("/object 1", "请写：/object 编号 原因"),
        ("/object 一 不对", "请带上编号"),
        ("/object 7 不对", "没有第 7 号公示"),
        ("/published 99999999999", "请带上编号"),
    ],
)
def test_bad_input_is_answered(world: World, said: str, told: str) -> None:
    granny = world.resident()
    published(world, world.steward("张三"))
    granny.says(said)
    assert told in granny.last


def test_what_is_not_open_to_objections_says_so(world: World) -> None:
    granny = world.resident()
    number = published(world, world.steward("张三"), days=None)
    granny.says(f"/object {number} 不对")
    assert granny.hears("只是公布")
    assert "我有异议" not in granny.labels()


def test_residents_are_told_where_the_habit_asks_for_it_once_and_behind_everything(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    beside = world.person("西河人", village=NEXT_VILLAGE)
    calendar_turns(world)
    number = published(world, near, tell=True)
    for _ in range(3):
        world.clock.move(minutes=1)
        calendar_turns(world)
    told = [one for one in granny.heard if f"公示 №{number}" in one]
    assert len(told) == 1
    assert not beside.hears("公示 №")


def test_nobody_answers_their_own(world: World) -> None:
    near, first, second = world.steward("张三"), world.admin("李书记"), world.admin("赵主任")
    published(world, near)
    first.says("/object 1 不对")
    assert not first.hears("有异议：")
    first.repeats_tap("公示无误", second.data("公示无误"))
    assert first.hears("这个按钮不能用了")


def test_publishing_the_same_twice_is_one(world: World) -> None:
    near = world.steward("张三")
    assert published(world, near) == published(world, near)


def test_in_english(world: World) -> None:
    granny, near = world.resident(language=Language.EN), world.steward("张三")
    published(world, near)
    granny.says("/published 1").taps("Object").says("He was not there")
    assert granny.hears("Your objection to №1 is noted")
