"""Promise 30: to whom plain words go, when somebody has several tasks, and when a task has just been done."""

from datetime import timedelta

from models.words import Language
from tests.stories.world import Neighbour, World


def _two_tasks(world: World) -> tuple[Neighbour, Neighbour, Neighbour]:
    """张三 was asked for both before he accepted the first."""
    granny, grandpa, near = world.resident("王奶奶"), world.resident("赵大爷", east=30), world.steward("张三")
    with world.at_once():
        granny.says("楼道灯坏了")
        grandpa.says("水管漏水了")
    near.taps("接单").taps("接单")
    assert [one.owner_id for one in world.cases()] == [near.id, near.id]
    return granny, grandpa, near


def _on_the_way(world: World) -> tuple[Neighbour, Neighbour]:
    """张三 has it, and so long ago that further words are no longer a part of the request."""
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单")
    world.passes(minutes=2)
    return granny, near


def test_with_two_tasks_the_bot_asks_for_whom(world: World) -> None:
    granny, grandpa, near = _two_tasks(world)
    near.says("我马上到")
    assert not granny.hears("我马上到")
    assert not grandpa.hears("我马上到"), "nobody hears what may be meant for another"
    assert len(world.cases()) == 2, "nor is it a need of his own"
    near.taps("№2 水管漏水了")
    assert grandpa.hears("张三对您说", "我马上到")
    assert not granny.hears("我马上到")


def test_one_of_them_is_anothers_to_whom_they_come_along(world: World) -> None:
    granny, grandpa, near = world.resident("王奶奶"), world.resident("赵大爷", east=30), world.steward("张三")
    other = world.steward("李四", metres=200)
    with world.at_once():
        granny.says("楼道灯坏了")
        grandpa.says("来两个人，水管漏水了")
    other.taps("接单")
    near.taps("接单").taps("接单")
    assert [one.owner_id for one in world.cases()] == [near.id, other.id]
    near.says("我马上到")
    assert not granny.hears("我马上到") and not grandpa.hears("我马上到")
    near.taps("№2 来两个人，水管漏水了")
    assert grandpa.hears("张三对您说", "我马上到")
    assert not granny.hears("我马上到")


def test_a_word_reaches_whom_it_was_for_after_the_end_as_well(world: World) -> None:
    granny, _, near = _two_tasks(world)
    near.says("我的梯子忘在您家了")
    first = near.data("№1 楼道灯坏了")
    granny.says("取消")
    near.repeats_tap("", first)
    assert granny.hears("张三对您说", "我的梯子忘在您家了")


def test_long_after_the_end_it_reaches_nobody(world: World) -> None:
    world.change(contact_for=timedelta(minutes=5))
    granny, _, near = _two_tasks(world)
    near.says("我的梯子忘在您家了")
    first = near.data("№1 楼道灯坏了")
    granny.says("取消")
    world.passes(minutes=6)
    near.repeats_tap("", first)
    assert not granny.hears("我的梯子忘在您家了")
    assert "结束有一阵了" in near.last


def test_each_button_carries_the_words_it_was_asked_for(world: World) -> None:
    granny, grandpa, near = _two_tasks(world)
    near.says("我马上到")
    first = near.data("№1 楼道灯坏了")
    near.says("要带梯子吗")
    near.repeats_tap("", first)
    assert granny.hears("我马上到")
    assert not granny.hears("要带梯子吗")
    near.taps("№2 水管漏水了")
    assert grandpa.hears("要带梯子吗"), "the other question still stands"


def test_or_it_was_a_need_of_their_own(world: World) -> None:
    _, _, near = _two_tasks(world)
    near.says("我家门锁坏了").taps("是另一件事")
    assert world.case.requester_id == near.id
    assert world.case.words == "我家门锁坏了"


def test_what_may_be_an_emergency_is_told_and_one_tap_from_help(world: World) -> None:
    granny, near = _on_the_way(world)
    other = world.steward("李四", metres=200)
    near.says("敲门没反应")
    assert granny.hears("张三对您说", "敲门没反应"), "most often it is about the task"
    assert len(world.cases()) == 1
    assert "有危险" in near.last
    near.taps("是另一件事")
    assert other.hears("敲门没反应")
    assert near.hears("有人有危险吗")
    near.taps("是,很紧急")
    assert near.hears("119", "120", "110")


