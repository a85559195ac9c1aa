"""Promise 5: no place given: home, then a name in the words, then one question; a far point is asked about."""

import pytest
from sqlalchemy import select

from models.people import Person
from models.words import Level, State
from tests.stories.neighbour import place
from tests.stories.world import NEXT_VILLAGE, VILLAGE, World


def test_no_place_means_home(world: World) -> None:
    granny, near = world.resident(east=20), world.steward("张三")

    granny.says("楼道灯坏了")

    assert world.case.place == "东村 · 一网格"
    assert near.hears("东村 · 一网格", "约 10")
    assert len(granny.heard) == 1, "nothing is asked"


def test_then_a_village_named_in_the_words(world: World) -> None:
    passer = world.stranger()
    there = world.steward("赵六", village=NEXT_VILLAGE, metres=5100)

    passer.says("西河村的路灯不亮")

    assert world.case.village_code == NEXT_VILLAGE
    assert not passer.hears("要到哪儿去"), "nothing is asked"
    assert there.hears("路灯不亮"), "no grid is known, so the nearest of the village is asked"


def test_then_it_is_asked_once(world: World) -> None:
    passer, near = world.stranger(), world.steward("张三")

    passer.says("路灯不亮")
    assert world.case.state is State.WAITING, "recorded all the same"
    assert sum("要到哪儿去" in text for text in passer.heard) == 1

    passer.says("快点来")
    assert sum("要到哪儿去" in text for text in passer.heard) == 1, "asked once"

    passer.says("在东村")
    assert world.case.village_code == VILLAGE
    assert len(world.cases()) == 1
    world.passes(minutes=6)
    assert near.hears("路灯不亮")


def test_who_has_a_village_but_no_home_is_asked_where_in_it(world: World) -> None:
    lodger, near = world.person("房客刘四"), world.steward("张三")

    lodger.says("门锁坏了")
    assert near.hears("门锁坏了"), "asked for the village at once"
    assert sum("具体在哪儿" in text for text in lodger.heard) == 1
    assert lodger.hears("东村")

    lodger.says("老李家西屋")
    assert near.hears("门锁坏了", "老李家西屋"), "what is answered stands on the card"
    lodger.is_at(40, 0)
    at = place(40, 0)
    assert (world.case.lat, world.case.lon) == pytest.approx((at.lat, at.lon))
    assert sum("具体在哪儿" in text for text in lodger.heard) == 1, "asked once"
    assert len(world.cases()) == 1


def test_a_point_answers_the_question(world: World) -> None:
    world.resident("李奶奶")
    passer, near = world.stranger(), world.steward("张三")
    passer.says("路灯不亮")

    passer.is_at(40, 0)

    assert passer.last == "好，№1 的地点记下了。"
    assert near.hears("路灯不亮", "约")
    assert len(world.cases()) == 1


def test_without_an_answer_it_goes_on(world: World) -> None:
    passer, county = world.stranger(), world.admin("孙县", Level.COUNTY)
    passer.says("路灯不亮")

    world.passes(minutes=56)

    assert county.hears("路灯不亮")
    assert passer.hears("请直接打电话", "0315-0000001")


def test_a_home_without_a_point(world: World) -> None:
    granny, near = world.resident(point=False), world.steward("张三")

    granny.says("楼道灯坏了")
    assert near.hears("楼道灯坏了", "东村 · 一网格"), "the steward of the grid is asked at once"
    assert sum("发个位置" in text for text in granny.heard) == 1, "and the place, once"

    granny.is_at(30, 0)
    near.taps("接单").taps("看地址")
    assert any(text.startswith("[pin 40.146") for text in near.heard)
    assert len(world.cases()) == 1


def test_a_home_without_a_point_and_a_village_in_the_words(world: World) -> None:
    granny = world.resident(point=False)
    there = world.steward("赵六", village=NEXT_VILLAGE, metres=5100)

    granny.says("我在西河村，车陷住了")

    world.passes(minutes=6)
    assert there.hears("车陷住了")
    assert not granny.hears("发个位置")


