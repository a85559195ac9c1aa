"""The service day: announced, answered, moved up, called off for rain, checked in and out, and settled in minutes."""

import pytest
from sqlalchemy import select

from models.habits import Deed, Reply, Standing
from models.ledger import PointEntry
from tests.stories.gatherings import code, guests, it_is, meets, minutes_pass, plans_service, posted
from tests.stories.world import NEXT_VILLAGE, World


def test_planned_step_by_step_and_announced_to_the_village(world: World) -> None:
    branch, near, helper = world.admin(), world.steward("张三"), world.volunteer("李四")
    beside = world.steward("孙八", village=NEXT_VILLAGE)

    plans_service(world, branch, safety="照常写")

    assert branch.hears("会通知 2 人")
    for one in (near, helper):
        assert one.hears("志愿服务：清洁庭院", "3月7日（周六）08:30", "村口小广场", "要 10 人", "戴手套", "您来吗")
        assert {"我去", "去不了"} <= set(one.labels())
    assert not beside.heard


def test_whoever_says_yes_after_the_last_place_waits_and_moves_up(world: World) -> None:
    branch = world.admin()
    first, second, third = (world.volunteer(name) for name in ("甲", "乙", "丙"))
    plans_service(world, branch, needed="1")

    first.taps("我去")
    second.taps("我去")
    third.taps("我去")
    assert first.hears("给您记上了")
    assert second.hears("人满了", "前面还有 0 位")
    assert third.hears("人满了", "前面还有 1 位")
    first.taps("去不了").taps("不写原因")

    assert second.woken("有位置了")
    assert not third.hears("有位置了")
    assert {name: one.reply for name, one in guests(world).items()} == {
        "甲": Reply.NO, "乙": Reply.YES, "丙": Reply.WAITING,
    }  # fmt: skip
    branch.says(f"/service need {meets(world)[0].id} 2")
    assert third.woken("有位置了")


def test_join_and_leave_by_number_beside_a_stewards_days_off(world: World) -> None:
    branch, near = world.admin(), world.steward("张三")
    number = plans_service(world, branch).id
    late = world.volunteer("晚来的")

    late.says("/service").says(f"/join {number}")
    assert late.hears("报名发", f"/join {number}")
    assert guests(world)["晚来的"].reply is Reply.YES
    late.says(f"/leave {number}").says("孙子发烧")
    assert late.hears("原因记下了：孙子发烧")
    assert (guests(world)["晚来的"].reply, guests(world)["晚来的"].reason) == (Reply.NO, "孙子发烧")
    near.says("/leave 03-10 03-12")
    assert near.hears("2026-03-10", "2026-03-12")
    near.says("/leave 99")
    assert near.hears("没有您能办的 №99")


def test_who_serves_no_more_leaves_the_place_to_who_waits(world: World) -> None:
    branch, leaves, waits = world.admin(), world.volunteer("甲"), world.volunteer("乙")
    plans_service(world, branch, needed="1")
    leaves.taps("我去")
    waits.taps("我去")
    branch.says("/left 甲").taps("甲不再当管家")
    assert waits.woken("有位置了")


def test_rain_is_told_to_everyone_who_answered_after_one_more_yes(world: World) -> None:
    branch = world.admin()
    comes, cannot, silent = (world.volunteer(name) for name in ("甲", "乙", "丙"))
    number = plans_service(world, branch).id
    comes.taps("我去")
    cannot.taps("去不了").taps("不写原因")

    branch.says(f"/service cancel {number} 下大雨")
    assert branch.hears("会告诉 2 人")
    assert not comes.hears("不办了")
    branch.taps("确定（2 人）")

    assert comes.woken("不办了", "下大雨")
    assert cannot.hears("不办了", "下大雨")
    assert not silent.hears("不办了")
    assert meets(world)[0].standing is Standing.CANCELLED
    silent.taps("我去")
    assert silent.hears("已经结束或者取消了")
    it_is(world, "2026-03-07 07:30")
    assert posted(world, "day_before") == []


def test_another_time_is_told_once_and_reminded_anew(world: World) -> None:
    branch, comes = world.admin(), world.volunteer("甲")
    number = plans_service(world, branch).id
    comes.taps("我去")
    it_is(world, "2026-03-06 18:00")
    assert comes.hears("别忘了", "3月7日")

    branch.says(f"/service move {number} 3月14日 9:00 @大礼堂").taps("确定（1 人）")
    assert comes.hears("改到 3月14日（周六）09:00", "大礼堂")
    branch.says(f"/service move {number} 3月15日 9:00").taps("确定（1 人）")
    assert comes.hears("改到 3月15日（周日）09:00", "大礼堂")
    it_is(world, "2026-03-14 18:00")
    it_is(world, "2026-03-15 08:00")

    assert comes.hears("别忘了", "3月15日")
    assert comes.hears("快到时间了", "3月15日")
    assert posted(world, "day_before") == [comes.id, comes.id]


