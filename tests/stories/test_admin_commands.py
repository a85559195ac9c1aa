"""What admins do in chat: each command within their own area, nothing beside it, and bad arguments change nothing."""

import pytest
from sqlalchemy import func, select

from models.mail import Outbox
from models.people import Invitation, Steward
from models.requests import Audit
from models.words import Ending, Lane, Level, State
from tests.stories.world import NEXT_VILLAGE, Neighbour, World

LEVELS = [Level.BRANCH, Level.TOWNSHIP, Level.COUNTY]
NUMBERED = ["/show {n}", "/why {n}", "/assign {n} 张三", "/cancel {n} 不用了", "/close {n} 转办 供电所 95598"]
PLAIN = ["/status", "/open", "/roster", "/offduty 张三", "/invite 张三", "/broadcast 停水", "/unreachable"]
REFUSED = "这一步不是您来办的"


def _village(world: World) -> tuple[Neighbour, Neighbour]:
    """A resident whose request 张三 was asked for."""
    granny, near = world.resident("王奶奶"), world.steward("张三", metres=80)
    granny.says("楼道灯坏了")
    return granny, near


def _standing(world: World) -> tuple[object, ...]:
    """What a refused command must not touch."""
    with world.store.read() as conn:
        on_duty = conn.execute(select(func.count()).select_from(Steward).where(Steward.on_duty)).scalar()
        codes = conn.execute(select(func.count()).select_from(Invitation)).scalar()
        trail = conn.execute(select(func.count()).select_from(Audit)).scalar()
        casts = conn.execute(select(func.count()).where(Outbox.lane == Lane.BROADCAST)).scalar()
    return world.cases(), on_duty, codes, trail, casts


@pytest.mark.parametrize("level", LEVELS)
def test_looking(world: World, level: Level) -> None:
    _, near = _village(world)
    world.steward("赵六", on_duty=False)
    world.steward("孙七", grid="二网格", reachable=False)
    admin = world.admin("管理员", level)
    number = world.case.id
    admin.says("/status")
    assert admin.hears("已问人 1", "3 人，在岗 2 人", "联系得上 1 人")
    admin.says("/open")
    assert admin.hears("没办完的求助：1 件")
    assert admin.hears(f"№{number} · 已问人", "楼道灯坏了", "东村")
    admin.says(f"/show {number}")
    assert admin.hears(f"求助 №{number}", "楼道灯坏了")
    assert admin.hears("王奶奶：提出求助", "王奶奶：求助 楼道灯坏了", "去问了人")
    admin.says(f"/why №{number}")
    assert admin.last == "第 1 步问了张三。"
    admin.says("/roster")
    assert admin.hears("东村 · 一网格：2 人，在岗 1，联系得上 2")
    assert admin.hears("东村 · 二网格：1 人，在岗 1，联系得上 0")
    admin.says("/unreachable")
    assert admin.hears("联系不上的管家和志愿者：1 人", "孙七（红管家）")
    assert not near.hears("管理员")


@pytest.mark.parametrize("level", LEVELS)
def test_assign(world: World, level: Level) -> None:
    granny, near = _village(world)
    other, admin = world.steward("李四", metres=300), world.admin("管理员", level)
    admin.says(f"/assign {world.case.id} 李四")
    assert world.case.owner_id == other.id
    assert admin.hears("交给李四了")
    assert other.woken("管理员请您去一趟", "楼道灯坏了")
    assert "已到达" in other.labels()
    assert granny.hears("李四")
    assert near.hears("已经有人接了")
    admin.says(f"/assign {world.case.id} 张三")
    assert world.case.owner_id == near.id
    assert other.woken("改由别人去")


@pytest.mark.parametrize("level", LEVELS)
def test_cancel_and_close(world: World, level: Level) -> None:
    granny, near = _village(world)
    admin = world.admin("管理员", level)
    admin.says(f"/cancel {world.case.id} 已经来电了")
    assert world.case.state is State.CANCELLED
    assert granny.woken("取消了", "已经来电了")
    assert near.hears("已取消")
    granny.says("水管漏水")
    admin.says(f"/close {world.case.id} 转办 自来水公司 96655")
    assert world.case.ending is Ending.REFERRED
    assert granny.woken("自来水公司 96655")
    assert admin.hears("结束了")


