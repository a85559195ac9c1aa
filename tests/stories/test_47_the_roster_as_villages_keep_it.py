"""Promise 47: the roster comes in as villages keep it; a fault is named by row and column, and changes nothing."""

from pathlib import Path

import pytest

from bot.roster import RosterFaults, read_roster
from dispatch import roster
from models.words import Language
from tests.stories.world import VILLAGE, World

FULL_WIDTH = VILLAGE.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
HEADINGS = "村代码,网格,户,地址,电话"
OLD = "3号楼2单元"


def _file(folder: Path, phone: str, encoding: str) -> Path:
    """A village's list of homes: one of them twice, digits of full width, spaces at the ends."""
    line = f"{FULL_WIDTH},一网格 ,王奶奶家,  幸福里5号楼1单元 ,{phone}"
    folder.mkdir(exist_ok=True)
    (folder / "households.csv").write_bytes("\r\n".join((HEADINGS, line, line, "")).encode(encoding))
    return folder


def _imports(world: World, folder: Path) -> roster.Report:
    with world.store.write() as conn:
        return roster.write(conn, world.clock.now(), world.rules, read_roster(folder))


def _address(world: World) -> str:
    """What the accepting steward is shown."""
    near = world.steward("张三")
    world.resident("王奶奶").says("楼道灯坏了")
    near.taps("接单").taps("看地址")
    return "\n".join(near.heard)


@pytest.mark.parametrize("encoding", ["gbk", "utf-8-sig"])
def test_what_was_imported_is_what_the_steward_is_shown(world: World, tmp_path: Path, encoding: str) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    folder = _file(tmp_path / "roster", "１３９００００００２２", encoding)

    assert _imports(world, folder).changes
    granny.says("楼道灯坏了")
    near.taps("接单").taps("看地址")

    assert near.hears("幸福里5号楼1单元")
    assert not near.hears(OLD)
    assert not _imports(world, folder).changes, "the same file once more changes nothing"


def test_in_english(world: World, tmp_path: Path) -> None:
    granny = world.resident("王奶奶", language=Language.EN)
    near = world.steward("张三", language=Language.EN)
    folder = tmp_path / "roster"
    folder.mkdir()
    line = f"{VILLAGE},一网格,王奶奶家,Happy Lane 5,13900000022"
    (folder / "households.csv").write_text(f"village_code,grid,household,address,phone\n{line}\n")

    assert _imports(world, folder).changes
    granny.says("the lamp in our stairwell is out")
    near.taps("Accept").taps("Address")

    assert near.hears("Happy Lane 5")


def test_a_fault_is_named_and_nothing_is_changed(world: World, tmp_path: Path) -> None:
    folder = _file(tmp_path / "roster", "1.39E+10", "gbk")

    with pytest.raises(RosterFaults) as refusal:
        _imports(world, folder)

    assert {(fault.sheet, fault.row, fault.column) for fault in refusal.value.faults} >= {("households.csv", 2, "电话")}
    assert OLD in _address(world), "all or nothing: the address is still the old one"
