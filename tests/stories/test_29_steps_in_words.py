"""Promise 29 in words: a steward who writes instead of tapping is understood, and never taken at a word too many."""

import pytest

from models.words import Answer, Language, State
from tests.stories.gatherings import plans_service
from tests.stories.world import Neighbour, World


def _asked(world: World) -> tuple[Neighbour, Neighbour]:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("楼道灯坏了")
    return granny, near


def _asked_twice(world: World) -> tuple[Neighbour, Neighbour, Neighbour]:
    granny, grandpa, near = world.resident("王奶奶"), world.resident("赵大爷", east=30), world.steward("张三")
    with world.at_once():
        granny.says("楼道灯坏了")
        grandpa.says("水管漏水了")
    return granny, grandpa, near


@pytest.mark.parametrize("words", ["我去", "接单", "我来", "我接", "马上去", "好的，我来", "I'll go"])
def test_a_yes(world: World, words: str) -> None:
    granny, near = _asked(world)
    near.says(words)
    assert [one.owner_id for one in world.cases()] == [near.id], "and it is no need of his own"
    assert granny.hears("张三", "来帮您")


@pytest.mark.parametrize("words", ["不方便", "去不了", "没空", "去不了了", "Can't"])
def test_a_no(world: World, words: str) -> None:
    other = world.steward("李四", metres=300)
    _, near = _asked(world)
    near.says(words)
    assert world.answers() == {"张三": Answer.DECLINED, "李四": Answer.OPEN}
    assert other.hears("楼道灯坏了")
    assert len(world.cases()) == 1


@pytest.mark.parametrize("words", ["到了", "到楼下了", "我到了", "I'm here"])
def test_arrived(world: World, words: str) -> None:
    granny, near = _asked(world)
    near.taps("接单").says(words)
    assert world.case.state is State.ARRIVED
    world.passes(minutes=30)
    assert world.case.owner_id == near.id, "nobody else is sent"
    assert not granny.hears("另找人")


@pytest.mark.parametrize("words", ["修好了", "办好了", "弄好了", "解决了", "fixed"])
def test_solved(world: World, words: str) -> None:
    granny, near = _asked(world)
    near.says("我去").says("到了").says(words)
    assert world.case.state is State.DONE
    assert "没解决" in granny.labels()


def test_more_than_a_step_is_a_word_to_the_resident(world: World) -> None:
    granny, near = _asked(world)
    near.says("我去").says("到了，门锁着，开下门")
    assert granny.hears("张三对您说", "门锁着，开下门")
    assert world.case.state is State.ARRIVED, "and it says that he is there"
    near.says("修好了，就是还差个灯罩")
    assert granny.hears("张三对您说", "还差个灯罩")
    assert world.case.state is State.ARRIVED
    assert len(world.cases()) == 1


def test_a_sentence_accepts_nothing(world: World) -> None:
    _, near = _asked(world)
    near.says("我去年修过那个灯")
    assert world.cases()[0].owner_id is None


def test_of_two_offers_one_tap_decides(world: World) -> None:
    _, grandpa, near = _asked_twice(world)
    near.says("我去")
    assert [one.owner_id for one in world.cases()] == [None, None], "which of them, nobody knows"
    near.taps("接单 №2 水管漏水了")
    assert [one.owner_id for one in world.cases()] == [None, near.id]
    assert grandpa.hears("张三", "来帮您")


def test_of_two_tasks_one_tap_decides(world: World) -> None:
    _, _, near = _asked_twice(world)
    near.taps("接单").taps("接单").says("到了")
    assert [one.state for one in world.cases()] == [State.ACCEPTED, State.ACCEPTED]
    near.taps("已到达 №1 楼道灯坏了").says("到楼下了")
    assert [one.state for one in world.cases()] == [State.ARRIVED, State.ARRIVED], "only one was still on the way to"
    near.says("修好了").taps("已解决 №2 水管漏水了")
    assert [one.state for one in world.cases()] == [State.ARRIVED, State.DONE]
    assert len(world.cases()) == 2


