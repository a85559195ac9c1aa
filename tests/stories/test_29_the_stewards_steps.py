"""Promise 29: on my way, arrived, need a second pair of hands, cannot go on (the timeline stays), done."""

from models.words import Due, State
from tests.stories.world import World


def test_step_by_step(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单")
    assert world.case.state is State.ACCEPTED
    assert {"已到达", "已解决", "要帮手", "转交", "看地址"} <= set(near.labels())
    near.taps("已到达")
    assert world.case.state is State.ARRIVED
    assert granny.hears("张三", "到了")
    assert "已到达" not in near.labels()
    near.taps("已解决")
    assert world.case.state is State.DONE
    assert near.hears("辛苦您了")
    assert granny.hears("张三说办好了", "解决了吗")


def test_on_my_way(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单")
    world.passes(minutes=6)
    near.taps("在路上")
    assert near.hears("路上慢点")
    assert world.case.state is State.ACCEPTED
    assert world.case.due is Due.ASK_ARRIVED
    near.taps("已到达")
    assert world.case.state is State.ARRIVED


def test_a_second_pair_of_hands(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三", metres=50)
    second, third = world.steward("李四", metres=90), world.steward("赵六", metres=120)
    resting = world.steward("孙七", metres=60, on_duty=False)
    granny.says("柜子要搬")
    near.taps("接单").taps("已到达").taps("要帮手")
    assert world.case.state is State.ARRIVED
    assert world.case.owner_id == near.id, "the owner stays the owner"
    for one in (second, third):
        assert one.woken("张三要帮手", "柜子要搬", "13800000000")
        assert not one.hears("3号楼2单元"), "the exact address stays with the owner"
    assert not resting.heard
    assert near.hears("已经叫了帮手", "2 人")
    assert granny.hears("再叫帮手", "2 人")


def test_one_who_can_come_says_so_with_one_tap(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三", metres=50)
    second = world.steward("李四", metres=90)
    secretary = world.admin("李书记")
    granny.says("柜子要搬")
    near.taps("接单").taps("已到达").taps("要帮手")
    second.taps("我来")
    assert near.hears("李四", "13800000000")
    assert granny.hears("李四", "帮手")
    assert world.case.owner_id == near.id
    heard = len(near.heard)
    second.repeats_tap("我来", second.data("我来"))
    assert len(near.heard) == heard, "a double tap is harmless"
    secretary.says(f"/show {world.case.id}")
    assert secretary.hears("李四：来当帮手")
    second.repeats_tap("看地址", second.data("我来").replace("come:", "adr:"))
    assert not second.hears("3号楼2单元")
    near.taps("已解决")
    granny.taps("已解决")
    second.repeats_tap("我来", second.data("我来"))
    assert second.hears("已经结束")


def test_no_hands_are_free(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    granny.says("柜子要搬")
    near.taps("接单").taps("要帮手")
    assert near.hears("没有空着的人")


def test_cannot_go_on_hands_over_and_the_timeline_stays(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三", metres=50)
    other, secretary = world.steward("李四", metres=90), world.admin("李书记")
    granny.says("楼道灯坏了").says("灯泡家里有")
    near.taps("接单")
    world.passes(minutes=2)
    near.says("要带梯子，等我一下").taps("已到达")
    near.taps("转交")
    assert near.hears("正在找别人")
    assert granny.hears("去不了了", "另找人")
    assert other.hears("楼道灯坏了", "灯泡家里有"), "what was added is on the new card"
    other.taps("接单")
    assert world.case.owner_id == other.id
    assert other.hears("张三", "接单", "要带梯子", "转交"), "what happened before goes along"
    secretary.says(f"/show {world.case.id}")
    assert secretary.hears("张三：接单", "要带梯子", "张三：转交", "李四：接单")
    world.passes(minutes=1)
    assert not near.hears("另一", "接单"), "whoever gave it back is not asked again"


def test_every_step_only_for_whoever_has_it(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    stranger = world.steward("李四", metres=200)
    granny.says("楼道灯坏了")
    near.taps("接单")
    for label in ("已到达", "已解决", "要帮手", "转交", "看地址"):
        stranger.repeats_tap(label, near.data(label))
        assert stranger.last == "这个按钮不能用了。请看最新的消息，或发 /mine。"
    assert world.case.state is State.ACCEPTED
    assert world.case.owner_id == near.id


def test_nobody_is_called_when_it_is_over(world: World) -> None:
    granny, near, second = world.resident(), world.steward("张三"), world.steward("李四", metres=300)
    granny.says("楼道灯坏了")
    near.taps("接单").taps("已到达")
    button = near.data("要帮手")
    near.taps("已解决")
    granny.taps("已解决")
    near.repeats_tap("要帮手", button)
    assert near.hears("已经结束")
    assert not second.heard
    assert not granny.hears("再叫帮手")


def test_it_is_not_given_to_who_has_it_or_who_asks(world: World) -> None:
    asker, near, secretary = world.steward("王大姐", metres=20), world.steward("张三"), world.admin("李书记")
    asker.says("楼道灯坏了")
    near.taps("接单").taps("已到达")
    secretary.says(f"/assign {world.case.id} 张三")
    assert secretary.hears("已经在这个人手上")
    secretary.says(f"/assign {world.case.id} 王大姐")
    assert secretary.hears("就是这个人求助的")
    assert (world.case.owner_id, world.case.state) == (near.id, State.ARRIVED)
