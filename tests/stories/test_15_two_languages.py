"""Promise 15: Chinese first, English complete; the language is the person's choice and is remembered; dates as said."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from models.people import Steward
from models.words import Language
from tests.stories.world import World

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_NAMES = re.compile("东村村民委员会|王奶奶家 3号楼2单元|东村|一网格|兴城镇|迁西县|王奶奶|张三")


def _chinese(texts: list[str]) -> list[str]:
    """What is left in Chinese besides names."""
    return [text for text in texts if _CHINESE.search(_NAMES.sub("", text))]


def test_chinese_comes_first(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")

    granny.says("楼道灯坏了")

    assert granny.hears("您的求助")
    assert near.hears("您能去吗")


def test_english_is_complete(world: World) -> None:
    granny, near = world.resident(language=Language.EN), world.steward("张三", language=Language.EN)

    granny.says("/start").says("hello").says("thanks").says("help")
    granny.says("The lamp is broken").says("third floor")
    near.taps("Accept").taps("Address").taps("Arrived").says("It is the fuse")
    world.passes(minutes=2)
    granny.says("Please hurry")
    near.taps("Solved")
    granny.taps("Not solved")
    world.passes(minutes=60)
    granny.says("cancel").says("cancel")
    near.says("/duty off").says("/leave tomorrow").says("/tasks").says("why me").says("/lang")

    assert granny.hears("The lamp is broken")
    assert near.hears("Request", "The lamp is broken")
    assert _chinese([*granny.heard, *near.heard]) == []
    assert _chinese([*granny.labels(), *near.labels()]) == ["中文"], "the choice of a language names each in its own"


def test_an_emergency_in_english(world: World) -> None:
    granny, near = world.resident(language=Language.EN), world.steward("张三")

    granny.says("Smell of gas in the kitchen!")

    assert all(number in granny.heard[0] for number in ("119", "120", "110"))
    assert near.hears("紧急求助", "Smell of gas"), "each in their own language"


def test_the_choice_is_remembered(world: World) -> None:
    granny = world.resident()
    world.steward("张三")

    granny.says("/lang").taps("English")
    granny.says("hello")
    assert _chinese([granny.last]) == []
    world.jumps(hours=30)
    granny.says("The lamp is broken")
    assert _chinese([granny.last]) == []

    granny.says("/lang zh").says("在吗")
    assert granny.last == "在呢。有事您说一句就行。"


def test_each_hears_their_own(world: World) -> None:
    granny, near = world.resident(language=Language.EN), world.steward("张三")
    granny.says("The lamp is broken")

    near.taps("接单")

    assert granny.hears("张三", "min")
    assert near.hears("交给您了")


def test_a_strangers_telephone_says_which(world: World) -> None:
    passer = world.stranger("John", language="en")

    passer.says("/start")

    assert _chinese(passer.heard) == []


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("明儿", date(2026, 3, 5), date(2026, 3, 5)),
        ("今天 后天", date(2026, 3, 4), date(2026, 3, 6)),
        ("3月8日到3月10号", date(2026, 3, 8), date(2026, 3, 10)),
        ("三月八号到三月十二号", date(2026, 3, 8), date(2026, 3, 12)),
        ("３-８ ３-１０", date(2026, 3, 8), date(2026, 3, 10)),
        ("2026年12月30日 至 2027年1月2日", date(2026, 12, 30), date(2027, 1, 2)),
        ("十一月二十五", date(2026, 11, 25), date(2026, 11, 25)),
        ("tomorrow", date(2026, 3, 5), date(2026, 3, 5)),
        ("星期天到星期二", date(2026, 3, 8), date(2026, 3, 10)),
        ("next Monday to next Friday", date(2026, 3, 9), date(2026, 3, 13)),
    ],
)
def test_days_as_people_write_them(world: World, words: str, first: date, last: date) -> None:
    near = world.steward("张三")

    near.says(f"/leave {words}")

    assert near.hears("请假", first.isoformat(), last.isoformat())
    with world.store.read() as conn:
        assert conn.execute(select(Steward.leave_from, Steward.leave_until)).one() == (first, last)


def test_a_telephone_number_in_wide_digits(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("灯坏了").taps("替别人").says("李奶奶，３组１２号，１３８００１３８０００")

    near.taps("接单").taps("看地址")

    assert near.hears("李奶奶", "13800138000")
