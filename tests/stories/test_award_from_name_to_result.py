"""An award: neighbours name and second, the named agree, the village votes in secret, the result is published."""

import pytest
from sqlalchemy import func, select

from dispatch import calendar
from dispatch.jobs import JOBS
from models.awards import Nomination
from models.ballots import Ballot
from models.habits import AwardEnding, TieRule
from models.mail import Outbox
from models.words import Language
from tests.stories.polls import (
    ballot_ends,
    counters,
    ending,
    names,
    nominations_end,
    opens,
    stands,
    villagers,
    voters,
    votes,
    winners,
)
from tests.stories.rounds import calendar_turns
from tests.stories.world import Neighbour, World

NAMES = ("王奶奶", "赵大爷", "钱大妈", "孙大哥", "李嫂子", "周大叔")


@pytest.fixture
def people(world: World) -> list[Neighbour]:
    """Six villagers, of whom all vote."""
    return villagers(world, *NAMES)


def test_from_the_first_name_to_the_result(world: World, people: list[Neighbour]) -> None:
    granny, zhao, qian, *rest = people
    secretary = world.admin()

    opens(world, secretary)
    assert granny.hears("村里评“好邻居”", "被提名的人先点头")
    names(granny, "赵大爷")
    assert granny.hears("本人点头之前，别人不会知道")
    assert zhao.woken("王奶奶提名您评“好邻居”", "常帮大家扫雪", "随时可以退出")
    qian.says("/nominate")
    assert not qian.hears("赵大爷"), "nobody hears of a name before its owner has agreed"
    zhao.taps("我愿意")
    assert granny.hears("赵大爷答应参加")
    qian.says("/nominate").taps("附议：赵大爷")
    stands(zhao, qian, granny, "照看村里的老人")
    nominations_end(world)

    assert granny.hears("“好邻居”开始投票", "至少 5 人投票才算数", "票数一样多的，一起当选")
    granny.taps("去投票")
    assert granny.hears("您只有一票，投了不能改", "赵大爷：常帮大家扫雪", "钱大妈：照看村里的老人")
    granny.taps("1. 赵大爷")
    assert granny.hears("请再点一次同一个名字")
    assert counters(world) == [0, 0, 0]
    granny.taps("1. 赵大爷")
    assert granny.hears("您的一票投进去了")
    for who in (zhao, *rest):
        votes(who, "1. 赵大爷")
    votes(qian, "3. 都不选")
    assert counters(world) == [1, 5, 0]
    assert voters(world) == {one.id for one in people}
    secretary.says("/award")
    assert secretary.hears("投票中", "票数等投票结束才看得到")
    assert not secretary.hears("5 票")
    ballot_ends(world)

    assert (ending(world), winners(world)) == (AwardEnding.AWARDED, ["赵大爷"])
    assert zhao.woken("恭喜您评上“好邻居”")
    world.clock.move(minutes=1)
    calendar_turns(world)
    assert granny.hears("村里评出的“好邻居”")
    granny.says("/published")
    granny.says("/published 1")
    assert granny.hears("赵大爷。感谢为乡亲们做的一切", "6 人投票")
    secretary.says("/award")
    assert secretary.hears("评出来了", "可投 6 人，投了 6 人", "赵大爷：5 票", "钱大妈：0 票", "都不选：1 票")


def test_a_second_vote_is_refused(world: World, people: list[Neighbour]) -> None:
    granny, zhao, qian, *_ = people
    opens(world, world.admin())
    stands(granny, zhao, qian)
    nominations_end(world)
    granny.taps("去投票")
    carried = granny.data("1. 赵大爷")
    granny.taps("1. 赵大爷").taps("1. 赵大爷")

    granny.repeats_tap("1. 赵大爷", carried).repeats_tap("1. 赵大爷", carried)
    granny.says("/vote")

    assert granny.hears("每人只有一票，不能改")
    assert granny.hears("您投过了")
    assert counters(world) == [0, 1]


def test_two_different_names_are_no_vote(world: World, people: list[Neighbour]) -> None:
    granny, zhao, qian, *_ = people
    opens(world, world.admin())
    stands(granny, zhao, qian)
    nominations_end(world)

    granny.taps("去投票").taps("1. 赵大爷").taps("2. 都不选")
    assert granny.hears("两次点的不是同一个名字")
    assert counters(world) == [0, 0]
    granny.says("2")
    assert counters(world) == [1, 0], "what is typed counts like a tap"


def test_nobody_names_or_seconds_themselves(world: World, people: list[Neighbour]) -> None:
    granny, zhao, _, *_ = people
    brother = world.relative("王二爷", of=granny)
    leader = world.steward("李书记")
    opens(world, world.admin("镇里"), "勤俭家庭")

    names(granny, "王奶奶")
    names(granny, "王二爷")
    assert granny.hears("不能提名自己或自己家")
    names(leader, "李书记")
    assert leader.hears("不能提名自己")
    names(zhao, "王奶奶家")
    assert zhao.hears("叫“王奶奶家”的有几位")
    zhao.taps("王二爷（王奶奶家）").says("从不浪费")
    brother.taps("我愿意")
    for who in (zhao, granny, brother):
        who.says("/nominate").taps("附议：王奶奶家")
        assert who.hears("要另一位乡亲")
    with world.store.read() as conn:
        assert conn.scalar(select(func.count()).select_from(Nomination)) == 1
        assert conn.scalar(select(func.count()).where(Nomination.seconded_by.is_not(None))) == 0


