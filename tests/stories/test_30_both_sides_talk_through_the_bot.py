"""Promise 30: both sides talk through the bot; phone and address only for the accepting steward, on demand, a day."""

from tests.stories.world import Neighbour, World

PHONE, ADDRESS = "13912345678", "王奶奶家 3号楼2单元"


def _accepted(world: World) -> tuple[Neighbour, Neighbour]:
    granny, near = world.resident("王奶奶", phone=PHONE), world.steward("张三", metres=80)
    granny.says("楼道灯坏了")
    near.taps("接单")
    world.passes(minutes=2)
    return granny, near


def test_words_go_both_ways(world: World) -> None:
    granny, near = _accepted(world)
    granny.says("从东门进来")
    assert near.hears("对方说", "从东门进来")
    near.says("好，带了梯子")
    assert granny.hears("张三对您说", "带了梯子")
    assert not granny.hears("13800000000"), "nobody's phone is given away by talking"
    assert not near.hears(PHONE)
    assert len(world.cases()) == 1


def test_photos_and_voices_go_both_ways(world: World) -> None:
    granny, near = _accepted(world)
    granny.sends("photo", "就是这盏")
    assert near.hears("就是这盏")
    near.sends("voice")
    assert granny.hears("张三对您说")
    assert len(world.cases()) == 1


def test_nobody_sees_phone_or_address_who_has_not_accepted(world: World) -> None:
    granny, near = world.resident("王奶奶", phone=PHONE), world.steward("张三", metres=80)
    other = world.steward("李四", metres=90)
    granny.says("楼道灯坏了")
    world.passes(minutes=6)
    for one in (near, other):
        assert one.hears("楼道灯坏了")
        assert not one.hears(PHONE)
        assert not one.hears(ADDRESS)
        assert "看地址" not in one.labels()
    near.taps("接单")
    assert not near.hears(PHONE), "only on demand"
    assert not near.hears(ADDRESS)
    other.repeats_tap("看地址", near.data("看地址"))
    assert not other.hears(ADDRESS)


def test_on_demand_with_phone_address_and_pin(world: World) -> None:
    _, near = _accepted(world)
    near.taps("看地址")
    assert near.hears("王奶奶", PHONE, ADDRESS)
    assert near.hears("[pin 40.1460]") or near.hears("pin")


def test_until_a_day_after_the_end(world: World) -> None:
    granny, near = _accepted(world)
    near.taps("已到达").taps("已解决")
    granny.taps("已解决")
    world.passes(hours=1)
    near.taps("看地址")
    assert near.hears(PHONE, ADDRESS), "within a day the button is there and works"
    shown = len([text for text in near.heard if PHONE in text])
    world.jumps(hours=24)
    near.taps("看地址")
    assert near.hears("结束有一阵了", "不再显示")
    assert len([text for text in near.heard if PHONE in text]) == shown


def test_whoever_gave_it_back_sees_nothing_more(world: World) -> None:
    _, near = _accepted(world)
    button = near.data("看地址")
    near.taps("转交")
    near.repeats_tap("看地址", button)
    assert not near.hears(ADDRESS)
    assert near.hears("已经转给别人了")


def test_on_behalf_of_another_it_is_the_helped_ones_phone(world: World) -> None:
    granny, near = world.resident("王奶奶", phone=PHONE), world.steward("张三", metres=80)
    granny.says("李爷爷家的灯坏了").taps("替别人").says("李爷爷，3 组 12 号，13700001111")
    near.taps("接单").taps("看地址")
    assert near.hears("李爷爷", "13700001111")
    assert not near.hears(PHONE)


def test_who_has_no_chat_any_more_is_to_be_called(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    granny.says("楼道灯坏了")
    near.taps("接单")
    granny.says("/stop")
    near.says("我在楼下，开门")
    assert near.hears("请打电话", "看地址")
    assert not near.hears("转给您正在帮的人了")
