"""Promise 4: whoever is refused hears it, also when the message of somebody else in the same moment goes wrong."""

import pytest

from dispatch.points import settling
from dispatch.work import Work
from tests.stories.world import World

GONE = "这个按钮不能用了。请看最新的消息，或发 /mine。"


def test_a_refusal_outlives_the_failure_of_somebody_else(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    near, granny = world.steward("张三"), world.resident()
    thief, grandpa = world.steward("李四", metres=200), world.resident("赵爷爷")
    granny.says("楼道灯坏了")

    def broken(work: Work) -> None:
        work.flush()  # As whoever reads what this very transaction has collected.
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(settling, "settle", broken)
    with world.at_once():
        thief.repeats_tap("接单", near.data("接单"))
        grandpa.says("你好")

    assert thief.last == GONE
    assert not grandpa.heard
    if world.channel == "telegram":
        assert len(world.line.server.calls("answerCallbackQuery")) == 1, "and their tap is acknowledged"
    monkeypatch.undo()
    world.jumps(minutes=1)
    assert grandpa.heard, "what failed is heard again"
    assert [text for text in thief.heard if text == GONE] == [GONE]