@pytest.mark.parametrize("when", ["asked", "seconded", "voting"])
def test_nobody_is_published_who_refuses(world: World, people: list[Neighbour], when: str) -> None:
    granny, zhao, qian, *rest = people
    secretary = world.admin()
    opens(world, secretary)
    stands(granny, qian, rest[0])
    if when == "asked":
        names(granny, "赵大爷")
    else:
        stands(granny, zhao, rest[0])
    if when == "voting":
        nominations_end(world)
        for who in people[2:]:
            votes(who, "2. 赵大爷")
        granny.taps("去投票").taps("2. 赵大爷")
        zhao.says("/mine").taps("不参加")
        granny.taps("2. 赵大爷")
        assert granny.hears("这一位刚刚退出了")
        assert counters(world) == [0, 0, 4]
        votes(granny, "1. 钱大妈")
    else:
        zhao.taps("不参加")
        nominations_end(world)
        for who in people:
            votes(who, "1. 钱大妈")
    assert zhao.hears("不会公布您")
    ballot_ends(world)

    assert winners(world) == ["钱大妈"]
    assert not zhao.hears("恭喜")


def test_too_few_votes_give_no_award(world: World, people: list[Neighbour]) -> None:
    granny, zhao, qian, *_ = people
    secretary = world.admin()
    opens(world, secretary)
    stands(granny, zhao, qian)
    nominations_end(world)
    for who in people[:4]:
        votes(who, "1. 赵大爷")
    ballot_ends(world)

    assert (ending(world), winners(world)) == (AwardEnding.NO_QUORUM, [])
    assert secretary.hears("投票的人不够")
    secretary.says("/award")
    assert not secretary.hears("赵大爷："), "so few votes would be no secret"


@pytest.mark.parametrize(("tie", "won"), [(TieRule.SHARE, ["赵大爷", "钱大妈"]), (TieRule.EARLIER, ["赵大爷"])])
def test_a_tie_goes_by_the_rule_that_was_told(
    world: World, people: list[Neighbour], tie: TieRule, won: list[str]
) -> None:
    world.change(ballots={"tie": tie})
    granny, zhao, qian, *rest = people
    opens(world, world.admin())
    stands(granny, zhao, rest[0])
    stands(granny, qian, rest[0])
    nominations_end(world)
    assert granny.hears("一起当选" if tie is TieRule.SHARE else "先提名的当选")
    world.change(ballots={"tie": TieRule.SHARE})  # A ballot keeps the rule that it began with.
    for number, who in enumerate(people):
        votes(who, "1. 赵大爷" if number % 2 else "2. 钱大妈")
    ballot_ends(world)

    assert winners(world) == won


def test_nobody_standing_ends_the_round(world: World, people: list[Neighbour]) -> None:
    secretary = world.admin()
    opens(world, secretary)
    names(people[0], "赵大爷")
    nominations_end(world)

    assert ending(world) is AwardEnding.NO_NOMINEE
    assert secretary.hears("没有候选人")
    assert not people[0].hears("开始投票")


def test_the_calendar_asks_and_closes_once(world: World, people: list[Neighbour]) -> None:
    granny, zhao, qian, *_ = people
    opens(world, world.admin())
    stands(granny, zhao, qian)
    world.clock.move(days=7, hours=1)
    for _ in range(2):  # Two processes look at the same minute.
        calendar.run_due(world.store, world.clock, world.rules, JOBS)
    world.settle()
    world.clock.move(minutes=1)
    calendar_turns(world)

    with world.store.read() as conn:
        assert conn.scalar(select(func.count()).select_from(Ballot)) == 1
        invited = conn.scalars(select(Outbox.person_id).where(Outbox.key.startswith("ballot:"))).all()
    assert sorted(invited) == sorted(one.id for one in people)


def test_who_is_not_of_the_village_takes_no_part(world: World, people: list[Neighbour]) -> None:
    granny, zhao, qian, *_ = people
    passer, other = world.stranger(), world.person("外村人", village="130227100201")
    opens(world, world.admin())
    stands(granny, zhao, qian)
    nominations_end(world)
    granny.taps("去投票")
    carried = granny.data("1. 赵大爷")
    for who in (passer, other):
        who.says("/vote").says("/nominate")
        assert who.hears("没有投票")
        assert not who.hears("赵大爷")
        who.repeats_tap("1. 赵大爷", carried).repeats_tap("1. 赵大爷", carried)
        assert who.hears("这个按钮不能用了")
    assert counters(world) == [0, 0]


def test_in_english(world: World) -> None:
    granny = world.resident(language=Language.EN)
    zhao, qian = villagers(world, "赵大爷", "钱大妈")
    opens(world, world.admin(), "neighbour")
    granny.taps("Name somebody").says("赵大爷").says("He clears the snow")
    assert granny.hears("nobody else hears of it before they agree")
    zhao.taps("我愿意")
    qian.says("/nominate").taps("附议：赵大爷")
    nominations_end(world)
    granny.taps("To the vote").taps("1. 赵大爷").taps("1. 赵大爷")
    assert granny.hears("The ballot for “good neighbour”", "one vote and cannot change it")
    assert granny.hears("Your vote is counted")


def test_a_county_that_lets_few_decide_publishes_no_number_of_votes(world: World, people: list[Neighbour]) -> None:
    world.change(ballots={"fewest": 2})
    granny, zhao, qian, *_ = people
    secretary = world.admin()
    opens(world, secretary)
    stands(granny, zhao, qian)
    nominations_end(world)
    for who in (granny, qian):
        votes(who, "1. 赵大爷")
    ballot_ends(world)
    granny.says("/published 1")
    assert granny.hears("赵大爷。感谢为乡亲们做的一切")
    assert not granny.hears("人投票。")
