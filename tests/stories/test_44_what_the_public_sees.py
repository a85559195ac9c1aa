"""Promise 44: what the public sees carries no name, phone or address, and no count below five."""

import json

from models.words import Ending, Language
from tests.stories.counts import called, month_over, solved, told
from tests.stories.ledgers import days_pass
from tests.stories.world import NEXT_VILLAGE, World


def test_a_month_is_published_without_a_small_count(world: World) -> None:
    granny, near = world.resident("王奶奶", phone="13900001111"), world.steward("张三")
    solved(world, granny, 12, "electric")
    solved(world, granny, 7, "water", minutes=9)
    for kind in ("care", "errands", "house"):
        solved(world, granny, 2, kind, minutes=9)
    solved(world, granny, 3, "road", ending=Ending.HALF_SOLVED)
    solved(world, granny, 6, "road", ending=Ending.REFERRED)
    solved(world, granny, 30, "electric", drill=True)
    called(world, near, granny, 4)
    (published,) = month_over(world)
    assert told(world, published) == [
        "办成的事：25",
        "　电和灯：12",
        "　水和管道：7",
        "　其他各类合计：6",
        "5 分钟内有人接：每 100 件里 48 件",
        "一半的事在 9 分钟内有人接",
        "结果是“转给了别处”的：6",
        "入户走访：不到 5 次",
    ]
    everything = json.dumps([published.title, published.body], ensure_ascii=False)
    assert not [word for word in ("王奶奶", "张三", "13900001111", "3号楼") if word in everything]


def test_a_village_of_which_nothing_may_be_seen_publishes_nothing(world: World) -> None:
    granny = world.resident()
    solved(world, granny, 4, "electric")
    solved(world, granny, 5, "electric", village=NEXT_VILLAGE)
    assert [one.area_code for one in month_over(world)] == [NEXT_VILLAGE]


def test_what_comes_later_changes_nothing_that_was_published(world: World) -> None:
    granny = world.resident()
    solved(world, granny, 6, "electric")
    (before,) = month_over(world)
    solved(world, granny, 1, "electric", ended_at=before.published_at.replace(month=3, day=20))
    days_pass(world, 1)
    (after,) = month_over(world, "2026-04-05 09:00")
    assert (after.body, after.published_at) == (before.body, before.published_at)


def test_everybody_of_the_village_hears_it_in_chat_and_can_object(world: World) -> None:
    granny, branch = world.resident(), world.admin()
    granny.says("/public")
    assert granny.hears("还没有公示过结果", "每月 3 号")
    solved(world, granny, 6, "electric")
    (published,) = month_over(world)
    granny.says("/public")
    assert granny.hears("东村村民委员会 2026-03 服务结果", "办成的事：6", f"/object {published.id}")
    granny.says(f"/object {published.id} 我家的没修好")
    assert branch.hears("我家的没修好")


def test_with_a_page_everybody_gets_its_address(world: World) -> None:
    world.change(figures={"page": "https://steward.example.org"})
    granny = world.resident()
    granny.says("/public")
    assert granny.hears("https://steward.example.org/public/130227100200")


def test_a_stranger_is_asked_for_their_village(world: World) -> None:
    stranger = world.stranger()
    stranger.says("/public")
    assert stranger.hears("不知道您是哪个村的")


def test_in_english(world: World) -> None:
    granny, near = world.resident("Wang", language=Language.EN), world.steward("Zhang")
    solved(world, granny, 6, "electric")
    called(world, near, granny, 4)
    (published,) = month_over(world)
    granny.says("/public")
    assert granny.hears(
        "results of 2026-03", "problems solved: 6", "home visits: fewer than 5", f"/object {published.id}"
    )
