"""Grids and 1+10+N in chat: who has whom, a proposal as a difference, applied after one more yes, both sides told."""

import pytest
from sqlalchemy import insert, select, update

from models.people import Link, Person, Steward
from models.places import Household
from models.requests import Audit
from models.words import Language, Level
from tests.stories.world import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE, Neighbour, World


def pairs(world: World) -> dict[str, str]:
    """Household → steward, by their names."""
    statement = (
        select(Household.name, Person.name)
        .join(Link, Link.household_id == Household.id)
        .join(Steward, Steward.id == Link.steward_id)
        .join(Person, Person.id == Steward.person_id)
    )
    with world.store.read() as conn:
        return {home: steward for home, steward in conn.execute(statement)}  # noqa: C416


def few(world: World) -> tuple[Neighbour, Neighbour]:
    """Stewards in the south and in the north; four households at each of them; caps of three to five."""
    world.change(grids={"most": 5, "least": 3, "frail_most": 2, "keep": 100})
    south, north = world.steward("张三", metres=0), world.steward("李四", metres=1000, grid="二网格")
    for number in range(4):
        world.resident(f"南{number}", north=number * 20)
        world.resident(f"北{number}", north=1000 - number * 20)
    return south, north


DIVIDED = {f"南{number}家": "张三" for number in range(4)} | {f"北{number}家": "李四" for number in range(4)}


def link(world: World, whose: dict[str, str]) -> None:
    """Make it so without asking anybody."""
    with world.store.write() as conn:
        homes = dict(conn.execute(select(Household.name, Household.id)).all())
        stewards = dict(
            conn.execute(select(Person.name, Steward.id).join(Steward, Steward.person_id == Person.id)).all()
        )
        codes = {"county_code": COUNTY, "township_code": TOWNSHIP, "village_code": VILLAGE, "since": world.clock.now()}
        rows = [{"household_id": homes[home], "steward_id": stewards[who], **codes} for home, who in whose.items()]
        conn.execute(insert(Link), rows)


def test_a_proposal_is_shown_and_applied_after_one_more_yes(world: World) -> None:
    south, north = few(world)
    secretary = world.admin()
    secretary.says("/grid")
    assert secretary.hears("管家 2 人，8 户", "张三（一网格）：0 户", "不到 3 户")
    assert secretary.hears("还没有管家的有 8 户", "南0家")

    secretary.says("/grid 方案")

    assert secretary.hears(
        "8 户换管家，其中 8 户现在没人管", "张三：0 → 4 户（接 4，交 0）", "平均走 30 米，最远 60 米"
    )
    assert pairs(world) == {}, "nothing is done before the yes"
    secretary.taps("照此划分（8 户）")

    assert pairs(world) == DIVIDED
    assert secretary.hears("8 户换了管家")
    assert south.hears("这 4 户现在由您负责", "南0家", "南3家")
    assert north.hears("这 4 户现在由您负责", "北0家")
    with world.store.read() as conn:
        trail = conn.execute(select(Audit.person_id, Audit.actor_id).where(Audit.action == "grid_changed")).all()
    assert sorted(trail) == sorted([(south.id, secretary.id), (north.id, secretary.id)])
    secretary.says("/grid")
    assert secretary.hears("张三（一网格）：4 户", "平均走 30 米")
    secretary.says("/grid 方案")
    assert secretary.last.startswith("东村不用重分")


def test_the_household_hears_who_is_theirs(world: World) -> None:
    few(world)
    granny = world.resident("王奶奶", north=30)
    world.admin().says("/grid 方案").taps("照此划分（9 户）")
    assert granny.hears("您家的红管家是张三（一网格）")


def test_nobody_is_woken_by_it(world: World) -> None:
    south, _ = few(world)
    secretary = world.admin()
    world.jumps(hours=11)
    secretary.says("/grid 方案").taps("照此划分（8 户）")
    assert pairs(world) == DIVIDED
    assert not south.hears("现在由您负责"), "it is 23:00"
    world.jumps(hours=9)
    assert south.hears("这 4 户现在由您负责")


