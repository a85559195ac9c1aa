"""A practice is the real thing for thumbs and for nothing else: marked everywhere, in no figure, over by itself."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from dispatch import health
from models.mail import Outbox
from models.people import Admin, Person, Steward
from models.requests import Audit, Offer
from models.words import Answer, Ending, Language, Level, Skip, State
from tests.stories.rights import documents
from tests.stories.world import NEXT_VILLAGE, Neighbour, World
from web.figures import Figures

MARK = "演练"


def begins(admin: Neighbour, words: str = "楼道的灯不亮了") -> None:
    admin.says(f"/drill {words}")
    admin.taps(next(label for label in reversed(admin.labels()) if label.startswith("现在就练")))


def posted(world: World, since: int = 0) -> list[dict[str, Any]]:
    """What was written to anybody about the newest request."""
    with world.store.read() as conn:
        about = (Outbox.request_id == world.case.id, Outbox.id > since)
        return list(conn.scalars(select(Outbox.message).where(*about)))


def turns(world: World) -> dict[str, Any]:
    """When each steward was last asked."""
    with world.store.read() as conn:
        rows = conn.execute(select(Person.name, Steward.asked_at).join(Person, Person.id == Steward.person_id))
        return {row.name: row.asked_at for row in rows}


def test_who_taps_learns_that_it_was_practice(world: World, admin: Neighbour) -> None:
    near, far = world.steward("张三", metres=50), world.steward("李四", metres=500)
    admin.says("/drill 楼道的灯不亮了")
    assert admin.hears(MARK, "东村", "最多问 2 人", "楼道的灯不亮了")
    assert not near.heard, "nothing happens before the second yes"
    admin.taps("现在就练（2 人）")
    assert world.case.drill
    assert near.woken(MARK, "不是真的求助", "楼道的灯不亮了", "东村")
    assert not far.heard
    assert admin.hears(MARK, "已经问了 1 人")
    world.clock.move(seconds=20)
    near.taps("接单")
    assert near.hears(MARK, "点得好", "练习")
    assert world.case.state is State.ACCEPTED
    near.taps("已到达")
    assert near.hears(MARK, "到了就点这里")
    near.taps("已解决")
    assert near.hears(MARK, "练完了，做得很好")
    assert (world.case.state, world.case.ending) == (State.CLOSED, Ending.PRACTISED)
    assert admin.hears(MARK, "结束了：问了 1 人，1 人回了", "张三：20 秒点了接单")
    assert "已解决" not in admin.labels(), "nobody is asked whether it is solved, or for stars"
    assert not any("★" in label for label in admin.labels())
    assert not near.labels()
    assert all(MARK in text for text in near.heard), "on the card, and on each thing that was said about it"


def test_it_climbs_to_the_branch_and_no_further(world: World, admin: Neighbour) -> None:
    """Nobody taps: the neighbours are asked rung by rung, then it is over. No office is woken."""
    people = [world.steward(name, metres=metres) for name, metres in (("张三", 50), ("李四", 90), ("王五", 120))]
    helper, town = world.volunteer("赵六"), world.admin("镇里", Level.TOWNSHIP)
    world.steward("孙七", metres=10, reachable=False)
    begins(admin)
    people[0].taps("不方便")
    assert people[0].hears(MARK, "没关系")
    world.passes(minutes=14)
    late = helper.data("接单")
    world.passes(minutes=2)
    assert world.case.ending is Ending.PRACTISED
    assert all(one.hears(MARK, "楼道的灯") for one in (*people, helper))
    assert not town.heard
    assert "接单" not in admin.labels()
    report = admin.last
    assert all(
        part in report for part in ("问了 4 人，1 人回了", "张三：0 秒点了不方便", "没有回：", "李四", "王五", "赵六")
    )
    assert "联系不上：孙七" in report
    helper.repeats_tap("", late)
    assert helper.hears(MARK, "结束"), "a late tap is told that it is over"
    assert world.case.state is State.CLOSED


def test_who_falls_silent_ends_it(world: World, admin: Neighbour) -> None:
    near = world.steward("张三")
    begins(admin)
    near.taps("接单")
    world.passes(minutes=6)
    assert near.hears(MARK, "到了吗")
    world.passes(minutes=15)
    assert world.case.ending is Ending.PRACTISED
    begins(admin)
    near.taps("接单").taps("已到达")
    world.passes(hours=2, minutes=1)
    assert world.case.ending is Ending.PRACTISED


def test_every_word_about_it_is_marked(world: World, admin: Neighbour) -> None:
    """Whatever is written in a chat while it runs, in either language, by every button that it has."""
    near, other = world.steward("张三", metres=50), world.steward("李四", metres=90, language=Language.EN)
    begins(admin)
    near.taps("接单")
    for label in ("看地址", "要帮手", "已到达", "转交"):
        near.taps(label)
    other.taps("Accept").taps("Address").taps("Arrived").taps("Solved")
    near.says("为什么是我").says("/tasks")
    other.says("why me")
    admin.says(f"/show {world.case.id}").says(f"/why {world.case.id}").says("/mine")
    admin.says(f"/cancel {world.case.id} 不练了")
    heard = [text for one in (near, admin) for text in one.heard if "手上没有任务" not in text]
    assert [text for text in heard if MARK not in text] == []
    assert [text for text in other.heard if "[PRACTICE]" not in text] == []
    assert {one["key"].partition(".")[0] for one in posted(world) if one.get("key")} == {"drill"}
    assert not near.hears("13700000000"), "behind it is nobody's door, and no admin's phone"


def test_it_is_in_no_figure(world: World, admin: Neighbour) -> None:
    near = world.steward("张三")
    before = turns(world)
    begins(admin)
    near.taps("接单")
    admin.says("/status").says("/open")
    assert not admin.hears("接单 1"), admin.heard
    assert admin.hears("没有"), "no open request; the practice stands apart"
    assert any(text.startswith("【演练】") and f"№{world.case.id}" in text for text in admin.heard[-2:])
    figures = Figures(world.store, world.clock).text(None).decode()
    assert 'red_steward_requests{state="accepted"} 0.0' in figures
    world.clock.move(days=3)
    assert not [one for one in health.faults(world.store, world.clock, polls=False) if one.name == "requests"]
    assert turns(world) == before, "nobody's turn is moved"
    admin.says("/mydata")
    near.says("/mydata")
    held = documents(world)
    assert not any(title in one for one in held for title in ("■ 我的求助\n", "■ 我接的任务\n"))
    assert "楼道的灯" not in held[1]


def test_it_makes_nobody_busy(world: World, admin: Neighbour) -> None:
    """In the middle of a practice, at a cap of one task a day, the nearest is asked for a real need at once."""
    world.change(daily_cap=1)
    near, granny = world.steward("张三", metres=50), world.resident("王奶奶")
    world.steward("李四", metres=60)
    begins(admin)
    near.taps("接单")
    granny.says("水管漏水了")
    assert near.hears("水管漏水了")
    assert not near.hears(MARK, "水管漏水")
    assert world.considered()["张三"] is Skip.NONE


def test_a_real_need_is_never_part_of_it(world: World, admin: Neighbour) -> None:
    """Of whoever ordered it, and of whoever has accepted it: what they write next is a need of its own."""
    near = world.steward("张三")
    world.steward("李四", metres=300)
    begins(admin, "家里停电了")
    near.taps("接单")
    near.says("我家水管漏水")
    admin.says("家里停电了")
    assert [case.drill for case in world.cases()] == [True, False, False]
    admin.says("取消")
    assert world.cases()[0].state in (State.OFFERED, State.ACCEPTED), "nor is it what is withdrawn"


def test_ordering_many_holds_no_real_need_back(world: World, admin: Neighbour) -> None:
    world.change(floods={"requests": 1})
    world.steward("张三")
    for _ in range(3):
        begins(admin)
        admin.says("/drill stop")
    admin.says("水管漏水了")
    assert world.case.state is State.OFFERED


def test_it_can_be_stopped(world: World, admin: Neighbour) -> None:
    near = world.steward("张三")
    begins(admin)
    admin.says("/drill stop")
    assert world.case.state is State.CANCELLED
    assert near.hears(MARK, "取消")
    assert admin.hears(MARK, "问了 1 人，0 人回了", "没有回：张三")
    admin.says("/drill stop")
    assert admin.hears(MARK, "现在没有演练")
    begins(admin)
    admin.taps("取消")
    assert world.case.state is State.CANCELLED


def test_one_at_a_time_in_a_village(world: World, admin: Neighbour) -> None:
    world.steward("张三")
    second, town = world.admin("刘主任"), world.admin("镇里", Level.TOWNSHIP)
    world.steward("西河管家", village=NEXT_VILLAGE)
    second.says("/drill")
    begins(admin)
    second.taps(second.labels()[-1])
    assert second.hears(MARK, "正在演练")
    admin.says("/drill 再来一次")
    assert admin.hears("一个村一次只练一场")
    assert len(world.cases()) == 1
    town.says("/drill 楼道灯")
    assert town.hears("请先写是哪个村", "西河村")
    town.says("/drill 西河村 楼道灯坏了").taps("现在就练（1 人）")
    assert world.case.village_code == NEXT_VILLAGE
    beside = world.admin("西河书记", area=NEXT_VILLAGE)
    beside.says("/drill stop 东村")
    assert beside.hears("您管的地方没有“东村”")
    town.says("/drill stop 东村")
    assert world.cases()[0].state is State.CANCELLED
    assert admin.hears(MARK, "结束了"), "the report is for whoever ordered it"


def test_never_in_quiet_hours_but_by_the_yes(world: World, admin: Neighbour) -> None:
    world.change(quiet_hours={"begin": "21:00", "end": "06:00"})
    near = world.steward("张三")
    admin.says("/drill")
    assert not admin.hears("休息时间")
    world.clock.move(hours=7, minutes=59)  # 19:59
    admin.says("/drill")
    world.clock.move(minutes=2)
    admin.taps("现在就练（1 人）")
    assert admin.hears("休息时间", "铃声"), "a yes by day is none for the night"
    assert not near.heard
    world.clock.move(hours=2)
    admin.says("/drill")
    assert admin.hears("一个能问的人都没有") or admin.hears("休息时间")
    admin.taps("现在就练（1 人）")
    assert near.hears(MARK)


def test_what_begins_by_day_ends_with_it(world: World, admin: Neighbour) -> None:
    world.clock.move(hours=7, minutes=57)  # 19:57
    world.steward("张三")
    far = world.steward("李四", metres=300)
    begins(admin)
    world.passes(minutes=6)
    assert world.case.ending is Ending.PRACTISED
    assert not far.heard


def test_never_an_emergency(world: World, admin: Neighbour) -> None:
    world.steward("张三")
    admin.says("/drill 家里着火了")
    assert admin.hears("不能写紧急的事")
    assert not world.cases()


@pytest.mark.parametrize("people", [0, 1])
def test_where_nobody_can_practise_it_says_why(world: World, admin: Neighbour, people: int) -> None:
    for number in range(people):
        world.steward(f"管家{number}", reachable=False)
    admin.says("/drill")
    assert admin.hears(MARK, "能问的人都没有", "/unreachable")


def test_it_is_logged_and_names_the_village(world: World, admin: Neighbour) -> None:
    world.steward("张三")
    begins(admin)
    with world.store.read() as conn:
        row = conn.execute(select(Audit.actor_id, Audit.detail).where(Audit.action == "drill")).one()
        answers = conn.scalars(select(Offer.answer)).all()
        office = conn.scalar(select(Admin.area_code).where(Admin.person_id == row.actor_id))
    assert row.detail["village"] == office
    assert answers == [Answer.OPEN]
    assert world.case.due_at is not None
    assert world.case.due_at - world.case.opened_at == timedelta(minutes=5)


def test_in_english(world: World, admin: Neighbour) -> None:
    near = world.steward("Zhang", language=Language.EN)
    admin.says("/lang en").says("/drill")
    assert admin.hears("[PRACTICE]", "at most 1 people", "stairwell")
    admin.taps("Practise now (1)")
    assert near.hears("[PRACTICE]", "nobody needs help", "stairwell")
    near.taps("Accept").taps("Arrived").taps("Solved")
    assert near.hears("Well done, that was practice")
    assert admin.hears("[PRACTICE]", "1 were asked, 1 answered", "Zhang: accepted after 0 s")
