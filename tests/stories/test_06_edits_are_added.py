"""Promise 6: a message edited after dispatch is added to the timeline and told; history is not rewritten."""

import pytest

from models.words import NoteKind
from tests.stories.world import Neighbour, World

pytestmark = pytest.mark.telegram  # The web chat has no such thing.


def _edits(who: Neighbour, old: str, new: str) -> None:
    world = who.world
    who.does("edits", world.line.written(who, old) if world.channel == "telegram" else None, new)


def test_an_edit_is_added_and_told(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单")
    world.passes(minutes=3)

    _edits(granny, "楼道灯坏了", "楼道灯坏了，是四楼")

    assert near.hears("对方改了话", "是四楼"), "told to whoever accepted"
    assert granny.hears("改过的话记到 №1")
    assert world.notes() == [(NoteKind.ASKED, "楼道灯坏了"), (NoteKind.EDITED, "楼道灯坏了，是四楼")]
    assert world.case.words == "楼道灯坏了", "history is not rewritten"
    assert len(world.cases()) == 1


def test_an_edit_before_anybody_accepted_is_on_the_card(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("楼道灯坏了")

    _edits(granny, "楼道灯坏了", "院里灯坏了")

    assert near.hears("求助", "楼道灯坏了", "院里灯坏了")


def test_the_edit_of_a_word_to_the_helper_is_told_as_well(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单")
    world.passes(minutes=3)
    granny.says("带三米的梯子")

    _edits(granny, "带三米的梯子", "带五米的梯子")

    assert near.hears("对方改了话", "带五米的梯子")


def test_an_edit_into_an_emergency_alarms(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("屋里有味")

    _edits(granny, "屋里有味", "屋里煤气味很大")

    assert granny.hears("119", "120", "110")
    assert near.hears("紧急求助", "煤气")


def test_an_edit_that_belongs_to_nothing_is_answered(world: World) -> None:
    granny = world.resident()
    granny.says("你好")

    _edits(granny, "你好", "楼道灯坏了")

    assert granny.last == "改过的这句我没法转了。请重新写一句。"


def test_an_edit_after_the_end_is_answered(world: World) -> None:
    granny = world.resident()
    world.steward("张三")
    granny.says("楼道灯坏了").taps("取消")

    _edits(granny, "楼道灯坏了", "院里灯坏了")

    assert granny.last == "改过的这句我没法转了。请重新写一句。"
    assert len(world.cases()) == 1
