"""Promise 42: points are written by the desk when a deed ends; a mistake is reversed, and by hand it takes two."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from dispatch.ledger.facts import Fact
from dispatch.points import settling
from dispatch.work import Work
from models.habits import Deed, HandState
from models.ledger import PointEntry
from models.points import HandEntry
from models.words import Level
from tests.stories.ledgers import broken, days_pass, earned, entries, helps, month_ends, months
from tests.stories.rounds import calendar_turns, links
from tests.stories.world import COUNTY, TOWNSHIP, VILLAGE, Neighbour, World


def test_what_the_resident_confirms_earns_and_is_seen_with_what_for(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    helps(world, near, granny)
    near.says("/points")
    assert near.hears("张三 2026：2 分，1 笔", "03-04 +2 帮人办成了事")
    assert near.last.endswith("帮人办成了事"), "nothing hangs behind the last line"
    granny.says("/points")
    assert granny.hears("还没有积分记录")


def test_a_month_is_shown_with_all_its_entries(world: World) -> None:
    near = world.steward("张三")
    codes = {"county_code": COUNTY, "township_code": TOWNSHIP, "village_code": VILLAGE}
    with world.store.write() as conn:
        work = Work(conn, world.clock.now(), world.rules)
        work.earned += [
            Fact(Deed.SERVED, near.id, f"service:{number}", work.now - timedelta(days=number), **codes)
            for number in range(50)
        ]
        settling.settle(work)
    near.says("/points")
    assert near.hears("张三 2026：50 分，50 笔（最近 20 笔）")
    assert near.hears("/points 2026-03")
    near.says("/points 2026-03")
    shown = "\n".join(near.heard[-2:])
    assert all(f"№{number} " in shown for number in range(1, 51))


@pytest.mark.parametrize(("button", "points"), [("已解决", 2), ("解决一半", 1), ("没解决", 0)])
def test_how_it_ended_is_what_it_is_worth(world: World, button: str, points: int) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单").taps("已解决")
    granny.taps(button)
    assert earned(world, near) == points


def test_silence_earns_nothing_unless_the_county_says_so(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    for expected in (0, 1):
        granny.says("楼道灯坏了" if not expected else "水管漏水")
        near.taps("接单").taps("已解决")
        world.jumps(hours=25)
        assert earned(world, near) == expected
        world.change(points={"deeds": {"request_unconfirmed": {"points": 1}}})


def test_who_comes_along_earns_as_well(world: World) -> None:
    granny, near, second = world.resident(), world.steward("张三"), world.steward("李四", metres=200)
    granny.says("楼道灯坏了")
    near.taps("接单").taps("要帮手")
    second.taps("我来")
    near.taps("已解决")
    granny.taps("已解决")
    assert (earned(world, near), earned(world, second)) == (2, 2)


def test_a_visit_earns_while_it_counts(world: World) -> None:
    granny, near, branch = world.resident(), world.steward("张三"), world.admin()
    links(world, near, granny)
    near.says("/visit").taps("● 王奶奶家").taps("到此为止")
    assert earned(world, near) == 1
    granny.says("/visits").taps("不是这样")
    assert earned(world, near) == 0
    branch.taps("走访属实")
    assert earned(world, near) == 1
    assert [row.points for row in entries(world)] == [1, -1, 1]
    near.says("/points")
    assert near.hears("入户走访（冲销 №1）")
    assert broken(world) == []


def test_being_on_duty_earns_nothing(world: World) -> None:
    near = world.steward("张三")
    near.says("/duty off").says("/duty on")
    world.jumps(hours=30)
    assert entries(world) == []


# --- by hand


def _given(world: World) -> tuple[Neighbour, Neighbour, Neighbour]:
    near, first, second = world.steward("张三"), world.admin("李书记"), world.admin("赵主任")
    first.says("/give 张三 3 搬桌椅到祠堂")
    return near, first, second


def test_by_hand_it_takes_a_second_admin(world: World) -> None:
    near, first, second = _given(world)
    assert first.hears("已请 1 位管理员复核", "48 小时内")
    assert second.hears("李书记想给张三手工记 3 分：搬桌椅到祠堂")
    assert earned(world, near) == 0
    second.taps("同意")
    assert earned(world, near) == 3
    assert near.hears("给您记了 3 分")
    assert first.hears("有人同意了")
    near.says("/points")
    assert near.hears("+3 手工记分：搬桌椅到祠堂")
    row = entries(world)[0]
    assert (row.deed, row.giver_id, row.second_id) == (Deed.BY_HAND, first.id, second.id)
    second.repeats_tap("同意", second.data("同意"))
    assert second.hears("已经有结果了")
    assert earned(world, near) == 3


def test_nobody_seconds_their_own(world: World) -> None:
    near, first, second = _given(world)
    first.repeats_tap("同意", second.data("同意"))
    assert first.hears("要请另一位管理员复核")
    assert earned(world, near) == 0


def test_a_second_admin_may_say_no(world: World) -> None:
    near, first, second = _given(world)
    second.taps("不同意")
    assert earned(world, near) == 0
    assert first.hears("没有同意")


def test_without_a_second_name_it_lapses_after_two_days(world: World) -> None:
    near, first, second = _given(world)
    calendar_turns(world)
    days_pass(world, 2)
    assert first.hears("没人复核，过期了")
    second.taps("同意")
    assert second.hears("过了时间")
    assert earned(world, near) == 0
    with world.store.read() as conn:
        assert conn.scalars(select(HandEntry.state)).all() == [HandState.LAPSED]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("/give", "请写：/give 姓名 分数 原因"),
        ("/give 张三 3", "请写：/give"),
        ("/give 张三 三分 搬桌椅", "请写：/give"),
        ("/give 张三 0 搬桌椅", "一次手工记 1 到 10 分"),
        ("/give 张三 11 搬桌椅", "一次手工记 1 到 10 分"),
        ("/give 李书记 3 搬桌椅", "不能给自己记分"),
        ("/give 没有这人 3 搬桌椅", "没有这人"),
        ("/reverse", "请写：/reverse"),
        ("/reverse 99 弄错了", "没有第 99 号"),
    ],
)
def test_bad_input_is_answered_and_nothing_is_written(world: World, said: str, told: str) -> None:
    world.steward("张三")
    first = world.admin("李书记")
    world.admin("赵主任")
    first.says(said)
    assert told in first.last
    assert entries(world) == []


def test_an_only_admin_is_told_that_nobody_could_second_it(world: World) -> None:
    world.steward("张三")
    alone = world.admin("李书记")
    alone.says("/give 张三 3 搬桌椅")
    assert alone.hears("没有别的管理员可以复核")


def test_who_may_enter_by_hand_is_in_the_rules(world: World) -> None:
    world.change(points={"by_hand": ["township"]})
    _, first, second = _given(world)
    assert second.heard == []
    assert not first.hears("报上了")
    assert entries(world) == []


def test_giving_back_and_forth_is_told_to_the_level_above(world: World) -> None:
    first, second, third = world.admin("李书记"), world.admin("赵主任"), world.admin("钱委员")
    township = world.admin("镇里", Level.TOWNSHIP)
    first.says("/give 赵主任 3 值班")
    third.taps("同意")
    assert not township.hears("来来回回")
    second.says("/give 李书记 3 值班")
    third.taps("同意")
    assert township.hears("李书记", "赵主任", "来来回回")
    assert not first.hears("来来回回")
    assert [row.flagged for row in entries(world)] == [False, True]


# --- a mistake


def test_a_mistake_is_reversed_and_both_stay(world: World) -> None:
    granny, near, branch = world.resident(), world.steward("张三"), world.admin()
    helps(world, near, granny)
    branch.says("/points 张三")
    assert branch.hears("№1 03-04 +2")
    branch.says("/reverse 1 记错人了")
    assert branch.hears("№1 冲销了：张三 2 分")
    assert near.hears("您的 №1（2 分）冲销了：记错人了")
    assert earned(world, near) == 0
    assert len(entries(world)) == 2
    branch.says("/reverse 1 再来一次").says("/reverse 2 再来一次")
    assert branch.hears("已经冲销过了")
    assert branch.hears("本身就是冲销")
    assert len(entries(world)) == 2
    assert broken(world) == []


# --- months


def test_a_month_is_published_objected_to_and_closed(world: World) -> None:
    granny, near, branch = world.resident(), world.steward("张三"), world.admin()
    helps(world, near, granny)
    number = month_ends(world)
    assert near.hears("2026-03 的积分公示了：您 2 分", f"/object {number}")
    assert branch.hears("2026-03 的积分公示了")
    granny.says(f"/published {number}")
    assert granny.hears("张三　2 分")
    assert granny.hears("2026-03 积分公示", "可以提异议")
    granny.says("/points 张三")
    assert granny.hears("张三 2026：2 分", "帮人办成了事")
    days_pass(world, 6)
    assert months(world)[0].closed_at is None
    days_pass(world, 1)
    assert months(world)[0].closed_at is not None
    granny.says(f"/object {number} 三月没有来过")
    assert granny.hears("公示期到 04-08 已经过了")


def test_a_correction_within_the_time_is_seen_at_once_and_counts_to_the_month(world: World) -> None:
    granny, near, branch = world.resident(), world.steward("张三"), world.admin()
    helps(world, near, granny)
    number = month_ends(world)
    branch.says("/reverse 1 记错人了")
    granny.says(f"/published {number}")
    assert granny.hears("张三　0 分")
    assert {row.month for row in entries(world)} == {"2026-03"}


def test_after_it_is_closed_a_correction_counts_to_the_running_month(world: World) -> None:
    granny, near, branch = world.resident(), world.steward("张三"), world.admin()
    helps(world, near, granny)
    number = month_ends(world)
    days_pass(world, 8)
    branch.says("/reverse 1 记错人了")
    granny.says(f"/published {number}")
    assert granny.hears("张三　2 分")
    assert [row.month for row in entries(world)] == ["2026-03", "2026-04"]


def test_neighbours_see_published_months_alone_and_strangers_nothing(world: World) -> None:
    granny, near, passer = world.resident(), world.steward("张三"), world.stranger()
    helps(world, near, granny)
    granny.says("/points 张三")
    assert granny.hears("张三 2026：还没有积分记录")
    passer.says("/points 张三")
    assert passer.hears("没找到您能看的")


def test_who_tampers_is_found_and_the_county_is_told(world: World) -> None:
    granny, near, county = world.resident(), world.steward("张三"), world.admin("县里", Level.COUNTY)
    helps(world, near, granny)
    calendar_turns(world)
    with world.store.write() as conn:
        conn.execute(update(PointEntry).values(points=50))
    world.clock.move(hours=1)
    calendar_turns(world)
    assert county.hears("积分账本有问题", "第 1 笔", "内容被改过")
    heard = len(county.heard)
    world.clock.move(hours=1)
    calendar_turns(world)
    assert len(county.heard) == heard, "once"


def test_in_english(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    helps(world, near, granny)
    near.says("/lang en").says("/points")
    assert near.hears("张三 2026: 2 points in 1 entries", "+2 helped, and it is solved")
