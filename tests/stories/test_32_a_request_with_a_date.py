"""Promise 32: "Saturday, cut my mother's hair" waits until then, and is confirmed the day before."""

from datetime import datetime

import pytest

from models.words import Due, Language, State, Urgency
from tests.stories.world import World


def local(world: World, at: datetime | None) -> str:
    assert at is not None
    return f"{world.rules.local(at):%m-%d %H:%M}"


def until(world: World, when: str) -> None:
    """Time passes until this local time of the year."""
    now = world.rules.local(world.clock.now())
    then = datetime.strptime(f"{now.year}-{when}", "%Y-%m-%d %H:%M").replace(tzinfo=now.tzinfo)
    world.passes(seconds=(then - now).total_seconds())


def test_it_waits_and_is_confirmed_the_day_before(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("周六上午十点给我妈理发")  # Wednesday, noon.
    assert granny.hears("明白", "3月7日（周六）10:00", "给我妈理发")
    assert {"现在就来", "改时间", "取消"} <= set(granny.labels())
    assert world.case.state is State.WAITING
    assert world.case.due is Due.START
    assert local(world, world.case.due_at) == "03-06 08:00"
    until(world, "03-06 07:45")
    assert not near.heard, "nobody is woken days before"
    until(world, "03-06 08:00")
    assert near.hears("求助", "约在 3月7日（周六）10:00", "给我妈理发")
    near.taps("接单")
    assert near.hears("约在 3月7日（周六）10:00")
    assert granny.hears("张三接了", "3月7日（周六）10:00")
    until(world, "03-06 18:00")
    assert granny.hears("张三会来", "还照旧吗")
    assert near.hears("还去得了吗")
    granny.taps("照旧")
    assert near.hears("对方说照旧")
    near.taps("照旧去")
    assert granny.hears("张三说照旧来")
    until(world, "03-07 09:45")
    assert world.case.state is State.ACCEPTED, "nobody is chased before the time"
    until(world, "03-07 10:15")
    assert near.hears("到了吗")
    near.taps("已到达").taps("已解决")
    granny.taps("已解决")
    assert world.case.state is State.CLOSED


def test_in_english(world: World) -> None:
    mary = world.resident("Mary", language=Language.EN)
    near = world.steward("John", language=Language.EN)
    mary.says("Saturday, cut my mother's hair")
    assert mary.hears("Understood", "Saturday, 3/7, 09:00", "cut my mother's hair")
    until(world, "03-06 09:00")
    near.taps("Accept")
    assert near.hears("for Saturday, 3/7, 09:00")
    assert mary.hears("John", "comes on Saturday, 3/7, 09:00")
    until(world, "03-06 18:00")
    assert mary.hears("John is coming", "Still on?")
    mary.taps("Still on")
    near.taps("I'll be there")
    assert mary.hears("John will come as agreed")


def test_for_tomorrow_somebody_is_found_today(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("明儿下午三点半来修水管")
    assert granny.hears("约在 3月5日（周四）15:30", "这就去找人")
    assert near.hears("约在 3月5日（周四）15:30", "修水管")
    assert local(world, world.case.due_at) > "03-04 12:30", "nobody has to answer within five minutes"


def test_now_after_all(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("周六给我妈理发").taps("现在就来")
    assert granny.hears("现在就去找人")
    assert near.hears("求助", "给我妈理发")
    assert not near.hears("约在")
    near.taps("接单")
    assert world.case.due is Due.ASK_ARRIVED
    assert granny.hears("张三来帮您", "分钟到")


def test_now_after_all_wakes_whoever_has_it(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("明天下午三点来修灯")
    near.taps("接单")
    granny.taps("现在就来")
    assert near.woken("请您现在就过去")
    assert granny.hears("已经请张三现在就过去")
    world.passes(minutes=6)
    assert near.hears("到了吗")


def test_the_day_is_corrected(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("周六给我妈理发").taps("改时间")
    assert granny.hears("改到什么时候")
    granny.says("不知道")
    assert granny.hears("没看懂")
    granny.says("昨天上午九点")
    assert "没看懂" in granny.last or "已经过了" in granny.last
    granny.says("8月1号")
    assert granny.hears("60 天以内")
    granny.says("周日上午十点")
    assert granny.hears("改好了", "3月8日（周日）10:00")
    assert local(world, world.case.due_at) == "03-07 08:00"
    assert len(world.cases()) == 1
    until(world, "03-07 10:00")
    near.taps("接单")
    granny.taps("改时间").says("周一上午十点")
    assert near.woken("改时间了", "3月9日（周一）10:00")
    assert local(world, world.case.due_at) == "03-08 18:00"


def test_another_need_while_the_new_day_is_asked_for(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("周六给我妈理发")
    world.passes(minutes=2)
    granny.taps("改时间").says("家里停电了")
    assert near.hears("求助 №2", "家里停电了")
    assert not granny.hears("没看懂")
    granny.says("就在三楼")
    assert near.hears("求助 №2", "就在三楼"), "nobody asks for a day any more"


def test_an_emergency_while_the_new_day_is_asked_for(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("周六给我妈理发").taps("改时间").says("家里着火了")
    assert granny.hears("119", "120", "110")
    assert near.hears("紧急求助", "家里着火了")


def test_cannot_go_the_day_before_finds_another(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三", metres=50)
    other = world.steward("李四", metres=90)
    granny.says("周六上午十点给我妈理发")
    until(world, "03-06 10:00")
    near.taps("接单")
    until(world, "03-06 18:00")
    near.taps("转交")
    assert granny.hears("去不了了", "另找人")
    assert other.hears("约在 3月7日（周六）10:00")


def test_an_appointment_keeps_nobody_from_other_things(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    neighbour = world.resident("赵大爷", east=30)
    granny.says("明天下午三点来修灯")
    near.taps("接单")
    neighbour.says("水管漏水")
    assert near.hears("水管漏水"), "tomorrow's appointment does not make busy today"
    near.taps("接单").taps("已到达").taps("已解决")
    world.jumps(minutes=2)
    granny.says("家里停水了")
    assert len(world.cases()) == 3, "another need is another request, not a word about the appointment"
    near.says("我家灯也不亮")
    assert world.case.requester_id == near.id


def test_a_past_time_starts_at_once_and_says_so(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("今天早上八点来帮忙搬柜子")
    assert granny.hears("3月4日（周三）08:00 已经过了", "现在就去找人")
    assert near.hears("搬柜子")
    granny.taps("改时间").says("明天上午十点")
    assert granny.hears("改好了", "3月5日（周四）10:00")


def test_a_far_day_is_asked_about_and_nothing_is_lost(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("8月1号来帮我收玉米")
    assert granny.hears("8月1日", "太远了", "60 天")
    assert world.case.state is State.WAITING
    assert not near.heard
    world.passes(minutes=31)
    assert near.hears("收玉米"), "without an answer somebody is asked all the same"


def test_an_emergency_never_waits(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("明天来修煤气，现在煤气泄漏")
    assert world.case.urgency is Urgency.URGENT
    assert world.case.wanted_at is None
    assert near.hears("紧急求助")


@pytest.mark.parametrize("words", ["昨天灯就坏了", "三点的时候停电了", "The light broke on Saturday"])
def test_what_is_broken_does_not_wait(world: World, words: str) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says(words)
    assert near.hears(words)
    assert world.case.wanted_at is None


def test_it_can_be_cancelled_while_it_waits(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("周六给我妈理发").says("取消")
    assert world.case.state is State.CANCELLED
    until(world, "03-06 12:00")
    assert not near.heard
