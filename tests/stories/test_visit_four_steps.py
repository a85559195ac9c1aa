"""A visit goes through four steps, each by words, voice or pictures or skipped; a break loses nothing of it."""

import re

import pytest
from sqlalchemy import update

from models.habits import VisitKind, VisitStep
from models.people import Person
from models.words import Language, MediaKind, State, Urgency
from tests.stories.rounds import frail, household, links, notes, visits
from tests.stories.world import Neighbour, World

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_NAMES = re.compile("王奶奶家|王奶奶|张三|东村|一网格")


def _linked(world: World, language: Language | None = None) -> tuple[Neighbour, Neighbour]:
    granny, near = world.resident(language=language), world.steward("张三", metres=80, language=language)
    links(world, near, granny)
    return granny, near


def test_each_step_in_words_voice_or_pictures(world: World) -> None:
    _, near = _linked(world)

    near.says("/visit").taps("● 王奶奶家")
    assert "查情" in near.last
    near.says("腿好多了")
    assert "问需" in near.last
    near.sends("voice")
    assert "解题" in near.last
    near.sends("photo").sends("photo")
    assert "下一步" in near.labels()
    near.taps("下一步")
    assert "反馈" in near.last
    near.says("都说清楚了,很高兴")

    assert near.hears("王奶奶家的走访记好了", "上门")
    assert [(one.step, one.text, one.media) for one in notes(world)] == [
        (VisitStep.FIND_OUT, "腿好多了", None),
        (VisitStep.ASK, "", MediaKind.VOICE),
        (VisitStep.SOLVE, "", MediaKind.PHOTO),
        (VisitStep.SOLVE, "", MediaKind.PHOTO),
        (VisitStep.REPORT_BACK, "都说清楚了,很高兴", None),
    ]
    assert world.cases() == [], "what is said at a visit opens no request"
    assert visits(world)[0].counts


def test_nothing_has_to_be_said_shown_or_sent(world: World) -> None:
    _, near = _linked(world)

    near.says("/visit").taps("● 王奶奶家")
    for _ in range(4):
        near.taps("跳过")

    assert near.hears("王奶奶家的走访记好了")
    assert notes(world) == []
    assert visits(world)[0].counts


def test_a_second_tap_on_skip_skips_nothing_more(world: World) -> None:
    _, near = _linked(world)

    near.says("/visit").taps("● 王奶奶家")
    carried = near.data("跳过")
    near.taps("跳过").repeats_tap("跳过", carried)

    assert visits(world)[0].step is VisitStep.ASK


def test_a_household_is_chosen_by_its_name_as_well(world: World) -> None:
    _, near = _linked(world)

    near.says("/visit").says("王奶奶家")

    assert "查情" in near.last
    assert world.cases() == []


def test_a_break_loses_nothing(world: World) -> None:
    _, near = _linked(world)

    near.says("/visit").taps("● 王奶奶家").says("腿好多了")
    world.passes(minutes=31)
    assert near.hears("走访先记到这儿", "/visit")
    near.says("/visit")
    assert near.hears("王奶奶家的走访", "记到“问需”")
    near.taps("接着记").says("要一副拐杖")

    assert "解题" in near.last
    assert [one.text for one in notes(world)] == ["腿好多了", "要一副拐杖"]
    assert len(visits(world)) == 1


def test_what_was_begun_can_be_ended_or_discarded(world: World) -> None:
    granny, near = _linked(world)
    other = world.resident("赵爷爷")
    links(world, near, other)

    near.says("/visit").taps("● 王奶奶家").says("都好").says("取消")
    near.says("/visit").taps("到此为止")
    near.says("/visit").taps("● 赵爷爷家").says("/visit").taps("不算")

    assert near.hears("赵爷爷家这一次不算了")
    assert [(one.home, one.counts) for one in visits(world)] == [("王奶奶家", True)]
    assert not granny.heard


@pytest.mark.parametrize(
    ("button", "kind", "counts"),
    [("没人在家", VisitKind.ABSENT, False), ("不愿见", VisitKind.REFUSED, True)],
)
def test_nobody_home_and_not_wanted_take_one_tap(world: World, button: str, kind: VisitKind, counts: bool) -> None:
    _, near = _linked(world)

    near.says("/visit").taps("● 王奶奶家").taps(button)

    assert near.hears("王奶奶家的走访记好了", button)
    assert [(one.kind, one.counts) for one in visits(world)] == [(kind, counts)]


