"""Promise 12: past the limit a person's requests wait with the branch; none is dropped, and the person is told."""

from models.words import Due, Language, Level, State
from tests.stories.world import Neighbour, World

NEEDS = ("楼道灯坏了", "水管漏水", "暖气不热", "洗衣机坏了", "宽带太慢", "窗户玻璃碎了", "垃圾没人收", "路面有坑")


def asks_much(who: Neighbour, count: int) -> None:
    """One thing after the other, each withdrawn before the next, as what is said meanwhile belongs to it."""
    for number, words in enumerate(NEEDS[:count]):
        if number:
            who.says("取消")
        who.says(words)


def test_past_the_limit_it_waits_with_the_branch(world: World) -> None:
    granny, near, secretary = world.resident(), world.steward("张三"), world.admin()
    asks_much(granny, 5)
    assert not secretary.heard

    granny.says("取消").says(NEEDS[5])

    assert world.case.state is State.WAITING and world.case.words == NEEDS[5]
    assert not near.hears(NEEDS[5])
    assert granny.hears("您的求助 №6", NEEDS[5])
    assert granny.last.startswith("这一阵您提的求助比较多，№6 先交给东村村民委员会看")
    assert "0315-0000003" in granny.last
    assert secretary.hears("王奶奶短时间内提了很多求助")
    secretary.says("/open")
    assert secretary.hears(NEEDS[5])


def test_the_branch_is_told_once(world: World) -> None:
    granny, secretary = world.resident(), world.admin()
    world.steward("张三")
    asks_much(granny, 8)

    assert sum("提了很多求助" in text for text in secretary.heard) == 1
    assert len(world.cases()) == 8, "and nothing is dropped"


def test_it_climbs_when_the_branch_does_nothing(world: World) -> None:
    granny, secretary, township = world.resident(), world.admin(), world.admin("周镇长", Level.TOWNSHIP)
    asks_much(granny, 6)

    world.passes(minutes=10, seconds=1)
    township.taps("接单")

    assert world.case.state is State.ACCEPTED
    assert "接单" not in secretary.labels()


def test_the_branch_assigns_somebody(world: World) -> None:
    granny, near, secretary = world.resident(), world.steward("张三"), world.admin()
    asks_much(granny, 6)

    secretary.says("/assign 6 张三")

    assert near.hears(NEEDS[5]) and granny.hears("№6 有人管了：张三")


def test_an_emergency_is_never_held(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    asks_much(granny, 6)

    granny.says("着火了")

    assert near.hears("紧急求助", "着火了")


def test_emergencies_are_not_counted(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    for _ in range(6):
        granny.says("着火了").says("取消")

    granny.says(NEEDS[0])

    assert near.hears("求助", NEEDS[0])


def test_after_a_while_it_is_as_before(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    asks_much(granny, 6)
    granny.says("取消")
    world.jumps(minutes=61)

    granny.says(NEEDS[6])

    assert near.hears("求助", NEEDS[6])


def test_others_are_not_held_with_them(world: World) -> None:
    granny, grandpa, near = world.resident(), world.resident("刘大爷", east=40), world.steward("张三")
    asks_much(granny, 5)
    granny.says("取消")

    with world.at_once():
        granny.says(NEEDS[5])
        grandpa.says("家里老鼠多")

    assert near.hears("家里老鼠多") and not near.hears(NEEDS[5])


def test_appointments_made_in_one_go_are_held_on_their_day(world: World) -> None:
    granny, near, secretary = world.resident(), world.steward("张三"), world.admin()
    for number in range(9):
        granny.says(f"周六上午十点来修{number}号灯")
        world.passes(minutes=2)
    assert len(world.cases()) == 9 and {case.due for case in world.cases()} == {Due.START}

    world.jumps(days=1, hours=20)

    offered = [case.id for case in world.cases() if case.state is State.OFFERED]
    assert offered == [1, 2, 3, 4, 5] and near.labels().count("接单") == 5
    assert granny.hears("№6 先交给东村村民委员会看") and granny.hears("№9 先交给东村村民委员会看")
    assert sum("提了很多求助" in text for text in secretary.heard) == 1


def test_appointments_made_over_the_days_are_not(world: World) -> None:
    granny, secretary = world.resident(), world.admin()
    world.steward("张三")
    for number in range(6):
        granny.says(f"周六上午十点来修{number}号灯")
        world.passes(minutes=20)

    world.jumps(days=1, hours=18)

    assert {case.state for case in world.cases()} == {State.OFFERED}
    assert not secretary.hears("提了很多求助")


def test_who_is_asked_where_does_not_get_round_it(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    asks_much(granny, 5)
    granny.says("取消").is_at(0, 5000)

    granny.taps("在这里")

    assert world.case.state is State.WAITING and "接单" not in near.labels()
    assert granny.hears("№6 先交给")


def test_without_an_admin_of_the_branch_the_township_hears_it(world: World) -> None:
    granny, township = world.resident(), world.admin("周镇长", Level.TOWNSHIP)

    asks_much(granny, 6)

    assert township.hears("王奶奶短时间内提了很多求助")


def test_in_english(world: World) -> None:
    granny = world.resident("Wang", language=Language.EN)
    world.steward("Zhang")
    for words in NEEDS[:5]:
        granny.says(words).says("cancel")

    granny.says(NEEDS[5])

    assert "looks at No. 6 first" in granny.last and "not lost" in granny.last


def test_what_waits_with_the_branch_never_floods_the_stewards(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    asks_much(granny, 8)
    world.passes(hours=4)
    assert world.case.state is State.WAITING
    assert not near.hears(NEEDS[7])
    assert "0315-0000001" in granny.last


def test_given_back_it_is_like_others(world: World) -> None:
    granny, near, secretary = world.resident(), world.steward("张三"), world.admin()
    other = world.steward("李四", metres=300)
    asks_much(granny, 6)
    secretary.says("/assign 6 李四")
    assert not near.hears(NEEDS[5])
    other.taps("转交")
    assert near.hears(NEEDS[5])
