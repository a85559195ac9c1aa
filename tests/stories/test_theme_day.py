"""The theme day: planned for every branch, answered, reminded, opened with a code, read on the phone afterwards."""

import pytest
from sqlalchemy import select

from models.habits import Deed, Standing
from models.ledger import PointEntry
from tests.stories.gatherings import code, guests, it_is, meets, minutes_pass, plans_theme, posted
from tests.stories.world import NEXT_VILLAGE, VILLAGE, World


def test_the_first_friday_is_planned_for_every_branch_once(world: World) -> None:
    branch, near = world.admin(), world.steward("张三")
    minutes_pass(world)

    it_is(world, "2026-03-20 09:00")
    it_is(world, "2026-03-20 09:30")
    it_is(world, "2026-03-27 15:00")
    it_is(world, "2026-04-20 09:00")

    local = [world.rules.local(one.begins_at).strftime("%m-%d %H:%M") for one in meets(world)]
    assert local == ["04-03 15:00", "04-03 15:00", "05-01 15:00", "05-01 15:00"]
    assert {one.village_code for one in meets(world)} == {VILLAGE, NEXT_VILLAGE}
    assert sum("下个月的主题党日" in text for text in branch.heard) == 2
    assert branch.hears("4月3日（周五）15:00", "党群服务中心", "/theme move")
    assert near.hears("主题党日", "4月3日"), "seven days before"
    assert not near.hears("5月1日"), "not yet"


def test_a_branch_keeps_its_hour_and_its_place(world: World) -> None:
    branch = world.admin()
    minutes_pass(world)
    plans_theme(world, branch, "3月6日 19:30 @老祠堂")

    it_is(world, "2026-03-20 09:00")

    mine = [one for one in meets(world) if one.village_code == VILLAGE]
    assert [(world.rules.local(one.begins_at).strftime("%m-%d %H:%M"), one.place) for one in mine] == [
        ("03-06 19:30", "老祠堂"),
        ("04-03 19:30", "老祠堂"),
    ]


def test_moved_for_a_holiday_everyone_is_told(world: World) -> None:
    branch = world.admin()
    comes, silent = world.steward("张三"), world.steward("李四")
    minutes_pass(world)
    it_is(world, "2026-04-20 09:00")
    it_is(world, "2026-04-24 15:00")
    comes.taps("我去")

    branch.says("/theme move 5月8日 15:00")
    assert branch.hears("5月8日（周五）15:00", "会告诉 2 人")
    branch.taps("确定（2 人）")

    for one in (comes, silent):
        assert one.hears("改时间了", "5月8日")
    it_is(world, "2026-04-30 18:00")
    assert posted(world, "day_before") == [], "the old day is forgotten"
    it_is(world, "2026-05-07 18:00")
    assert comes.hears("别忘了", "5月8日")
    it_is(world, "2026-05-20 09:00")
    assert [world.rules.local(one.begins_at).strftime("%m-%d") for one in meets(world)][-1] == "06-05"
    assert len({one.series for one in meets(world) if one.village_code == VILLAGE}) == 2, "May is not planned again"


def test_invitations_reminders_and_reasons(world: World) -> None:
    branch = world.admin()
    comes, cannot, silent = (world.steward(name) for name in ("张三", "李四", "王五"))
    helper = world.volunteer("志愿者")

    plans_theme(world, branch)
    assert branch.hears("会通知 3 人")
    assert not helper.heard
    comes.taps("我去")
    cannot.taps("去不了").says("去县里看病")
    assert guests(world)["李四"].reason == "去县里看病"
    it_is(world, "2026-03-05 18:00")
    it_is(world, "2026-03-06 14:00")

    assert comes.hears("别忘了", "3月6日")
    assert comes.hears("快到时间了", "六位数")
    assert silent.hears("别忘了")
    assert not silent.hears("快到时间了"), "only those who come"
    assert not cannot.hears("别忘了")
    branch.says("/theme list")
    assert branch.hears("李四：不来", "去县里看病")


def test_check_in_by_the_code_on_the_spot_or_by_the_secretary(world: World) -> None:
    branch = world.admin()
    near, old = world.steward("张三"), world.steward("老李")
    plans_theme(world, branch)
    branch.says("/theme open")
    assert branch.hears("还早")
    it_is(world, "2026-03-06 14:50")
    branch.says("/theme open")
    near.says(code(world))
    assert near.hears("签到了", "主题党日")
    assert "签退" not in near.labels(), "half an hour is not counted in hours"
    branch.taps("名单").taps("老李")

    assert branch.hears("老李签到了")
    branch.says("/theme close").taps("确定（2 人）")
    assert branch.hears("到了 2 人")
    assert all(one.there for one in guests(world).values())
    assert not old.hears("签到了")


