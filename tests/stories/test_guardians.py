"""A frail person has a guardian, who asks, follows and answers for them; both sides want it, and either ends it."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot.roster import ResidentRow, Roster
from dispatch import roster, strangers
from dispatch.guardians import bonds, naming
from dispatch.work import Work
from models.guardians import Guardianship
from models.people import Person
from models.requests import Audit, Request
from models.words import Ending, Language, Level, State
from tests.stories.doors import home, links, prints, scans
from tests.stories.rights import bytes_on_disk, documents, gives_documents, keeps_its_calendar, minutes_pass, nights
from tests.stories.world import NEXT_VILLAGE, VILLAGE, Neighbour, World


@pytest.fixture
def admin(world: World) -> Neighbour:
    """The branch's secretary."""
    return world.admin()


@pytest.fixture
def son(world: World) -> Neighbour:
    """王强, who lives at the other end of the village."""
    return world.resident("王强", east=900, phone="13900000007")


def frail(world: World, name: str = "张奶奶", *, chat: bool = True) -> Neighbour:
    """Somebody frail, with or without a chat of their own."""
    granny = world.resident(name)
    with world.store.write() as conn:
        conn.execute(update(Person).where(Person.id == granny.id).values(frail=True))
    return granny if chat else world.without_chat(granny)


def bind(admin: Neighbour, granny: Neighbour, son: Neighbour) -> None:
    """The branch names him, and both say yes."""
    admin.says(f"/guardian {granny.name} {son.name}")
    son.taps("我愿意照看")
    granny.taps("同意")


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


def test_he_hears_what_she_hears_and_answers_for_her(world: World, admin: Neighbour, son: Neighbour) -> None:
    granny, near = frail(world), world.steward("张三")
    bind(admin, granny, son)
    granny.says("水管漏水了")
    assert granny.hears("您的求助", "水管漏水了")
    assert son.hears("张奶奶的事（您在照看）", "水管漏水了", "已经问了人")
    near.taps("接单")
    for one in (granny, son):
        assert one.hears("张三", "接")
    assert son.hears("张奶奶的事（您在照看）", "张三接了"), "his card is kept up to date as hers is"
    near.says("我带上扳手")
    assert son.hears("张奶奶的事", "我带上扳手")
    near.taps("看地址")
    assert not son.hears("3号楼2单元"), "never an address"
    near.taps("已到达").taps("已解决")
    son.taps("已解决")
    assert (world.case.state, world.case.ending) == (State.CLOSED, Ending.SOLVED)
    son.taps("★5")
    assert world.case.rating == 5
    son.says("/mine")
    assert son.hears("张奶奶的事", "水管漏水了")


def test_he_calls_off_what_she_no_longer_needs(world: World, admin: Neighbour, son: Neighbour) -> None:
    granny, near = frail(world), world.steward("张三")
    bind(admin, granny, son)
    granny.says("水管漏水了")
    near.taps("接单")
    son.taps("取消")
    assert world.case.state is State.CANCELLED
    assert granny.hears("取消")
    assert near.woken("取消")


def test_he_hears_that_she_called_it_off(world: World, admin: Neighbour, son: Neighbour) -> None:
    granny = frail(world)
    world.steward("张三")
    bind(admin, granny, son)
    granny.says("水管漏水了").says("取消")
    assert son.hears("张奶奶的事", "水管漏水了", "取消了")
    son.says("/mydata")
    assert "水管漏水了" not in documents(world)[-1], "her words are not his data"


def test_he_hears_the_end_of_what_she_only_followed(world: World, admin: Neighbour, son: Neighbour) -> None:
    granny, near = frail(world), world.steward("张三")
    bind(admin, granny, son)
    for name in ("李大妈", "钱大妈"):
        world.resident(name, phone=f"1390000{len(name)}0").says("停电了")
    granny.says("停电了")
    assert world.case.leader_id is not None
    near.taps("接单")
    assert son.hears("张奶奶的事", "张三")


