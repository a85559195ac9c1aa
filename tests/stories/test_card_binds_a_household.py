"""The contact card: scanned or typed, it binds a chat to household and person after one tap of the steward."""

import pytest

from dispatch.contact import codes
from dispatch.invitations import CardCode
from models.words import Language
from tests.stories.doors import empty_home, home, links, prints, scans, types
from tests.stories.world import Neighbour, World


def _at_the_door(world: World) -> tuple[CardCode, Neighbour, Neighbour]:
    """Granny has no chat yet; her steward has brought a card."""
    granny = world.resident("王奶奶")
    steward = world.steward("张三")
    links(world, home(world, granny), steward)
    return prints(world, steward, home(world, granny)), steward, granny


def test_scanned_and_confirmed_with_one_tap(world: World) -> None:
    card, steward, _ = _at_the_door(world)
    phone = scans(world.stranger("桂花"), card.token, "桂花")
    assert phone.hears("张三", "王奶奶家")
    assert steward.woken("桂花", "王奶奶家", "是谁")
    steward.taps("王奶奶")
    assert steward.hears("好", "王奶奶")
    assert phone.hears("绑好了", "王奶奶家")
    assert phone.hears("【连心卡】", "张三", "东村 · 一网格", "5分钟准时到", "0315-0000003")
    phone.says("楼道灯坏了")
    assert steward.hears("楼道灯坏了"), "and the request comes from granny's home"
    assert world.case.household_id == home(world, Neighbour(world, world.case.requester_id, "", ""))


def test_typed_and_confirmed(world: World) -> None:
    card, steward, _ = _at_the_door(world)
    phone = world.stranger("桂花")
    types(phone, codes.shown(card.typed).lower(), "桂花")
    steward.taps("王奶奶")
    assert phone.hears("绑好了", "王奶奶家")


def test_nobody_is_in_before_the_tap(world: World) -> None:
    card, steward, _ = _at_the_door(world)
    phone = scans(world.stranger("捡卡的"), card.token, "捡卡的")
    phone.says("/card")
    assert not phone.hears("【连心卡】")
    assert not phone.hears("13900000001")
    steward.taps("不认识")
    assert phone.hears("没有绑定")
    assert not phone.hears("绑好了")


def test_who_was_refused_is_not_asked_about_again(world: World) -> None:
    card, steward, _ = _at_the_door(world)
    phone = scans(world.stranger("捡卡的"), card.token, "捡卡的")
    steward.taps("不认识")
    asked = len(steward.heard)
    scans(phone, card.token, "捡卡的")
    assert phone.hears("刚回绝过")
    assert len(steward.heard) == asked


def test_scanning_twice_asks_once(world: World) -> None:
    card, steward, _ = _at_the_door(world)
    phone = scans(world.stranger("桂花"), card.token, "桂花")
    scans(phone, card.token, "桂花")
    assert sum("是谁" in text for text in steward.heard) == 1
    steward.taps("王奶奶")
    steward.repeats_tap("王奶奶", steward.data("王奶奶"))
    assert sum("绑好了" in text for text in phone.heard) == 1


def test_somebody_the_roster_does_not_know_moves_in(world: World) -> None:
    steward = world.steward("张三")
    house = empty_home(world, "李家")
    links(world, house, steward)
    phone = scans(world.stranger("李小妹"), prints(world, steward, house).token, "李小妹")
    steward.taps("是这家人")
    assert phone.hears("绑好了", "李家")
    phone.says("/card")
    assert phone.hears("您家的红管家")


def test_two_of_one_home_use_one_card(world: World) -> None:
    card, steward, _ = _at_the_door(world)
    first = scans(world.stranger("桂花"), card.token, "桂花")
    steward.taps("王奶奶")
    second = scans(world.stranger("小孙子"), card.token, "小孙子")
    steward.taps("是这家人")
    assert second.hears("绑好了", "王奶奶家")
    assert first.hears("小孙子", "也绑到"), "who is in already hears of it"


