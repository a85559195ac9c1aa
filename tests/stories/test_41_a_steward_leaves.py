"""Promise 41: a steward leaves. Open cases go on, households get a new steward and hear it, history keeps the name."""

from sqlalchemy import select, update

from models.people import Link, Person, Steward
from models.requests import Audit
from models.words import Answer, Language, Level, State
from tests.stories.test_grids_who_has_whom import DIVIDED, few, link, pairs
from tests.stories.world import NEXT_VILLAGE, Neighbour, World


def _divided(world: World) -> tuple[Neighbour, Neighbour, Neighbour]:
    """A village that is divided: its secretary, and the stewards of the south and of the north."""
    south, north = few(world)
    link(world, DIVIDED)
    return world.admin(), south, north


def test_households_get_a_new_steward_and_hear_it(world: World) -> None:
    secretary, _, north = _divided(world)
    granny = world.resident("王奶奶", north=10)
    link(world, {"王奶奶家": "张三"})

    secretary.says("/left 张三")
    assert secretary.hears("名下有 5 户要转给别的管家", "0 件")
    assert pairs(world)["王奶奶家"] == "张三", "nothing is done before the yes"
    secretary.taps("张三不再当管家")

    assert set(pairs(world).values()) == {"李四"}
    assert granny.hears("您家的红管家是李四")
    assert north.hears("这 5 户现在由您负责", "王奶奶家")
    assert secretary.hears("5 户换了新管家")
    with world.store.read() as conn:
        name, left = conn.execute(
            select(Person.name, Audit.detail).join(Audit, Audit.person_id == Person.id).where(Audit.action == "left")
        ).one()
    assert name == "张三"
    assert len(left["households"]) == 5, "history keeps whom he had"


def test_nobody_else_is_moved(world: World) -> None:
    secretary, _, _ = _divided(world)
    world.steward("王五", metres=500)
    secretary.says("/left 张三").taps("张三不再当管家")
    found = pairs(world)
    assert {found[f"北{number}家"] for number in range(4)} == {"李四"}
    assert [found[f"南{number}家"] for number in range(4)] == ["王五"] * 4


def test_open_cases_are_offered_again(world: World) -> None:
    secretary, south, north = _divided(world)
    granny = world.resident("王奶奶", north=10)
    granny.says("楼道灯坏了")
    south.taps("接单")
    number = world.case.id
    secretary.says("/left 张三")
    assert secretary.hears("没办完的求助 1 件")

    secretary.taps("张三不再当管家")

    assert world.case.state is not State.ACCEPTED
    assert granny.hears("另找人")
    world.passes(minutes=6)
    assert north.hears("楼道灯坏了")
    secretary.says(f"/show {number}")
    assert secretary.hears("张三"), "the trail keeps the name"


def test_what_was_asked_goes_to_the_next(world: World) -> None:
    secretary, _, _ = _divided(world)
    second = world.steward("王五", metres=200)
    world.resident("王奶奶", north=10).says("楼道灯坏了")
    secretary.says("/left 张三").taps("张三不再当管家")
    assert second.hears("楼道灯坏了")
    assert world.answers() == {"张三": Answer.UNREACHABLE, "王五": Answer.OPEN}


def test_who_left_is_asked_nothing_and_is_no_helper(world: World) -> None:
    secretary, south, _ = _divided(world)
    secretary.says("/left 张三").taps("张三不再当管家")
    world.resident("王奶奶", north=10).says("楼道灯坏了")
    assert not south.hears("楼道灯坏了")
    south.says("/duty on")
    assert "这是管家和志愿者用的" in south.last
    with world.store.read() as conn:
        assert conn.execute(select(Steward.on_duty).where(Steward.person_id == south.id)).scalar() is False
    secretary.says("/roster")
    assert secretary.hears("东村 · 一网格：0 人")
    secretary.says("/left 张三")
    assert secretary.hears("没找到“张三”")


def test_and_comes_back(world: World) -> None:
    secretary, south, _ = _divided(world)
    secretary.says("/left 张三").taps("张三不再当管家")
    secretary.says("/left 张三 回来")
    assert secretary.hears("张三又当管家了")
    assert set(pairs(world).values()) == {"李四"}
    world.resident("王奶奶", north=10).says("楼道灯坏了")
    assert south.hears("楼道灯坏了")


def test_the_last_one_leaves(world: World) -> None:
    secretary, _, _ = _divided(world)
    secretary.says("/left 张三").taps("张三不再当管家")
    secretary.says("/left 李四").taps("李四不再当管家")
    assert secretary.hears("有 8 户暂时没人管")
    with world.store.read() as conn:
        assert conn.execute(select(Link.household_id)).all() == []


def test_only_within_the_area(world: World) -> None:
    _divided(world)
    beside = world.admin("西河书记", area=NEXT_VILLAGE)
    assert beside.says("/left 张三").hears("没找到“张三”")
    township = world.admin("镇办", Level.TOWNSHIP)
    township.says("/left 张三")
    with world.store.write() as conn:
        conn.execute(update(Person).where(Person.name == "张三").values(name="张三丰"))
    township.taps("张三不再当管家")
    assert township.hears("张三丰不再当管家了")


def test_in_english(world: World) -> None:
    secretary, _, north = _divided(world)
    granny = world.resident("Wang", north=10, language=Language.EN)
    link(world, {"Wang家": "张三"})
    with world.store.write() as conn:
        conn.execute(update(Person).where(Person.id.in_((secretary.id, north.id))).values(language=Language.EN))

    secretary.says("/left 张三")
    assert secretary.hears("5 households will get another steward", "0 open tasks")
    secretary.taps("张三 no longer serves")

    assert granny.hears("李四", "steward")
    assert north.hears("Wang家")
    assert secretary.hears("张三 no longer serves", "Households with a new steward: 5")
