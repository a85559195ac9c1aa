"""The household sees its visits and can say with one tap that one was not so: it reaches the branch in private."""

import pytest
from sqlalchemy import select

from models.people import Admin
from models.requests import Audit
from models.words import Language, Level
from tests.stories.rounds import links, visited, visits
from tests.stories.world import VILLAGE, Neighbour, World


def _visited(world: World, language: Language | None = None) -> tuple[Neighbour, Neighbour, Neighbour]:
    granny, near, branch = world.resident(language=language), world.steward("张三"), world.admin("李书记")
    links(world, near, granny)
    near.says("/visit").taps("● 王奶奶家").says("腿好多了").sends("voice").taps("到此为止")
    return granny, near, branch


def test_the_household_sees_its_visits(world: World) -> None:
    granny, near, _ = _visited(world)
    child, neighbour = world.relative("小王", granny), world.resident("赵爷爷")
    visited(world, near, granny, days=9)

    for one in (granny, child):
        one.says("/visits")
        assert one.hears("03-04 张三 · 上门", "查情：腿好多了", "问需：[语音]")
        assert one.hears("02-23 张三 · 上门")
    neighbour.says("/visits")
    assert neighbour.hears("还没有来您家走访的记录")


def test_who_has_no_household_is_told_so(world: World) -> None:
    near = world.steward("张三")

    near.says("/visits")

    assert near.hears("您还没有登记的住处")


def test_one_tap_reaches_the_branch_in_private(world: World) -> None:
    granny, near, branch = _visited(world)
    before = len(near.heard)

    granny.says("/visits").taps("不是这样")

    assert granny.hears("只告诉支部")
    assert branch.hears("私下报给您", "王奶奶家的王奶奶说", "03-04 张三", "不是这样")
    assert len(near.heard) == before, "the steward is not told"
    assert not visits(world)[0].counts
    with world.store.read() as conn:
        trail = conn.execute(select(Audit.actor_id, Audit.person_id).where(Audit.action == "visit_object")).all()
    assert trail == [(granny.id, near.id)]
    granny.says("/visits")
    assert granny.hears("您说不是这样，支部在看")


@pytest.mark.parametrize(
    ("button", "counts", "told"), [("确实不对", False, "您说得对"), ("走访属实", True, "那次走访属实")]
)
def test_the_branch_answers(world: World, button: str, counts: bool, told: str) -> None:
    granny, _, branch = _visited(world)

    granny.says("/visits").taps("不是这样")
    branch.taps(button)

    assert granny.hears("支部看过了", told)
    assert visits(world)[0].counts is counts
    branch.repeats_tap(button, branch.data(button))
    assert branch.hears("这件事已经有答复了")


def test_a_visit_by_the_secretary_goes_to_the_township(world: World) -> None:
    granny, near, branch = _visited(world)
    township = world.admin("镇里", Level.TOWNSHIP)
    with world.store.write() as conn:
        conn.execute(Admin.__table__.insert(), [{"person_id": near.id, "area_code": VILLAGE, "level": Level.BRANCH}])

    granny.says("/visits").taps("不是这样")

    assert township.hears("私下报给您")
    assert not branch.hears("私下报给您")
    near.repeats_tap("走访属实", township.data("走访属实"))
    assert near.hears("这个按钮不能用了")
    assert visits(world)[0].upheld is None


def test_twice_is_one_objection(world: World) -> None:
    granny, _, branch = _visited(world)

    granny.says("/visits")
    carried = granny.data("不是这样")
    granny.taps("不是这样").repeats_tap("不是这样", carried)

    assert len([text for text in branch.heard if "私下报给您" in text]) == 1


def test_nobody_else_can_object_or_answer(world: World) -> None:
    granny, near, branch = _visited(world)
    neighbour, beside = world.resident("赵爷爷"), world.admin("别的镇", Level.TOWNSHIP, area="130227101")

    granny.says("/visits")
    neighbour.repeats_tap("不是这样", granny.data("不是这样"))
    assert neighbour.hears("这个按钮不能用了")
    granny.taps("不是这样")
    for one in (beside, near, granny):
        one.repeats_tap("走访属实", branch.data("走访属实"))
        assert one.hears("这个按钮不能用了")
    assert visits(world)[0].upheld is None


def test_in_english(world: World) -> None:
    granny, _, branch = _visited(world, Language.EN)

    granny.says("/visits").taps("That is not so")
    branch.taps("确实不对")

    assert granny.hears("03-04 张三 · in person", "Find out: 腿好多了", "Ask: [voice]")
    assert granny.hears("you are right", "does not count")
