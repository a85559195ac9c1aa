"""Promise 25: a broadcast never delays an offer: offers, answers, status and broadcasts are four lanes."""

import pytest

from dispatch import broadcasts, marks, outbox
from models.words import Lane
from tests.stories.rounds import calendar_turns
from tests.stories.world import World

MANY = 60


def _broadcast_waits(world: World) -> None:
    """The secretary has said yes to a broadcast, and nothing of it is sent yet."""
    secretary = world.admin("李书记")
    secretary.says("/broadcast 明天上午停水")
    world.line.taps(secretary, next(label for label in secretary.labels() if label.startswith("发出")))
    world.decides()


def test_an_offer_goes_before_a_broadcast_to_many(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    neighbours = [world.person(f"村民{number}") for number in range(MANY)]
    _broadcast_waits(world)
    world.line.says(granny, "楼道灯坏了")
    world.decides()

    world.delivers(1)
    assert near.hears("楼道灯坏了"), "the very next message is the offer"
    assert not any(one.hears("明天上午停水") for one in [granny, near, *neighbours])

    world.settle()
    assert all(one.hears("明天上午停水") for one in [granny, near, *neighbours]), "and nobody is left out"


def test_answers_and_status_go_before_a_broadcast_too(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("楼道灯坏了")
    _broadcast_waits(world)
    world.line.taps(near, "接单")
    world.line.says(world.steward("赵六", metres=200), "你好")
    world.decides()

    with world.store.read() as conn:
        waiting = outbox.backlog(conn, world.clock.now()).waiting
    for _ in range(sum(count for lane, count in waiting.items() if lane < Lane.BROADCAST)):
        world.delivers(1)
    assert granny.hears("张三", "来帮您"), "an answer"
    assert near.hears("您接了这件事"), "a status: the card was brought up to date"
    assert not granny.hears("明天上午停水")
    assert not near.hears("明天上午停水")


def test_it_is_written_in_batches(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broadcasts, "BATCH", 20)
    neighbours = [world.person(f"村民{number}") for number in range(45)]
    _broadcast_waits(world)
    world.settle()
    assert sum(one.hears("明天上午停水") for one in neighbours) < 21, "no transaction writes to all at once"
    for _ in range(4):
        world.clock.move(minutes=1)
        calendar_turns(world)
    assert [sum("明天上午停水" in text for text in one.heard) for one in neighbours] == [1] * 45
    with world.store.read() as conn:
        assert not marks.beginning(conn, "cast:")


def test_there_are_four_lanes(world: World) -> None:
    assert [str(lane.name) for lane in sorted(Lane)] == ["OFFER", "ANSWER", "STATUS", "BROADCAST"]
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("楼道灯坏了")
    _broadcast_waits(world)
    world.line.taps(near, "不方便")
    world.decides()
    world.line.says(world.resident("李奶奶"), "水管漏水")
    world.decides()
    with world.store.read() as conn:
        waiting = outbox.backlog(conn, world.clock.now()).waiting
    assert set(waiting) == set(Lane), "one of each waits, and none holds up a better one"
