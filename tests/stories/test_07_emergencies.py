"""Promise 7: emergency words answer first with the numbers to call, ask several people at once and skip the waiting."""

import pytest

from models.words import Level, State, Urgency
from tests.stories.world import World

ALARMS = "着火了 煤气漏了 人昏迷了 胸口痛 有人溺水 触电了 打架了 要自杀 孩子走失了 🆘🆘"


@pytest.mark.parametrize("words", ALARMS.split())
def test_the_numbers_come_first(world: World, words: str) -> None:
    granny = world.resident()
    asked = [world.steward(f"管家{number}", metres=100 * number) for number in range(1, 7)]
    branch = world.admin()

    granny.says(words)

    first = granny.heard[0]
    assert all(number in first for number in ("119", "120", "110"))
    assert world.case.urgency is Urgency.URGENT
    assert [one.hears("紧急求助", words) for one in asked] == [True] * 5 + [False], "several at once"
    assert branch.hears("请留意求助", words)


def test_the_waiting_is_short(world: World) -> None:
    granny = world.resident()
    world.steward("张三")
    volunteer, county = world.volunteer("钱七"), world.admin("孙县", Level.COUNTY)
    granny.says("着火了")

    world.passes(minutes=2)
    assert volunteer.hears("紧急求助")
    world.passes(minutes=3)
    assert county.hears("紧急求助")


def test_it_is_not_asked_where_first(world: World) -> None:
    granny = world.resident()
    world.steward("张三")

    granny.says("着火了").is_at(0, 5000)

    assert not granny.hears("人该到哪儿去")


@pytest.mark.parametrize("words", ["我这几天火气大", "去哪儿交煤气费", "fireworks are too loud"])
def test_look_alikes_are_asked_about(world: World, words: str) -> None:
    granny, near, second = world.resident(), world.steward("张三"), world.steward("李四", metres=200)

    granny.says(words)

    assert not granny.hears("119")
    assert granny.hears("有人有危险吗")
    assert {"是,很紧急", "不紧急"} <= set(granny.labels())
    assert near.hears(words), "and nothing is lost meanwhile"
    assert world.case.urgency is Urgency.NORMAL

    granny.taps("是,很紧急")
    assert granny.hears("119", "120", "110")
    assert world.case.urgency is Urgency.URGENT
    assert second.hears("紧急求助", words)


def test_a_look_alike_that_is_none(world: World) -> None:
    granny, second = world.resident(), world.steward("李四", metres=200)
    world.steward("张三")

    granny.says("我这几天火气大").taps("不紧急")

    assert granny.hears("按平常的办")
    assert world.case.urgency is Urgency.NORMAL
    assert not second.heard


def test_a_look_alike_in_a_later_message_is_asked_about_too(world: World) -> None:
    granny = world.resident()
    world.steward("张三")

    granny.says("请来个人").says("他正发火呢")

    assert granny.hears("有人有危险吗")
    assert len(world.cases()) == 1


