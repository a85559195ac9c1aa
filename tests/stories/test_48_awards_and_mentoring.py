"""Promise 48, together: what awards, votes and pairs keep is shown, erased and forgotten; counts stay."""

import pytest
from sqlalchemy import func, select, update

from models.awards import Nomination
from models.ballots import BallotVoter
from models.habits import PairState
from models.mentoring import JobFound, MentorDeed, Pair
from models.places import Household
from tests.stories.canaries import everything
from tests.stories.polls import ballot_ends, counters, nominations_end, opens, stands, villagers, voters, votes, winners
from tests.stories.rights import bytes_on_disk, documents, gives_documents, minutes_pass, nights
from tests.stories.world import Neighbour, World

NAME, HOME = "金丝雀婆婆", "丹凤眼家"
WHY, DEED, WORK = "冬天挨家挨户送热豆浆", "借给她三十袋平菇菌棒", "镇东头的豆腐坊早班"
CANARIES = (NAME, HOME, WHY, DEED, WORK)


def _lives(world: World) -> tuple[Neighbour, list[Neighbour]]:
    """Somebody who was named and stands on a ballot, has voted, is taken along and has found work."""
    gives_documents(world)
    granny = world.resident(NAME, phone="13955550101")
    with world.store.write() as conn:
        conn.execute(update(Household).values(name=HOME))
    others = villagers(world, "王能人", "赵大爷", "钱大妈", "孙大哥", "李嫂子")
    leader, zhao, *_ = others
    secretary = world.admin()
    secretary.says("/leader 王能人 平菇")
    leader.says(f"/mentor {NAME}")
    granny.taps("愿意跟着干")
    leader.says("/mentor").taps("记一件帮的事").says(DEED)
    granny.says("/mentor").taps("找到活儿了").says(WORK)
    opens(world, secretary)
    stands(zhao, granny, leader, WHY)
    stands(granny, zhao, leader, "会修水泵")
    nominations_end(world)
    for who in (granny, *others):
        votes(who, f"1. {NAME}")
    return granny, others


def test_my_data_shows_them(world: World) -> None:
    granny, _ = _lives(world)
    granny.says("/mydata")
    (mine,) = documents(world)
    for part in ("■ 我参加过的投票（投了谁没有存）", "■ 我被提名，或我提名别人", "■ 我的结对", WHY, DEED, WORK):
        assert part in mine, part


def test_erased_is_erased_and_the_counts_stay(world: World) -> None:
    granny, others = _lives(world)
    before = everything(world)
    assert [one for one in CANARIES if one not in before] == []
    granny.says("/erase").taps("全部删掉")
    minutes_pass(world)

    left = everything(world)
    assert [one for one in CANARIES if one in left] == []
    if world.store.sqlite:
        on_disk = bytes_on_disk(world)
        assert [one for one in CANARIES if one.encode() in on_disk] == []
    assert counters(world) == [0, 6, 0], "a vote cannot be found again, and so it stays"
    assert voters(world) == {one.id for one in others}
    with world.store.read() as conn:
        assert conn.scalars(select(Pair.state)).all() == [PairState.ENDED]
        assert conn.scalar(select(func.count()).select_from(JobFound)) == 1
    ballot_ends(world)
    assert winners(world) == [], "nobody is published who is erased"


@pytest.mark.parametrize("days", [80, 100])
def test_who_voted_is_forgotten_after_its_time(world: World, days: int) -> None:
    _lives(world)
    ballot_ends(world)
    world.clock.move(days=days)
    nights(world)
    with world.store.read() as conn:
        assert (conn.scalar(select(func.count()).select_from(BallotVoter)) == 0) == (days > 90)
        assert (set(conn.scalars(select(Nomination.reason))) == {""}) == (days > 90)
        assert conn.scalar(select(func.count()).select_from(MentorDeed)) == 1
    assert counters(world) == [0, 6, 0]


def test_what_was_done_is_forgotten_after_three_years(world: World) -> None:
    _lives(world)
    world.clock.move(days=world.rules.retention.mentoring.days + 1)
    nights(world)
    with world.store.read() as conn:
        assert conn.scalar(select(func.count()).select_from(MentorDeed)) == 0
        assert conn.scalar(select(func.count()).select_from(JobFound)) == 1