def test_he_asks_for_her(world: World, admin: Neighbour, son: Neighbour) -> None:
    """`/for` offers her first; help goes to her door, and he is the one who asked."""
    granny, near = frail(world), world.steward("张三", metres=50)
    bind(admin, granny, son)
    son.says("/for").taps("张奶奶")
    son.says("她的灯不亮了")
    assert (world.case.helped_name, world.case.household_id) == ("张奶奶", home(world, granny))
    assert (world.case.requester_id, world.case.guardian_id) == (son.id, None)
    assert near.hears("灯不亮了")


def test_what_a_steward_asks_for_her_reaches_him(world: World, admin: Neighbour, son: Neighbour) -> None:
    near = world.steward("张三")
    world.steward("李四", metres=300)
    granny = frail(world, chat=False)
    links(world, home(world, granny), near)
    admin.says("/guardian 张奶奶 王强")
    son.taps("我愿意照看")
    near.taps("同意")
    near.says("/for 张奶奶")
    near.says("屋顶漏雨了")
    assert world.case.guardian_id == son.id
    assert son.hears("张奶奶的事", "屋顶漏雨了")


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


def tap(world: World, verb: str) -> str:
    """What a button of the bond that is open carries, for somebody who never got it."""
    with world.store.read() as conn:
        return f"{verb}:{conn.scalar(select(Guardianship.token).where(Guardianship.ended_at.is_(None)))}"


@pytest.mark.parametrize("who", ["son", "granny", "admin"])
def test_either_side_ends_it(world: World, admin: Neighbour, son: Neighbour, who: str) -> None:
    granny = frail(world)
    bind(admin, granny, son)
    granny.says("水管漏水了")
    if who == "admin":
        admin.repeats_tap("", tap(world, "gend"))
    else:
        {"son": son, "granny": granny}[who].says("/guardian").taps("不再照看")
    assert all(one.hears("王强不再照看张奶奶") for one in (son, granny, admin))
    assert world.case.guardian_id is None
    granny.says("厨房也漏了")
    assert not son.hears("厨房")
    son.repeats_tap("", f"can:{world.case.token}")
    assert world.case.state is not State.CANCELLED, "his buttons do nothing any more"
    son.says("/mydata 张奶奶")
    assert son.hears("您没有在照看“张奶奶”")


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


def test_he_sees_the_visits_to_her_and_objects(world: World, admin: Neighbour, son: Neighbour) -> None:
    granny, near = frail(world), world.steward("张三")
    links(world, home(world, granny), near)
    near.says("/visit").taps("张奶奶家")
    near.says("挺好的").taps("到此为止")
    son.says("/visits")
    assert not son.hears("挺好的")
    bind(admin, granny, son)
    son.says("/visits")
    assert son.hears("张奶奶的事", "挺好的")
    son.taps("不是这样")
    assert admin.hears("张奶奶家", "王强")
    admin.taps("确实不对")
    assert son.hears("您说得对", "张三那次走访不算")


def test_her_data_for_him_and_she_hears_of_it(world: World, admin: Neighbour, son: Neighbour) -> None:
    gives_documents(world)
    granny = frail(world)
    bind(admin, granny, son)
    granny.says("水管漏水了")
    son.says("/mydata 张奶奶")
    assert son.hears("张奶奶的全部资料")
    assert "水管漏水了" in documents(world)[-1]
    assert granny.hears("王强替您查看了您的资料")
    son.says("/mydata")
    granny.says("/mydata")
    assert all("谁照看谁" in one for one in documents(world)[-2:]), "it stands in the data of both"
    admin.says("/mydata 张奶奶")
    assert admin.hears("您没有在照看")


def test_he_has_her_erased_who_has_no_chat(world: World, admin: Neighbour, son: Neighbour) -> None:
    near = world.steward("张三")
    granny = frail(world, "金丝雀奶奶", chat=False)
    links(world, home(world, granny), near)
    admin.says("/guardian 金丝雀奶奶 王强")
    son.taps("我愿意照看")
    near.taps("同意")
    son.says("/erase 金丝雀奶奶")
    assert son.hears("要替金丝雀奶奶删除全部资料吗")
    son.taps("全部删掉")
    minutes_pass(world)
    assert son.hears("照看到此结束")
    assert not _rows(world)
    if world.store.sqlite:
        assert "金丝雀奶奶".encode() not in bytes_on_disk(world)
    with world.store.read() as conn:
        assert conn.scalar(select(Person.name).where(Person.id == granny.id)) == "—"


