"""Promise 34 in words: who rather writes than taps is understood, and a word about it wakes nobody for another."""

import pytest

from models.words import Ending, State
from tests.stories.world import Neighbour, World


def _done(world: World) -> tuple[Neighbour, Neighbour]:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单").taps("已到达").taps("已解决")
    world.jumps(minutes=2)
    return granny, near


@pytest.mark.parametrize("words", ["解决了", "修好了，谢谢", "好了", "亮了！", "fixed, thank you"])
def test_solved(world: World, words: str) -> None:
    granny, near = _done(world)
    granny.says(words)
    assert [one.ending for one in world.cases()] == [Ending.SOLVED]
    assert near.hears("对方回话了")
    assert "★5" in granny.labels()


@pytest.mark.parametrize("words", ["没解决", "还没好", "还是不行啊", "not solved"])
def test_not_solved(world: World, words: str) -> None:
    other = world.steward("李四", metres=300)
    granny, near = _done(world)
    granny.says(words)
    assert len(world.cases()) == 1
    assert world.case.disputes == 1
    assert near.hears("还没解决", "换个人")
    assert other.hears("楼道灯坏了")


def test_half(world: World) -> None:
    granny, _ = _done(world)
    granny.says("解决了一半")
    assert [one.ending for one in world.cases()] == [Ending.HALF_SOLVED]


def test_a_kind_word_is_no_answer(world: World) -> None:
    granny, _ = _done(world)
    for words in ("谢谢张师傅", "好的", "嗯"):
        granny.says(words)
        assert "解决了吗" in granny.last
    assert world.case.state is State.DONE
    assert len(world.cases()) == 1


def test_other_words_reach_whoever_was_there(world: World) -> None:
    granny, near = _done(world)
    granny.says("灯还是一闪一闪的")
    assert len(world.cases()) == 1, "it is about what was done"
    assert near.hears("对方说", "一闪一闪")
    assert "解决了吗" in granny.last
    granny.taps("没解决")
    assert world.case.disputes == 1


def test_and_can_still_become_another_request(world: World) -> None:
    granny, near = _done(world)
    granny.says("请你再来一下").taps("是另一件事")
    assert len(world.cases()) == 2
    assert near.hears("请你再来一下")


def test_another_need_is_another_request(world: World) -> None:
    granny, near = _done(world)
    granny.says("水管漏水了")
    assert len(world.cases()) == 2
    assert near.hears("水管漏水了")


def test_long_afterwards_it_is_another_request(world: World) -> None:
    granny, _ = _done(world)
    world.jumps(hours=2)
    granny.says("来个人看看吧")
    assert len(world.cases()) == 2


def test_two_that_wait_are_asked_about_again(world: World) -> None:
    granny, near = _done(world)
    granny.says("水管漏水了")
    near.taps("接单").taps("已到达").taps("已解决")
    granny.says("好了")
    assert [one.state for one in world.cases()] == [State.DONE, State.DONE], "which of them, nobody knows"
    assert granny.hears("№1", "解决了吗")
    assert granny.hears("№2", "解决了吗")


def test_when_nothing_is_open_it_is_only_good_news(world: World) -> None:
    granny, _ = _done(world)
    granny.taps("已解决").says("好了，谢谢")
    assert len(world.cases()) == 1
    assert granny.hears("不客气")


@pytest.mark.telegram
def test_an_edit_after_done_reaches_whoever_was_there(world: World) -> None:
    granny, near = _done(world)
    granny.does("edits", world.line.written(granny, "楼道灯坏了"), "楼道灯坏了，楼上的也是")
    assert near.hears("对方改了话", "楼上的也是")
    assert len(world.cases()) == 1


def _again(world: World) -> tuple[Neighbour, Neighbour, Neighbour, Neighbour]:
    other, secretary = world.steward("李四", metres=300), world.admin("李书记")
    granny, near = _done(world)
    return granny, near, other, secretary


@pytest.mark.parametrize("words", ["没解决", "还是不行", "解决了一半", "still broken"])
def test_not_solved_after_all(world: World, words: str) -> None:
    granny, near, other, secretary = _again(world)
    granny.taps("已解决").says(words)
    assert [(one.words, one.category) for one in world.cases()] == [("楼道灯坏了", "electric")] * 2
    assert other.hears("楼道灯坏了", "东村")
    assert "接单" not in near.labels(), "not the same person again"
    assert near.hears("还没解决", "换个人")
    assert secretary.hears("№2", "没解决", "楼道灯坏了"), "the branch knows"
    assert granny.hears("还没办完", "№2「楼道灯坏了」")
    other.taps("接单")
    assert other.hears("王奶奶", "重新")


def test_not_solved_after_it_lapsed(world: World) -> None:
    granny, near, other, _ = _again(world)
    world.jumps(hours=25)
    granny.says("没解决")
    assert world.case.words == "楼道灯坏了"
    assert other.hears("楼道灯坏了")
    assert "接单" not in near.labels()


def test_the_old_button_does_the_same_once(world: World) -> None:
    granny, _, other, _ = _again(world)
    button = granny.data("没解决")
    granny.taps("已解决").repeats_tap("没解决", button)
    assert other.hears("楼道灯坏了")
    granny.repeats_tap("没解决", button)
    assert "已经在办" in granny.last
    assert len(world.cases()) == 2


def test_a_day_after_the_end_it_is_said_what_to_do(world: World) -> None:
    granny, _, other, _ = _again(world)
    button = granny.data("没解决")
    granny.taps("已解决")
    world.jumps(hours=25)
    granny.repeats_tap("没解决", button)
    assert "写一句" in granny.last
    assert len(world.cases()) == 1
    assert not other.heard


def test_a_steward_who_says_so_to_whom_they_help_means_that(world: World) -> None:
    granny, near, other, _ = _again(world)
    granny.taps("已解决")
    near.says("我家水管漏水")
    other.taps("接单").taps("已解决")
    near.taps("已解决")
    granny.says("门锁坏了")
    near.taps("接单").says("还没好")
    assert granny.hears("张三对您说", "还没好")
    assert len(world.cases()) == 3
