"""Promise 45: every figure can be opened to the rows it was counted from, by those who may see them."""

import pytest
from sqlalchemy import select

from dispatch.figures import area, counting, months
from models.requests import Audit
from models.words import Ending, Level
from tests.stories.counts import called, solved
from tests.stories.rights import documents, gives_documents
from tests.stories.world import NEXT_VILLAGE, TOWNSHIP, VILLAGE, World


def _a_month(world: World) -> None:
    granny, near = world.resident("=王奶奶"), world.steward("张三")
    world.volunteer("李四")
    solved(world, granny, 3, "electric")
    solved(world, granny, 1, "water", minutes=5)
    solved(world, granny, 2, "water", minutes=5.001)
    solved(world, granny, 1, "road", ending=Ending.REFERRED)
    solved(world, granny, 9, "road", drill=True)
    solved(world, granny, 2, "electric", village=NEXT_VILLAGE)
    called(world, near, granny, 2)


@pytest.mark.parametrize("level", Level)
def test_every_figure_is_the_number_of_its_rows(world: World, level: Level) -> None:
    _a_month(world)
    month = months.current(world.rules, world.clock.now())
    code = {Level.BRANCH: VILLAGE, Level.TOWNSHIP: TOWNSHIP, Level.COUNTY: "130227"}[level]
    with world.store.read() as conn:
        place = area.by_code(conn, code)
        assert place is not None
        villages = area.villages(conn, place)
        found = counting.sums(counting.counts(conn, villages, month))
        for key, one in counting.FIGURES.items():
            names, behind = counting.rows(conn, villages, month, key)
            recount = sum(row[names.index(one.sums)] for row in behind) if one.sums else len(behind)
            assert found[key] == recount, key
    more = 0 if level is Level.BRANCH else 2
    expected = {"ended": 7 + more, "solved": 6 + more, "in_time": 4 + more, "visits": 2, "households": 1,
                "stewards": 1, "volunteers": 1, "groups": 1, "villages": len(villages)}  # fmt: skip
    assert {key: found[key] for key in expected} == expected


def test_an_admin_reads_walks_and_opens(world: World) -> None:
    _a_month(world)
    gives_documents(world)
    township = world.admin("镇长", Level.TOWNSHIP)
    township.says("/figures")
    assert township.hears("兴城镇 2026-03", "办成的事：8", "红管家：1")
    township.taps("下一级").taps("东村村民委员会")
    assert township.hears("东村村民委员会 2026-03", "办成的事：6")
    township.taps("← 2026-02")
    assert township.hears("东村村民委员会 2026-02", "办成的事：0")
    township.taps("2026-03 →").taps("看明细").taps("户")
    assert township.hears("户：1 条明细")
    assert documents(world)[-1].splitlines() == ["村,网格,户", "东村村民委员会,一网格,'=王奶奶家"]
    township.taps("办成的事")
    assert len(documents(world)[-1].splitlines()) == 1 + 6
    township.taps("合作社")
    assert township.hears("合作社：没有明细")


@pytest.mark.parametrize(
    ("said", "told"),
    [("/figures 南村", "没有“南村”"), ("/figures 2026-13", "不是月份"), ("/figures 2027-01", "还没到"),
     ("/figures 西河", "没有“西河”")],
)  # fmt: skip
def test_what_is_not_there_or_not_theirs_is_said(world: World, said: str, told: str) -> None:
    branch = world.admin()
    branch.says(said)
    assert branch.hears(told)


def test_who_answers_for_no_area_sees_no_figures(world: World) -> None:
    near = world.steward("张三")
    near.says("/figures")
    assert not near.hears("办成的事")


def test_too_many_rows_are_opened_one_level_down(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.conversation.figures.MOST_ROWS", 3)
    _a_month(world)
    branch = world.admin()
    branch.says("/figures").taps("看明细").taps("办成的事")
    assert branch.hears("6 条太多了，一次最多 3 条")


def test_whoever_opens_one_is_in_the_trail(world: World) -> None:
    _a_month(world)
    branch, township = world.admin(), world.admin("镇长", Level.TOWNSHIP)
    branch.says("/figures").taps("看明细").taps("办成的事").taps("户")
    branch.says("/figures 西河")
    with world.store.read() as conn:
        opened = conn.execute(select(Audit).where(Audit.action == "open_figure").order_by(Audit.id)).all()
    assert [(row.actor_id, row.detail["figure"], row.detail["rows"]) for row in opened] == [
        (branch.id, "solved", 6), (branch.id, "households", 1)
    ]  # fmt: skip
    assert {(row.detail["area"], row.detail["month"]) for row in opened} == {(VILLAGE, "2026-03")}
    assert not township.hears("明细"), "nobody else hears of it"


def test_in_english(world: World) -> None:
    _a_month(world)
    gives_documents(world)
    township = world.admin("Head", Level.TOWNSHIP)
    township.says("/lang en").says("/figures")
    assert township.hears("2026-03", "problems solved: 8", "stewards: 1", "practices are not counted")
    township.taps("One level down").taps("东村村民委员会").taps("Open").taps("households")
    assert township.hears("households: 1 rows, in the file", "keep it to yourself")
    assert documents(world)[-1].splitlines()[0] == "village,grid,household"
    township.says("/figures 130227100200 2026-03").taps("Picture")
    assert township.hears("It is being drawn")
