"""Promise 33: visits at night or to a quarrel can ask for two people; each hears of the other."""

from models.words import Answer, Language, State
from tests.stories.world import World


def test_a_quarrel_is_offered_two(world: World) -> None:
    granny = world.resident("王奶奶")
    first, second, third = (
        world.steward("张三", metres=50),
        world.steward("李四", metres=90),
        world.steward("赵六", metres=130),
    )
    granny.says("邻居吵架，来评评理")
    assert granny.hears("要不要请两个人")
    assert first.hears("评评理")
    assert not second.heard
    granny.taps("请两个人来")
    assert granny.hears("请两个人一起去")
    assert second.hears("评评理"), "one more is asked at once"
    first.taps("接单")
    assert world.case.owner_id == first.id
    assert second.hears("还要一位一起去")
    second.taps("接单")
    assert world.case.owner_id == first.id, "the first one has it"
    assert second.hears("您和张三一起去", "13800000000")
    assert first.hears("李四来当帮手", "13800000000")
    assert granny.hears("李四也来当帮手")
    assert world.answers() == {"张三": Answer.ACCEPTED, "李四": Answer.JOINED}
    assert not third.heard


def test_a_lamp_in_daylight_is_not_offered_two_and_at_night_it_is(world: World) -> None:
    granny = world.resident("王奶奶")
    granny.says("楼道灯坏了")
    assert "请两个人来" not in granny.labels()
    granny.says("取消")
    world.jumps(hours=11)
    granny.says("院子里有动静，来看看")
    assert "请两个人来" in granny.labels()


def test_said_in_words_in_english(world: World) -> None:
    mary = world.resident("Mary", language=Language.EN)
    first = world.steward("John", metres=50, language=Language.EN)
    second = world.steward("Paul", metres=90, language=Language.EN)
    mary.says("Please send two people, my neighbours quarrel")
    assert "Send two" not in mary.labels()
    for one in (first, second):
        assert one.hears("Two people are to go", "neighbours quarrel")
    second.taps("Accept")
    first.taps("Accept")
    assert world.case.owner_id == second.id
    assert first.hears("together with Paul")
    assert second.hears("John", "13800000000")


def test_nobody_beside_the_first_is_asked_so_others_are_called(world: World) -> None:
    granny, first = world.resident("王奶奶"), world.steward("张三", metres=50)
    second = world.steward("李四", metres=90)
    granny.says("来两个人，邻居吵架")
    second.taps("不方便")
    first.taps("接单")
    volunteer = world.volunteer("赵六", metres=200)
    world.passes(minutes=6)
    assert volunteer.woken("张三要帮手")
    volunteer.taps("我来")
    assert first.hears("赵六", "来当帮手")
    assert granny.hears("赵六也来当帮手")


def test_nobody_is_left_so_the_branch_hears_it_once(world: World) -> None:
    granny, first = world.resident("王奶奶"), world.steward("张三", metres=50)
    secretary = world.admin("李书记")
    granny.says("来两个人，邻居吵架")
    first.taps("接单")
    assert first.woken("找不到第二个", "别一个人冒险")
    assert secretary.woken("只有一个人能去")
    world.passes(minutes=6)
    assert sum("只有一个人能去" in text for text in secretary.heard) == 1


def test_the_second_hears_that_it_is_off(world: World) -> None:
    granny, first = world.resident("王奶奶"), world.steward("张三", metres=50)
    second = world.steward("李四", metres=90)
    granny.says("来两个人，邻居吵架")
    first.taps("接单")
    second.taps("接单")
    granny.says("取消")
    assert world.case.state is State.CANCELLED
    assert second.woken("不用去了")


def test_the_second_hears_that_the_first_cannot_go(world: World) -> None:
    granny, first = world.resident("王奶奶"), world.steward("张三", metres=50)
    second = world.steward("李四", metres=90)
    granny.says("来两个人，邻居吵架")
    first.taps("接单")
    second.taps("接单")
    first.taps("转交")
    assert second.woken("和您一起去的人去不了了", "先别一个人去")
    second.taps("接单")
    assert world.case.owner_id == second.id


def test_the_steward_and_the_branch_may_ask_for_two(world: World) -> None:
    granny, first = world.resident("王奶奶"), world.steward("张三", metres=50)
    second, secretary = world.steward("李四", metres=90), world.admin("李书记")
    beside = world.admin("赵书记", area="130227100201")
    granny.says("楼道灯坏了")
    number = world.case.id
    beside.says(f"/two {number}")
    assert world.case.hands == 1
    second.says(f"/two {number}")
    assert world.case.hands == 1, "who has nothing to do with it cannot"
    secretary.says(f"/two {number}")
    assert secretary.hears("请两个人一起去")
    assert second.hears("楼道灯坏了", "要两个人")
    first.taps("接单").says("/two")
    assert world.case.hands == 2
    second.taps("接单")
    assert first.hears("李四来当帮手")