@pytest.mark.parametrize("level", LEVELS)
def test_offduty_and_invite(world: World, level: Level) -> None:
    near, admin = world.steward("张三"), world.admin("管理员", level)
    admin.says("/offduty 张三")
    assert near.hears("先歇着")
    granny = world.resident("王奶奶").says("楼道灯坏了")
    assert not near.hears("楼道灯坏了")
    admin.says("/offduty 张三 on")
    assert near.hears("您上岗了")
    granny.says("取消").says("水管漏水")
    assert near.hears("水管漏水")
    admin.says("/invite 王奶奶")
    assert admin.hears("王奶奶的邀请码", "/start")
    with world.store.read() as conn:
        written = select(Audit.action, Audit.person_id).where(Audit.actor_id == admin.id).order_by(Audit.id)
        trail = conn.execute(written).all()
    assert [tuple(row) for row in trail] == [("duty_off", near.id), ("duty_on", near.id), ("invite", granny.id)]


@pytest.mark.parametrize("level", LEVELS)
def test_broadcast_says_how_many_and_asks_once_more(world: World, level: Level) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    beside = world.person("西河村民", village=NEXT_VILLAGE)
    world.steward("李四", reachable=False)
    admin = world.admin("管理员", level)
    count = 3 if level is Level.BRANCH else 4
    admin.says("/broadcast 明天上午停水")
    assert admin.hears(f"要发给 {count} 人", "明天上午停水")
    assert not granny.hears("停水"), "nothing is sent before the second yes"
    button = admin.data(f"发出（{count} 人）")
    admin.repeats_tap("", button).repeats_tap("", button)
    assert admin.hears(f"正在发给 {count} 人")
    for one in (granny, near):
        assert sum("明天上午停水" in text for text in one.heard) == 1, "a second tap sends nothing twice"
        assert one.hears("管理员通知")
    assert beside.hears("明天上午停水") is (level is not Level.BRANCH)
    with world.store.read() as conn:
        logged = conn.execute(select(Audit.detail).where(Audit.action == "broadcast")).scalars().all()
    assert logged == [{"count": count, "words": "明天上午停水"}]


def test_a_broadcast_that_is_not_confirmed_is_not_sent(world: World) -> None:
    granny, admin = world.resident("王奶奶"), world.admin()
    admin.says("/broadcast 明天上午停水")
    button = admin.data("发出（2 人）")
    admin.says("取消").repeats_tap("", button)
    assert not granny.heard
    admin.says("/broadcast 后天停电")
    world.passes(minutes=31)
    admin.repeats_tap("", button)
    assert not granny.heard


@pytest.mark.parametrize("command", NUMBERED)
def test_a_branch_beside_cannot(world: World, command: str) -> None:
    _village(world)
    number = world.case.id
    beside = world.admin("西河书记", area=NEXT_VILLAGE)
    before = _standing(world)
    beside.says(command.format(n=number))
    assert beside.last == f"您管的范围里没有 №{number}。", "one is not even told that it exists"
    assert _standing(world) == before


def test_a_branch_beside_sees_and_reaches_nothing_here(world: World) -> None:
    granny, near = _village(world)
    beside = world.admin("西河书记", area=NEXT_VILLAGE)
    heard = len(granny.heard), len(near.heard)
    before = _standing(world)
    beside.says("/status")
    assert beside.hears("已问人 0", "0 人，在岗 0 人")
    beside.says("/open")
    assert beside.hears("没有没办完的求助")
    beside.says("/roster")
    assert not beside.hears("东村")
    beside.says("/unreachable")
    assert beside.hears("0 人")
    for command in ("/offduty 张三", "/invite 王奶奶", "/invite 张三"):
        beside.says(command)
        assert beside.hears("您管的范围里没找到")
    beside.says("/broadcast 停水")
    assert beside.hears("要发给 0 人")
    assert _standing(world) == before
    assert (len(granny.heard), len(near.heard)) == heard


def test_a_resident_or_a_steward_cannot(world: World) -> None:
    granny, near = _village(world)
    before = _standing(world)
    for one in (granny, near, world.stranger()):
        for command in NUMBERED + PLAIN:
            one.says(command.format(n=world.case.id))
            assert REFUSED in one.last, command
    assert _standing(world) == before


