"""Promise 40: one person can be resident, steward and volunteer at once, in one chat."""

from models.words import State
from tests.stories.world import Neighbour, World


def _zhang(world: World) -> Neighbour:
    """A resident who is a steward and a volunteer as well."""
    zhang = world.resident("张三", north=60)
    world.steward("张三", metres=60, who=zhang)
    return world.volunteer("张三", metres=60, who=zhang)


def test_asks_and_helps_in_one_chat(world: World) -> None:
    zhang, granny = _zhang(world), world.resident("王奶奶")
    other = world.steward("李四", metres=200)
    zhang.says("我家水管漏水")
    assert other.hears("我家水管漏水"), "their own request goes to somebody else"
    assert "接单" not in zhang.labels()
    granny.says("楼道灯坏了")
    assert zhang.hears("楼道灯坏了"), "and they are asked for others meanwhile"

    zhang.taps("接单")
    assert granny.hears("张三", "来帮您")
    other.taps("接单")
    assert zhang.hears("李四", "来帮您")
    mine, hers = world.cases()
    assert (mine.owner_id, hers.owner_id) == (other.id, zhang.id)

    zhang.repeats_tap("已到达", zhang.data("已到达"))
    assert [case.state for case in world.cases()] == [State.ACCEPTED, State.ARRIVED]
    zhang.taps("取消")
    assert [case.state for case in world.cases()] == [State.CANCELLED, State.ARRIVED], "each button has its own request"


def test_steward_and_volunteer_are_asked_once(world: World) -> None:
    zhang, granny = _zhang(world), world.resident("王奶奶")
    granny.says("楼道灯坏了")
    world.passes(minutes=16)
    assert sum("楼道灯坏了" in text for text in zhang.heard) == 1


def test_a_no_as_steward_is_a_no_as_volunteer(world: World) -> None:
    zhang, granny = _zhang(world), world.resident("王奶奶")
    granny.says("楼道灯坏了")
    zhang.taps("不方便")
    heard = len(zhang.heard)
    world.passes(minutes=16)
    assert len(zhang.heard) == heard


def test_help_names_all_that_they_can_do(world: World) -> None:
    zhang = _zhang(world)
    zhang.says("帮助")
    assert zhang.hears("/mine")
    assert zhang.hears("/tasks", "/duty")
    assert not zhang.hears("/broadcast")


def test_an_admin_besides(world: World) -> None:
    secretary = world.admin("李书记")
    world.steward("李书记", metres=60, who=secretary)
    granny = world.resident("王奶奶")
    granny.says("楼道灯坏了")
    assert "接单" in secretary.labels()
    secretary.says("帮助").says("/status").says("/tasks")
    assert secretary.hears("/broadcast")
    assert secretary.hears("已问人 1")
    secretary.taps("接单")
    assert granny.hears("李书记", "来帮您")


def test_off_duty_as_steward_is_still_a_resident(world: World) -> None:
    zhang = _zhang(world)
    other = world.steward("李四", metres=200)
    zhang.says("/duty off").says("我家水管漏水")
    assert other.hears("我家水管漏水")
    world.resident("王奶奶").says("楼道灯坏了")
    assert not zhang.hears("楼道灯坏了")


def test_words_go_to_the_request_that_waits_first(world: World) -> None:
    """Helping somebody and waiting for help: what they add belongs to their own request, not to the other's chat."""
    zhang, granny = _zhang(world), world.resident("王奶奶")
    granny.says("楼道灯坏了")
    zhang.taps("接单")
    zhang.says("我马上到")
    assert granny.hears("张三对您说", "我马上到")
    zhang.says("我家水管漏水").taps("是另一件事")
    assert world.case.requester_id == zhang.id
    zhang.says("厨房那根")
    assert not granny.hears("厨房那根")
    assert zhang.hears("加到")


def test_whoever_helps_can_write_to_their_own_helper(world: World) -> None:
    aunt = world.resident("张婶", north=60)
    world.steward("张婶", metres=60, who=aunt)
    granny, own = world.resident("王奶奶"), world.steward("张三", metres=200)
    granny.says("楼道灯坏了")
    aunt.taps("接单").says("我家水管漏水").taps("是另一件事")
    own.taps("接单")
    world.passes(minutes=2)
    aunt.says("你到哪了")
    assert not granny.hears("你到哪了")
    assert not own.hears("你到哪了"), "nobody hears what may be meant for another"
    aunt.taps("№2 我家水管漏水")
    assert own.hears("对方说", "你到哪了")
    assert not granny.hears("你到哪了")
    aunt.says("我马上到").taps("№1 楼道灯坏了")
    assert granny.hears("张婶对您说", "我马上到")
    assert not own.hears("我马上到")
    assert len(world.cases()) == 2
