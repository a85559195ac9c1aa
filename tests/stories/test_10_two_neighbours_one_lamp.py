"""Promise 10: the second neighbour is asked "the same? follow it"; private matters are never compared."""

import pytest

from models.words import Ending, Language, State
from tests.stories.world import Neighbour, World

ASKED = "有邻居报过一件差不多的事。是同一件吗"


def two_and_one(world: World) -> tuple[Neighbour, Neighbour, Neighbour]:
    """Two neighbours in one stairwell, and a steward."""
    return world.resident("王奶奶"), world.resident("刘大爷", east=40), world.steward("张三")


def test_the_second_is_asked_while_their_own_runs_all_the_same(world: World) -> None:
    granny, grandpa, near = two_and_one(world)
    second = world.steward("李四", metres=60)
    granny.says("楼道灯坏了").sends("photo")
    world.passes(minutes=4)
    near.taps("接单") if near.labels() else second.taps("接单")

    grandpa.says("楼道的灯不亮")

    assert grandpa.hears("离您约 40 米", "4 分钟前", ASKED)
    assert "楼道灯坏了" not in "".join(grandpa.heard), "what the neighbour wrote is theirs"
    assert world.line.shown(grandpa) == ["photo"]
    assert world.case.state is State.OFFERED, "somebody is asked for it at once"
    assert not granny.hears(ASKED)


def test_who_says_yes_follows_and_hears_the_end(world: World) -> None:
    granny, grandpa, near = two_and_one(world)
    granny.says("楼道灯坏了")
    grandpa.says("楼道的灯不亮")

    grandpa.taps("是同一件")

    first, second = world.cases()
    assert (second.state, second.ending, second.leader_id) == (State.CLOSED, Ending.SAME_AS_ANOTHER, first.id)
    assert grandpa.hears("另有 1 家也报了这件事", "№1", "正在找人")
    near.taps("接单")
    assert grandpa.hears("您报的「楼道的灯不亮」有人管了：张三")
    near.taps("已解决")
    assert grandpa.hears("张三说办好了")
    granny.taps("已解决")
    assert grandpa.hears("办完了：已解决")


def test_the_card_of_the_one_that_leads_says_it(world: World) -> None:
    granny, grandpa, near = two_and_one(world)
    granny.says("楼道灯坏了")
    grandpa.says("楼道的灯不亮")

    grandpa.taps("是同一件")

    assert near.hears("2 家报了同一件事 №1", "楼道灯坏了", "楼道的灯不亮")
    assert near.labels() == ["接单", "不方便"], "one card of the two still has its buttons"


def test_who_was_asked_for_the_second_alone_has_the_first_on_that_card(world: World) -> None:
    granny, grandpa, near = two_and_one(world)
    granny.says("楼道灯坏了")
    near.taps("不方便")
    grandpa.says("楼道的灯不亮")
    other = world.steward("李四", metres=500)

    near.taps("不方便")
    assert other.hears("求助 №2")
    grandpa.taps("是同一件")

    assert other.hears("2 家报了同一件事 №1") and not other.hears("№2")
    other.taps("接单")
    assert granny.hears("李四来帮您") and grandpa.hears("有人管了：李四")


def test_who_was_asked_for_the_second_while_somebody_has_the_first(world: World) -> None:
    granny, grandpa, near = two_and_one(world)
    other = world.steward("李四", metres=500)
    granny.says("楼道灯坏了")
    near.taps("接单")
    grandpa.says("楼道的灯不亮")
    assert other.hears("求助 №2")

    grandpa.taps("是同一件")
    assert other.hears("求助 №2", "已经有人接了") and not other.hears("您接了这件事")
    assert other.labels() == []
    near.taps("转交")

    assert other.hears("2 家报了同一件事 №1")
    other.taps("接单")
    assert granny.hears("李四来帮您") and grandpa.hears("有人管了：李四")


def test_who_was_asked_for_the_second_can_come_along_where_two_are_wanted(world: World) -> None:
    granny, grandpa, near = two_and_one(world)
    granny.says("来两个人，楼道灯坏了")
    near.taps("接单")
    grandpa.says("楼道的灯不亮")
    other = world.steward("李四", metres=500)
    world.passes(minutes=5)
    assert other.hears("楼道的灯不亮")

    grandpa.taps("是同一件")

    assert other.hears("还要一位一起去")
    other.taps("接单")
    assert near.hears("李四来当帮手")


