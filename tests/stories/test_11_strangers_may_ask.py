"""Promise 11: a stranger may ask as well; two taps link them to a village; an emergency needs no link."""

from models.words import Level, State
from tests.stories.world import VILLAGE, World


def test_two_taps_link_a_stranger(world: World) -> None:
    passer, near = world.stranger(), world.steward("张三")

    passer.says("路灯不亮")
    assert world.case.state is State.WAITING, "recorded before anything is asked"
    assert passer.hears("您的求助 №1")

    passer.taps("兴城镇").taps("东村")
    assert passer.hears("记下了：东村")
    assert world.case.village_code == VILLAGE
    world.passes(minutes=6)
    assert near.hears("路灯不亮")
    near.taps("接单")
    assert passer.hears("张三")


def test_the_village_is_remembered(world: World) -> None:
    passer = world.stranger()
    world.steward("张三")
    passer.says("路灯不亮").taps("兴城镇").taps("东村").taps("取消")

    passer.says("垃圾没人收")

    assert world.case.village_code == VILLAGE
    assert sum("哪个乡镇" in text for text in passer.heard) == 1, "not asked again"


def test_start_links_too(world: World) -> None:
    passer = world.stranger()

    passer.says("/start").taps("兴城镇").taps("东村")

    assert passer.hears("这里是迁西县红管家")
    assert passer.hears("记下了：东村")
    passer.says("垃圾没人收")
    assert world.case.village_code == VILLAGE


def test_an_emergency_needs_no_link(world: World) -> None:
    passer, county = world.stranger(), world.admin("孙县", Level.COUNTY)

    passer.says("有人溺水了")

    assert all(number in passer.heard[0] for number in ("119", "120", "110"))
    assert county.hears("请留意求助", "有人溺水了"), "a human hears of it at once, wherever it is"
    world.passes(minutes=5)
    assert county.hears("紧急求助", "有人溺水了")
    assert "接单" in county.labels()


def test_an_emergency_with_a_point_needs_no_link(world: World) -> None:
    world.resident("李奶奶")
    passer, near = world.stranger(), world.steward("张三")

    passer.says("有人溺水了").is_at(40, 0)

    assert near.hears("紧急求助", "有人溺水了", "约")


def test_a_strangers_emergency_goes_where_its_words_say(world: World) -> None:
    passer, near = world.stranger(), world.steward("张三")

    passer.says("东村河边有人溺水了")

    assert near.hears("紧急求助", "有人溺水了")
