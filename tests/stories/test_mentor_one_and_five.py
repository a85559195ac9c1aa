"""Income mentoring: a leader takes up to five along who agreed, what was done is kept, work found is counted."""

import re

import pytest
from sqlalchemy import func, select

from dispatch import actors
from dispatch.mentoring import figures
from dispatch.mentoring.figures import Figures
from models.habits import PairState
from models.ledger import PointEntry
from models.mentoring import IncomeLeader, JobFound, MentorDeed, Pair
from models.words import Language, Level
from tests.stories.polls import villagers
from tests.stories.world import Neighbour, World

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_NAMES = re.compile("王能人|赵大爷|东村|香菇|迁西县")


def _leads(world: World, language: Language | None = None) -> tuple[Neighbour, Neighbour]:
    """The branch makes a villager a leader."""
    secretary = world.admin()
    leader = world.resident("王能人", language=language)
    secretary.says("/leader 王能人 香菇")
    return secretary, leader


def _pairs(world: World) -> list[tuple[PairState, int]]:
    with world.store.read() as conn:
        return [(state, person) for state, person in conn.execute(select(Pair.state, Pair.person_id).order_by(Pair.id))]


def test_from_the_question_to_work_found(world: World) -> None:
    secretary, leader = _leads(world)
    (zhao,) = villagers(world, "赵大爷")

    assert leader.hears("您是村里的致富带头人了", "5 位乡亲")
    leader.says("/mentor 赵大爷")
    assert zhao.woken("致富带头人王能人（香菇）想带您一起增收", "不愿意也没关系")
    assert _pairs(world) == [(PairState.ASKED, zhao.id)]
    zhao.taps("愿意跟着干")
    assert leader.hears("赵大爷愿意跟您干")
    leader.says("/mentor").taps("记一件帮的事").says("借了 20 斤香菇菌种")
    assert zhao.hears("记了一件帮您的事：借了 20 斤香菇菌种")
    zhao.says("/mentor").taps("找到活儿了").says("03-01 在板栗厂分拣")
    assert leader.hears("赵大爷找到活儿了：2026-03-01 起，在板栗厂分拣")
    secretary.says("/mentor")
    assert secretary.hears("东村：带头人 1，结对 1，谢绝 0，找到活儿 1 人")
    with world.store.read() as conn:
        assert conn.scalars(select(MentorDeed.text)).all() == ["借了 20 斤香菇菌种"]
        assert [f"{since}" for since in conn.scalars(select(JobFound.since))] == ["2026-03-01"]
        assert conn.scalars(select(PointEntry.person_id)).all() == [leader.id]


def test_a_no_is_kept_and_not_asked_again(world: World) -> None:
    secretary, leader = _leads(world)
    (zhao,) = villagers(world, "赵大爷")

    leader.says("/mentor 赵大爷")
    zhao.taps("不用了")
    leader.says("/mentor 赵大爷")

    assert leader.hears("赵大爷这次不用了")
    assert leader.hears("就不再问了")
    assert _pairs(world) == [(PairState.REFUSED, zhao.id)]
    secretary.says("/mentor")
    assert secretary.hears("谢绝 1")


def test_not_more_than_five(world: World) -> None:
    _, leader = _leads(world)
    people = villagers(world, "甲", "乙", "丙", "丁", "戊", "己")
    for one in people:
        leader.says(f"/mentor {one.name}")

    assert leader.hears("已经满 5 位了")
    assert [person for _, person in _pairs(world)] == [one.id for one in people[:5]]
    people[0].taps("不用了")
    leader.says("/mentor 己")
    assert people[5].hears("想带您一起增收")


def test_nobody_belongs_to_two(world: World) -> None:
    secretary, leader = _leads(world)
    other = world.steward("李能人")
    (zhao,) = villagers(world, "赵大爷")
    secretary.says("/leader 李能人")

    leader.says("/mentor 赵大爷")
    other.says("/mentor 赵大爷")

    assert other.hears("赵大爷已经有带头人，或者正有人问着")
    zhao.says("/mentor 王能人")
    assert zhao.hears("只有致富带头人能带人")
    assert len(_pairs(world)) == 1