def test_in_english(world: World) -> None:
    few(world)
    granny = world.resident("Granny", north=30, language=Language.EN)
    secretary = world.admin()
    with world.store.write() as conn:
        conn.execute(update(Person).where(Person.id == secretary.id).values(language=Language.EN))
    secretary.says("/grid propose")
    assert secretary.hears("9 households get another steward, 9 of them have nobody today", "(gains 5, gives 0)")
    secretary.taps("Divide so (9 households)")
    assert secretary.hears("Households with another steward: 9")
    assert granny.hears("Your household's steward is 张三")
    secretary.says("/left 张三")
    assert secretary.hears("5 households will get another steward")


def test_what_was_shown_is_what_is_done_or_nothing_is(world: World) -> None:
    few(world)
    secretary = world.admin()
    secretary.says("/grid 方案")
    world.resident("新来的", north=40)

    secretary.taps("照此划分（8 户）")

    assert secretary.hears("花名册刚刚变了")
    assert pairs(world) == {}


def test_a_button_of_an_older_proposal_does_nothing(world: World) -> None:
    few(world)
    secretary = world.admin()
    secretary.says("/grid 方案")
    old = secretary.data("照此划分（8 户）")
    secretary.says("/grid 方案").repeats_tap("", old)
    assert pairs(world) == {}


def test_a_pair_stays_unless_it_costs_too_much(world: World) -> None:
    few(world)
    link(world, DIVIDED)
    secretary = world.admin()
    world.steward("王五", metres=40)
    world.change(grids={"most": 5, "least": 1, "frail_most": 2, "keep": 100})
    secretary.says("/grid 方案")
    assert secretary.hears("王五：0 → 1 户"), "the least of one is met, and nobody else is moved for a few metres"
    assert secretary.hears("1 户换管家")


@pytest.mark.parametrize(
    ("caps", "told"),
    [
        ({"most": 3, "least": 1}, "每人最多 3 户办不到，只能做到每人最多 4 户"),
        ({"most": 12, "least": 8}, "每人至少 8 户办不到，只能做到每人至少 4 户"),
        ({"most": 5, "least": 3, "frail_most": 1}, "每位管家最多 1 人办不到，只能做到最多 2 人"),
    ],
)
def test_caps_that_cannot_be_met_are_said(world: World, caps: dict[str, int], told: str) -> None:
    few(world)
    with world.store.write() as conn:
        conn.execute(update(Person).where(Person.name.in_(("南0", "南1", "北0"))).values(frail=True))
    world.change(grids=caps)
    secretary = world.admin()
    secretary.says("/grid 方案")
    assert secretary.hears(told)
    secretary.taps("照此划分（8 户）")
    assert sorted(pairs(world).values()).count("张三") == 4


def test_nobody_to_give_them_to(world: World) -> None:
    world.resident("王奶奶")
    assert world.admin().says("/grid 方案").last.startswith("东村一位红管家都没有")


def test_a_steward_without_a_chat_is_marked(world: World) -> None:
    world.change(grids={"most": 5, "least": 0})
    world.steward("孙七", reachable=False)
    assert world.admin().says("/grid").hears("孙七（一网格）：0 户", "联系不上")


def test_each_level_acts_on_its_area_and_nothing_beside(world: World) -> None:
    few(world)
    beside, county = world.admin("西河书记", area=NEXT_VILLAGE), world.admin("县办", Level.COUNTY)
    beside.says("/grid 东村")
    assert beside.hears("您管的范围里没有“东村”")
    beside.says("/grid 方案 东村")
    assert beside.last.startswith("您管的范围里没有")
    county.says("/grid")
    assert county.hears("各村 1+10+N（共 2 个村", "东村：管家 2 人，8 户；没人管 8 户")
    county.says("/grid 方案")
    assert county.hears("请写上是哪个村")
    county.says("/grid 方案 东村").taps("照此划分（8 户）")
    assert pairs(world) == DIVIDED
    resident = world.resident("赵大爷")
    for command in ("/grid", "/grid 方案", "/left 张三"):
        resident.says(command)
        assert "这一步不是您来办的" in resident.last
