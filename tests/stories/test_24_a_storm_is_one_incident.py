"""Promise 24: many reports of one power cut are one incident with one card per steward; others keep their own."""

import re
from threading import Barrier, Thread

import pytest

from models.store import Store
from models.words import Ending, Language, State
from tests.stories.world import Neighbour, World

OTHERS = (
    "水管漏水", "头晕不舒服", "楼道灯坏了", "想代办社保", "钥匙忘带了", "洗衣机坏了", "邻居吵架", "狗咬人了",
    "板栗打药", "垃圾没人收", "路面有坑", "要搬东西", "暖气不热", "宽带太慢", "插座坏了", "陪老人看病", "剪头发",
    "补贴怎么申请", "窗户玻璃碎了", "井盖没了",
)  # fmt: skip


def homes(world: World, count: int) -> list[Neighbour]:
    """So many households spread over the village."""
    return [world.resident(f"住户{one}", east=30 * (one % 15), north=30 * (one // 15)) for one in range(count)]


def cards(steward: Neighbour) -> list[str]:
    """The cards of the power cut on a steward's screen, each as often as it was sent."""
    return [text for text in steward.heard if text.startswith("🔔") and "停电" in text]


def test_a_few_reports_become_one(world: World) -> None:
    first, second, third = homes(world, 3)
    near, other = world.steward("张三"), world.steward("李四", metres=300)

    first.says("停电了")
    second.says("我家也没电了")
    assert [case.state for case in world.cases()] == [State.OFFERED, State.OFFERED], "two may be two"
    third.says("整栋楼停电")

    leader, *followers = world.cases()
    assert leader.followers == 2 and leader.state is State.OFFERED
    assert {(case.state, case.ending, case.leader_id) for case in followers} == {
        (State.CLOSED, Ending.SAME_AS_ANOTHER, leader.id)
    }
    assert near.hears("3 家报了同一件事 №1", "停电了", "我家也没电了", "整栋楼停电")
    assert cards(near) and len(cards(near)) + len(cards(other)) == 1
    for one in (second, third):
        assert one.hears("另有 2 家也报了这件事", "正在找人")


def test_one_answer_ends_all(world: World) -> None:
    people = homes(world, 4)
    near = world.steward("张三")
    for one in people[:3]:
        one.says("停电了")

    near.taps("接单")
    assert people[0].hears("张三来帮您")
    assert all(one.hears("您报的「停电了」有人管了：张三") for one in people[1:3])

    people[3].says("怎么停电了")
    assert people[3].last.startswith("知道了，另有 3 家也报了这件事，合在一起办（№1），张三已经在管了")
    assert near.hears("4 家报了同一件事 №1")

    near.taps("已解决")
    assert all(one.hears("张三说办好了", "没好就点一下") for one in people[1:])
    people[0].taps("已解决")
    assert all(one.hears("办完了：已解决") for one in people[1:])
    assert all(case.ended_at is not None for case in world.cases())


def test_who_was_asked_for_a_report_that_joins_is_asked_when_it_comes_back(world: World) -> None:
    first, second, third = homes(world, 3)
    near, other = world.steward("张三"), world.steward("李四", metres=300)
    first.says("停电了")
    near.taps("接单")
    second.says("我家也没电了")
    assert "接单" in other.labels()

    third.says("整栋楼停电")
    assert other.hears("已经有人接了") and "接单" not in other.labels()
    near.taps("转交")

    assert other.hears("3 家报了同一件事 №1")
    other.taps("接单")
    assert first.hears("李四来帮您")


def test_the_whole_village_at_once(world: World) -> None:
    people = homes(world, 12)
    stewards = [world.steward(f"管家{one}", metres=100 * one) for one in range(1, 5)]

    with world.at_once():
        for one in people:
            one.says("停电了")

    assert [case.followers for case in world.cases()] == [11, *[0] * 11]
    assert sum(len(cards(one)) for one in stewards) == 1


def test_nobody_has_two_cards_as_it_climbs(world: World) -> None:
    first, second = homes(world, 2)
    third = world.resident("住户三", grid="二网格", east=60)
    near, other = world.steward("张三"), world.steward("李四", grid="二网格", metres=300)
    first.says("停电了")
    third.says("停电了")
    assert len(cards(near)) == len(cards(other)) == 1
    world.passes(minutes=1)
    second.says("停电了")

    assert near.hears("3 家报了同一件事 №1") and other.hears("3 家报了同一件事 №1")
    world.passes(minutes=6)
    assert len(cards(near)) == len(cards(other)) == 1

    other.taps("接单")
    assert first.hears("李四来帮您") and third.hears("有人管了：李四")
    assert near.hears("已经有人接了")


def test_a_second_card_of_one_matter_waits_a_minute_and_then_comes(world: World) -> None:
    first, second = homes(world, 2)
    near = world.steward("张三")
    first.says("停电了")

    second.says("停电了")
    assert len(cards(near)) == 1
    world.passes(seconds=61)

    assert len(cards(near)) == 2, "two are no incident, and both need somebody"


def test_two_hundred_reports_and_twenty_others(world: World) -> None:
    """Line 6 of what is to be shown; the reports come in the order of the minutes, twenty to a batch."""
    people = homes(world, 220)
    stewards = [
        world.steward(f"管家{one}", metres=25 * one, grid=("一网格", "二网格")[one % 2]) for one in range(1, 31)
    ]
    others = dict(zip((one.id for one in people[5::11]), OTHERS, strict=True))
    for start in range(0, 220, 22):
        with world.at_once():
            for one in people[start : start + 22]:
                one.says(others.get(one.id, "停电了"))
        world.passes(minutes=1)

    cases = world.cases()
    power = [case for case in cases if case.matter == "power_cut"]
    assert len(cases) == 220 and len(power) == 200
    open_ones = [case for case in power if case.ended_at is None]
    assert len(open_ones) == 1 and open_ones[0].followers == 199
    for steward in stewards:
        assert len(cards(steward)) <= 1
    assert any(re.search(r"200 家报了同一件事", text) for one in stewards for text in cards(one))
    theirs = [case for case in cases if case.requester_id in others]
    assert len(theirs) == 20
    assert {case.state for case in theirs} == {State.OFFERED}
    for words in OTHERS:
        assert any(steward.hears("求助", f"「{words}」") for steward in stewards), f"each in its own time: {words}"
    assert not any(one.hears("也报了这件事") for one in people if one.id in others)


def test_who_says_that_theirs_is_another_matter(world: World) -> None:
    people = homes(world, 4)
    near = world.steward("张三")
    for one in people[:3]:
        one.says("停电了")

    people[2].taps("不是一回事")

    assert world.case.requester_id == people[2].id and world.case.state is State.OFFERED
    assert world.cases()[0].followers == 1
    assert near.hears("2 家报了同一件事 №1")
    people[3].says("停电了")
    assert world.case.leader_id == 1, "it still takes in others"
    assert world.cases()[3].ended_at is None, "and not the one that is another matter"


def test_who_reports_twice_counts_once(world: World) -> None:
    people = homes(world, 3)
    world.steward("张三")
    for one in people:
        one.says("停电了")
    world.passes(minutes=2)

    people[2].says("怎么还停电啊")

    assert world.cases()[0].followers == 2
    assert world.case.leader_id == 1


def test_withdrawing_leaves_it_to_the_others(world: World) -> None:
    people = homes(world, 3)
    near = world.steward("张三")
    for one in people:
        one.says("停电了")

    people[0].says("取消")

    assert world.case.requester_id == people[1].id and world.case.followers == 1
    assert people[2].hears("№1 的邻居撤回了", "№4")
    near.taps("接单")
    assert people[1].hears("张三来帮您") and people[2].hears("有人管了：张三")


def test_an_emergency_is_never_drawn_in(world: World) -> None:
    people = homes(world, 5)
    world.steward("张三")
    for one in people[:4]:
        one.says("停电了")

    people[4].says("停电了，有人触电昏迷")

    assert world.case.leader_id is None and world.case.state is State.OFFERED


@pytest.mark.parametrize(("minutes", "north"), [(45, 0), (0, 4000)], ids=["long after", "far away"])
def test_what_is_no_storm(world: World, minutes: float, north: float) -> None:
    people = homes(world, 2)
    world.steward("张三")
    people[0].says("停电了")
    people[1].says("停电了")
    world.jumps(minutes=minutes)

    world.resident("住户三", north=north).says("停电了")

    assert [case.followers for case in world.cases()] == [0, 0, 0]


def test_two_processes_at_once_make_one_incident(world: World) -> None:
    """On PostgreSQL each takes letters of its own; who comes second waits, and sees what the first has opened."""
    people = homes(world, 30)
    world.steward("张三")
    with world.at_once():
        for one in people:
            one.says("停电了")
        world.line.fetch()
        begin = Barrier(3)

        def process() -> None:
            store = Store(world.store.url.render_as_string(hide_password=False))
            begin.wait()
            while world.reception(store).work(4):
                pass
            store.close()

        threads = [Thread(target=process) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(world.cases()) == 30
    assert sorted(case.followers for case in world.cases())[-2:] == [0, 29]


def test_in_english(world: World) -> None:
    people = [world.resident(f"Home {one}", east=30 * one, language=Language.EN) for one in range(3)]
    near = world.steward("Zhang", language=Language.EN)
    for one in people:
        one.says("power cut in the whole building")

    assert near.hears("3 reports of one thing, No. 1", "power cut")
    assert people[2].hears("2 neighbours reported the same", "Somebody is being found")
    near.taps("Accept")
    assert people[2].hears("Zhang is on it (No. 1)")
    near.taps("Solved")
    assert people[2].hears("Zhang says it is solved") and "Not solved at mine" in people[2].labels()


@pytest.mark.parametrize("held", [False, True], ids=["looked for", "on the way"])
def test_who_led_and_needs_help_elsewhere_leaves_it_to_the_others(world: World, held: bool) -> None:
    people = homes(world, 3)
    world.resident("李奶奶", north=900, grid="二网格")
    near, other = world.steward("张三"), world.steward("李四", metres=300)
    there = world.steward("赵六", metres=910, grid="二网格")
    for one in people:
        one.says("停电了")
    people[0].taps("替别人")
    if held:
        near.taps("接单")

    people[0].says("李奶奶")

    own, fresh = world.cases()[0], world.case
    assert own.grid_id == world.grids["130227100200", "二网格"] and own.followers == 0
    assert fresh.requester_id == people[1].id and fresh.followers == 1
    assert fresh.grid_id == world.grids["130227100200", "一网格"]
    assert people[2].hears("№1", "要帮的是别处", "№4")
    at_home = other if held else near
    at_home.taps("接单")
    assert world.case.owner_id == at_home.id
    assert people[1].hears(f"{at_home.name}来帮您") and people[2].hears(f"有人管了：{at_home.name}")
    assert near.hears("地点改了") is held and ("接单" in there.labels()) is not held


def test_who_led_and_sends_a_place_nearby_still_leads(world: World) -> None:
    people = homes(world, 3)
    near = world.steward("张三")
    for one in people:
        one.says("停电了")
    people[0].is_at(20, 20)
    assert world.cases()[0].followers == 2 and len(world.cases()) == 3
    assert near.hears("3 家报了同一件事 №1")
