"""Promise 36: the endings; who closes another's task gives a reason."""

import pytest

from models.words import Ending, State
from tests.stories.world import Neighbour, World


def _accepted(world: World) -> tuple[Neighbour, Neighbour, Neighbour]:
    granny, near, secretary = world.resident("王奶奶"), world.steward("张三"), world.admin("李书记")
    granny.says("楼道灯坏了")
    near.taps("接单")
    return granny, near, secretary


def test_solved(world: World) -> None:
    granny, near, _ = _accepted(world)
    granny.taps("已解决")
    assert world.case.ending is Ending.SOLVED
    assert near.hears("可以放下了")


def test_half_solved(world: World) -> None:
    granny, near, _ = _accepted(world)
    near.taps("已解决")
    granny.taps("解决一半")
    assert world.case.ending is Ending.HALF_SOLVED


def test_withdrawn(world: World) -> None:
    granny, near, _ = _accepted(world)
    granny.taps("取消")
    assert world.case.ending is Ending.WITHDRAWN
    assert near.hears("取消了")


@pytest.mark.parametrize(
    ("ending", "word", "heard"),
    [
        (Ending.REFERRED, "转办", "转给了别处"),
        (Ending.SAME_AS_ANOTHER, "重复", "和另一件相同"),
        (Ending.CANNOT_BE_DONE, "办不了", "办不了"),
        (Ending.NOT_OURS, "不归我们管", "不归我们管"),
        (Ending.FALSE_ALARM, "虚惊一场", "虚惊一场"),
    ],
)
def test_an_admin_closes_with_an_ending_and_a_reason(world: World, ending: Ending, word: str, heard: str) -> None:
    granny, near, secretary = _accepted(world)
    secretary.says(f"/close {world.case.id} {word} 供电所，电话 0315-5612345")
    assert world.case.state is State.CLOSED
    assert world.case.ending is ending
    assert world.case.reason == "供电所，电话 0315-5612345"
    assert granny.woken("结束了", heard, "供电所，电话 0315-5612345"), "where, and which number"
    assert near.hears("管理员结束了", "供电所")
    assert not {"已到达", "已解决"} & set(near.labels())


def test_the_english_words_work_as_well(world: World) -> None:
    _, _, secretary = _accepted(world)
    secretary.says(f"/close {world.case.id} referred power company 95598")
    assert world.case.ending is Ending.REFERRED


def test_a_referral_names_the_number_to_call(world: World) -> None:
    granny, _, secretary = _accepted(world)
    secretary.says(f"/close {world.case.id} 转办 供电所")
    assert secretary.hears("转给了哪里", "打哪个电话", f"/close {world.case.id} 转办 供电所 95598")
    assert world.case.state is State.ACCEPTED
    secretary.says(f"/close {world.case.id} 转办 供电所 ９５５９８")
    assert world.case.ending is Ending.REFERRED
    assert granny.hears("转给了别处", "９５５９８")


@pytest.mark.parametrize("words", ["", "转办", "转办  ", "供电所来修", "solved 好了", "unconfirmed 好了"])
def test_without_ending_and_reason_nothing_is_closed(world: World, words: str) -> None:
    granny, near, secretary = _accepted(world)
    before = len(granny.heard), len(near.heard)
    secretary.says(f"/close {world.case.id} {words}")
    assert world.case.state is State.ACCEPTED
    assert secretary.hears("请写：/close 编号 结果 原因", "转办", "办不了")
    assert (len(granny.heard), len(near.heard)) == before


def test_calling_anothers_task_off_needs_a_reason_too(world: World) -> None:
    granny, near, secretary = _accepted(world)
    secretary.says(f"/cancel {world.case.id}")
    assert world.case.state is State.ACCEPTED
    assert secretary.hears("请写上原因")
    secretary.says(f"/cancel {world.case.id} 已经自己修好了")
    assert world.case.state is State.CANCELLED
    assert world.case.reason == "已经自己修好了"
    assert granny.woken("取消了", "已经自己修好了")
    assert near.woken("不用去了", "已经自己修好了")


def test_a_steward_cannot_end_it_over_the_residents_head(world: World) -> None:
    granny, near, _ = _accepted(world)
    near.says(f"/close {world.case.id} 转办 供电所")
    assert world.case.state is State.ACCEPTED
    near.taps("已解决")
    assert world.case.ending is None, "it is for the resident to say"
    assert granny.hears("解决了吗")
