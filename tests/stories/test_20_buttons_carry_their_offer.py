"""Promise 20: every button carries the offer it belongs to, never "the current request of this chat"."""

import re

from models.words import State
from tests.stories.world import World


def test_the_older_of_two_cards(world: World) -> None:
    near = world.steward("张三")
    granny, other = world.resident(), world.resident("赵奶奶")
    granny.says("楼道灯坏了")
    older = near.data("接单")
    other.says("水管漏水")
    assert near.data("接单") != older

    near.repeats_tap("接单", older)

    assert granny.hears("张三来帮您")
    assert not other.hears("张三来帮您")
    assert [case.state for case in world.cases()] == [State.ACCEPTED, State.OFFERED]


def test_a_resident_with_two_requests(world: World) -> None:
    near, granny = world.steward("张三"), world.resident()
    granny.says("楼道灯坏了")
    near.taps("接单")
    older = granny.data("取消")
    world.passes(minutes=2)
    granny.says("水管漏水").taps("是另一件事")

    granny.repeats_tap("取消", older)

    assert [case.state for case in world.cases()] == [State.CANCELLED, State.WAITING]


def test_the_button_of_an_earlier_round(world: World) -> None:
    near, granny = world.steward("张三"), world.resident()
    second = world.steward("李四", metres=200)
    granny.says("楼道灯坏了")
    near.taps("接单")
    solved = near.data("已解决")
    near.taps("转交")
    second.taps("接单")

    near.repeats_tap("已解决", solved)

    assert world.case.state is State.ACCEPTED
    assert world.case.owner_id == second.id


def test_a_button_of_somebody_else_opens_nothing(world: World) -> None:
    near, granny = world.steward("张三"), world.resident()
    thief = world.steward("李四", metres=200)
    granny.says("楼道灯坏了")

    thief.repeats_tap("接单", near.data("接单"))
    assert thief.last == "这个按钮不能用了。请看最新的消息，或发 /mine。"
    assert world.case.state is State.OFFERED

    thief.repeats_tap("取消", granny.data("取消"))
    assert world.case.state is State.OFFERED


def test_no_button_holds_a_number_that_can_be_guessed(world: World) -> None:
    near, granny = world.steward("张三"), world.resident()
    granny.says("楼道灯坏了")
    near.taps("接单")

    for who in (near, granny):
        for _, rows in world.line.screen(who):
            assert all(re.fullmatch(r"[a-z]+:[\w-]{22}", data) for _, data in rows)
            assert all(len(data.encode()) <= 64 for _, data in rows)


def test_an_old_no_does_not_give_away_what_one_has(world: World) -> None:
    granny, near, second = world.resident(), world.steward("张三"), world.steward("李四", metres=300)
    granny.says("楼道灯坏了")
    button = near.data("不方便")
    near.taps("接单").repeats_tap("不方便", button)
    assert near.hears("请点“转交”")
    assert world.case.owner_id == near.id
    near.taps("已到达").taps("已解决").repeats_tap("不方便", button)
    assert near.hears("在等确认")
    assert not second.heard
    granny.taps("已解决")
    assert "看地址" in near.labels(), "it was theirs, and still is"


def test_an_old_place_button_changes_nothing_that_is_over(world: World) -> None:
    granny = world.resident()
    granny.is_at(2000, 0)
    buttons = {label: granny.data(label) for label in ("在家里", "在这里")}
    granny.says("取消")
    before = (world.case.address, world.case.lat)
    for label, button in buttons.items():
        granny.repeats_tap(label, button)
    assert not granny.hears("地点记下了")
    assert (world.case.address, world.case.lat) == before