def test_a_visit_by_phone_goes_through_the_steps_too(world: World) -> None:
    _, near = _linked(world)

    near.says("/visit").taps("● 王奶奶家").taps("电话走访").says("在外地儿子家").taps("到此为止")

    assert near.hears("走访记好了", "电话")
    assert [(one.kind, one.counts) for one in visits(world)] == [(VisitKind.BY_PHONE, True)]


def test_what_is_not_solved_becomes_a_request_in_one_tap(world: World) -> None:
    granny, near = _linked(world)
    electrician = world.steward("李四", metres=200)
    frail(world, granny)

    near.says("/visit").taps("● 王奶奶家").says("家里挺好").says("厨房的灯坏了").taps("没解决，替他家求助")

    assert near.hears("替王奶奶家求助了", f"№{world.case.id}")
    assert near.hears("反馈")
    assert electrician.hears("厨房的灯坏了", "您能去吗")
    assert (world.case.words, world.case.category) == ("厨房的灯坏了", "electric")
    assert (world.case.requester_id, world.case.helped_name) == (near.id, "王奶奶")
    electrician.taps("接单").taps("看地址")
    assert electrician.hears("王奶奶", "王奶奶家 3号楼2单元")
    near.says("/visit").taps("到此为止")
    assert visits(world)[0].request_id == world.case.id
    electrician.taps("已解决")
    near.taps("已解决")
    assert world.case.state is State.CLOSED


def test_without_words_one_is_asked_first(world: World) -> None:
    _, near = _linked(world)
    world.steward("李四", metres=200)

    near.says("/visit").taps("● 王奶奶家").taps("到此为止").taps("没解决，替他家求助")
    assert near.hears("王奶奶家需要什么")
    near.says("水管漏了")
    near.repeats_tap("再点", near.data("没解决，替他家求助"))

    assert [one.words for one in world.cases()] == ["水管漏了"]


def test_an_accepted_task_does_not_swallow_the_notes(world: World) -> None:
    granny, near = _linked(world)

    granny.says("楼道灯坏了")
    near.taps("接单").says("/visit").taps("● 王奶奶家").says("腿好多了")

    assert "问需" in near.last
    assert not granny.hears("腿好多了")


def test_an_emergency_at_the_door_is_there_and_not_at_the_stewards_home(world: World) -> None:
    granny, near = _linked(world)
    helper = world.steward("李四", metres=200)
    own = household(world, world.resident("赵爷爷"))
    with world.store.write() as conn:
        conn.execute(update(Person).where(Person.id == near.id).values(household_id=own))

    near.says("/visit").taps("● 王奶奶家").says("摔了一跤").says("不好了,奶奶昏迷了")

    assert near.hears("119", "120", "110")
    assert helper.woken("昏迷")
    assert (world.case.urgency, world.case.household_id) == (Urgency.URGENT, household(world, granny))
    near.says("醒过来了")
    assert helper.hears("醒过来了")
    assert [one.text for one in notes(world)] == ["摔了一跤", "不好了,奶奶昏迷了"]
    near.says("/visit").taps("接着记")
    assert "解题" not in near.last and "问需" in near.last


def test_a_place_is_not_needed(world: World) -> None:
    _, near = _linked(world)

    near.says("/visit").taps("● 王奶奶家").is_at(10, 10)

    assert near.hears("走访不用发位置")
    assert visits(world)[0].step is VisitStep.FIND_OUT
    assert world.cases() == []


def test_only_the_responsible_steward_visits(world: World) -> None:
    granny, near = _linked(world)
    other, anybody = world.steward("李四"), world.resident("赵爷爷")

    near.says("/visit").taps("● 王奶奶家")
    token = near.data("到此为止")
    other.says("/visit")
    assert other.hears("还没有分给您的户")
    other.repeats_tap("到此为止", token)
    assert other.hears("这个按钮不能用了")
    anybody.says("/visit")
    assert anybody.hears("这是管家和志愿者用的")
    granny.says("/visit")
    assert visits(world)[0].ended_at is None


def test_in_english(world: World) -> None:
    granny, near = _linked(world, Language.EN)

    near.says("/visit").taps("● 王奶奶家").says("Her leg is better").sends("photo").taps("Next")
    near.says("/visit").taps("Go on").taps("Not solved: ask for help").says("/visit").taps("Finish")
    near.says("/due").says("/visit").says("cancel")
    granny.says("/visits").taps("That is not so")

    assert near.hears("The visit to 王奶奶家 is written down", "in person")
    assert granny.hears("told to the branch alone")
    heard = [*near.heard, *near.labels(), *granny.heard, *granny.labels()]
    assert [text for text in heard if _CHINESE.search(_NAMES.sub("", text))] == []
