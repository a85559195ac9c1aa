"""Who writes on paper loses nothing: one person types the visit in, and it counts when a second has compared it."""

import pytest

from models.habits import VisitKind
from models.words import Language
from tests.stories.rounds import links, rename, visits
from tests.stories.world import NEXT_VILLAGE, Neighbour, World


def _typed(world: World, words: str = "/paper 王奶奶家 03-01 上门 灯坏了,已修好") -> tuple[Neighbour, Neighbour]:
    granny, near = world.resident(), world.steward("张三")
    links(world, near, granny)
    near.says(words)
    return granny, near


def test_it_counts_when_a_second_person_has_compared_it(world: World) -> None:
    granny, near = _typed(world)
    branch = world.admin("李书记")
    assert near.hears("录好了：03-01 张三 → 王奶奶家（上门）")
    assert not visits(world)[0].counts
    granny.says("/visits")
    assert granny.hears("等人核对")

    branch.says("/paper")
    assert branch.hears("张三录的：03-01 张三 → 王奶奶家 · 上门", "灯坏了,已修好")
    branch.taps("和纸上一样")

    assert branch.hears("核对好了")
    call = visits(world)[0]
    assert (call.counts, call.typed_by, call.checked_by) == (True, near.id, branch.id)
    branch.repeats_tap("和纸上一样", branch.data("和纸上一样"))
    assert branch.hears("已经有人核对过了")


def test_nobody_checks_what_they_typed(world: World) -> None:
    _, near = _typed(world)
    other = world.steward("李四")

    near.says("/paper")
    assert near.hears("没有等您核对的")
    other.says("/paper")
    near.repeats_tap("和纸上一样", other.data("和纸上一样"))
    assert near.hears("要请另一个人核对")
    assert not visits(world)[0].counts
    other.taps("和纸上一样")
    assert visits(world)[0].counts


def test_what_differs_is_struck(world: World) -> None:
    _typed(world)
    branch = world.admin("李书记")

    branch.says("/paper").taps("和纸上不一样")

    assert branch.hears("划掉了")
    assert visits(world) == []


@pytest.mark.parametrize("who", ["resident", "volunteer", "beside"])
def test_nobody_else_types_or_checks(world: World, who: str) -> None:
    _typed(world)
    other = world.steward("李四")
    one = {
        "resident": lambda: world.resident("赵爷爷"),
        "volunteer": lambda: world.volunteer("钱七"),
        "beside": lambda: world.steward("孙八", village=NEXT_VILLAGE),
    }[who]()

    one.says("/paper 王奶奶家 03-02 上门")
    assert one.hears("没找到有管家的户")
    other.says("/paper")
    one.says("/paper")
    assert one.hears("没有等您核对的")
    one.repeats_tap("和纸上一样", other.data("和纸上一样"))
    assert one.hears("这个按钮不能用了")
    assert [one.counts for one in visits(world)] == [False]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("昨天 没人", VisitKind.ABSENT),
        ("3月1日 电话 都好", VisitKind.BY_PHONE),
        ("02-28 不愿", VisitKind.REFUSED),
        ("12-20 都好", VisitKind.IN_PERSON),
        ("2026-03-04", VisitKind.IN_PERSON),
    ],
)
def test_days_and_kinds_as_people_write_them(world: World, words: str, kind: VisitKind) -> None:
    _typed(world, f"/paper 王奶奶家 {words}")

    assert [one.kind for one in visits(world)] == [kind]
    assert visits(world)[0].at <= world.clock.now()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("王奶奶家", "请写：/paper 户名 日期"),
        ("03-01 王奶奶家", "请写：/paper 户名 日期"),
        ("王奶奶家 明天 上门", "2026-03-05不行"),
        ("王奶奶家 2025-11-30 上门", "不早于 92 天"),
        ("没有的家 03-01 上门", "没找到有管家的户“没有的家”"),
    ],
)
def test_what_cannot_be_changes_nothing(world: World, words: str, told: str) -> None:
    _, near = _typed(world, f"/paper {words}")

    assert near.hears(told)
    assert visits(world) == []


def test_the_same_entry_twice_is_one(world: World) -> None:
    _, near = _typed(world)

    near.says("/paper 王奶奶家 03-01 上门 又录一遍")

    assert near.hears("已经有这样一次走访了")
    assert len(visits(world)) == 1


def test_a_name_of_several_words(world: World) -> None:
    granny, near = world.resident(), world.steward("张三", language=Language.EN)
    rename(world, granny, "House 3 East")
    links(world, near, granny)

    near.says("/paper house 3 east yesterday phone all is well")

    assert near.hears("Typed in: 03-03 张三 → House 3 East (by phone)")
