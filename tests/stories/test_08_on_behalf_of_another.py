"""Promise 8: who asks and who is helped are two people; place and phone are those of whoever is helped."""

import pytest

from models.words import Language, Level, Urgency
from tests.stories.neighbour import place
from tests.stories.world import VILLAGE, World


def an_elder(world: World, name: str = "李奶奶", *, north: float, grid: str = "一网格") -> None:
    """Somebody on the roster with a home and a phone, who never wrote to the bot."""
    world.resident(name, phone="13911112222", north=north, grid=grid)


def test_a_steward_asks_for_somebody_without_a_phone(world: World) -> None:
    an_elder(world, north=300)
    steward, near = world.steward("张三", metres=-400), world.steward("李四", metres=310)
    steward.says("/for")
    assert steward.hears("替谁求助")
    steward.says("李奶奶")
    assert steward.hears("李奶奶", "要帮什么忙")
    steward.says("灯不亮了")
    assert steward.hears("替李奶奶求助")
    assert near.hears("灯不亮了")
    assert world.case.requester_id == steward.id
    assert world.case.helped_name == "李奶奶"
    near.taps("接单").taps("看地址")
    assert near.hears("李奶奶", "13911112222", "李奶奶家 3号楼2单元")
    assert not near.hears("13800000000", "看地址")


def test_in_english_with_the_phone_in_the_same_line(world: World) -> None:
    an_elder(world, "GrandmaLi", north=300)
    near = world.steward("John", metres=310, language=Language.EN)
    neighbour = world.resident("Mary", language=Language.EN)
    neighbour.says("/for GrandmaLi 13955556666")
    assert neighbour.hears("GrandmaLi", "What is needed?")
    neighbour.says("her light is out")
    assert neighbour.hears("is for GrandmaLi")
    near.taps("Accept").taps("Address")
    assert near.hears("GrandmaLi", "13955556666", "GrandmaLi家 3号楼2单元")
    neighbour.says("thanks")
    assert neighbour.hears("John"), "whoever asked hears how it goes"


def test_the_branch_chooses_among_homes_of_one_name(world: World) -> None:
    an_elder(world, north=300)
    host = world.resident("陈奶奶", east=600, grid="二网格", phone="13933334444")
    world.relative("李奶奶", host)
    secretary, near = world.admin("李书记"), world.steward("李四", metres=310, grid="二网格")
    secretary.says("/for 李奶奶")
    assert secretary.hears("不止一家")
    secretary.taps("李奶奶 · 东村 · 二网格")
    assert secretary.hears("李奶奶", "东村 · 二网格", "要帮什么忙")
    secretary.sends("voice")
    near.taps("接单").taps("看地址")
    assert near.hears("李奶奶", "13933334444", "陈奶奶家 3号楼2单元")


def test_a_township_asks_for_somebody_in_one_of_its_villages(world: World) -> None:
    an_elder(world, north=300)
    near = world.steward("李四", metres=310)
    official = world.admin("周镇长", Level.TOWNSHIP)
    official.says("/for 李奶奶").says("帮她买菜")
    assert near.hears("买菜")
    assert world.case.village_code == VILLAGE


def test_nobody_of_that_name_is_known_so_the_words_are_the_address(world: World) -> None:
    steward, near = world.steward("张三", metres=-400), world.steward("李四", metres=30)
    steward.says("/for 孙大爷，村东头第二家").says("水管漏水")
    near.taps("接单").taps("看地址")
    assert near.hears("孙大爷", "村东头第二家", "13800000000"), "without a phone of theirs, that of who asked"
    assert not near.hears("[pin")


def test_an_emergency_on_behalf_goes_to_the_door_of_whoever_is_helped(world: World) -> None:
    an_elder(world, north=300)
    steward, near = world.steward("张三", metres=-400), world.steward("李四", metres=310)
    steward.says("/for 李奶奶").says("她昏迷了，叫不醒")
    assert steward.hears("120")
    assert steward.hears("替李奶奶求助")
    assert world.case.urgency is Urgency.URGENT
    near.taps("接单").taps("看地址")
    assert near.hears("李奶奶家 3号楼2单元")


def test_a_button_says_afterwards_that_it_is_for_somebody_else(world: World) -> None:
    an_elder(world, north=300, grid="二网格")
    near = world.steward("李四", metres=310, grid="二网格")
    mary = world.resident("王奶奶")
    mary.says("灯不亮了").taps("替别人")
    mary.says("李奶奶")
    assert mary.hears("去帮的是：李奶奶")
    near.taps("接单").taps("看地址")
    assert near.hears("李奶奶", "13911112222", "李奶奶家 3号楼2单元")


