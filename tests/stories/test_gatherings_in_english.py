"""Theme days and service days in English: nobody reads a Chinese word that is not a name of the village's own."""

import re

from models.words import Language
from tests.stories.gatherings import code, it_is, minutes_pass
from tests.stories.world import World

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_NAMES = re.compile("李书记|张三|东村|党群服务中心|管家团|戴手套，搬重物两个人一起。")


def test_both_days_from_the_plan_to_the_end(world: World) -> None:
    branch, near = world.admin(), world.steward("张三", language=Language.EN)
    branch.says("/lang en")
    minutes_pass(world)

    branch.says("/theme plan").says("/theme plan 3-6 15:00").taps("Yes, for 1")
    branch.taps("Programme").says("lecture 张三 The old canal").taps("Lecture").says("It took thirty years.")
    branch.taps("That is all")
    minutes_pass(world, 2)
    near.taps("Can't come").says("At the doctor's").says("/theme").taps("I'll come")
    branch.says("/service plan").taps("courtyard clean-up").taps("Saturday, 3/7, 08:30").taps("党群服务中心").taps("10")
    branch.taps("The usual").taps("Yes, for 1").says("/service").says("/theme list")
    minutes_pass(world, 2)
    near.taps("I'll come").says("/service").says("/join 2").says("/leave 2").taps("No reason").says("/join 2")
    it_is(world, "2026-03-06 14:50")
    branch.says("/theme open")
    near.says(code(world))
    branch.taps("List").taps("Close").taps("Yes, for 1")
    near.taps("Read it").taps("I have read it")
    it_is(world, "2026-03-07 08:20")
    branch.says("/service move 2 3-8 9:00").taps("Yes, for 1").says("/service cancel 2 rain").taps("Yes, for 1")

    assert near.hears("Will you come?", "service day, courtyard clean-up", "Saturday, 3/7, 08:30", "10 people needed")
    assert near.hears("You are checked in", "theme day")
    assert near.hears("[Lecture] The old canal", "It took thirty years.")
    assert near.hears("does not take place", "rain")
    heard = [text for who in (branch, near) for text in (*who.heard, *who.labels())]
    assert [text for text in heard if _CHINESE.search(_NAMES.sub("", text))] == []