def test_who_says_no_goes_on_and_is_not_asked_again(world: World) -> None:
    granny, grandpa, near = two_and_one(world)
    granny.says("楼道灯坏了")
    grandpa.says("楼道的灯不亮")

    grandpa.taps("不是一回事")
    assert grandpa.last == "好的，您这件单独办。"
    world.passes(minutes=20)
    near.taps("接单")

    assert sum(ASKED in text for text in grandpa.heard) == 1
    assert [case.ending for case in world.cases()] == [None, None]
    assert grandpa.hears("张三来帮您")


def test_not_solved_at_the_followers(world: World) -> None:
    granny, grandpa, near = two_and_one(world)
    granny.says("楼道灯坏了")
    grandpa.says("楼道的灯不亮").taps("是同一件")
    near.taps("接单").taps("已解决")
    data = grandpa.data("我家还没好")

    grandpa.taps("我家还没好")
    grandpa.repeats_tap("我家还没好", data)

    assert len(world.cases()) == 3
    assert grandpa.hears("单独办，编号 №3")
    assert near.hears("求助 №3", "楼道的灯不亮")
    assert world.cases()[0].state is State.DONE, "the first waits for its own requester"


def test_the_first_withdraws_and_the_second_goes_on(world: World) -> None:
    granny, grandpa, near = two_and_one(world)
    granny.says("楼道灯坏了")
    grandpa.says("楼道的灯不亮").taps("是同一件")

    granny.says("取消")

    assert [case.state for case in world.cases()] == [State.CANCELLED, State.CLOSED, State.OFFERED]
    assert grandpa.hears("您的求助 №3", "楼道的灯不亮")
    near.taps("接单")
    assert grandpa.hears("张三来帮您（№3）")


@pytest.mark.parametrize(
    ("first", "second", "east", "minutes"),
    [
        ("两口子吵架，来评评理", "邻居吵架，评理", 40, 1),
        ("头晕不舒服", "不舒服，量血压", 40, 1),
        ("楼道灯坏了", "水管漏水", 40, 1),
        ("楼道灯坏了", "楼道的灯不亮", 400, 1),
        ("楼道灯坏了", "楼道的灯不亮", 40, 125),
        ("帮个忙吧师傅", "来帮帮我这边", 40, 1),
    ],
    ids=["quarrel", "illness", "another kind", "far", "long ago", "no kind"],
)
def test_who_is_not_asked(world: World, first: str, second: str, east: float, minutes: float) -> None:
    granny, other = world.resident("王奶奶"), world.resident("刘大爷", east=east)
    world.steward("张三")
    granny.says(first)
    world.jumps(minutes=minutes)

    other.says(second)

    assert len(world.cases()) == 2
    assert not other.hears(ASKED)


def test_in_the_same_second(world: World) -> None:
    granny, grandpa, _ = two_and_one(world)

    with world.at_once():
        granny.says("楼道灯坏了")
        grandpa.says("楼道的灯不亮")

    assert [one.hears(ASKED) for one in (granny, grandpa)].count(True) == 1


def test_somebody_elses_button_does_nothing(world: World) -> None:
    granny, grandpa, _ = two_and_one(world)
    granny.says("楼道灯坏了")
    grandpa.says("楼道的灯不亮")

    granny.repeats_tap("是同一件", grandpa.data("是同一件"))

    assert world.case.state is State.OFFERED


def test_in_english(world: World) -> None:
    granny = world.resident("Wang", language=Language.EN)
    grandpa = world.resident("Liu", east=40, language=Language.EN)
    near = world.steward("Zhang", language=Language.EN)
    granny.says("the stairwell light is broken")

    grandpa.says("no light in the stairwell")
    assert grandpa.hears("About 40 m from you, just now", "Is it the same?")
    grandpa.taps("The same")

    assert grandpa.hears("1 neighbours reported the same")
    assert near.hears("2 reports of one thing, No. 1")