def test_a_leader_who_leaves_hands_on(world: World) -> None:
    secretary, leader = _leads(world)
    zhao, qian = villagers(world, "赵大爷", "钱大妈")
    leader.says("/mentor 赵大爷")
    zhao.taps("愿意跟着干")
    leader.says("/mentor").taps("记一件帮的事").says("教会剪枝").says("/mentor 钱大妈")

    secretary.says("/leader 王能人 退出")
    assert secretary.hears("2 对结对就结束了")
    assert [state for state, _ in _pairs(world)] == [PairState.ACTIVE, PairState.ASKED]
    secretary.taps("王能人不再当带头人")

    assert zhao.hears("您的带头人王能人不当了")
    assert [state for state, _ in _pairs(world)] == [PairState.ENDED, PairState.ENDED]
    secretary.says("/mentor")
    assert secretary.hears("等着换带头人的 1 位", "赵大爷（原来跟王能人）")
    qian.taps("愿意跟着干")
    assert qian.hears("已经结束了")
    leader.says("/mentor 钱大妈")
    assert leader.hears("只有致富带头人能带人")
    with world.store.read() as conn:
        assert conn.scalar(select(func.count()).select_from(MentorDeed)) == 1, "what was done stays"
    other = world.steward("李能人")
    secretary.says("/leader 李能人")
    other.says("/mentor 赵大爷")
    zhao.taps("愿意跟着干")
    secretary.says("/mentor")
    assert "等着换带头人" not in secretary.last


def test_either_of_the_two_can_part(world: World) -> None:
    _, leader = _leads(world)
    (zhao,) = villagers(world, "赵大爷")
    leader.says("/mentor 赵大爷")
    zhao.taps("愿意跟着干").says("/mentor").taps("不再结对")
    assert _pairs(world) == [(PairState.ACTIVE, zhao.id)]
    zhao.taps("确定")

    assert leader.hears("赵大爷不再跟您结对了")
    assert _pairs(world) == [(PairState.ENDED, zhao.id)]


@pytest.mark.parametrize("words", ["2026-05-01 板栗厂", "明天 板栗厂"])
def test_work_that_is_to_come_is_not_written_down(world: World, words: str) -> None:
    _, leader = _leads(world)
    (zhao,) = villagers(world, "赵大爷")
    leader.says("/mentor 赵大爷")
    zhao.taps("愿意跟着干").says("/mentor").taps("找到活儿了").says(words)

    assert zhao.hears("还没到")
    with world.store.read() as conn:
        assert conn.scalar(select(func.count()).select_from(JobFound)) == 0


def test_figures_of_villages_add_up_to_the_rows(world: World) -> None:
    _, leader = _leads(world)
    county = world.admin("县里", Level.COUNTY)
    far = world.person("外村人", village="130227100201", household_id=None)
    world.steward("外村管家", village="130227100201", who=far)
    county.says("/leader 外村人")
    people = villagers(world, "甲", "乙", "丙")
    for one, answer in zip(people, ("愿意跟着干", "愿意跟着干", "不用了"), strict=True):
        leader.says(f"/mentor {one.name}")
        one.taps(answer)
    for words in ("03-01 板栗厂", "03-02 砖厂"):
        people[0].says("/mentor").taps("找到活儿了").says(words)

    with world.store.read() as conn:
        lines = figures.by_village(conn, actors.load(conn, [county.id])[county.id])
        rows = {
            "leaders": conn.scalar(select(func.count()).where(IncomeLeader.left_at.is_(None))),
            "mentored": conn.scalar(select(func.count()).where(Pair.state == PairState.ACTIVE)),
            "refused": conn.scalar(select(func.count()).where(Pair.state == PairState.REFUSED)),
        }
    assert [one.village for one in lines] == ["东村村民委员会", "西河村民委员会"]
    assert figures.together(lines) == Figures("", rows["leaders"], rows["mentored"], rows["refused"], found_work=1)
    assert rows == {"leaders": 2, "mentored": 2, "refused": 1}


def test_in_english(world: World) -> None:
    _, leader = _leads(world, Language.EN)
    (zhao,) = villagers(world, "赵大爷")
    leader.says("/mentor 赵大爷")
    zhao.taps("愿意跟着干")
    leader.says("/mentor").taps("What I did").says("lent seed").says("/mentor").taps("Part").taps("Yes")
    leader.says("/mentor").says("/mentor 没有人").says("/mentor 赵大爷")

    heard = [*leader.heard, *leader.labels()]
    assert [text for text in heard if _CHINESE.search(_NAMES.sub("", text.replace("没有人", "")))] == []