def test_emergencies_are_never_rate_limited(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    for number in range(20):
        granny.says(f"灯坏了 {number}")

    granny.says("着火了")

    assert granny.hears("119", "120", "110")
    assert near.hears("紧急求助", "着火了")


def test_accepted_is_not_handled(world: World) -> None:
    granny, near, second = world.resident(), world.steward("张三"), world.steward("李四", metres=200)
    granny.says("着火了")

    near.taps("接单")
    assert world.case.state is State.ACCEPTED
    assert not granny.hears("已解决。")

    world.passes(minutes=21)
    assert near.hears("您到了吗")
    assert world.case.owner_id is None, "he was silent, so it is asked around again"
    assert second.labels().count("接单") == 1

    second.taps("接单").taps("已解决")
    assert world.case.state is State.DONE, "open until the one who asked says so"
    granny.taps("已解决")
    assert world.case.state is State.CLOSED


def test_the_alarm_wins_over_every_dialog(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("灯坏了").taps("替别人")

    granny.says("我妈昏迷了")

    assert granny.hears("119", "120", "110")
    assert near.hears("紧急求助", "昏迷")


def test_whoever_was_asked_already_hears_that_it_is_urgent(world: World) -> None:
    granny, near, second = world.resident(), world.steward("张三"), world.steward("李四", metres=200)
    branch = world.admin()
    granny.says("我这几天火气大").taps("是,很紧急")
    assert near.woken("变成紧急求助了")
    assert near.hears("紧急求助", "我这几天火气大"), "and the card says so"
    assert second.hears("紧急求助")
    assert branch.hears("请留意求助")


def test_urgent_after_somebody_has_it(world: World) -> None:
    granny, near, second = world.resident(), world.steward("张三"), world.steward("李四", metres=200)
    granny.says("我这几天火气大")
    near.taps("接单")
    granny.taps("是,很紧急")
    assert granny.hears("119", "120", "110")
    assert world.case.urgency is Urgency.URGENT
    assert world.case.owner_id == near.id
    assert near.woken("变成紧急求助了")
    assert "我来" in second.labels(), "several people are asked"


def test_urgent_after_it_was_done(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("我这几天火气大")
    near.taps("接单").taps("已到达").taps("已解决")
    granny.taps("是,很紧急")
    assert granny.hears("119", "120", "110")
    assert [one.urgency for one in world.cases()] == [Urgency.NORMAL, Urgency.URGENT]


def test_urgent_after_it_was_done_twice_is_one(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("我这几天火气大")
    near.taps("接单").taps("已到达").taps("已解决")
    data = granny.data("是,很紧急")

    with world.at_once():
        granny.repeats_tap("是,很紧急", data).repeats_tap("是,很紧急", data)

    assert [one.urgency for one in world.cases()] == [Urgency.NORMAL, Urgency.URGENT]
    assert "已经在办" in granny.last


def test_an_old_button_is_no_alarm_any_more(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("我这几天火气大")
    near.taps("接单").taps("已到达").taps("已解决")
    granny.taps("已解决")
    data = granny.data("是,很紧急")
    world.passes(hours=25)

    granny.repeats_tap("是,很紧急", data)

    assert granny.hears("119", "120", "110")
    assert "写一句" in granny.last
    assert len(world.cases()) == 1


@pytest.mark.telegram
def test_an_edit_into_an_emergency_is_the_same_request(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("楼道里有味")
    near.taps("接单")
    world.passes(minutes=3)
    granny.does("edits", world.line.written(granny, "楼道里有味"), "楼道里有味，煤气漏了")
    assert len(world.cases()) == 1
    assert world.case.urgency is Urgency.URGENT
    assert granny.hears("119", "120", "110")
    assert near.woken("变成紧急求助了")
    assert near.hears("煤气漏了")


def test_urgent_although_it_was_for_another_day(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("明天下午三点来修灯")
    near.taps("接单")
    world.passes(minutes=2)
    granny.says("他正发火呢").taps("是,很紧急")
    assert [(one.urgency, one.wanted_at) for one in world.cases()] == [(Urgency.URGENT, None)]
    world.passes(minutes=6)
    assert near.hears("您到了吗"), "the clock is that of now"


def test_none_after_all_says_how_it_stands(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("我这几天火气大")
    button = granny.data("不紧急")
    near.taps("接单")
    granny.repeats_tap("不紧急", button)
    assert "已经有人管" in granny.last
    near.taps("已到达").taps("已解决")
    granny.taps("已解决").repeats_tap("不紧急", button)
    assert "结束了" in granny.last
    assert not granny.hears("正在给您找人")


def test_none_after_all_of_what_was_withdrawn(world: World) -> None:
    granny = world.resident()
    world.steward("张三")
    granny.says("我这几天火气大")
    button = granny.data("不紧急")
    granny.taps("取消").repeats_tap("不紧急", button)
    assert "取消了" in granny.last


def test_none_after_all_when_it_was_said_to_be_one(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("我这几天火气大")
    button = granny.data("不紧急")
    granny.taps("是,很紧急").repeats_tap("不紧急", button)
    assert "紧急求助叫了人" in granny.last
    granny.taps("取消")
    assert near.hears("取消")


def test_a_number_calls_for_help_where_nothing_was_asked(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("/for").says("120")
    assert not granny.hears("先打电话")
    assert not world.cases()
    granny.says("取消").says("120")
    assert granny.hears("先打电话", "120")
    assert near.hears("紧急求助")


def test_urgent_again_hours_after_it_was_done_calls_people_again(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("摔了一跤")
    button = granny.data("是,很紧急")
    granny.taps("是,很紧急")
    near.taps("接单").taps("已解决")
    world.passes(hours=3)
    granny.repeats_tap("是,很紧急", button)
    assert [case.urgency for case in world.cases()] == [Urgency.URGENT] * 2
    assert "接单" in near.labels()
    granny.repeats_tap("是,很紧急", button)
    assert len(world.cases()) == 2, "and a double tap none besides"


def test_urgent_after_all_for_somebody_else_goes_to_them(world: World) -> None:
    world.resident("李奶奶", phone="13911112222", north=300)
    near, son = world.steward("张三", metres=310), world.resident("王强", east=900, grid="二网格")
    son.says("老人摔了一跤")
    button = son.data("是,很紧急")
    son.taps("替别人").says("李奶奶 13912345678")
    near.taps("接单").taps("已解决")
    son.repeats_tap("是,很紧急", button)
    assert world.case.urgency is Urgency.URGENT
    assert (world.case.helped_name, world.case.helped_phone) == ("李奶奶", "13912345678")
    assert world.case.address == "李奶奶家 3号楼2单元"


def test_an_emergency_at_the_door_of_whoever_is_helped_is_there(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三", metres=600, grid="一网格")
    other = world.steward("李四", metres=90)
    granny.says("下水道堵了")
    other.taps("不方便")
    near.taps("接单").taps("已到达").says("老人晕倒了")
    assert near.hears("先打电话", "120")
    assert world.case.urgency is Urgency.URGENT
    assert world.case.address == "王奶奶家 3号楼2单元"
    assert other.hears("紧急求助", "老人晕倒了")
    other.taps("接单").taps("看地址")
    assert other.hears("王奶奶", "王奶奶家 3号楼2单元")
