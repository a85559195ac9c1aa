"""Promise 2: several messages in a row, and the photos of one album, are one request, and its card holds them all."""

import pytest

from dispatch.actors import load
from dispatch.desk import requesting
from dispatch.desk.timeline import Words
from dispatch.work import Work
from models.words import State
from tests.stories.world import World


def test_the_offer_goes_out_with_the_first_message(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")

    granny.says("楼道灯坏了")
    assert near.hears("楼道灯坏了")

    granny.says("在三楼").says("得带梯子")
    assert len(world.cases()) == 1
    assert near.hears("楼道灯坏了", "在三楼", "得带梯子"), "on the same card"
    assert near.labels() == ["接单", "不方便"], "one card with one pair of buttons"
    assert granny.hears("加到 №1")


def test_until_the_first_answer_everything_is_added(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("楼道灯坏了")

    world.passes(minutes=4)
    granny.says("在三楼")

    assert len(world.cases()) == 1
    assert near.hears("楼道灯坏了", "在三楼")


def test_within_a_minute_it_is_added_even_after_somebody_accepted(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单")

    world.passes(seconds=30)
    granny.says("在三楼")

    assert len(world.cases()) == 1
    assert near.hears("楼道灯坏了", "在三楼", "已到达"), "the card that he works with"
    assert near.hears("对方补充", "在三楼"), "and told, since he may be walking"


def test_later_words_go_to_whoever_comes_and_may_be_another_request(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    second = world.steward("李四", metres=200)
    granny.says("楼道灯坏了")
    near.taps("接单")

    world.passes(minutes=2)
    granny.says("家里没米了")
    assert len(world.cases()) == 1
    assert near.hears("对方说", "家里没米了")

    granny.taps("是另一件事")
    assert len(world.cases()) == 2
    assert second.hears("家里没米了")


def test_another_matter_keeps_its_own_kind(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    world.steward("李四", metres=200)
    granny.says("楼道灯坏了")
    near.taps("接单")
    world.passes(minutes=2)

    granny.says("水管漏水").taps("是另一件事")

    assert [case.category for case in world.cases()] == ["electric", "water"]


def test_a_photo_and_then_the_words(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")

    granny.sends("photo").says("这个灯坏了")

    assert len(world.cases()) == 1
    card = next(text for text in near.heard if "求助" in text)
    assert card.count("这个灯坏了") == 1, "said once on the card"
    granny.taps("取消")
    assert world.case.state is State.CANCELLED


def test_a_photo_that_follows_reaches_those_who_were_asked(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")

    granny.says("楼道灯坏了").sends("photo", "就是这个")

    assert len(world.cases()) == 1
    assert near.hears("楼道灯坏了", "就是这个")
    assert world.line.shown(near) == ["photo"]


@pytest.mark.telegram
def test_an_album_is_one_request(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")

    granny.does("sends_album", count=3, caption="墙裂了")

    assert len(world.cases()) == 1
    assert near.hears("墙裂了")
    assert world.line.shown(near) == ["photo", "photo", "photo"]
    assert near.labels() == ["接单", "不方便"]


def test_a_need_of_another_kind_may_be_another_request_before_anybody_answers(world: World) -> None:
    granny, near = world.resident(), world.steward("张三", skills=";electric;")
    plumber = world.steward("水暖赵六", metres=300, skills=";water;")
    granny.says("楼道灯坏了")
    world.passes(minutes=3)

    granny.says("水管也爆了，厨房漏水")
    assert len(world.cases()) == 1
    assert near.hears("楼道灯坏了", "厨房漏水"), "added all the same"
    assert granny.hears("№1", "另一件事")

    granny.taps("是另一件事")
    assert [case.category for case in world.cases()] == ["electric", "water"]
    assert plumber.hears("厨房漏水")


def test_what_follows_closely_or_is_of_no_known_kind_is_not_asked_about(world: World) -> None:
    granny = world.resident()
    world.steward("张三")
    granny.says("楼道灯坏了").says("水管也爆了")
    world.passes(minutes=3)
    granny.says("在三楼")
    assert "是另一件事" not in granny.labels()
    assert len(world.cases()) == 1


def test_what_is_added_while_somebody_accepts_reaches_them(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("水龙头漏水")
    with world.store.write() as conn:
        read_ahead = requesting.running(Work(conn, world.clock.now(), world.rules), granny.id)[0]
    near.taps("接单")
    with world.store.write() as conn:  # As another process plays her turn, which had read before he accepted.
        work = Work(conn, world.clock.now(), world.rules)
        requesting.add(work, load(conn, [granny.id])[granny.id], read_ahead, Words("门禁密码是 1234"))
        work.flush()
    world.settle()
    assert near.hears("对方补充", "门禁密码是 1234")