def test_a_neighbours_address_is_not_that_of_who_asked(world: World) -> None:
    near, mary = world.steward("李四", metres=30), world.resident("王奶奶")
    mary.says("灯不亮了").taps("替别人").says("孙大爷，村东头第二家，13977778888")
    near.taps("接单").taps("看地址")
    assert near.hears("孙大爷", "13977778888", "村东头第二家")
    assert not near.hears("王奶奶家")


def test_name_door_and_phone_stand_on_no_card(world: World) -> None:
    asked, mary = [world.steward("李四", metres=30), world.steward("赵六", metres=90)], world.resident("王奶奶")
    mary.says("灯不亮了").taps("替别人").says("孙大爷，村东头第二家，13977778888")
    world.passes(minutes=6)
    for near in asked:
        assert near.hears("灯不亮了")
        assert not near.hears("13977778888")
        assert not near.hears("村东头第二家")


def test_of_several_homes_of_one_name_it_is_asked_which(world: World) -> None:
    an_elder(world, north=300)
    host = world.resident("陈奶奶", east=600, grid="二网格", phone="13933334444")
    world.relative("李奶奶", host)
    near, mary = world.steward("李四", metres=310, grid="二网格"), world.resident("王奶奶")
    mary.says("灯不亮了").taps("替别人").says("李奶奶")
    assert mary.hears("不止一家")
    mary.taps("李奶奶 · 东村 · 二网格")
    assert mary.hears("去帮的是：李奶奶")
    near.taps("接单").taps("看地址")
    assert near.hears("李奶奶", "13933334444", "陈奶奶家 3号楼2单元")
    assert len(world.cases()) == 1


def test_whoever_is_on_the_way_hears_that_it_is_another_home(world: World) -> None:
    an_elder(world, north=300)
    near, mary = world.steward("李四", metres=30), world.resident("王奶奶")
    mary.says("灯不亮了").taps("替别人")
    near.taps("接单").taps("看地址")
    mary.says("李奶奶")
    assert near.hears("地点改了", "灯不亮了")
    near.taps("看地址")
    assert near.hears("李奶奶家 3号楼2单元", "13911112222")


def test_a_home_without_a_point_is_theirs_all_the_same(world: World) -> None:
    world.resident("李奶奶", phone="13911112222", point=False)
    near, mary = world.steward("李四", metres=30), world.resident("王奶奶")
    mary.says("灯不亮了").taps("替别人").says("李奶奶")
    near.taps("接单").taps("看地址")
    assert near.hears("李奶奶家 3号楼2单元", "13911112222")
    assert not near.hears("王奶奶家")
    assert not any(text.startswith("[pin") for text in near.heard), "the pin would be that of who asked"


def test_said_after_the_end_it_begins_a_request_for_them(world: World) -> None:
    an_elder(world, north=300)
    near, mary = world.steward("李四", metres=310), world.resident("王奶奶")
    mary.says("灯不亮了").taps("替别人")
    near.taps("接单").taps("已到达").taps("已解决")
    mary.taps("已解决")
    mary.says("李奶奶 13955556666")
    assert mary.hears("李奶奶", "要帮什么忙")
    assert len(world.cases()) == 1
    mary.says("水管漏水")
    assert world.case.helped_phone == "13955556666"
    assert world.case.words == "水管漏水"


def test_a_place_outside_the_county_is_said_so(world: World) -> None:
    an_elder(world, north=300)
    steward = world.steward("张三")
    steward.says("/for 李奶奶").is_at(0, 90_000)
    assert steward.hears("不在迁西县", "110")
    assert not world.cases()


def test_a_place_does_not_replace_what_was_said_of_a_door(world: World) -> None:
    near, mary = world.steward("李四", metres=30), world.resident("王奶奶")
    mary.says("/for 孙大爷，村东头第二家").is_at(0, 300)
    near.taps("接单").taps("看地址")
    at = place(0, 300)
    assert near.hears("孙大爷", "村东头第二家", f"{at.lat:.6f}, {at.lon:.6f}")


def test_a_place_sent_for_somebody_else_is_not_compared_with_the_askers_home(world: World) -> None:
    an_elder(world, north=300)
    mary = world.resident("王奶奶")
    mary.says("/for 李奶奶").is_at(0, 5000)
    assert "在家里" not in mary.labels()
    at = place(0, 5000)
    assert (world.case.lat, world.case.lon) == pytest.approx((at.lat, at.lon))
    assert world.case.helped_name == "李奶奶"