def test_the_owner_asks_for_a_second_one(world: World) -> None:
    granny, first = world.resident("王奶奶"), world.steward("张三", metres=50)
    second = world.steward("李四", metres=90)
    granny.says("楼道灯坏了")
    first.taps("接单").says("/two")
    assert second.woken("张三要帮手")
    second.taps("我来")
    assert first.hears("李四来当帮手")


def test_one_came_and_it_is_done_without_the_second(world: World) -> None:
    granny, first = world.resident("王奶奶"), world.steward("张三", metres=50)
    second = world.steward("李四", metres=90)
    granny.says("来两个人，邻居吵架")
    accept, decline = second.data("接单"), second.data("不方便")
    first.taps("接单").taps("已到达")
    assert second.hears("还要一位一起去")

    first.taps("已解决")

    assert second.hears("这次不用您去了") and not second.hears("还要一位一起去")
    assert second.labels() == []
    assert world.answers() == {"张三": Answer.ACCEPTED, "李四": Answer.OVER}
    second.repeats_tap("接单", accept)
    assert "谢谢您" in second.last
    second.repeats_tap("不方便", decline)
    assert "已经办好" in second.last
    world.passes(hours=25)
    assert world.case.state is State.CLOSED
    assert second.labels() == []


def test_whoever_comes_along_speaks_to_the_resident_as_well(world: World) -> None:
    granny, first = world.resident("王奶奶"), world.steward("张三", metres=50)
    second = world.steward("李四", metres=90)
    granny.says("来两个人，邻居吵架")
    first.taps("接单")
    second.taps("接单")

    second.says("我到楼下了")

    assert granny.hears("李四对您说", "我到楼下了")
    assert second.last.startswith("转给您正在帮的人了")
    assert len(world.cases()) == 1
    world.passes(minutes=6)
    assert first.hears("您到了吗"), "another's word is none of the first one's"
    first.taps("转交")
    second.says("他家门锁坏了")
    assert world.case.requester_id == second.id, "they are no longer on the way together"


def test_so_does_whoever_was_called_to_help(world: World) -> None:
    granny, first = world.resident("王奶奶"), world.steward("张三", metres=50)
    second, third = world.steward("李四", metres=90), world.steward("赵六", metres=130)
    granny.says("楼道灯坏了")
    first.taps("接单").taps("要帮手")
    second.taps("我来")

    second.says("我带梯子过去")

    assert granny.hears("李四对您说", "我带梯子过去")
    assert len(world.cases()) == 1
    third.says("我家门锁坏了")
    assert world.case.requester_id == third.id, "called, and not on the way"


def test_a_call_is_answered_in_words(world: World) -> None:
    granny, first = world.resident("王奶奶"), world.steward("张三", metres=50)
    second, third = world.steward("李四", metres=90), world.steward("赵六", metres=130)
    granny.says("楼道灯坏了")
    first.taps("接单").taps("要帮手")
    third.says("没空")
    assert "不去也没关系" in third.last
    second.says("我来")
    assert first.hears("李四来当帮手")
    assert not first.hears("赵六")
    assert [one.owner_id for one in world.cases()] == [first.id]


def test_a_call_and_a_card_are_told_apart_by_one_tap(world: World) -> None:
    granny, grandpa = world.resident("王奶奶"), world.resident("赵大爷", east=30)
    first, second = world.steward("张三", metres=50), world.steward("李四", metres=90)
    granny.says("楼道灯坏了")
    first.taps("接单").taps("要帮手")
    grandpa.says("水管漏水了")
    second.says("我来")
    assert world.case.owner_id is None, "neither is taken at a word"
    assert not first.hears("李四来当帮手")
    assert {"我来 №1 楼道灯坏了", "接单 №2 水管漏水了"} <= set(second.labels())
    second.taps("我来 №1 楼道灯坏了")
    assert first.hears("李四来当帮手")
    assert world.case.owner_id is None


def test_a_call_of_an_earlier_owner_is_over(world: World) -> None:
    granny, first = world.resident("王奶奶"), world.steward("张三", metres=50)
    second, third = world.steward("李四", metres=90), world.steward("赵六", metres=130)
    granny.says("楼道灯坏了")
    first.taps("接单").taps("要帮手").taps("转交")
    world.passes(minutes=1)
    second.taps("接单")
    third.says("我来")
    assert not second.hears("赵六来当帮手")


def test_whoever_comes_along_hears_that_it_is_done(world: World) -> None:
    granny, near, second = world.resident(), world.steward("张三"), world.steward("李四", metres=300)
    granny.says("帮我抬柜子")
    near.taps("接单").taps("要帮手")
    second.taps("我来")
    near.taps("已解决")
    assert second.woken("已经办好了", "不用去了")
    told = len(second.heard)
    granny.taps("已解决")
    assert len(second.heard) == told, "once"