def test_hours_are_the_real_ones_in_minutes(world: World) -> None:
    branch = world.admin()
    one, other, kept = (world.volunteer(name) for name in ("甲", "乙", "丙"))
    number = plans_service(world, branch).id
    for who in (one, other, kept):
        who.taps("我去")
    it_is(world, "2026-03-07 08:20")
    branch.says("/service open")
    shown = code(world)
    assert branch.hears("六位数", shown)

    one.says(shown)
    assert one.hears("签到了", "村口小广场")
    world.clock.move(minutes=95)
    one.taps("签退")
    other.says(shown)
    world.clock.move(minutes=60)
    branch.says(f"/service close {number}")
    assert branch.hears("签到的 2 人")
    branch.taps("确定（2 人）")

    assert {name: guest.stayed for name, guest in guests(world).items()} == {"甲": 95, "乙": 35, "丙": None}
    assert branch.hears("到了 2 人", "2 小时 10 分", "说来没来", "丙")
    assert meets(world)[0].standing is Standing.CLOSED
    assert not kept.hears("没来"), "nobody is scolded"


def test_what_nobody_closed_ends_at_its_planned_end(world: World) -> None:
    branch, one = world.admin(), world.volunteer("甲")
    plans_service(world, branch)
    one.taps("我去")
    it_is(world, "2026-03-07 08:30")
    branch.says("/service open")
    one.says(code(world))

    it_is(world, "2026-03-07 22:30")

    assert guests(world)["甲"].stayed == 120
    assert meets(world)[0].standing is Standing.CLOSED


def test_the_secretary_enters_who_has_no_telephone(world: World) -> None:
    branch, old = world.admin(), world.steward("老李", reachable=False)
    plans_service(world, branch)
    it_is(world, "2026-03-07 08:30")
    branch.says("/service open").taps("名单").taps("老李")
    assert branch.hears("老李签到了：08:30")
    world.clock.move(minutes=45)
    branch.taps("名单").says("老李")
    assert branch.hears("老李签退了：08:30 到 09:15")
    branch.says("没有的人")
    assert branch.hears("没有：没有的人")
    assert guests(world)["老李"].came_at is not None
    assert not old.heard


@pytest.mark.parametrize("wrong", [1, 6])
def test_a_wrong_code_checks_nobody_in_and_cannot_be_guessed(world: World, wrong: int) -> None:
    branch, one = world.admin(), world.volunteer("甲")
    plans_service(world, branch)
    it_is(world, "2026-03-07 08:30")
    branch.says("/service open")
    right = code(world)
    for number in range(wrong):
        one.says(f"{(int(right) + number + 1) % 10**6:06d}")
    assert one.hears("这六位数不对")
    one.says(right)
    assert (guests(world)["甲"].came_at is None) == (wrong > 5)
    assert one.hears("先停一会儿") == (wrong > 5)


def test_twice_is_once(world: World) -> None:
    branch, one = world.admin(), world.volunteer("甲")
    plans_service(world, branch)
    one.taps("我去")
    carried = one.data("我去")
    one.repeats_tap("我去", carried).repeats_tap("我去", carried)
    it_is(world, "2026-03-07 08:30")
    branch.says("/service open")
    one.says(code(world))
    came_at = guests(world)["甲"].came_at
    world.clock.move(minutes=10)
    one.says(code(world))
    assert guests(world)["甲"].came_at == came_at
    branch.says("/service open")
    assert branch.hears(code(world))


def test_points_are_earned_where_it_is_closed_once(world: World) -> None:
    branch = world.admin()
    one, other = world.volunteer("甲"), world.steward("乙")
    number = plans_service(world, branch).id
    it_is(world, "2026-03-07 08:30")
    branch.says("/service open")
    for who in (one, other):
        who.says(code(world))
    world.clock.move(minutes=20)
    other.taps("签退")
    world.clock.move(minutes=85)
    branch.says(f"/service close {number}").taps("确定（2 人）")
    branch.says(f"/service close {number}")
    assert branch.hears("已经结束或者取消了")
    it_is(world, "2026-03-07 23:59")

    with world.store.read() as conn:
        earned = conn.execute(select(PointEntry.person_id, PointEntry.deed, PointEntry.points)).all()
    assert [tuple(entry) for entry in earned] == [(one.id, Deed.SERVED, 2)], "105 minutes are two hours, 20 are none"


def test_an_invitation_never_delays_an_offer(world: World) -> None:
    branch, near = world.admin(), world.steward("张三")
    branch.says("/service plan").taps("清洁庭院").taps("3月7日（周六）08:30").says("村口小广场").says("10").taps(
        "不用写"
    )
    branch.taps(next(label for label in branch.labels() if label.startswith("确定（")))
    granny = world.resident()
    with world.at_once():
        minutes_pass(world, 2)
        granny.says("楼道灯坏了")
        world.decides()
    said = [text for text in near.heard if "您来吗" in text or "您能去吗" in text]
    assert ["您能去吗" in text for text in said] == [True, False]
