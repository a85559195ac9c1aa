"""/card shows a steward their own card and a resident the card of their steward; a code can be shown on the spot."""

import re

from tests.stories.doors import answers_name, empty_home, home, links
from tests.stories.world import Neighbour, World


def _code(steward: Neighbour) -> str:
    steward.says("/card").taps("出示绑定码")
    found = re.search(r"\b(\w{4}-\w{4})\b", steward.last)
    assert found, steward.last
    return found[1]


def test_a_steward_sees_their_own(world: World) -> None:
    steward = world.steward("张三", skills=";electric;木工;")
    steward.says("/card")
    assert steward.hears("【连心卡】", "张三", "东村 · 一网格", "电和灯", "木工", "5分钟准时到", "0315-0000003")


def test_a_resident_sees_that_of_their_steward(world: World) -> None:
    granny, steward = world.resident("王奶奶"), world.steward("张三")
    links(world, home(world, granny), steward)
    granny.says("/card")
    assert granny.hears("【连心卡】", "张三")
    assert "出示绑定码" not in granny.labels()
    assert not granny.hears("13800000000"), "the office's phone stands there, not the steward's own"


def test_a_home_without_a_steward_hears_so(world: World) -> None:
    granny = world.resident("王奶奶")
    granny.says("/card")
    assert granny.hears("还没有固定的红管家", "0315-0000003")


def test_a_stranger_hears_how_to_get_one(world: World) -> None:
    phone = world.stranger()
    phone.says("/card")
    assert phone.hears("扫一扫")


def test_a_code_shown_on_the_spot(world: World) -> None:
    granny, steward = world.resident("王奶奶"), world.steward("张三")
    links(world, home(world, granny), steward)
    phone = world.stranger("桂花")
    phone.says(f"/card {_code(steward)}")
    assert phone.hears("您是哪一户")
    phone.says("不知道哪家")
    assert phone.hears("没有对得上")
    answers_name(phone.says("王奶奶家"), "桂花")
    steward.taps("王奶奶")
    assert phone.hears("绑好了", "王奶奶家")


def test_without_links_any_home_of_the_grid_may_be_named(world: World) -> None:
    empty_home(world, "3号院"), empty_home(world, "别处", grid="二网格")
    steward, phone = world.steward("张三"), world.stranger("桂花")
    phone.says(_code(steward)).says("别处")
    assert phone.hears("没有对得上")
    answers_name(phone.says("3号院"), "桂花")
    assert steward.hears("桂花", "3号院")


def test_a_code_shown_has_its_day_and_the_next_replaces_it(world: World) -> None:
    steward, first, second = world.steward("张三"), world.stranger("桂花"), world.stranger("小李")
    old, new = _code(steward), _code(steward)
    first.says(old)
    assert first.hears("作废")
    world.jumps(hours=25)
    second.says(new)
    assert second.hears("过期")


def test_a_code_is_nobodys_from_a_button_of_others(world: World) -> None:
    granny, steward = world.resident("王奶奶"), world.steward("张三")
    steward.says("/card")
    granny.repeats_tap("出示绑定码", steward.data("出示绑定码"))
    assert not granny.hears("8 位码：")