def test_six_digits_are_a_need_where_nothing_is_open(world: World) -> None:
    near, _ = world.steward("张三"), world.steward("李四")
    near.says("123456")
    assert not near.hears("六位数")


def test_the_programme_and_what_is_read_afterwards(world: World) -> None:
    branch = world.admin()
    near, away = world.steward("张三"), world.steward("李四")
    plans_theme(world, branch)
    branch.says("/theme plan").taps("节目和材料")
    assert branch.hears("微党课：—", "微服务", "微读书", "微党务")
    branch.says("微党课 张三 身边的榜样")
    assert branch.hears("微党课：张三，身边的榜样")
    branch.taps("微党课").says("老支书三十年修一条渠。").sends("photo").taps("材料齐了")
    assert branch.hears("身边的榜样（有材料）")
    branch.says("微服务 没有的人 题目")
    assert branch.hears("没有：没有的人")
    it_is(world, "2026-03-06 15:00")
    branch.says("/theme open")
    near.says(code(world))
    world.clock.move(minutes=30)
    branch.says("/theme close").taps("确定（1 人）")

    with world.store.read() as conn:
        earned = conn.execute(select(PointEntry.deed, PointEntry.points).where(PointEntry.person_id == near.id))
        assert sorted(tuple(one) for one in earned) == [(Deed.THEME_ATTENDED, 1), (Deed.THEME_SPOKE, 2)]
    assert away.hears("没到的也能看")
    away.taps("看材料")
    assert away.hears("身边的榜样", "老支书三十年修一条渠。")
    assert world.line.shown(away) == ["photo"]
    assert guests(world)["李四"].read_at is None, "to be shown it is not to have read it"
    away.taps("看过了")
    assert guests(world)["李四"].read_at is not None
    away.says("/theme")
    assert away.hears("上一次：主题党日")


def test_a_month_has_one_theme_day_and_a_cancelled_one_gives_way(world: World) -> None:
    branch, near = world.admin(), world.steward("张三")
    number = plans_theme(world, branch).id
    branch.says("/theme plan 3月13日 15:00")
    assert branch.hears(f"已经有主题党日了（№{number}）")
    branch.says("/theme cancel 下暴雪").taps("确定（1 人）")
    assert near.hears("不办了", "下暴雪")
    plans_theme(world, branch, "3月13日 15:00")
    assert [one.standing for one in meets(world)] == [Standing.CANCELLED, Standing.PLANNED]
    it_is(world, "2026-03-06 15:00")
    assert near.hears("3月13日（周五）15:00", "您来吗")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("plan 哪天都行", "没看出是哪天几点"),
        ("plan 2026-03-01 15:00", "这个时间已经过了"),
        ("plan 2026-12-04 15:00", "最多安排到 60 天以后"),
        ("open", "眼下没有安排"),
        ("close 99", "没有您能办的 №99"),
    ],
)
def test_what_cannot_be_gets_a_clear_answer(world: World, words: str, told: str) -> None:
    branch = world.admin()
    branch.says(f"/theme {words}")
    assert branch.hears(told)
    assert meets(world) == []


def test_nobody_is_invited_twice_after_a_break(world: World) -> None:
    branch = world.admin()
    people = [world.steward(f"张{number}").id for number in range(3)]
    plans_theme(world, branch)
    minutes_pass(world, 3)
    world.jumps(hours=2)
    minutes_pass(world, 2)
    assert sorted(posted(world, "invite")) == sorted(people)


def test_a_big_county_is_invited_minute_by_minute(world: World) -> None:
    world.change(gatherings={"batch": 50})
    branch, other = world.admin(), world.admin("西河书记", area=NEXT_VILLAGE)
    for number in range(60):
        world.steward(f"东{number}", reachable=False)
    near, far = world.steward("张三"), world.steward("孙八", village=NEXT_VILLAGE)
    minutes_pass(world)
    for one in (branch, other):
        one.says("/theme plan 3月6日 15:00").taps(next(label for label in one.labels() if "确定" in label))
    minutes_pass(world)
    assert near.hears("您来吗")
    assert not far.heard
    minutes_pass(world)
    assert far.hears("您来吗")


def test_answers_of_others_cannot_be_given(world: World) -> None:
    branch = world.admin()
    near, other = world.steward("张三"), world.steward("李四")
    plans_theme(world, branch)
    other.repeats_tap("我去", near.data("我去"))
    assert other.hears("这个按钮不能用了")
    near.says("/theme plan 3月13日 15:00")
    near.says("/theme close")
    assert sum("不是您来办的" in text for text in near.heard) == 2
    assert guests(world)["张三"].reply is None
    assert len(meets(world)) == 1
