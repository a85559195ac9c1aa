"""Promise 48, at the door: what visits and contact cards leave of a person is shown, erased and forgotten too."""

import pytest
from sqlalchemy import JSON, String, func, select

from dispatch.rights import erasing, holdings
from models.claims import Claim, CodeTry
from models.people import Invitation, Link, Steward
from models.requests import Media
from models.tables import metadata
from models.visits import Visit, VisitNote
from models.words import State
from tests.stories.canaries import everything
from tests.stories.doors import empty_home, links, prints, scans
from tests.stories.rights import bytes_on_disk, documents, gives_documents, minutes_pass, nights
from tests.stories.world import Neighbour, World

NAME, HOME = "金丝雀婆婆", "丹凤眼家"
FOUND, NEEDS, SOLVED, PAPER = (
    "夜里咳得整宿睡不着觉",
    "想把后院的门槛锯低一些",
    "已经替她买好止咳糖浆",
    "纸上写着她摔过一跤",
)
CANARIES = (NAME, HOME, FOUND, NEEDS, SOLVED, PAPER)


def _lives(world: World) -> tuple[Neighbour, Neighbour]:
    """Somebody who came in by a card, after a mistyped code, and was called on, in chat and on paper."""
    gives_documents(world)
    near, clerk = world.steward("张三"), world.steward("文书")
    home = empty_home(world, HOME)
    links(world, home, near)
    granny = world.stranger(NAME)
    granny.says("WXYZ-2345")
    scans(granny, prints(world, near, home).token, NAME)
    near.taps("是这家人")
    near.says("/visit").says(HOME).says(FOUND).says(NEEDS).sends("photo")
    near.says(SOLVED).taps("跳过")
    clerk.says(f"/paper {HOME} 03-02 上门 {PAPER}")
    granny.says("/visits")
    with world.store.read() as conn:
        number = conn.execute(select(Claim.person_id)).scalar_one()
    assert number is not None
    return Neighbour(world, number, NAME, granny.address), near


def test_every_table_that_can_hold_words_is_erased_or_says_why_not() -> None:
    wordy = {
        name for name, table in metadata.tables.items() if any(isinstance(c.type, String | JSON) for c in table.columns)
    }
    assert not erasing.EMPTIED & erasing.UNTOUCHED.keys()
    assert wordy - erasing.EMPTIED - erasing.UNTOUCHED.keys() == set(), "sort the new table in dispatch/rights/erasing"
    assert set(metadata.tables) >= erasing.EMPTIED | erasing.UNTOUCHED.keys()
    sealed = {"point_entries", "hand_entries"}  # Figures of a ledger, by number: reversed, never deleted.
    assert sealed == holdings.HELD - erasing.EMPTIED, "whatever else is shown can be erased"


def test_my_data_shows_them(world: World) -> None:
    granny, near = _lives(world)
    granny.says("/mydata")
    (mine,) = documents(world)
    for part in ("■ 我扫过连心卡", "■ 我输错的码", "■ 到我家的走访", "■ 走访我家时说的话", "■ 照片和录音", *CANARIES):
        assert part in mine, part
    near.says("/mydata")
    theirs = documents(world)[-1]
    assert "■ 到我家的走访，或我做的走访" in theirs
    assert "■ 走访我家时说的话" not in theirs, "what was said at that door is the household's"


def test_my_data_shows_them_in_english(world: World) -> None:
    granny, _ = _lives(world)
    granny.says("/lang en").says("/mydata")
    assert "■ Contact cards that I showed" in documents(world)[-1]
    assert "■ What was said at visits to my home" in documents(world)[-1]


def test_erased_is_erased_at_the_door_as_well(world: World) -> None:
    granny, _ = _lives(world)
    before = everything(world)
    assert [one for one in CANARIES if one not in before] == []
    granny.says("/erase").taps("全部删掉")
    minutes_pass(world)

    left = everything(world)
    assert [one for one in CANARIES if one in left] == []
    with world.store.read() as conn:
        counts = {one: conn.scalar(select(func.count()).select_from(one)) for one in (Claim, CodeTry, VisitNote, Media)}
        assert counts == dict.fromkeys(counts, 0)
        assert conn.scalar(select(func.count()).select_from(Visit)) == 2, "that there were visits stays"
        assert conn.scalar(select(func.count()).where(Invitation.revoked_at.is_(None))) == 0
    if world.store.sqlite:
        on_disk = bytes_on_disk(world)
        assert [one for one in CANARIES if one.encode() in on_disk] == []


def test_what_was_asked_at_the_door_is_erased_once_it_has_ended(world: World) -> None:
    granny, near = _lives(world)
    near.says("/visit").says(HOME).says("腿脚还好").says("屋檐下的冰凌快砸到人了").taps("没解决，替他家求助")
    assert world.case.words == "屋檐下的冰凌快砸到人了"
    world.admin().says(f"/close {world.case.id} 不归我们管 物业来敲")
    assert world.case.state is State.CLOSED
    granny.says("/erase").taps("全部删掉")
    minutes_pass(world)
    assert "屋檐下的冰凌" not in everything(world)


def test_a_steward_who_is_erased_takes_their_words_along(world: World) -> None:
    _, near = _lives(world)
    near.says("/visit").says(HOME)
    near.says("/erase").taps("全部删掉")
    minutes_pass(world)
    left = everything(world)
    assert [one for one in (FOUND, NEEDS, SOLVED) if one in left] == []
    assert NAME in left, "whom they called on stays"
    with world.store.read() as conn:
        assert conn.scalar(select(func.count()).where(Visit.ended_at.is_(None))) == 0
        assert conn.scalar(select(func.count()).select_from(Link)) == 0
        assert conn.scalar(select(Steward.left_at).where(Steward.person_id == near.id)) is not None
        assert conn.scalar(select(func.count()).where(Invitation.revoked_at.is_(None))) == 0


@pytest.mark.parametrize("days", [88, 91])
def test_what_was_said_at_the_door_is_forgotten_after_its_time(world: World, days: int) -> None:
    _lives(world)
    world.clock.move(days=days)
    nights(world)
    gone = days > 90
    with world.store.read() as conn:
        for table in (VisitNote, Claim, CodeTry, Media):
            assert (conn.scalar(select(func.count()).select_from(table)) == 0) == gone, table
        assert conn.scalar(select(func.count()).select_from(Visit)) == 2
        assert conn.scalar(select(Visit.counts).order_by(Visit.id).limit(1)) is True


def test_an_old_card_goes_after_the_chats_that_showed_it(world: World) -> None:
    _lives(world)
    world.clock.move(days=world.rules.cards.valid.days + 91)
    nights(world)
    with world.store.read() as conn:
        assert conn.scalar(select(func.count()).select_from(Invitation)) == 0
        assert conn.scalar(select(func.count()).select_from(Claim)) == 0


def test_erased_in_english(world: World) -> None:
    granny, _ = _lives(world)
    granny.says("/lang en").says("/erase").taps("Erase it all")
    minutes_pass(world)
    assert [one for one in CANARIES if one in everything(world)] == []
