"""Promise 48: what is old is erased by itself."""

from typing import Any

from sqlalchemy import func, select

from models.mail import Inbox, Outbox, WebMessage
from models.people import Person, Route
from models.requests import Media, Note, Request
from models.rights import Tombstone
from models.words import Mail, Post
from tests.stories.canaries import ADDRESS, ANSWER, MORE, NAME, TALK, WORDS, everything, lives
from tests.stories.rights import bytes_on_disk, nights
from tests.stories.world import World


def test_what_is_old_is_erased_by_itself(world: World) -> None:
    granny, _, _ = lives(world)
    world.clock.move(days=88)
    nights(world)
    assert WORDS in _of_requests(world)
    before = _figures(world)
    world.clock.move(days=3)
    nights(world)
    left = _of_requests(world)
    assert [one for one in (WORDS, MORE, TALK, ANSWER, ADDRESS) if one in left] == []
    assert NAME in everything(world), "the roster stays"
    assert _figures(world) == before
    with world.store.read() as conn:
        assert conn.scalar(select(func.count()).select_from(Media)) == 0
    granny.says("/mine")
    assert granny.hears("№1")
    if world.store.sqlite:
        assert TALK.encode() not in bytes_on_disk(world)


def _figures(world: World) -> Any:
    with world.store.read() as conn:
        figures = select(
            Request.id, Request.state, Request.ending, Request.rating, Request.ended_at, Request.village_code
        )
        return conn.execute(figures).all()


def _of_requests(world: World) -> str:
    with world.store.read() as conn:
        tables = (Request, Note, Outbox, WebMessage, Inbox)  # The mail's own time is shorter, and over.
        return "\n".join(repr(tuple(row)) for one in tables for row in conn.execute(select(one.__table__)))


def test_mail_and_chats_go_after_their_time_and_open_requests_stay(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    passer = world.stranger().says("在吗")
    granny.says(WORDS)
    near.taps("接单")
    world.clock.move(days=100)
    nights(world)
    with world.store.read() as conn:
        kept = world.clock.now() - world.rules.retention.chats
        assert conn.scalar(select(func.count()).where(Inbox.state == Mail.DONE)) == 0
        assert conn.scalar(select(func.count()).where(Outbox.state == Post.SENT, Outbox.send_at < kept)) == 0
        assert conn.scalar(select(func.count()).where(WebMessage.at < kept)) == 0
        assert conn.scalar(select(Request.words)) == WORDS, "what is open is needed"
        assert conn.scalar(select(func.count()).select_from(Tombstone)) == 0
    world.clock.move(days=270)
    nights(world)
    with world.store.read() as conn:
        assert conn.scalar(select(func.count()).where(Route.address == passer.address)) == 0, "a stranger of a year ago"
        assert conn.scalar(select(func.count()).where(Person.name == "张三")) == 1


def test_a_night_erases_in_bounded_batches(world: World) -> None:
    world.change(retention={**world.rules.retention.model_dump(), "batch": 3})
    granny = world.resident()
    for number in range(8):
        granny.says(f"第{number}件事情要办").taps("取消")
    world.clock.move(days=95)
    left: list[int] = []
    nights(world, 1, minutes=1)
    for _ in range(3):
        with world.store.read() as conn:
            left.append(conn.scalar(select(func.count()).where(Request.forgotten_at.is_(None))) or 0)
        nights(world, 1, minutes=1)
    assert left == sorted(left, reverse=True)
    assert left[0] > left[-1]


def test_answers_and_offers_come_when_all_that_was_sent_before_is_forgotten(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says(WORDS)
    near.taps("接单")
    near.taps("已解决")
    granny.taps("已解决")
    world.clock.move(days=40)  # The mail's time is over; what stands in the chats is kept for longer.
    nights(world)
    with world.store.read() as conn:
        assert conn.scalar(select(func.count()).select_from(Outbox)) == 0
    granny.says("水管爆了，水淹到楼下了")
    assert near.data("接单")
    near.taps("接单")
    assert granny.hears("张三")
