"""Promise 46: what touches many says first how many, asks once more, is logged; nobody sees beside their area."""

import re
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from bot.conversation import gate
from dispatch.permissions import TABLE, Role
from models.awards import AwardRound
from models.mentoring import Pair
from models.people import Link, Person, Route, Steward
from models.places import Area, Grid
from models.requests import Audit
from models.words import Language, Level, State
from tests.stories.test_grids_who_has_whom import link
from tests.stories.world import COUNTY, Neighbour, World

OTHER_TOWNSHIP, OTHER_VILLAGE = "130227101", "130227101200"
ADMINS = {Role.BRANCH, Role.TOWNSHIP, Role.COUNTY}
# Every command that only admins have, by how much it touches. What touches many is among the stories below.
LOOKS = {"status", "open", "show", "why", "roster", "unreachable", "overdue", "figures"}
TOUCHES_ONE = {"assign", "close", "offduty", "invite", "give", "reverse"}
CASTS = {"broadcast": "明天上午停水"}
# What is given to it, how many it says it touches, its second yes, and how it is logged.
CHANGES = {
    "grid": ("方案", "3 户换管家", "照此划分（3 户）", "grid_changed"),
    "left": ("张三", "名下有 1 户", "张三不再当管家", "left"),
    "revoke": ("王奶奶", "1 个聊天", "确定断开", "revoke"),
    "award": ("好邻居", "通知村里 5 人", "开始评比（通知 5 人）", "award_open"),
    "leader": ("张三 退出", "1 对结对就结束了", "张三不再当带头人", "leader_left"),
}
TOUCHES_MANY = {*CASTS, *CHANGES, "drill"}  # Of a practice, test_drill.py tells.


@pytest.fixture
def other(world: World) -> Neighbour:
    """The admin of another township, in which there is one village with one steward."""
    with world.store.write() as conn:
        conn.execute(insert(Area), [
            {"code": OTHER_TOWNSHIP, "level": Level.TOWNSHIP, "name": "金厂峪镇", "parent_code": COUNTY},
            {"code": OTHER_VILLAGE, "level": Level.BRANCH, "name": "榆木岭村", "parent_code": OTHER_TOWNSHIP},
        ])  # fmt: skip
        grid = conn.execute(insert(Grid).returning(Grid.id), [{"village_code": OTHER_VILLAGE, "name": "一网格"}])
        world.grids[OTHER_VILLAGE, "一网格"] = grid.scalar_one()
    there = {"village": OTHER_VILLAGE, "township_code": OTHER_TOWNSHIP}
    steward = world.steward("榆木岭管家", village=OTHER_VILLAGE, who=world.person("榆木岭管家", **there))
    world.set(steward, township_code=OTHER_TOWNSHIP)
    return world.admin("峪里镇长", Level.TOWNSHIP, area=OTHER_TOWNSHIP)


def test_every_command_of_admins_is_known_by_how_much_it_touches() -> None:
    theirs = {name for name, action in gate.COMMANDS.items() if TABLE[action] <= ADMINS}
    assert theirs == LOOKS | TOUCHES_ONE | TOUCHES_MANY, "sort the new command in; if it touches many, it asks"


@pytest.mark.parametrize("command", CASTS)
def test_it_says_how_many_asks_once_more_and_is_logged(world: World, other: Neighbour, command: str) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    admin = world.admin("镇里", Level.TOWNSHIP)
    words = CASTS[command]
    admin.says(f"/{command} {words}")
    told = re.search(r"(\d+) 人", admin.last)
    assert told
    assert int(told[1]) == 4, "both of them, the admin, and the other admin, who lives here as well"
    assert not granny.hears(words)
    assert _logged(world, command) == 0
    admin.taps(f"发出（{told[1]} 人）")
    assert granny.hears(words)
    assert near.hears(words)
    assert _logged(world, command) == 1
    steward = next(one for one in _everybody(world) if one.name == "榆木岭管家")
    assert not steward.hears(words), "not one beyond the township"
    other.says(f"/{command} {words}")
    assert other.hears("要发给 1 人")


@pytest.mark.parametrize("command", CHANGES)
def test_it_says_how_many_and_does_nothing_before_the_second_yes(world: World, other: Neighbour, command: str) -> None:
    world.change(grids={"most": 5, "least": 1})
    for name in ("王奶奶", "赵大爷", "钱大妈"):
        world.resident(name)
    steward = world.steward("张三")
    world.steward("李四", grid="二网格")
    given, count, yes, action = CHANGES[command]
    if command == "left":
        link(world, {"王奶奶家": "张三"})
    admin = world.admin()
    if command == "leader":
        admin.says("/leader 张三")
        steward.says("/mentor 王奶奶")
    before = _rows(world)

    admin.says(f"/{command} {given}")
    assert admin.hears(count)
    assert _rows(world) == before
    assert _logged(world, action) == 0
    other.says(f"/{command} {given} 东村" if command in ("grid", "award") else f"/{command} {given}")
    assert yes not in other.labels(), "nobody beside the area is even asked"
    other.repeats_tap("", admin.data(yes))
    assert _rows(world) == before, "nor does the button of another do anything for them"
    admin.taps(yes)
    assert _rows(world) != before
    assert _logged(world, action) >= 1
    after = _rows(world)
    admin.repeats_tap("", f"go:{'x' * 22}")
    assert _rows(world) == after


def _rows(world: World) -> list[list[Any]]:
    with world.store.read() as conn:
        tables = ((Link.household_id, Link.steward_id), (Steward.id, Steward.left_at), (Route.person_id, Route.address),
                  (AwardRound.id, AwardRound.village_code), (Pair.id, Pair.state))  # fmt: skip
        return [sorted(map(tuple, conn.execute(select(*columns))), key=repr) for columns in tables]


def _logged(world: World, command: str) -> int:
    with world.store.read() as conn:
        return conn.scalar(select(func.count()).where(Audit.action == command)) or 0


def _everybody(world: World) -> list[Neighbour]:
    with world.store.read() as conn:
        rows = conn.execute(select(Route.person_id, Route.address)).all()
        names = dict(conn.execute(select(Person.id, Person.name)).all())
    return [Neighbour(world, number, names[number], address) for number, address in rows]


def test_an_admin_of_one_township_does_not_see_another(world: World, other: Neighbour) -> None:
    granny, near, mine = world.resident("王奶奶"), world.steward("张三"), world.admin("镇里", Level.TOWNSHIP)
    world.steward("孙七", reachable=False)
    granny.says("楼道灯坏了")
    number = world.case.id
    for command in (
        "/status", "/open", f"/show {number}", f"/why {number}", "/roster", "/unreachable", "/offduty 张三",
        "/invite 王奶奶", f"/assign {number} 榆木岭管家", f"/cancel {number} 不用了",
        f"/close {number} 转办 供电所 95598",
    ):  # fmt: skip
        other.says(command)
    for word in ("楼道灯", "东村", "孙七", "张三的", "王奶奶的", "已问人 1"):
        assert not other.hears(word), word
    assert other.hears("榆木岭村 · 一网格")
    assert world.case.state is State.OFFERED
    assert near.hears("楼道灯坏了")
    mine.says("/open").says("/roster").says("/unreachable")
    assert mine.hears("楼道灯坏了")
    assert mine.hears("孙七")
    assert not mine.hears("榆木岭")


def test_in_english(world: World) -> None:
    granny = world.resident("王奶奶", language=Language.EN)
    admin = world.admin()
    admin.says("/lang en").says("/broadcast No water tomorrow")
    assert admin.hears("2", "No water tomorrow")
    assert not granny.hears("No water")