def test_on_the_way_to_one_and_asked_for_another(world: World) -> None:
    """“I am going” may be meant for whoever waits already."""
    granny, grandpa, near = _asked_twice(world)
    near.repeats_tap("接单", near.data("接单")).says("马上去")
    taken, open_ = sorted(world.cases(), key=lambda one: one.owner_id is None)
    assert (taken.owner_id, open_.owner_id) == (near.id, None)
    assert f"接单 №{open_.id} {open_.words}" in near.labels()
    near.taps(f"№{taken.id} {taken.words}")
    waiting = granny if taken.requester_id == granny.id else grandpa
    assert waiting.hears("张三对您说", "马上去")


def test_not_yet_begun_is_asked_about(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("明天下午三点来修灯")
    near.taps("接单").says("办好了")
    assert world.case.state is State.ACCEPTED
    near.taps("已解决 №1 明天下午三点来修灯")
    assert world.case.state is State.DONE


def test_nothing_waits_for_such_a_word(world: World) -> None:
    near = world.steward("张三")
    for words in ("我去", "没空", "到了"):
        near.says(words)
        assert "没有等您回话" in near.last
    assert world.cases() == []


def test_an_invitation_waits_with_the_same_word_on_its_button(world: World) -> None:
    branch, near = world.admin(), world.steward("张三")
    plans_service(world, branch)
    world.resident("王奶奶").says("楼道灯坏了")
    near.says("我去")
    assert world.case.owner_id is None, "it may be the yes to the service day"
    near.taps("接单 №1 楼道灯坏了")
    assert world.case.owner_id == near.id


def test_their_own_need_is_still_a_need(world: World) -> None:
    _, near = _asked(world)
    other = world.steward("李四", metres=300)
    near.says("我家灯不亮了")
    assert other.hears("我家灯不亮了")
    assert [one.owner_id for one in world.cases()] == [None, None]


def test_their_own_done_request_is_asked_about_too(world: World) -> None:
    other = world.steward("李四", metres=300)
    near = world.resident("张三", north=60)
    world.steward("张三", metres=60, who=near)
    near.says("我家水管漏水")
    other.taps("接单").taps("已解决")
    world.resident("王奶奶").says("楼道灯坏了")
    near.taps("接单").says("修好了")
    assert [one.state for one in world.cases()] == [State.DONE, State.ACCEPTED], "his own, or hers?"
    assert near.hears("№1", "解决了吗")
    near.taps("已解决 №2 楼道灯坏了")
    assert world.case.state is State.DONE


def _with_own(world: World, words: str) -> Neighbour:
    """张三 is a resident as well, with a request of his own."""
    near = world.resident("张三", north=60)
    world.steward("张三", metres=60, who=near)
    near.says(words)
    return near


@pytest.mark.parametrize("words", ["通了", "亮了"])
def test_it_works_may_be_about_their_own_that_nobody_came_for_yet(world: World, words: str) -> None:
    world.steward("李四", metres=300)
    near = _with_own(world, "我家网不通了，断网")
    world.resident("王奶奶").says("楼道灯坏了")
    near.taps("接单").says(words)
    assert [one.state for one in world.cases()] == [State.OFFERED, State.ACCEPTED], "his own, or hers?"
    assert {"№1 我家网不通了，断网", "已解决 №2 楼道灯坏了"} <= set(near.labels())
    near.taps("№1 我家网不通了，断网")
    assert near.hears("加到 №1 里了")
    near.taps("取消")
    assert [one.state for one in world.cases()] == [State.CANCELLED, State.ACCEPTED], "nobody need come any more"


def test_it_is_back_may_be_the_power(world: World) -> None:
    world.steward("李四", metres=300)
    near = _with_own(world, "我家停电了")
    world.resident("王奶奶").says("楼道灯坏了")
    near.says("来了")
    assert world.case.owner_id is None
    near.taps("接单 №2 楼道灯坏了")
    assert world.case.owner_id == near.id


def test_a_mere_no_may_be_about_their_own_that_has_ended(world: World) -> None:
    other = world.steward("李四", metres=300)
    near = _with_own(world, "我家水管漏水")
    other.taps("接单").taps("已解决")
    near.taps("已解决")
    world.resident("王奶奶").says("楼道灯坏了")
    for words in ("不行", "还不行"):
        near.says(words)
        assert len(world.cases()) == 2, "nothing begins again"
        assert world.answers()["张三"] is Answer.OPEN
        assert {"不方便 №2 楼道灯坏了", "没解决 №1 我家水管漏水"} <= set(near.labels())
    near.taps("不方便 №2 楼道灯坏了")
    assert world.answers()["张三"] is Answer.DECLINED
    near.says("不行")
    assert len(world.cases()) == 3, "with no card open it is about his own"


def test_a_mere_no_may_be_to_an_invitation(world: World) -> None:
    branch, other = world.admin(), world.steward("李四", metres=300)
    near = _with_own(world, "我家水管漏水")
    other.taps("接单").taps("已解决")
    near.taps("已解决")
    plans_service(world, branch)
    near.says("不行")
    assert len(world.cases()) == 1
    assert "没解决 №1 我家水管漏水" in near.labels()


def test_a_mere_no_is_a_no_where_nothing_else_waits(world: World) -> None:
    other = world.steward("李四", metres=300)
    _, near = _asked(world)
    near.says("不行")
    assert world.answers() == {"张三": Answer.DECLINED, "李四": Answer.OPEN}
    assert other.hears("楼道灯坏了")


@pytest.mark.parametrize("words", ["能", "能去", "可以去", "yes", "Sure!", "coming", "好的，能去"])
def test_a_plain_yes_of_who_was_asked(world: World, words: str) -> None:
    _, near = _asked(world)
    near.says(words)
    assert [one.owner_id for one in world.cases()] == [near.id]


def test_a_mere_yes_may_be_about_their_own(world: World) -> None:
    other = world.steward("李四", metres=300)
    near = _with_own(world, "我家水管漏水")
    other.taps("接单").taps("已解决")
    world.resident("王奶奶").says("楼道灯坏了")
    near.says("yes")
    assert [one.owner_id for one in world.cases()] == [other.id, None], "solved, or coming?"
    near.taps("接单 №2 楼道灯坏了")
    assert world.case.owner_id == near.id


@pytest.mark.parametrize("words", ["好", "好的", "行", "可以", "OK", "收到"])
def test_all_right_is_not_yet_a_yes(world: World, words: str) -> None:
    _, near = _asked(world)
    near.says(words)
    assert world.case.owner_id is None
    assert "您能去吗" in near.last and "楼道灯坏了" in near.last
    assert near.labels()[-2:] == ["接单", "不方便"]
    near.taps("接单")
    assert world.case.owner_id == near.id
    near.says(words)
    assert "您能去吗" not in near.last, "only while a card is open"


@pytest.mark.parametrize("words", ["去不了了", "来不了，孩子病了"])
def test_who_cannot_go_after_all_is_offered_to_hand_it_over(world: World, words: str) -> None:
    other = world.steward("李四", metres=300)
    granny, near = _asked(world)
    near.taps("接单")
    world.passes(minutes=2)
    near.says(words)
    assert granny.hears("张三对您说", words)
    assert world.case.owner_id == near.id, "one tap decides"
    assert near.labels().count("转交") == 2, "on the card, and below the answer"
    near.taps("转交")
    assert other.hears("楼道灯坏了")


def test_cannot_go_with_a_task_and_an_open_card(world: World) -> None:
    _, _, near = _asked_twice(world)
    near.repeats_tap("接单", near.data("接单")).says("去不了了")
    taken, open_ = sorted(world.cases(), key=lambda one: one.owner_id is None)
    assert (taken.owner_id, open_.owner_id) == (near.id, None)
    wanted = {f"不方便 №{open_.id} {open_.words}", f"转交 №{taken.id} {taken.words}"}
    assert wanted <= set(near.labels())
    near.taps(f"转交 №{taken.id} {taken.words}")
    assert near.hears("正在找别人")


def test_a_practice_in_words(world: World) -> None:
    secretary, near = world.admin(), world.steward("张三")
    secretary.says("/drill 楼道的灯不亮了").taps("现在就练（1 人）")
    near.says("我去")
    assert near.hears("演练", "点得好")
    near.says("到了").says("修好了")
    assert world.case.ended_at is not None


def test_in_english(world: World) -> None:
    mary, john = world.resident("Mary", language=Language.EN), world.steward("John", language=Language.EN)
    mary.says("The lamp in our stairwell is out")
    john.says("I'll come").says("I'm here").says("Fixed")
    assert world.case.state is State.DONE
    assert mary.hears("solved")
    world.passes(minutes=1)
    john.says("accept")
    assert "Nothing waits" in john.last