def test_a_home_of_its_own_is_not_given_up(world: World) -> None:
    card, steward, _ = _at_the_door(world)
    other = world.resident("赵六", east=200)
    scans(other, card.token, "赵六")
    assert other.hears("已经绑在另一户")
    assert not steward.hears("赵六")


def test_only_the_steward_and_the_branch_may_confirm(world: World) -> None:
    card, steward, _ = _at_the_door(world)
    other = world.steward("钱五", metres=400)
    phone = scans(world.stranger("桂花"), card.token, "桂花")
    other.repeats_tap("王奶奶", steward.data("王奶奶"))
    assert not phone.hears("绑好了")
    secretary = world.admin("李书记")
    secretary.repeats_tap("王奶奶", steward.data("王奶奶"))
    assert phone.hears("绑好了")


def test_a_card_never_makes_an_admin_of_anybody(world: World) -> None:
    card, steward, granny = _at_the_door(world)
    secretary = world.admin("李书记")
    with world.store.write() as conn:
        conn.exec_driver_sql(f"UPDATE people SET household_id = {home(world, granny)} WHERE id = {secretary.id}")
    phone = scans(world.stranger("捡卡的"), card.token, "捡卡的")
    assert "李书记" not in steward.labels()
    forged = steward.data("王奶奶").rpartition(".")[0] + f".{secretary.id}"
    steward.repeats_tap("李书记", forged)
    assert not phone.hears("绑好了")
    phone.says("/status")
    assert not phone.hears("在岗")


def test_a_reprint_revokes_the_old_card(world: World) -> None:
    old, steward, granny = _at_the_door(world)
    new = prints(world, steward, home(world, granny))
    phone = world.stranger("桂花")
    phone.says(f"/start {old.token}")
    assert phone.hears("作废")
    types(phone, old.typed, "桂花")
    assert not steward.hears("是谁")
    types(phone, new.typed, "桂花")
    assert steward.hears("桂花", "是谁")


def test_a_steward_who_cannot_be_reached_leaves_it_to_the_branch(world: World) -> None:
    granny, steward, secretary = world.resident("王奶奶"), world.steward("张三", reachable=False), world.admin("李书记")
    links(world, home(world, granny), steward)
    phone = scans(world.stranger("桂花"), prints(world, steward, home(world, granny)).token, "桂花")
    secretary.taps("王奶奶")
    assert phone.hears("绑好了")


def test_the_one_who_is_responsible_now_is_asked(world: World) -> None:
    granny, old, new = world.resident("王奶奶"), world.steward("张三"), world.steward("钱五", metres=50)
    links(world, home(world, granny), new)
    scans(world.stranger("桂花"), prints(world, old, home(world, granny)).token, "桂花")
    assert new.hears("是谁")
    assert not old.hears("是谁")


def test_in_english(world: World) -> None:
    granny = world.resident("Granny Wang", language=Language.EN)
    steward = world.steward("Zhang San", language=Language.EN, skills=";electric;")
    links(world, home(world, granny), steward)
    card = prints(world, steward, home(world, granny))
    phone = scans(world.stranger("Guihua", language="en"), card.token, "Guihua")
    assert phone.hears("Zhang San is being asked")
    steward.taps("Granny Wang")
    assert phone.hears("is known to come from", "Granny Wang")
    assert phone.hears("[Contact card]", "Red steward Zhang San")
    steward.says("/card")
    assert steward.hears("[Contact card]", f"Good at: {world.texts.say(Language.EN, 'category.electric')}")


@pytest.mark.parametrize("need", ["楼道灯坏了", "着火了"])
def test_a_need_is_never_taken_for_a_name(world: World, need: str) -> None:
    card, steward, _ = _at_the_door(world)
    phone = world.stranger("桂花")
    phone.says(f"/start {card.token}").says(need)
    assert world.cases(), "it opens a request at once"
    assert not any(f"{need} 出示" in text for text in steward.heard)