def test_far_from_home_here_or_at_home(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    there = world.steward("赵六", village=NEXT_VILLAGE, metres=5100)

    granny.is_at(0, 5000)
    assert granny.hears("离家", "人该到哪儿去")
    assert {"在这里", "在家里"} <= set(granny.labels())
    assert not near.heard
    assert not there.heard

    granny.taps("在家里")
    assert near.hears("求助", "东村")
    assert not there.heard


def test_far_from_home_here(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    there = world.steward("赵六", village=NEXT_VILLAGE, metres=5100)

    granny.is_at(0, 5000).taps("在这里")

    assert world.case.village_code == NEXT_VILLAGE
    assert not near.heard
    world.passes(minutes=6)
    assert there.hears("求助")


def test_far_from_home_and_no_answer(world: World) -> None:
    granny = world.resident()
    there = world.steward("赵六", village=NEXT_VILLAGE, metres=5100)
    granny.is_at(0, 5000)

    world.passes(minutes=1)
    assert granny.hears("您的求助 №1"), "it starts where the point says"

    world.passes(minutes=6)
    assert there.hears("求助")


def test_outside_the_county(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")

    granny.is_at(0, 90_000)

    assert granny.hears("不在迁西县", "110", "120", "119")
    assert not world.cases()
    assert not near.heard


def test_outside_while_a_request_runs(world: World) -> None:
    granny = world.resident()
    world.steward("张三")
    granny.says("楼道灯坏了")

    granny.is_at(0, 90_000)

    assert granny.hears("不在迁西县", "110")
    assert world.case.place == "东村 · 一网格", "the place stays"


def test_a_far_place_after_the_words_is_asked_about(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    there = world.steward("李四", metres=5000, village=NEXT_VILLAGE)
    granny.says("楼道灯坏了").is_at(0, 5000)
    assert granny.hears("人该到哪儿去")
    assert not there.heard
    assert "接单" in near.labels(), "meanwhile whoever was asked for home is on it"
    granny.taps("在这里")
    assert there.hears("楼道灯坏了")
    assert "接单" not in near.labels()


def test_here_within_the_same_village_is_where_the_point_is(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("楼道灯坏了").is_at(0, 1900).taps("在这里")

    near.taps("接单").taps("看地址")
    at = place(0, 1900)
    assert near.hears(f"{at.lat:.6f}, {at.lon:.6f}")
    assert not near.hears("王奶奶家 3号楼2单元")


def test_whoever_is_on_the_way_hears_that_it_is_elsewhere(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    there = world.steward("李四", metres=5000, village=NEXT_VILLAGE)
    granny.says("车坏了")
    near.taps("接单")
    granny.is_at(0, 5000)
    assert not near.hears("地点改了"), "which of the two is asked first"
    granny.taps("在这里")
    assert near.hears("地点改了", "车坏了")
    assert world.case.village_code == NEXT_VILLAGE

    near.taps("转交")
    world.passes(minutes=6)
    assert "接单" in there.labels(), "handed over, it is offered where it is"


def test_a_place_that_was_passed_on_is_not_told_twice(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单")
    granny.is_at(0, 60)
    assert any(text.startswith("[pin") for text in near.heard)
    assert not near.hears("地点改了")


def test_a_place_elsewhere_moves_nobody_from_their_village(world: World) -> None:
    official, lodger = world.admin("孙县", Level.COUNTY), world.person("房客刘四")
    before = _villages(world)
    for who in (world.steward("张三"), official, lodger):
        who.says("我车坏了").is_at(0, 5000)
        assert world.case.village_code == NEXT_VILLAGE
    assert _villages(world)[: len(before)] == before


def _villages(world: World) -> list[str | None]:
    return [row.village_code for row in world.look(select(Person.village_code).order_by(Person.id))]


def test_a_place_around_the_home_keeps_its_door(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("楼道灯坏了").is_at(20, 20)
    near.taps("接单").taps("看地址")
    assert near.hears("王奶奶家 3号楼2单元")
    at = place(20, 20)
    assert (world.case.lat, world.case.lon) == pytest.approx((at.lat, at.lon))


def test_a_place_that_comes_first_keeps_it_as_well(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.is_at(20, 20).says("楼道灯坏了")
    near.taps("接单").taps("看地址")
    assert near.hears("王奶奶家 3号楼2单元")
    assert len(world.cases()) == 1


def test_or_it_is_at_home_after_all(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    there = world.steward("李四", metres=5000, village=NEXT_VILLAGE)
    granny.says("楼道灯坏了").is_at(0, 5000).taps("在家里")
    near.taps("接单")
    assert world.case.owner_id == near.id
    assert not there.heard


@pytest.mark.parametrize("words", ["在家里", "我在家呢。", "回家", "灯坏了，在家", "at home"])
def test_at_home_in_words(world: World, words: str) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三", metres=50)
    granny.is_at(0, 2000).says(words)
    assert near.hears("求助", "约 50 米"), "asked at once, for home"
    near.taps("接单").taps("看地址")
    assert near.hears("王奶奶家 3号楼2单元")
    assert not near.hears("在家里"), "where to go is no need"
    assert len(world.cases()) == 1


def test_here_in_words(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三", metres=50)
    granny.is_at(0, 2000).says("车陷住了，就在这儿")
    assert near.hears("车陷住了", "约 1950 米"), "asked at once, for the place that was sent"
    near.taps("接单").taps("看地址")
    assert not near.hears("王奶奶家 3号楼2单元")


def test_at_home_in_words_after_it_has_started(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三", metres=50)
    granny.is_at(0, 2000)
    world.passes(minutes=3)
    granny.says("在家里")
    near.taps("接单").taps("看地址")
    assert near.hears("王奶奶家 3号楼2单元")


def test_here_in_words_of_a_request_that_runs(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    there = world.steward("李四", metres=5000, village=NEXT_VILLAGE)
    granny.says("楼道灯坏了").is_at(0, 5000).says("在这里")
    assert there.hears("楼道灯坏了")
    assert "接单" not in near.labels()


def test_at_home_moves_nobody_who_goes_there_already(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单")
    granny.is_at(0, 5000).says("在家里").is_at(0, 5000).taps("在家里")
    assert not near.hears("地点改了")
    assert world.case.village_code == VILLAGE


def test_at_home_is_a_word_where_nothing_was_asked(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单")
    world.passes(minutes=2)
    granny.says("我在家")
    assert near.hears("对方说", "我在家")


@pytest.mark.parametrize("words", ["这边，红门那家", "我在家呢，你进来吧"])
def test_once_it_is_answered_such_words_are_for_the_helper(world: World, words: str) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三", metres=50)
    granny.is_at(0, 2000).taps("在家里" if words.startswith("这") else "在这里")
    near.taps("接单")
    before = world.case.lat
    world.passes(minutes=2)
    granny.says(words)
    assert near.hears("对方说", words)
    assert not near.hears("地点改了")
    assert world.case.lat == before


def test_nor_is_it_a_place_once_the_helper_is_there(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三", metres=50)
    granny.is_at(0, 2000)
    world.passes(minutes=2)
    near.taps("接单").taps("已到达")
    granny.says("我在家呢，你进来吧")
    assert near.hears("对方说", "我在家呢，你进来吧")
    assert not near.hears("地点改了")


def test_a_home_without_a_point_is_no_door_of_another_village(world: World) -> None:
    granny, near = world.resident(point=False), world.steward("张三")
    there = world.steward("赵六", village=NEXT_VILLAGE, metres=5100)
    granny.is_at(0, 5000)
    world.passes(minutes=6)
    assert world.case.village_code == NEXT_VILLAGE
    assert there.hears("求助")
    assert not near.heard


def test_nor_of_its_own_village_far_from_all_that_is_known_there(world: World) -> None:
    granny, near = world.resident(point=False), world.steward("张三")
    granny.is_at(0, 1900)
    world.passes(minutes=6)
    near.taps("接单").taps("看地址")
    assert world.case.village_code == VILLAGE
    assert not near.hears("王奶奶家 3号楼2单元")


def test_near_a_household_of_its_grid_it_is_the_door(world: World) -> None:
    granny, near = world.resident(point=False), world.steward("张三")
    world.resident("李奶奶", north=1800)
    granny.is_at(0, 1900)
    near.taps("接单").taps("看地址")
    assert near.hears("王奶奶家 3号楼2单元")
