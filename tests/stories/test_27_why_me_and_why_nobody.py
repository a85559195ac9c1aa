"""Promise 27: "why me?" and "why nobody?" are answered in one sentence, from recorded reasons."""

from sqlalchemy import update

from dispatch.escalation import POOL_KEPT
from models.people import Steward
from models.words import Language
from tests.stories.rounds import links
from tests.stories.world import World


def test_why_me_the_nearest(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三", metres=80)
    near.says("为什么是我")
    assert near.last == "还没有求助问到过您。"
    granny.says("楼道灯坏了")
    before = len(near.heard)
    near.says("为什么是我?")
    assert len(near.heard) == before + 1
    assert near.hears("因为您离得近", "80 米")


def test_why_me_in_english(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("Zhang", metres=80, language=Language.EN)
    granny.says("楼道灯坏了")
    near.says("Why me?")
    assert "80 m" in near.last
    assert near.last.count("\n") == 0


def test_why_me_for_my_skill_as_a_volunteer_and_as_an_office(world: World) -> None:
    granny, plain = world.resident("王奶奶"), world.steward("张三", metres=50)
    skilled = world.steward("电工李四", metres=90, skills=";electric;")
    helper, secretary = world.volunteer("小刘", metres=120), world.admin("李书记")
    granny.says("楼道灯坏了")
    assert skilled.says("为什么找我").hears("用得上您的特长", "90 米")
    world.passes(minutes=16)
    assert plain.says("为什么是我").hears("因为您离得近", "50 米")
    assert helper.says("怎么是我").hears("您是附近的志愿者", "120 米")
    assert secretary.says("为什么是我").hears("因为附近的人没接上")


def test_the_reason_is_the_recorded_one(world: World) -> None:
    """What was so when they were asked is answered, not what is so now."""
    granny, near = world.resident("王奶奶"), world.steward("张三", metres=80)
    granny.says("楼道灯坏了")
    with world.store.write() as conn:
        conn.execute(update(Steward).values(lat=40.2, on_duty=False))
    near.says("为什么是我")
    assert near.hears("因为您离得近", "80 米")


def test_why_nobody_in_one_sentence(world: World) -> None:
    granny, secretary = world.resident("王奶奶"), world.admin("李书记")
    world.steward("张三", on_duty=False)
    world.steward("李四", on_duty=False)
    world.steward("赵六", reachable=False)
    granny.says("楼道灯坏了")
    before = len(secretary.heard)
    secretary.says(f"/why {world.case.id}")
    assert len(secretary.heard) == before + 1
    assert secretary.last == "第 1 步没问到人：不在岗 2 人，联系不上 1 人。"


def test_however_many_they_are(world: World) -> None:
    granny, secretary = world.resident("王奶奶"), world.admin("李书记")
    for number in range(POOL_KEPT + 5):
        world.steward(f"{number}号", metres=10 + number, on_duty=number % 2 == 0, reachable=False)
    granny.says("楼道灯坏了")
    secretary.says(f"/why {world.case.id}")
    assert secretary.last == "第 1 步没问到人：联系不上 33 人，不在岗 32 人。"


def test_why_this_one_and_not_that_one(world: World) -> None:
    granny, secretary = world.resident("王奶奶"), world.admin("李书记")
    world.steward("张三", metres=10, on_duty=False)
    world.steward("李四", metres=80)
    granny.says("楼道灯坏了")
    secretary.says(f"/why {world.case.id}")
    assert secretary.last == "第 1 步问了李四。没问的人：不在岗 1 人。"


def test_nobody_on_the_roster_is_a_reason_as_well(world: World) -> None:
    granny, secretary = world.resident("王奶奶"), world.admin("李书记")
    granny.says("楼道灯坏了")
    secretary.says(f"/why {world.case.id}")
    assert secretary.last == "第 1 步没有人可问：名册上没有登记。"


def test_the_resident_may_ask_why_nobody_comes(world: World) -> None:
    granny = world.resident("王奶奶")
    world.steward("张三", on_duty=False)
    granny.says("楼道灯坏了").says("怎么没人来?")
    assert granny.last == "第 1 步没问到人：不在岗 1 人。"
    assert not granny.hears("张三"), "reasons are counted; names are not told"
    assert len(world.cases()) == 1


def test_the_resident_asks_why_while_others_are_asked(world: World) -> None:
    granny = world.resident("王奶奶")
    world.steward("张三", metres=10, on_duty=False)
    world.steward("李四", metres=80)
    granny.says("楼道灯坏了").says("怎么没人来")
    assert granny.last == "还在等 1 人回话。第 1 步问了1 人。没问的人：不在岗 1 人。"


def test_why_nobody_says_first_who_has_not_answered_yet(world: World) -> None:
    granny, _, _ = world.resident("王奶奶"), world.steward("李四"), world.admin("李书记")
    granny.says("楼道灯坏了")
    world.passes(hours=1)
    granny.says("怎么没人来")
    assert granny.last.startswith("还在等 2 人回话。第 ")


def test_why_nobody_in_english(world: World) -> None:
    mary = world.resident("Mary", language=Language.EN)
    world.steward("李四")
    mary.says("The lamp is broken").says("Why nobody?")
    assert mary.last.startswith("Still waiting for an answer from 1. Step 1")


def test_why_is_one_message_however_long_it_takes(world: World) -> None:
    granny, secretary = world.resident("王奶奶"), world.admin("李书记")
    world.steward("张三", on_duty=False)
    granny.says("楼道灯坏了")
    world.passes(hours=3)
    before = len(secretary.heard)
    secretary.says(f"/why {world.case.id}")
    assert len(secretary.heard) == before + 1
    assert "第 1 步没问到人：不在岗 1 人。" in secretary.last
    assert secretary.last.count("李书记") == 1, "each step once, however often it was repeated"


def test_why_me_for_my_household_and_as_the_admin_wished(world: World) -> None:
    granny, near, other = world.resident("王奶奶"), world.steward("张三", metres=80), world.steward("李四", metres=90)
    secretary = world.admin("李书记")
    links(world, other, granny)
    granny.says("楼道灯坏了")
    assert other.says("为什么是我").hears("您是这户的红管家", "90 米")
    secretary.says(f"/assign {world.case.id} 张三")
    assert near.says("为什么是我").hears("管理员把这件事交给了您")


def test_why_me_when_called_to_help(world: World) -> None:
    granny, near, other = world.resident("王奶奶"), world.steward("张三", metres=80), world.steward("李四", metres=90)
    mary = world.steward("Mary", metres=120, language=Language.EN)
    granny.says("柜子要搬")
    near.taps("接单").taps("要帮手")
    assert other.says("为什么是我").hears("因为张三在办一件事", "忙不过来")
    assert mary.says("Why me?").hears("Because 张三 needs a second pair of hands")
    assert near.says("为什么是我").hears("因为您离得近", "80 米"), "who has it was asked for it"
    other.taps("我来")
    near.taps("已到达").taps("已解决")
    granny.taps("已解决")
    world.passes(minutes=1)
    granny.says("楼道灯坏了")
    near.taps("不方便")
    assert other.says("为什么是我").hears("因为您离得近", "90 米"), "the last time counts"
