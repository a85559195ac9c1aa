"""A list on paper is typed in by one and compared by another; leaders plan; the branch decides by hand who is first."""

import pytest
from sqlalchemy import select

from models.people import Steward
from models.requests import Audit
from tests.stories.gatherings import code, group_of, guests, it_is, plans_service
from tests.stories.rounds import frail
from tests.stories.world import NEXT_VILLAGE, Neighbour, World


def _held(world: World) -> tuple[Neighbour, int]:
    """A clean-up was held on Saturday, and nobody had a telephone."""
    branch = world.admin()
    for name in ("甲", "乙"):
        world.volunteer(name)
    number = plans_service(world, branch).id
    it_is(world, "2026-03-07 12:00")
    return branch, number


def test_a_list_counts_when_a_second_person_has_compared_it(world: World) -> None:
    branch, number = _held(world)
    clerk = world.steward("文书")
    branch.says(f"/service paper {number}").says("甲 8:30 10:20\n乙 8:40")
    assert branch.hears("录了 2 人", "再有一个人")
    branch.says(f"/service close {number}").taps("确定（0 人）")
    assert not any(one.there for one in guests(world).values())

    clerk.says("/service paper")
    assert clerk.hears("甲：08:30 到 10:20", "乙：08:40 到 …")
    clerk.taps("名单和纸上一样")

    assert clerk.hears("2 人算数了")
    assert {name: one.stayed for name, one in guests(world).items()} == {"甲": 110, "乙": 110}
    clerk.repeats_tap("", clerk.data("名单和纸上一样"))
    assert clerk.hears("已经有人核对过了")


def test_nobody_compares_what_they_typed_and_what_differs_is_struck(world: World) -> None:
    branch, number = _held(world)
    clerk = world.steward("文书")
    branch.says(f"/service paper {number} 甲 8:30 10:20")
    clerk.says("/service paper")
    branch.repeats_tap("", clerk.data("名单和纸上一样"))
    assert branch.hears("要请另一个人核对")
    branch.says("/service paper")
    assert branch.hears("没有等您核对的")
    clerk.taps("名单和纸上不一样")
    assert clerk.hears("1 行划掉了")
    assert guests(world)["甲"].came_at is None


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("甲 8:30 10:20\n没有的人 8:30", "没有：没有的人"),
        ("甲 10:20 8:30", "甲的时间不对"),
        ("甲 3:30 10:20", "甲的时间不对"),
        ("甲 8:30 9:30 10:30", "看不懂这一行"),
        ("8:30 10:20", "看不懂这一行"),
    ],
)
def test_a_list_is_taken_whole_or_not_at_all(world: World, words: str, told: str) -> None:
    branch, number = _held(world)
    branch.says(f"/service paper {number}").says(words)
    assert branch.hears(told)
    assert not any(one.came_at for one in guests(world).values())


def test_who_is_on_record_already_stays_as_they_are(world: World) -> None:
    branch, one = world.admin(), world.volunteer("甲")
    number = plans_service(world, branch).id
    it_is(world, "2026-03-07 08:30")
    branch.says("/service open")
    one.says(code(world))
    world.clock.move(minutes=30)
    one.taps("签退")
    world.clock.move(minutes=90)
    branch.says(f"/service paper {number} 甲 8:30 10:30")
    assert branch.hears("录了 0 人", "已经有记录，没有再录：甲")
    branch.says(f"/service close {number}").taps("确定（1 人）")
    assert guests(world)["甲"].stayed == 30


def test_the_leader_of_a_group_plans_for_the_group(world: World) -> None:
    branch, leader, member, other = world.admin(), *(world.volunteer(name) for name in ("甲", "乙", "丙"))
    group_of(world, leader, member)
    leader.says("/service plan")
    assert leader.hears("不是您来办的")
    branch.says("/service leader 甲")
    assert branch.hears("甲是“管家团”的组长了")

    plans_service(world, leader)

    assert leader.hears("会通知 2 人")
    assert member.hears("您来吗")
    assert not other.hears("您来吗")
    it_is(world, "2026-03-07 08:30")
    leader.says("/service open")
    assert leader.hears("六位数")
    other.says("/service open")
    assert other.hears("不是您来办的")
    branch.says("/service leader 丙")
    assert branch.hears("不在哪个志愿者小组里")
    with world.store.read() as conn:
        leads = conn.scalars(select(Steward.person_id).where(Steward.leads_since.is_not(None))).all()
    assert leads == [leader.id]


def test_who_served_most_is_for_the_branch_alone_and_it_decides_by_hand(world: World) -> None:
    branch, township = world.admin(), world.admin("西河书记", area=NEXT_VILLAGE)
    most, less = world.volunteer("甲", who=world.resident("甲")), world.volunteer("乙")
    frail(world, most)
    number = plans_service(world, branch).id
    it_is(world, "2026-03-07 08:30")
    branch.says("/service open")
    for one in (most, less):
        one.says(code(world))
    world.clock.move(minutes=40)
    less.taps("签退")
    world.clock.move(minutes=40)
    branch.says(f"/service close {number}").taps("确定（2 人）")

    branch.says("/service most")
    assert branch.hears("只给支部看", "甲：1 次，1 小时 20 分，家里有年老体弱的", "乙：1 次，0 小时 40 分")
    branch.taps("乙").taps("定为优先帮扶")
    assert branch.hears("定了：乙。公示在")
    with world.store.read() as conn:
        (detail,) = conn.scalars(select(Audit.detail).where(Audit.action == "priorities")).all()
    assert detail == {"first_for": "help", "people": [[less.id, 1, 40]]}
    most.says("/service most")
    assert most.hears("不是您来办的")
    township.says("/service most")
    assert township.hears("西河村还没有服务时间")
    less.says("/published")
    assert less.hears("优先帮扶的人")
