"""Once a week, in decent hours, a word to each steward with overdue visits and to the branch; never a league table."""

from datetime import date

from models.words import Language
from tests.stories.rounds import calendar_turns, frail, links, moves_to, posted, visited
from tests.stories.world import World


def _year(world: World, weeks: int) -> None:
    """So many Mondays pass, with a look into the calendar now and then."""
    for _ in range(weeks * 7 * 4):
        world.clock.move(hours=6)
        calendar_turns(world)


def test_one_message_a_week_with_the_count(world: World) -> None:
    late, kept = world.steward("张三"), world.steward("李四")
    homes = [world.resident(name) for name in ("甲", "乙", "丙")]
    links(world, late, *homes[:2])
    links(world, kept, homes[2])
    visited(world, kept, homes[2], days=1)
    calendar_turns(world)

    moves_to(world, "2026-03-09 08:59")
    calendar_turns(world)
    assert not late.heard, "not before its time"
    moves_to(world, "2026-03-09 09:00")
    calendar_turns(world)
    calendar_turns(world)

    assert [text for text in late.heard if "有些日子没走动了" in text] == [
        "您联系的户里有 2 户有些日子没走动了，得空去坐坐。发 /due 看先去谁家、怎么走。"
    ]
    assert not kept.heard
    assert not any(name in late.last for name in ("李四", "名次", "第"))


def test_never_at_quiet_hours(world: World) -> None:
    late, home = world.steward("张三"), world.resident("甲")
    links(world, late, home)
    calendar_turns(world)

    moves_to(world, "2026-03-09 21:00")  # The service was down all Monday.
    calendar_turns(world)
    assert not late.heard
    moves_to(world, "2026-03-10 08:00")
    calendar_turns(world)
    assert late.hears("有 1 户有些日子没走动了")


def test_what_is_only_just_due_is_not_reminded(world: World) -> None:
    late, home = world.steward("张三"), world.resident("甲")
    links(world, late, home, days=11.5)  # Due on Sunday.
    calendar_turns(world)

    moves_to(world, "2026-03-09 09:00")
    calendar_turns(world)
    assert not late.heard
    moves_to(world, "2026-03-16 09:00")
    calendar_turns(world)
    assert late.hears("有 1 户")


def test_the_frail_are_reminded_of_sooner(world: World) -> None:
    late, one, other = world.steward("张三"), world.resident("甲"), world.resident("乙")
    frail(world, one)
    links(world, late, one, other, days=100)
    visited(world, late, one, days=7)
    visited(world, late, other, days=7)
    calendar_turns(world)

    moves_to(world, "2026-03-09 09:00")  # Twelve days after both.
    calendar_turns(world)

    assert late.hears("有 1 户有些日子没走动了")


def test_nobody_on_leave_is_reminded(world: World) -> None:
    late, home = world.steward("张三", leave_from=date(2026, 3, 8), leave_until=date(2026, 3, 9)), world.resident("甲")
    links(world, late, home)
    calendar_turns(world)

    moves_to(world, "2026-03-09 09:00")
    calendar_turns(world)
    assert not late.heard
    moves_to(world, "2026-03-16 09:00")
    calendar_turns(world)
    assert late.hears("有 1 户")


def test_the_branch_hears_once_a_week_by_grid(world: World) -> None:
    late, branch = world.steward("张三"), world.admin("李书记")
    links(world, late, world.resident("甲"), world.resident("乙", grid="二网格"))
    calendar_turns(world)

    moves_to(world, "2026-03-09 09:00")
    calendar_turns(world)
    calendar_turns(world)

    assert sum("走访晚了的" in text for text in branch.heard) == 1
    assert branch.hears("走访晚了的：2 户", "东村 · 一网格：1 户", "东村 · 二网格：1 户")
    assert not branch.hears("张三")


def test_four_weeks_four_words(world: World) -> None:
    late, branch = world.steward("张三", language=Language.EN), world.admin("李书记")
    links(world, late, world.resident("甲"))
    calendar_turns(world)

    _year(world, 4)

    assert posted(world, "visits:") == [late.id] * 4
    assert posted(world, "overdue:") == [branch.id] * 4
    assert late.hears("1 of your households have not been visited for a while")
