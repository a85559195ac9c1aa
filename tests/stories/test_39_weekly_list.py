"""Promise 39: a weekly list for each branch: who cannot be reached, which grids have nobody on duty."""

from sqlalchemy import update

from models.people import Person
from models.words import Language, Level
from tests.stories.rights import keeps_its_calendar
from tests.stories.world import NEXT_VILLAGE, World

WEEK = "这一周要补的缺口"


def _until_monday(world: World, hour: int = 9) -> None:
    """To the next Monday, at that hour in the county."""
    local = world.rules.local(world.clock.now())
    keeps_its_calendar(world)
    world.clock.move(days=(7 - local.weekday()) % 7 or 7, hours=hour - local.hour, minutes=-local.minute)
    keeps_its_calendar(world)


def test_each_branch_hears_once_a_week_of_its_own(world: World) -> None:
    secretary, beside = world.admin("李书记"), world.admin("西河书记", area=NEXT_VILLAGE)
    township = world.admin("镇里", Level.TOWNSHIP)
    world.steward("张三")
    world.steward("孙七", grid="二网格", reachable=False)
    for grid in ("一网格", "二网格"):
        world.steward(f"西河{grid}", grid=grid, village=NEXT_VILLAGE)

    _until_monday(world)

    lists = [text for text in secretary.heard if WEEK in text]
    assert len(lists) == 1, "one message"
    assert all(part in lists[0] for part in ("东村", "孙七（红管家）：还没来这里说过话", "东村 · 二网格"))
    assert "一网格" not in lists[0]
    assert "西河" not in lists[0]
    assert not beside.hears(WEEK), "where nothing is missing nothing is said"
    assert not township.hears(WEEK)
    for _ in range(5):
        world.clock.move(hours=4)
        keeps_its_calendar(world)
    assert sum(WEEK in text for text in secretary.heard) == 1
    _until_monday(world)
    assert sum(WEEK in text for text in secretary.heard) == 2


def test_never_at_an_ungentle_hour(world: World) -> None:
    secretary = world.admin("李书记")
    world.change(gentle_hours={"begin": "10:30", "end": "20:00"})
    _until_monday(world)
    assert not secretary.hears(WEEK)
    world.clock.move(hours=2)
    keeps_its_calendar(world)
    assert secretary.hears(WEEK, "一网格", "二网格")


def test_a_chat_that_died_says_why(world: World) -> None:
    secretary, near = world.admin("李书记"), world.steward("张三")
    near.says("/stop")
    _until_monday(world)
    assert secretary.hears(WEEK, "张三（红管家）：/stop")


def test_the_hours_at_which_nobody_is_on_duty(world: World) -> None:
    secretary, near, far = world.admin("李书记"), world.steward("张三"), world.steward("李四", grid="二网格")
    for _ in range(6):  # On duty from eight to eight, six days long.
        local = world.rules.local(world.clock.now())
        world.clock.move(hours=20 - local.hour)
        near.says("/duty off")
        world.clock.move(hours=12)
        near.says("/duty on")
        far.says("/duty on")
    secretary.says("/unreachable")
    assert secretary.hears("有些钟点多半没人在岗的网格：1 个", "东村 · 一网格：0–8，20–24 点")
    assert secretary.hears("现在没人在岗（或在岗的都联系不上）的网格：0 个")


def test_on_demand_within_ones_own_area(world: World) -> None:
    township, beside = world.admin("镇里", Level.TOWNSHIP), world.admin("西河书记", area=NEXT_VILLAGE)
    world.steward("孙七", grid="二网格", reachable=False)
    township.says("/unreachable")
    assert township.hears("孙七（红管家）")
    assert township.hears("的网格：4 个", "东村 · 二网格", "西河村 · 一网格")
    beside.says("/unreachable")
    assert not beside.hears("孙七")
    assert not beside.hears("东村")


def test_in_english(world: World) -> None:
    secretary = world.admin("Li")
    with world.store.write() as conn:
        conn.execute(update(Person).where(Person.id == secretary.id).values(language=Language.EN))
    world.steward("Sun", grid="二网格", reachable=False)
    _until_monday(world)
    assert secretary.hears("Gaps to close", "Sun (", "has never written here", "Grids with nobody on duty")
