"""A frail person has a guardian, who asks, follows and answers for them, until either side ends it."""

import pytest
from sqlalchemy import select

from dispatch import strangers
from dispatch.guardians import bonds
from models.people import Person
from models.requests import Request
from models.words import Ending, Language, State
from tests.stories.doors import home, links, prints, scans
from tests.stories.guardians import bind, bonds_kept, frail, tap
from tests.stories.rights import bytes_on_disk, documents, gives_documents, minutes_pass, nights
from tests.stories.world import Neighbour, World


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
    bind(admin, granny, son, by=near)
    near.says("/for 张奶奶")
    near.says("屋顶漏雨了")
    assert world.case.guardian_id == son.id
    assert son.hears("张奶奶的事", "屋顶漏雨了")


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
    bind(admin, granny, son, by=near)
    son.says("/erase 金丝雀奶奶")
    assert son.hears("要替金丝雀奶奶删除全部资料吗")
    son.taps("全部删掉")
    minutes_pass(world)
    assert son.hears("照看到此结束")
    assert not bonds_kept(world)
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
    assert not bonds_kept(world)


def test_what_ended_long_ago_is_forgotten(world: World, admin: Neighbour, son: Neighbour) -> None:
    granny = frail(world)
    bind(admin, granny, son)
    granny.repeats_tap("", tap(world, "gend"))
    world.clock.move(days=80)
    nights(world, minutes=2)
    assert len(bonds_kept(world)) == 1
    world.clock.move(days=15)
    nights(world, minutes=2)
    assert not bonds_kept(world)


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


def _name(world: World, who: Neighbour) -> str | None:
    with world.store.read() as conn:
        return conn.scalar(select(Person.name).where(Person.id == who.id))


def test_words_reach_him_where_she_has_no_chat_any_more(world: World, admin: Neighbour, son: Neighbour) -> None:
    granny, near = frail(world), world.steward("张三")
    bind(admin, granny, son)
    granny.says("水管漏水了")
    near.taps("接单")
    granny.says("/stop")
    near.says("大娘开下门")
    assert son.hears("张奶奶的事", "大娘开下门")
    assert not near.hears("请打电话")
