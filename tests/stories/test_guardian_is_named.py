"""A frail person is given a guardian: the branch or the roster names one, and both sides have to want it."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from bot.roster import ResidentRow, Roster
from dispatch import roster
from dispatch.guardians import naming
from dispatch.work import Work
from models.guardians import Guardianship
from models.requests import Audit
from models.words import Level
from tests.stories.doors import home, links
from tests.stories.guardians import bind, bonds_kept, frail, tap
from tests.stories.rights import keeps_its_calendar
from tests.stories.world import NEXT_VILLAGE, VILLAGE, Neighbour, World


def test_it_holds_once_both_have_said_yes(world: World, admin: Neighbour, son: Neighbour) -> None:
    granny = frail(world)
    admin.says("/guardian 张奶奶 王强")
    assert son.woken("村里想请您照看张奶奶")
    assert granny.woken("想请王强照看您")
    granny.says("水管漏水了")
    son.taps("我愿意照看")
    assert son.hears("还等张奶奶那边同意")
    assert not son.hears("水管漏水")
    granny.taps("同意")
    assert son.hears("从现在起，您照看张奶奶")
    assert granny.hears("从现在起，王强照看您")
    assert admin.hears("定了：王强照看张奶奶")
    assert world.case.guardian_id == son.id, "what was asked before is followed from now on"
    with world.store.read() as conn:
        actions = conn.scalars(select(Audit.action).where(Audit.action.like("guardian_%")).order_by(Audit.id)).all()
    assert actions == ["guardian_named", "guardian_agreed", "guardian_confirmed"]


def test_who_has_no_chat_is_spoken_for_by_their_steward(world: World, admin: Neighbour, son: Neighbour) -> None:
    near = world.steward("张三")
    granny = frail(world, chat=False)
    links(world, home(world, granny), near)
    admin.says("/guardian 张奶奶 王强")
    assert near.woken("张奶奶没有聊天，请当面问清楚")
    near.taps("同意")
    son.taps("我愿意照看")
    assert son.hears("从现在起，您照看张奶奶")
    assert admin.hears("定了：王强照看张奶奶")


def test_who_is_named_never_speaks_for_the_ward(world: World, admin: Neighbour) -> None:
    """Her own steward is to be it: then another of the branch confirms, and not who named him."""
    near, second = world.steward("张三"), world.admin("刘主任")
    granny = frail(world, chat=False)
    links(world, home(world, granny), near)
    admin.says("/guardian 张奶奶 张三")
    near.taps("我愿意照看")
    near.repeats_tap("", tap(world, "gok"))
    admin.repeats_tap("", tap(world, "gok"))
    assert not near.hears("从现在起")
    second.taps("同意")
    assert near.hears("从现在起，您照看张奶奶")
    assert sum("定了：张三照看张奶奶" in text for text in second.heard) == 1


def test_a_no_ends_it_before_it_begins(world: World, admin: Neighbour, son: Neighbour) -> None:
    granny = frail(world)
    admin.says("/guardian 张奶奶 王强")
    granny.taps("不同意")
    assert admin.hears("没有谈成")
    son.taps("我愿意照看")
    assert son.hears("已经过去了")
    admin.says("/guardian 张奶奶 王强")
    son.taps("不方便")
    assert admin.hears("没有谈成")
    with world.store.read() as conn:
        assert conn.scalar(select(func.count()).where(Guardianship.ended_at.is_(None))) == 0


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("/guardian 张奶奶", "写两个名字"),
        ("/guardian 张奶奶 张奶奶", "自己不能照看自己"),
        ("/guardian 王强 没这人", "没这人"),
        ("/guardian 孙七 王强", "不在哪一户"),
        ("/guardian 张奶奶 孙八", "联系不上孙八"),
        ("/guardian 聋爷爷 王强", "没有别人能替聋爷爷说"),
    ],
)
def test_what_cannot_be_is_answered_plainly(
    world: World, admin: Neighbour, son: Neighbour, said: str, heard: str
) -> None:
    frail(world)
    frail(world, "聋爷爷", chat=False)
    world.steward("孙七")
    world.person("孙八", reachable=False)
    admin.says(said)
    assert admin.hears(heard)
    assert not bonds_kept(world)
    assert not son.heard


def test_one_at_a_time(world: World, admin: Neighbour, son: Neighbour) -> None:
    """Who was asked and has not answered is asked no longer; whoever has it keeps it."""
    granny, other = frail(world), world.resident("李强", phone="13900000009")
    admin.says("/guardian 张奶奶 李强")
    bind(admin, granny, son)
    other.taps("我愿意照看")
    assert other.hears("已经过去了")
    admin.says("/guardian 张奶奶 李强")
    assert admin.hears("王强已经在照看张奶奶")


def test_another_village_names_nobody_here(world: World, son: Neighbour) -> None:
    frail(world)
    beside, town = world.admin("西河书记", area=NEXT_VILLAGE), world.admin("镇里", Level.TOWNSHIP)
    beside.says("/guardian 张奶奶 王强")
    assert not son.heard
    son.says("/guardian 张奶奶 王强")
    assert not bonds_kept(world)
    town.says("/guardian 张奶奶 王强")
    assert son.hears("村里想请您照看张奶奶")


def test_the_branch_sees_who_has_none(world: World, admin: Neighbour, son: Neighbour) -> None:
    granny = frail(world)
    frail(world, "赵奶奶", chat=False)
    beside = world.admin("西河书记", area=NEXT_VILLAGE)
    admin.says("/guardian")
    assert admin.hears("没人照看的年老体弱的人：2 人", "赵奶奶家 · 赵奶奶（没有聊天）", "张奶奶")
    beside.says("/guardian")
    assert beside.hears("没人照看的年老体弱的人：0 人")
    bind(admin, granny, son)
    local = world.rules.local(world.clock.now())
    keeps_its_calendar(world)
    world.clock.move(days=(7 - local.weekday()) % 7 or 7, hours=9 - local.hour)
    keeps_its_calendar(world)
    assert admin.hears("这一周要补的缺口", "没人照看的年老体弱的人：1 人", "赵奶奶")
    son.says("/stop")
    admin.says("/guardian")
    assert admin.hears("没人照看的年老体弱的人：2 人"), "one who cannot be reached looks after nobody"


def test_a_roster_proposes_and_both_are_asked_once(world: World, admin: Neighbour, son: Neighbour) -> None:
    granny = frail(world)
    row = ResidentRow("t", 2, VILLAGE, "张奶奶家", "张奶奶", guardian="13900000007")
    assert _imports(world, row) == 1
    assert _imports(world, row) == 0
    world.settle()
    son.taps("我愿意照看")
    granny.taps("同意")
    assert admin.hears("定了：王强照看张奶奶")
    with world.store.read() as conn:
        exported = [values for sheet, values in roster.export_rows(conn) if sheet == "residents"]
    assert next(one for one in exported if one["name"] == "张奶奶")["guardian"] == "13900000007 王强"
    granny.says("/guardian").taps("不再照看")
    assert _imports(world, row) == 0, "a no is a no, whatever the roster goes on to say"


def test_a_roster_asks_nobody_who_cannot_answer(world: World, admin: Neighbour) -> None:
    frail(world)
    world.person("孙八", phone="13900000008", reachable=False)
    row = ResidentRow("t", 2, VILLAGE, "张奶奶家", "张奶奶", guardian="13900000008 孙八")
    assert _imports(world, row) == 0
    with pytest.raises(roster.Refused):
        _imports(world, replace(row, guardian="13900000099"))


def _imports(world: World, row: ResidentRow) -> int:
    """As `red-steward import` does it; returns for how many a guardian was asked."""
    with world.store.write() as conn:
        work = Work(conn, world.clock.now(), world.rules)
        report = roster.write(conn, work.now, work.rules, Roster(residents=[row]))
        asked = naming.by_roster(work, report.wards)
        work.flush()
    return asked
