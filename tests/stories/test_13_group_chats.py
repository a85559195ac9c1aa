"""Promise 13: in a group only commands, mentions and replies are answered; anything personal moves to private chat."""

import pytest
from sqlalchemy import func, select

from models.mail import Outbox
from models.people import Person, Route
from models.words import Language, Post, RouteState
from tests.stories.groups import group
from tests.stories.world import World

pytestmark = pytest.mark.telegram  # The web chat has no such thing.

PRIVATE = "您的事不在群里说。请打开和我的私聊，写一句话就行。"
ADDRESS = "https://t.me/stand_in_bot?start=group"


def people(world: World) -> int:
    """How many people we know."""
    with world.store.read() as conn:
        return conn.execute(select(func.count()).select_from(Person)).scalar_one()


def test_what_neighbours_say_to_each_other_is_not_ours(world: World) -> None:
    granny, passer = world.resident(), world.stranger()
    village, before = group(world), people(world)

    message = village.says(granny, "楼道灯坏了，谁会修？")
    village.says(passer, "@wangnainai 我来看看", reply_to=message)
    village.says(passer, "着火了！")
    village.says(passer, "/start@another_bot")

    assert village.heard == [] and granny.heard == [] and passer.heard == []
    assert world.cases() == []
    assert people(world) == before


@pytest.mark.parametrize(
    "words", ["/help", "/help@stand_in_bot", "@stand_in_bot 楼道灯坏了", "楼道灯坏了 @Stand_In_Bot"]
)
def test_what_is_meant_for_us_gets_the_way_to_the_private_chat(world: World, words: str) -> None:
    granny, village = world.resident(), group(world)

    village.says(granny, words)

    assert village.heard == [PRIVATE] and village.addresses() == [ADDRESS]
    assert granny.heard == [], "nothing is said about her in another chat either"
    assert world.cases() == [], "and nothing is opened from a group"


def test_a_reply_to_us_is_meant_for_us(world: World) -> None:
    granny, village = world.resident(), group(world)
    village.says(granny, "/help")

    village.says(granny, "我家停电了", reply_to=village.ours["message_id"])

    assert village.heard == [PRIVATE] * 2
    assert world.cases() == []


def test_an_emergency_has_its_numbers_at_once(world: World) -> None:
    granny, village = world.resident(), group(world)

    village.says(granny, "@stand_in_bot 着火了")

    assert "119" in village.heard[0] and village.heard[1] == PRIVATE


def test_who_never_opened_the_private_chat(world: World) -> None:
    passer, village = world.stranger(), group(world)
    before = people(world)

    village.says(passer, "/help")
    village.says(passer, "@stand_in_bot 在吗")
    other = group(world, -60, "二组")
    other.says(passer, "/help")

    assert village.heard == [PRIVATE] * 2 and other.heard == [PRIVATE]
    assert people(world) == before + 1, "one person, however many groups"
    with world.store.read() as conn:
        routes = conn.execute(select(Route.address, Route.state).where(Route.address == passer.address)).all()
        negative = conn.execute(select(func.count()).select_from(Route).where(Route.address.like("-%"))).scalar_one()
    assert [tuple(one) for one in routes] == [(passer.address, RouteState.DEAD)], "not to be written to yet"
    assert negative == 0, "a group is nobody's chat"

    passer.says("/start group")
    assert passer.hears("红管家") and not passer.hears("邀请码")
    assert people(world) == before + 1


def test_a_word_in_a_group_does_not_open_a_blocked_chat(world: World) -> None:
    granny, village = world.resident(), group(world)
    granny.does("blocks_bot")

    village.says(granny, "/help")

    with world.store.read() as conn:
        state = conn.execute(select(Route.state).where(Route.person_id == granny.id)).scalar_one()
    assert state is RouteState.DEAD
    assert village.heard == [PRIVATE], "in the group it is said all the same"


def test_a_group_that_becomes_a_supergroup_is_followed(world: World) -> None:
    granny, village = world.resident(), group(world)
    with world.store.write() as conn:  # An office whose chat is the group.
        conn.execute(Route.__table__.insert().values(person_id=granny.id, channel="telegram", address="-50",
                                                     position=1, state=RouteState.LIVE))  # fmt: skip

    village.does("migrates", granny)
    village.says(granny, "/help")

    assert village.heard == [PRIVATE]
    with world.store.read() as conn:
        assert conn.execute(select(Route.address).where(Route.position == 1)).scalar_one() == str(village.chat.chat)


def test_what_waits_for_a_group_goes_to_its_new_address(world: World) -> None:
    granny, village = world.resident(), group(world)
    world.line._person(granny).says("/help", chat=-50)
    world.decides()

    village.does("migrates", granny)

    assert village.heard == [PRIVATE]


def test_put_out_of_a_group(world: World) -> None:
    granny, near, village = world.resident(), world.steward("张三"), group(world)
    world.line._person(granny).says("/help", chat=-50)
    world.decides()

    village.does("removes_bot", granny)

    with world.store.read() as conn:
        waiting = conn.execute(select(Outbox.state).where(Outbox.address == "-50")).scalars().all()
    assert waiting == [Post.DROPPED]
    granny.says("楼道灯坏了")
    assert near.hears("楼道灯坏了"), "her own chat works as before"


def test_put_out_while_we_answer(world: World) -> None:
    granny, village = world.resident(), group(world)
    world.line._person(granny).says("/help", chat=-50)
    world.decides()
    world.line.server.world.chats[-50].state = "kicked"

    world.delivers()

    with world.store.read() as conn:
        assert conn.execute(select(Outbox.state).where(Outbox.address == "-50")).scalar_one() is Post.DEAD
        assert conn.execute(select(Route.state).where(Route.person_id == granny.id)).scalar_one() is RouteState.LIVE
    assert village.heard == []


def test_in_english(world: World) -> None:
    granny, village = world.resident("Wang", language=Language.EN), group(world)

    village.says(granny, "/help")

    assert "private chat" in village.heard[0]
    assert village.ours["reply_markup"]["inline_keyboard"][0][0]["text"] == "Open the private chat"
