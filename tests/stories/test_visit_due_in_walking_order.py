"""Two visits a month to each household, four where somebody frail lives; what is due comes in walking order."""

import pytest

from dispatch.visits.rules import Visits
from models.habits import VisitKind
from models.words import Language, Level
from tests.stories.rounds import frail, links, visited
from tests.stories.world import NEXT_VILLAGE, World


def _row(text: str) -> list[str]:
    """The numbered lines of a list."""
    return [line for line in text.splitlines() if line[:1].isdigit()]


def test_in_walking_order_with_distances_and_the_last_visit(world: World) -> None:
    near = world.steward("张三", metres=0)
    homes = [world.resident(name, north=north) for name, north in (("甲", 500), ("乙", 100), ("丙", 300), ("丁", 900))]
    links(world, near, *homes, days=60)
    visited(world, near, homes[0], days=16)
    visited(world, near, homes[3], days=3)

    near.says("/due")

    assert near.hears("该走访的 3 户", "路上约 500 米")
    assert _row(near.last) == [
        "1. 乙家 · 约 100 米 · 还没走访过",
        "2. 丙家 · 约 200 米 · 还没走访过",
        "3. 甲家 · 约 200 米 · 上次 02-16（16 天前）",
    ]


@pytest.mark.telegram
def test_it_begins_where_the_steward_stands(world: World) -> None:
    near = world.steward("张三", metres=0)
    homes = [world.resident(name, north=north) for name, north in (("甲", 100), ("乙", 300), ("丙", 900))]
    links(world, near, *homes)
    near.does("shares_live", 40.146 + 1000 / 111_040, 118.305)

    near.says("/due")

    assert [line.split()[1] for line in _row(near.last)] == ["丙家", "乙家", "甲家"]


def test_without_a_point_the_longest_waiting_comes_first(world: World) -> None:
    near = world.steward("张三", lat=None, lon=None)
    lost, known = world.resident("甲", point=False), world.resident("乙", north=100)
    links(world, near, known, days=20)
    links(world, near, lost, days=30)

    near.says("/due")

    assert _row(near.last) == ["1. 甲家 · 距离未知 · 还没走访过", "2. 乙家 · 距离未知 · 还没走访过"]


def test_a_home_without_a_point_comes_last(world: World) -> None:
    near = world.steward("张三", metres=0)
    links(world, near, world.resident("甲", point=False), world.resident("乙", north=100))

    near.says("/due")

    assert [line.split()[1] for line in _row(near.last)] == ["乙家", "甲家"]


@pytest.mark.parametrize(
    ("days", "plain", "weak"), [(7, False, False), (8, False, True), (14, False, True), (15, True, True)]
)
def test_twice_a_month_and_four_times_to_the_frail(world: World, days: float, plain: bool, weak: bool) -> None:
    near = world.steward("张三")
    one, other = world.resident("甲"), world.resident("乙")
    frail(world, other)
    links(world, near, one, other, days=100)
    for home in (one, other):
        visited(world, near, home, days=days)

    near.says("/due")

    assert (near.hears("甲家"), near.hears("乙家")) == (plain, weak)


@pytest.mark.parametrize(
    ("kind", "due"),
    [(VisitKind.ABSENT, True), (VisitKind.BY_PHONE, False), (VisitKind.REFUSED, False), (VisitKind.IN_PERSON, False)],
)
def test_nobody_home_is_no_visit(world: World, kind: VisitKind, due: bool) -> None:
    near, home = world.steward("张三"), world.resident("甲")
    links(world, near, home)
    visited(world, near, home, days=1, kind=kind)

    near.says("/due")

    assert near.hears("甲家") == due


def test_the_county_decides_how_often_and_what_counts(world: World) -> None:
    world.change(visits=Visits(a_month=1, count=(VisitKind.IN_PERSON,)).model_dump())
    near, home, other = world.steward("张三"), world.resident("甲"), world.resident("乙")
    links(world, near, home, other, days=29)
    visited(world, near, home, days=1, kind=VisitKind.BY_PHONE)

    near.says("/due")
    assert near.hears("这几天没有到时候的户")
    world.clock.move(days=1)
    near.says("/due")
    assert near.hears("该走访的 2 户")


def test_evening_and_weekend_count_like_any_other(world: World) -> None:
    near, home = world.steward("张三"), world.resident("甲")
    links(world, near, home)
    world.clock.move(days=4, hours=9, minutes=30)  # Sunday, half past nine in the evening.

    near.says("/visit").taps("● 甲家").taps("到此为止").says("/due")

    assert near.hears("这几天没有到时候的户")


def test_a_round_has_an_end(world: World) -> None:
    world.change(visits=Visits(stops=2).model_dump())
    near = world.steward("张三")
    links(world, near, *(world.resident(name) for name in ("甲", "乙", "丙")))

    near.says("/due")

    assert len(_row(near.last)) == 2
    assert near.hears("另有 1 户，改天再去也行")


def test_the_branch_sees_what_is_overdue_by_grid_without_names(world: World) -> None:
    near = world.steward("张三")
    branch, county = world.admin("李书记"), world.admin("县里", Level.COUNTY)
    beside = world.admin("西河书记", area=NEXT_VILLAGE)
    late, kept, far = world.resident("甲"), world.resident("乙"), world.resident("丙", grid="二网格")
    links(world, near, late, kept, far, days=18.5)
    visited(world, near, kept, days=17.5)

    for admin in (branch, county):
        admin.says("/overdue")
        assert admin.hears("走访晚了的：2 户", "东村 · 一网格：1 户（共 2 户）", "东村 · 二网格：1 户（共 1 户）")
        assert not admin.hears("张三")
    beside.says("/overdue")
    assert beside.hears("没有晚了的走访")
    near.says("/overdue")
    assert near.hears("这一步不是您来办的")


def test_in_english(world: World) -> None:
    near = world.steward("张三", metres=0, language=Language.EN)
    one, other = world.resident("甲", north=100), world.resident("乙", north=200)
    links(world, near, one, other)
    visited(world, near, other, days=15)

    near.says("/due")

    assert near.hears("2 households are due", "1. 甲家 · about 100 m · not visited yet", "last 02-17 (15 days ago)")