def test_a_photo_of_what_was_done_reaches_the_resident(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单").taps("已到达").taps("已解决")
    near.sends("photo", "换好了")
    assert granny.hears("张三对您说", "换好了")
    assert len(world.cases()) == 1


def test_each_passed_on_word_has_its_own_button(world: World) -> None:
    granny, _ = _on_the_way(world)
    granny.says("还有门铃不响")
    first = granny.data("是另一件事")
    world.passes(minutes=2)
    granny.sends("photo", "窗户也关不上")
    granny.repeats_tap("", first)
    assert world.case.words == "还有门铃不响"
    granny.taps("是另一件事")
    assert world.case.words == "窗户也关不上"
    assert len(world.cases()) == 3
    button = granny.data("是另一件事")
    granny.repeats_tap("", button)
    assert len(world.cases()) == 3, "twice is harmless"
    assert "已经在办" in granny.last


def test_a_button_for_words_that_are_not_kept_any_more(world: World) -> None:
    granny, near = _on_the_way(world)
    near.taps("已到达")
    granny.says("还有门铃不响")
    world.passes(minutes=31)
    granny.taps("是另一件事")
    assert "再写一遍" in granny.last, "not lost without a word"
    world.passes(minutes=1)
    assert len(world.cases()) == 1


def test_a_choice_of_whom_that_came_too_late(world: World) -> None:
    granny, _, near = _two_tasks(world)
    near.says("要带梯子吗")
    world.passes(minutes=31)
    near.taps("№1 楼道灯坏了")
    assert "再写一遍" in near.last
    assert not granny.hears("要带梯子吗")


def test_a_place_sent_to_whoever_is_coming(world: World) -> None:
    granny, near = _on_the_way(world)
    granny.is_at(0, 40)
    assert near.hears("[pin 40.1464]")
    assert len(world.cases()) == 1


def test_a_place_outside_the_county_is_said_so(world: World) -> None:
    granny, near = _on_the_way(world)
    granny.is_at(0, 200_000)
    assert granny.hears("110", "120", "119")
    assert not near.hears("[pin")


def test_with_two_helpers_the_bot_asks_whom(world: World) -> None:
    """Whoever changes a lamp need not hear about an illness."""
    granny, near = _on_the_way(world)
    other = world.steward("李四", metres=200)
    granny.says("水管漏水了").taps("是另一件事")
    other.taps("接单")
    world.passes(minutes=2)
    granny.says("您到哪儿了")
    assert granny.hears("帮您的不止一位", "哪一位")
    assert not near.hears("您到哪儿了")
    assert not other.hears("您到哪儿了"), "nobody hears what may be meant for another"
    granny.taps("№1 楼道灯坏了")
    assert near.hears("对方说", "您到哪儿了")
    assert not other.hears("您到哪儿了")
    assert granny.last == "转给这位了。"
    world.passes(minutes=2)
    granny.says("水管还在漏水")
    assert other.hears("对方说", "水管还在漏水"), "the words name their kind, so nothing is asked"
    assert not near.hears("还在漏水")
    assert len(world.cases()) == 2


def test_whoever_was_chosen_has_gone_meanwhile(world: World) -> None:
    """The words are lost on nobody: the next one who is asked reads them."""
    granny, near = _on_the_way(world)
    other, third = world.steward("李四", metres=200), world.steward("赵六", metres=300)
    granny.says("水管漏水了").taps("是另一件事")
    other.taps("接单")
    world.passes(minutes=2)
    granny.says("门铃响三下")
    near.taps("转交")
    granny.taps("№1 楼道灯坏了")
    assert granny.last == "收到，加到 №1 里了，帮忙的人看得到。"
    assert third.hears("楼道灯坏了", "门铃响三下")
    assert not near.hears("门铃响三下")


def test_with_two_helpers_in_english(world: World) -> None:
    mary, near = world.resident("Mary", language=Language.EN), world.steward("John", language=Language.EN)
    other = world.steward("Ann", metres=200, language=Language.EN)
    mary.says("The lamp in our stairwell is out")
    near.taps("Accept")
    world.passes(minutes=2)
    mary.says("A pipe is leaking").taps("A new request")
    other.taps("Accept")
    world.passes(minutes=2)
    mary.says("Where are you now")
    assert mary.hears("More than one person is helping you")
    mary.taps("No. 2 A pipe is leaking")
    assert other.hears("they say", "Where are you now")
    assert mary.last == "Passed on to them."
