"""Promise 41, the other ways: a steward or a resident moves by the roster, and everybody hears who is whose now."""

from typing import Any

from sqlalchemy import select

from bot.roster import HouseholdRow, ResidentRow, Roster, StewardRow
from dispatch import roster
from dispatch.division import repairing
from dispatch.division.solver import Solver
from dispatch.work import Work
from models.people import Steward
from tests.stories.test_grids_who_has_whom import DIVIDED, few, link, pairs
from tests.stories.world import NEXT_VILLAGE, VILLAGE, Neighbour, World

AT = ("花名册", 2)


def imports(world: World, **sheets: Any) -> int:
    """The roster is imported with these rows; returns how many households got another steward by it."""
    with world.store.write() as conn:
        work = Work(conn, world.clock.now(), world.rules)
        report = roster.write(conn, work.now, work.rules, Roster(**sheets))
        with Solver() as solver:
            relinked = repairing.settle(work, report.moved, solver)
        work.flush()
    world.settle()
    return relinked


def _divided(world: World) -> tuple[Neighbour, Neighbour, Neighbour]:
    """A divided village: the stewards of the south and of the north, and a granny in the south."""
    south, north = few(world)
    granny = world.resident("王奶奶", north=10)
    link(world, DIVIDED | {"王奶奶家": "张三"})
    return south, north, granny


def _moves(name: str, home: str) -> ResidentRow:
    return ResidentRow(*AT, VILLAGE, home, name, "13900000001")


def test_a_steward_moves_to_another_village(world: World) -> None:
    _, north, granny = _divided(world)
    moved = StewardRow(*AT, NEXT_VILLAGE, "一网格", "张三", "13800000000")
    with world.store.read() as conn:
        where = conn.execute(select(Steward.village_code).order_by(Steward.id)).scalars().all()
    assert where == [VILLAGE, VILLAGE]
    with world.store.write() as conn:  # As the office does it that follows him.
        conn.execute(Steward.__table__.update().where(Steward.id == 1).values(village_code=moved.village_code))

    assert imports(world) == 5

    assert set(pairs(world).values()) == {"李四"}
    assert granny.hears("您家的红管家是李四")
    assert north.hears("这 5 户现在由您负责")
    assert imports(world) == 0, "a second time nothing changes"


def test_a_resident_moves_to_another_grid_and_the_request_stays_where_the_lamp_is(world: World) -> None:
    south, north, granny = _divided(world)
    granny.says("楼道灯坏了")
    before = world.case

    assert imports(world, residents=[_moves("王奶奶", "北0家")]) == 0

    assert granny.hears("您家的红管家是李四（二网格）")
    assert north.hears("王奶奶搬进了您负责的北0家")
    after = world.case
    assert (after.lat, after.lon, after.household_id, after.grid_id, after.state) == (
        before.lat, before.lon, before.household_id, before.grid_id, before.state,
    )  # fmt: skip
    south.taps("接单")
    assert world.case.owner_id == south.id


def test_a_home_that_is_new_gets_the_nearest_with_room(world: World) -> None:
    _, north, granny = _divided(world)
    fresh = HouseholdRow(*AT, VILLAGE, "二网格", "新家", "新家 1号", 40.1549, 118.305)

    assert imports(world, households=[fresh], residents=[_moves("王奶奶", "新家")]) == 1

    assert pairs(world)["新家"] == "李四"
    assert [text for text in granny.heard if "红管家是" in text] == [
        "您家的红管家是李四（二网格）。有事在这里说一声，随时都行。"
    ]
    assert north.hears("这 1 户现在由您负责：新家")


def test_a_village_that_was_never_divided_waits_for_its_branch(world: World) -> None:
    few(world)
    fresh = HouseholdRow(*AT, VILLAGE, "二网格", "新家", "新家 1号", 40.1549, 118.305)
    assert imports(world, households=[fresh]) == 0
    assert pairs(world) == {}


def test_an_old_list_does_not_bring_back_who_left(world: World) -> None:
    south, _, _ = _divided(world)
    world.set(south, left_at=world.clock.now(), on_duty=False)
    imports(world, stewards=[StewardRow(*AT, VILLAGE, "一网格", "张三", "13800000000", on_duty=True)])
    assert set(pairs(world).values()) == {"李四"}
    with world.store.read() as conn:
        assert conn.execute(select(Steward.on_duty).where(Steward.person_id == south.id)).scalars().all() == [False]