def test_cancel_leaves_the_dialog_and_opens_nothing(world: World) -> None:
    an_elder(world, north=300)
    steward = world.steward("张三")
    steward.says("/for 李奶奶").says("取消")
    assert not world.cases()


def test_somebody_nobody_knows_is_told_what_to_do(world: World) -> None:
    stranger = world.stranger()
    stranger.says("/for 李奶奶")
    assert stranger.hears("/start")
    assert not world.cases()


@pytest.mark.parametrize("words", ["李奶奶家着火了", "李奶奶昏迷了！", "快来，李奶奶在屋里晕倒了"])
@pytest.mark.parametrize("begin", ["替别人", "/for"])
def test_an_emergency_goes_to_the_door_that_it_names(world: World, begin: str, words: str) -> None:
    an_elder(world, north=300)
    near, mary = world.steward("李四", metres=310), world.resident("王奶奶")
    if begin == "/for":
        mary.says("/for")
    else:
        mary.says("灯不亮了").taps("替别人")
    mary.says(words)
    assert mary.hears("119", "120")
    assert mary.hears("替李奶奶求助")
    assert world.case.urgency is Urgency.URGENT
    assert not mary.hears("没认出")
    near.taps("接单").taps("看地址")
    assert near.hears("李奶奶家 3号楼2单元", "13911112222")


def test_the_longest_name_counts(world: World) -> None:
    an_elder(world, "李奶", north=100)
    an_elder(world, north=300)
    mary = world.resident("王奶奶")
    mary.says("/for").says("李奶奶家着火了")
    assert world.case.helped_name == "李奶奶"


def test_an_emergency_in_english_goes_to_the_door_that_it_names(world: World) -> None:
    an_elder(world, "Jo", north=100)
    an_elder(world, "Joan", north=300)
    mary = world.resident("Mary", language=Language.EN)
    mary.says("/for").says("Joan's house is on fire")
    assert world.case.helped_name == "Joan"


@pytest.mark.parametrize("words", ["孙大爷家着火了", "李奶奶家着火了", "着火了"])
def test_where_no_one_door_is_named_it_is_said_where_it_goes(world: World, words: str) -> None:
    an_elder(world, north=300)
    host = world.resident("陈奶奶", east=600, grid="二网格", phone="13933334444")
    world.relative("李奶奶", host)
    near, mary = world.steward("李四", metres=30), world.resident("王奶奶")
    mary.says("/for").says(words)
    assert mary.hears("119", "120")
    assert near.hears("紧急求助", words)
    assert mary.hears("没认出", "东村 · 一网格")
    mary.taps("替别人").says("孙大爷，村东头第二家")
    assert world.case.address.startswith("孙大爷")


def test_how_far_it_is_to_the_other_home_stands_on_the_card(world: World) -> None:
    an_elder(world, north=710)
    near, mary = world.steward("李四", metres=10), world.resident("王奶奶")
    mary.says("灯不亮了")
    assert near.hears("灯不亮了", "约 10 米")
    mary.taps("替别人").says("李奶奶")
    assert near.hears("灯不亮了", "约 700 米")
    near.taps("接单")
    assert mary.hears("李四", "大约 12 分钟到")


def test_the_way_to_the_other_home_begins_anew(world: World) -> None:
    an_elder(world, north=2610)
    near, mary = world.steward("李四", metres=10), world.resident("王奶奶")
    mary.says("灯不亮了").taps("替别人")
    near.taps("接单")
    assert world.case.minutes == 1
    world.passes(minutes=4, seconds=30)
    mary.says("李奶奶")
    assert world.case.minutes == 10
    assert near.hears("灯不亮了", "约 2600 米")
    world.passes(minutes=2)
    assert not near.hears("到了吗")
    world.passes(minutes=4)
    assert near.hears("到了吗")


def test_a_volunteer_is_measured_as_well(world: World) -> None:
    an_elder(world, north=710)
    helper, mary = world.volunteer("钱七", metres=10), world.resident("王奶奶")
    mary.says("灯不亮了").taps("替别人")
    world.passes(minutes=11)
    assert helper.hears("灯不亮了", "约 10 米")
    mary.says("李奶奶")
    assert helper.hears("灯不亮了", "约 700 米")


def test_what_may_be_an_emergency_of_somebody_else_is_asked_about(world: World) -> None:
    an_elder(world, north=300)
    steward, near = world.steward("张三", metres=-400), world.steward("李四", metres=310)
    steward.says("/for 李奶奶").says("摔了一跤")
    assert near.hears("摔了一跤"), "on its way at once"
    steward.taps("是,很紧急")
    assert world.case.urgency is Urgency.URGENT
    assert world.case.helped_name == "李奶奶"