def test_who_has_a_chat_has_the_last_word_about_being_erased(world: World, admin: Neighbour, son: Neighbour) -> None:
    granny = frail(world)
    bind(admin, granny, son)
    son.says("/erase 张奶奶").taps("全部删掉")
    minutes_pass(world)
    assert granny.hears("王强替您要求删除")
    assert _name(world, granny) == "张奶奶"
    son.repeats_tap("", tap(world, "gdel"))
    minutes_pass(world)
    assert _name(world, granny) == "张奶奶", "his tap is not hers"
    granny.taps("是，都删掉")
    minutes_pass(world)
    assert _name(world, granny) == "—"


def test_a_guardian_who_is_erased_is_missed(world: World, admin: Neighbour, son: Neighbour) -> None:
    granny = frail(world)
    bind(admin, granny, son)
    granny.says("水管漏水了")
    son.says("/erase").taps("全部删掉")
    minutes_pass(world)
    assert admin.hears("张奶奶没有照看的人了")
    assert world.case.guardian_id is None
    assert not _rows(world)


def test_what_ended_long_ago_is_forgotten(world: World, admin: Neighbour, son: Neighbour) -> None:
    granny = frail(world)
    bind(admin, granny, son)
    granny.repeats_tap("", tap(world, "gend"))
    world.clock.move(days=80)
    nights(world, minutes=2)
    assert len(_rows(world)) == 1
    world.clock.move(days=15)
    nights(world, minutes=2)
    assert not _rows(world)


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


def test_he_hears_of_a_chat_that_shows_her_card(world: World, admin: Neighbour, son: Neighbour) -> None:
    granny, near = frail(world), world.steward("张三")
    links(world, home(world, granny), near)
    bind(admin, granny, son)
    card = prints(world, near, home(world, granny))
    scans(world.stranger("桂花"), card.token, "桂花")
    assert son.hears("桂花", "张奶奶家的连心卡")
    near.taps("是这家人")
    assert son.hears("桂花", "张奶奶家")


def test_a_guardian_who_turns_out_to_be_somebody_on_the_roster_stays_one(world: World, admin: Neighbour) -> None:
    """He was named while only his chat was known; then an invitation says who he is."""
    granny, chat = frail(world), world.person("王强")
    bind(admin, granny, chat)
    granny.says("水管漏水了")
    known = world.resident("王建强", phone="13900000008")
    with world.store.write() as conn:
        strangers.absorb(conn, chat.id, known.id)
        assert [bond.ward for bond in bonds.wards(conn, known.id)] == ["张奶奶"]
    assert world.case.guardian_id == known.id


def test_a_steward_who_leaves_stays_a_guardian(world: World, admin: Neighbour) -> None:
    granny, near = frail(world), world.steward("李四")
    bind(admin, granny, near)
    admin.says("/left 李四").taps("李四不再当管家")
    assert admin.hears("李四仍然是张奶奶的照看人")
    granny.says("水管漏水了")
    assert near.hears("张奶奶的事", "水管漏水了")


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
    assert not _rows(world)
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
    assert not _rows(world)
    town.says("/guardian 张奶奶 王强")
    assert son.hears("村里想请您照看张奶奶")


def _rows(world: World) -> list[Any]:
    with world.store.read() as conn:
        return list(conn.execute(select(Guardianship.token)))


def _name(world: World, who: Neighbour) -> str | None:
    with world.store.read() as conn:
        return conn.scalar(select(Person.name).where(Person.id == who.id))


def test_in_english(world: World, admin: Neighbour) -> None:
    granny = world.resident("Zhang Mei", language=Language.EN)
    son = world.person("Wang", language=Language.EN)
    near = world.steward("Li")
    admin.says("/lang en").says("/guardian Zhang Mei, Wang")
    assert granny.hears("would like Wang to look after your requests")
    son.taps("I will")
    granny.taps("I agree").says("The pipe is leaking")
    assert son.hears("About Zhang Mei, whom you look after", "The pipe is leaking")
    near.taps("接单").taps("已解决")
    son.taps("Solved")
    assert world.case.ending is Ending.SOLVED
    with world.store.read() as conn:
        assert conn.scalars(select(Request.guardian_id)).all() == [son.id]


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
