"""Promise 38: a single-use code binds a chat to a person; a new card revokes the old; nobody gets in by another's."""

import re

from models.words import State
from tests.stories.world import Neighbour, World


def _code(secretary: Neighbour, name: str) -> str:
    """A new card for the person of this name."""
    secretary.says(f"/invite {name}")
    found = re.search(r"/start (\S{22})", secretary.last)
    assert found, secretary.last
    return found[1]


def _handed_a_card(world: World) -> tuple[str, Neighbour, Neighbour]:
    """A steward on the roster whose chat nobody knows yet, and the secretary who has made a card."""
    secretary = world.admin("李书记")
    near = world.steward("张三", reachable=False)
    return _code(secretary, "张三"), near, secretary


def test_a_code_binds_the_chat(world: World) -> None:
    code, _, _ = _handed_a_card(world)
    phone, granny = world.stranger("小张手机"), world.resident("王奶奶")
    phone.says(f"/start {code}")
    assert phone.hears("张三", "认出您了")
    assert phone.hears("/tasks"), "and hears what a steward can do"
    granny.says("楼道灯坏了")
    phone.taps("接单")
    assert granny.hears("张三", "来帮您")


def test_a_code_works_once(world: World) -> None:
    code, _, _ = _handed_a_card(world)
    first, second = world.stranger("小张手机"), world.stranger("别人")
    first.says(f"/start {code}")
    second.says(f"/start {code}")
    assert second.hears("已经用过了")
    assert not second.hears("张三")
    world.resident("王奶奶").says("楼道灯坏了")
    assert first.hears("楼道灯坏了")
    assert not second.hears("楼道灯坏了")


def test_the_same_chat_may_show_it_again(world: World) -> None:
    code, _, _ = _handed_a_card(world)
    phone = world.stranger("小张手机")
    phone.says(f"/start {code}").says(f"/start {code}")
    assert sum("认出您了" in text for text in phone.heard) == 2


def test_a_new_card_revokes_the_old(world: World) -> None:
    old, _, secretary = _handed_a_card(world)
    new = _code(secretary, "张三")
    finder, phone = world.stranger("捡到卡的人"), world.stranger("小张手机")
    finder.says(f"/start {old}")
    assert finder.hears("作废了")
    assert not finder.hears("认出您了")
    phone.says(f"/start {new}")
    assert phone.hears("认出您了")


def test_a_new_phone_takes_the_place_of_the_old(world: World) -> None:
    code, _, secretary = _handed_a_card(world)
    old_phone, new_phone = world.stranger("旧手机"), world.stranger("新手机")
    old_phone.says(f"/start {code}")
    new_phone.says(f"/start {_code(secretary, '张三')}")
    world.resident("王奶奶").says("楼道灯坏了")
    assert new_phone.hears("楼道灯坏了")
    assert not old_phone.hears("楼道灯坏了")
    old_phone.says("/tasks").says("/duty off")
    assert old_phone.hears("这是管家和志愿者用的"), "the old phone is a stranger's now"


def test_somebody_elses_card_does_not_let_me_in(world: World) -> None:
    code, _, _ = _handed_a_card(world)
    other = world.steward("赵六", metres=300)
    other.says(f"/start {code}")
    assert other.hears("已经是别人的了")
    assert not other.hears("张三，您好")
    phone = world.stranger("小张手机")
    phone.says(f"/start {code}")
    assert phone.hears("张三", "认出您了"), "and the card is not used up by it"


def test_a_made_up_code_is_not_known(world: World) -> None:
    phone = world.stranger()
    phone.says("/start AAAAAAAAAAAAAAAAAAAAAA")
    assert phone.hears("没有这个邀请码")
    phone.says("/start " + "x" * 300)
    assert sum("没有这个邀请码" in text for text in phone.heard) == 2


def test_a_card_has_its_time(world: World) -> None:
    code, _, _ = _handed_a_card(world)
    world.jumps(days=31)
    phone = world.stranger()
    phone.says(f"/start {code}")
    assert phone.hears("过期了")


def test_what_the_stranger_began_goes_on(world: World) -> None:
    secretary = world.admin("李书记")
    world.resident("王奶奶")
    phone, near = world.stranger("手机"), world.steward("张三")
    phone.says("我是东村的，楼道灯坏了")
    assert near.hears("楼道灯坏了")
    phone.says(f"/start {_code(secretary, '王奶奶')}")
    near.taps("接单")
    assert phone.hears("张三", "来帮您")
    phone.taps("取消")
    assert world.case.state is State.CANCELLED
