"""Promise 39: a weekly list for each branch: who cannot be reached, which grids have nobody on duty."""

from sqlalchemy import update

from dispatch.invitations import CardCode
from models.people import Person
from models.words import Language, Level
from tests.stories.doors import empty_home, prints, scans
from tests.stories.rights import keeps_its_calendar
from tests.stories.world import NEXT_VILLAGE, Neighbour, World

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
    assert secretary.hears(WEEK, "张三（红管家）：自己发了 /stop")


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
    assert not secretary.hears("现在没人在岗"), "what counts nothing is left out"


def test_on_demand_within_ones_own_area(world: World) -> None:
    township, beside = world.admin("镇里", Level.TOWNSHIP), world.admin("西河书记", area=NEXT_VILLAGE)
    world.steward("孙七", grid="二网格", reachable=False)
    township.says("/unreachable")
    assert township.hears("孙七（红管家）")
    assert township.hears("的网格：4 个", "东村 · 二网格", "西河村 · 一网格")
    beside.says("/unreachable")
    assert not beside.hears("孙七")
    assert not beside.hears("东村")


def _brings_cards(world: World) -> tuple[CardCode, Neighbour]:
    """Two households get a printed card; in neither of them has anybody a chat. A third has one, and no card."""
    near = world.steward("张三")
    card = prints(world, near, empty_home(world, "丹凤眼家"))
    prints(world, near, empty_home(world, "金丝雀家"))
    world.resident("王奶奶")
    return card, near


def test_cards_that_nobody_has_bound(world: World) -> None:
    secretary, beside = world.admin("李书记"), world.admin("西河书记", area=NEXT_VILLAGE)
    card, near = _brings_cards(world)
    secretary.says("/unreachable")
    assert secretary.hears("还没绑定聊天的户：2 户", "东村 · 丹凤眼家（03-04 印的卡）", "东村 · 金丝雀家")
    assert not secretary.hears("印的卡", "王奶奶")
    beside.says("/unreachable")
    assert not beside.hears("还没绑定聊天的户")
    scans(world.stranger("桂花"), card.token, "桂花")
    secretary.says("/unreachable")
    assert "2 户" in secretary.last, "a claim that nobody answered binds nothing"
    near.taps("是这家人")
    secretary.says("/unreachable")
    assert "1 户" in secretary.last
    assert "丹凤眼" not in secretary.last
    _until_monday(world)
    assert secretary.hears(WEEK, "还没绑定聊天的户：1 户", "东村 · 金丝雀家")


def test_nothing_to_mend_is_said_in_one_line(world: World) -> None:
    secretary = world.admin("李书记")
    for grid in ("一网格", "二网格"):
        world.steward(f"{grid}的", grid=grid)
    secretary.says("/unreachable")
    assert secretary.last.startswith("没有缺口")


def test_a_card_that_was_printed_again_counts_once(world: World) -> None:
    secretary, near = world.admin("李书记"), world.steward("张三")
    home = empty_home(world, "丹凤眼家")
    for _ in range(3):
        prints(world, near, home)
    secretary.says("/unreachable")
    assert secretary.hears("还没绑定聊天的户：1 户")


def test_cards_in_english(world: World) -> None:
    secretary = world.admin("Li")
    secretary.says("/lang en")
    _brings_cards(world)
    secretary.says("/unreachable")
    assert secretary.hears("Households with a contact card and no chat yet: 2", "(card of 03-04)")


def test_in_english(world: World) -> None:
    secretary = world.admin("Li")
    with world.store.write() as conn:
        conn.execute(update(Person).where(Person.id == secretary.id).values(language=Language.EN))
    world.steward("Sun", grid="二网格", reachable=False)
    _until_monday(world)
    assert secretary.hears("Gaps to close", "Sun (", "has never written here", "Grids with nobody on duty")
