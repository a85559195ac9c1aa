"""A shared number proves who it is; a lost phone, a second account and a number that passed on each have their way."""

import pytest
from sqlalchemy import select

from models.people import Route
from tests.stories.doors import calendar_comes_round, home, links, prints, scans
from tests.stories.world import Neighbour, World


def _at_the_door(world: World, **resident: str) -> tuple[str, Neighbour, Neighbour]:
    granny, steward = world.resident("王奶奶", **resident), world.steward("张三")
    links(world, home(world, granny), steward)
    return prints(world, steward, home(world, granny)).token, steward, granny


def _chats(world: World, who: Neighbour) -> list[str]:
    with world.store.read() as conn:
        return list(conn.execute(select(Route.address).where(Route.person_id == who.id)).scalars())


@pytest.mark.telegram
def test_ones_own_number_needs_no_tap(world: World) -> None:
    card, steward, granny = _at_the_door(world, phone="13900000001")
    phone = scans(world.stranger("桂花"), card, "桂花")
    phone.does("sends_contact", phone="+86 139 0000 0001")
    assert phone.hears("绑好了", "王奶奶家")
    assert steward.hears("用登记的手机号")
    assert phone.address in _chats(world, granny)


@pytest.mark.telegram
def test_somebody_elses_contact_proves_nothing(world: World) -> None:
    card, _, _ = _at_the_door(world)
    phone = scans(world.stranger("骗人的"), card, "骗人的")
    phone.does("sends_contact", phone="13900000001", name="王奶奶")
    assert phone.hears("别人的名片")
    assert not phone.hears("绑好了")


@pytest.mark.telegram
def test_another_number_waits_for_the_steward(world: World) -> None:
    card, steward, _ = _at_the_door(world)
    phone = scans(world.stranger("桂花"), card, "桂花")
    phone.does("sends_contact", phone="13911112222")
    assert phone.hears("和登记的不一样")
    steward.taps("王奶奶")
    assert phone.hears("绑好了")


@pytest.mark.telegram
def test_a_number_without_a_card_opens_nothing(world: World) -> None:
    _at_the_door(world)
    phone = world.stranger("捡号的")
    phone.does("sends_contact", phone="13900000001")
    assert phone.hears("先扫连心卡")
    assert not phone.hears("绑好了")


@pytest.mark.telegram
def test_a_number_that_passed_to_a_stranger_is_put_out_again(world: World) -> None:
    card, steward, granny = _at_the_door(world)
    phone = scans(world.stranger("新机主"), card, "新机主")
    phone.does("sends_contact", phone="13900000001")
    steward.taps("不认识")
    assert phone.hears("没有绑定")
    assert phone.address not in _chats(world, granny)
    phone.says("/card")
    assert not phone.hears("您家的红管家", "张三")


def test_a_new_phone_takes_the_place_of_the_lost_one(world: World) -> None:
    card, steward, granny = _at_the_door(world)
    finder = Neighbour(world, granny.id, "捡手机的", granny.address)
    phone = scans(world.stranger("新手机"), card, "新手机")
    steward.taps("王奶奶")
    assert _chats(world, granny) == [phone.address]
    finder.says("/card")
    assert not finder.hears("您家的红管家"), "the lost phone is a stranger's now"


def test_who_was_let_in_by_mistake_is_put_out(world: World) -> None:
    card, steward, _ = _at_the_door(world)
    phone = scans(world.stranger("认错了"), card, "认错了")
    out = steward.data("不认识")
    steward.taps("是这家人")
    assert phone.hears("绑好了")
    steward.repeats_tap("不认识", out)
    assert phone.hears("没有绑定")
    phone.says("/card")
    assert phone.hears("扫一扫")


def test_two_accounts_of_one_person_are_two_of_the_home(world: World) -> None:
    card, steward, granny = _at_the_door(world)
    second = scans(world.stranger("王奶奶第二个号"), card, "王奶奶第二个号")
    steward.taps("是这家人")
    assert second.hears("绑好了")
    assert _chats(world, granny) == [granny.address], "the first one goes on"


def test_the_branch_cuts_off_after_a_second_yes(world: World) -> None:
    card, _, granny = _at_the_door(world)
    secretary = world.admin("李书记")
    secretary.says("/revoke 王奶奶")
    assert secretary.hears("1 个聊天", "1 个码", "确定吗")
    assert _chats(world, granny), "nothing has happened yet"
    secretary.taps("确定断开")
    assert secretary.hears("断开了 1 个聊天", "作废了 1 个码")
    assert _chats(world, granny) == []
    finder = world.stranger("捡卡的")
    finder.says(f"/start {card}")
    assert finder.hears("作废")


def test_a_steward_who_is_cut_off_gives_back_what_they_held(world: World) -> None:
    granny = world.resident("王奶奶")
    steward, other, secretary = world.steward("张三"), world.steward("钱五", metres=300), world.admin("李书记")
    granny.says("楼道灯坏了")
    steward.taps("接单")
    secretary.says("/revoke 张三").taps("确定断开")
    assert other.hears("楼道灯坏了")


def test_nobody_else_may_cut_off(world: World) -> None:
    granny, steward = world.resident("王奶奶"), world.steward("张三")
    steward.says("/revoke 王奶奶")
    assert "确定断开" not in steward.labels()
    secretary = world.admin("邻村书记", area="130227100201")
    secretary.says("/revoke 王奶奶")
    assert "确定断开" not in secretary.labels()
    assert _chats(world, granny)


def test_without_an_answer_the_branch_is_asked_and_at_last_it_lapses(world: World) -> None:
    card, _, _ = _at_the_door(world)
    secretary = world.admin("李书记")
    calendar_comes_round(world)
    phone = scans(world.stranger("桂花"), card, "桂花")
    world.jumps(hours=25)
    calendar_comes_round(world)
    calendar_comes_round(world)
    assert sum("是谁" in text for text in secretary.heard) == 1
    world.jumps(hours=48)
    calendar_comes_round(world)
    assert phone.hears("一直没人确认")
    asked = len(secretary.heard)
    world.jumps(hours=1)
    calendar_comes_round(world)
    assert len(secretary.heard) == asked