@pytest.mark.parametrize("command", ["show", "why", "assign", "cancel", "close"])
def test_no_number(world: World, command: str) -> None:
    _village(world)
    admin = world.admin()
    before = _standing(world)
    for arguments in ("灯坏了 x", "-1 x", "1.5 x", "9" * 30, "九 x"):
        heard = len(admin.heard)
        admin.says(f"/{command} {arguments}")
        assert admin.heard[heard:] == [f"请写上求助的编号，比如：/{command} 12"], arguments
    assert _standing(world) == before


def test_nothing_at_all(world: World) -> None:
    _village(world)
    admin = world.admin()
    before = _standing(world)
    for command in ("show", "why", "assign", "close"):
        admin.says(f"/{command}")
        assert admin.last == f"请写上求助的编号，比如：/{command} 12"
    assert _standing(world) == before


@pytest.mark.parametrize("number", [4711, 999999999999])
def test_unknown_number(world: World, number: int) -> None:
    _village(world)
    admin = world.admin(level=Level.COUNTY)
    before = _standing(world)
    for command in NUMBERED:
        admin.says(command.format(n=number))
        assert admin.last == f"您管的范围里没有 №{number}。"
    assert _standing(world) == before


def test_no_reason(world: World) -> None:
    _village(world)
    admin = world.admin()
    before = _standing(world)
    for command in ("/cancel {n}", "/cancel {n}   "):
        admin.says(command.format(n=world.case.id))
        assert admin.hears("请写上原因")
    for command in ("/close {n}", "/close {n} 转办", "/close {n} 别的 原因"):
        admin.says(command.format(n=world.case.id))
        assert "请写：/close 编号 结果 原因" in admin.last
    assert _standing(world) == before


def test_no_name_an_unknown_and_an_ambiguous_one(world: World) -> None:
    _village(world)
    for phone in ("13811110001", "13811110002"):
        world.steward("刘洋", who=world.person("刘洋", phone=phone), metres=500)
    admin = world.admin()
    before = _standing(world)
    for command in (f"/assign {world.case.id}", "/offduty", "/invite"):
        admin.says(command)
        assert "请写上姓名或电话" in admin.last
        admin.says(f"{command} 查无此人")
        assert admin.last == "您管的范围里没找到“查无此人”。请写全名或电话。"
        admin.says(f"{command} 刘洋")
        assert "叫“刘洋”的不止一位" in admin.last
        assert "13811110001" in admin.last
        assert "13811110002" in admin.last
    assert _standing(world) == before
    admin.says(f"/assign {world.case.id} 13811110002")
    assert world.case.owner_id is not None


def test_no_words_to_broadcast(world: World) -> None:
    admin = world.admin()
    before = _standing(world)
    assert admin.says("/broadcast").last == "请写：/broadcast 要说的话。"
    assert _standing(world) == before


def test_assigning_somebody_who_would_not_hear_of_it(world: World) -> None:
    _village(world)
    world.steward("孙七", reachable=False)
    admin = world.admin()
    admin.says(f"/assign {world.case.id} 孙七")
    assert admin.hears("孙七还没有能用的聊天")
    assert world.case.state is State.OFFERED


def test_what_has_ended_cannot_be_ended_again(world: World) -> None:
    granny, _ = _village(world)
    granny.taps("取消")
    admin = world.admin()
    before = _standing(world)
    for command in ("/assign {n} 张三", "/cancel {n} 又一次", "/close {n} 转办 供电所 95598"):
        admin.says(command.format(n=world.case.id))
        assert "已经变了" in admin.last
    assert _standing(world) == before


def test_a_card_of_somebody_above_is_not_to_be_had(world: World) -> None:
    """A branch that could invite a county admin would hold the county's powers."""
    world.admin("县办老赵", Level.COUNTY)
    world.admin("西河书记", area=NEXT_VILLAGE)
    admin, county = world.admin("李书记"), world.admin("县办小钱", Level.COUNTY)
    before = _standing(world)
    for name in ("县办老赵", "西河书记"):
        admin.says(f"/invite {name}")
        assert admin.hears("没找到", name)
    assert _standing(world) == before
    county.says("/invite 西河书记")
    assert county.hears("西河书记的邀请码")
