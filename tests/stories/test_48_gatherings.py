"""Promise 48, at theme and service days: what one said and wrote there is shown, erased and forgotten; figures stay."""

from sqlalchemy import func, select

from models.gatherings import Seat, Session
from models.habits import Reply
from models.requests import Media
from tests.stories.canaries import everything
from tests.stories.gatherings import code, guests, it_is, minutes_pass, plans_service, plans_theme
from tests.stories.rights import documents, gives_documents, nights
from tests.stories.rights import minutes_pass as calendar_minutes
from tests.stories.world import Neighbour, World

REASON, TITLE, MATERIAL = "要去医院复查胆囊结石", "银杏树下的三代人", "银杏树是我爷爷亲手栽下的第一棵树"


def _lived(world: World) -> tuple[Neighbour, Neighbour]:
    """The secretary wrote the material of a theme day, and somebody said why they could not come."""
    gives_documents(world)
    branch, near = world.admin(), world.steward("张三")
    world.admin("副书记")
    plans_theme(world, branch)
    near.taps("去不了").says(REASON)
    branch.says("/theme plan").taps("节目和材料").says(f"微党课 张三 {TITLE}")
    branch.taps("微党课").says(MATERIAL).sends("photo")
    it_is(world, "2026-03-06 15:00")
    branch.says("/theme open").says("/theme list").says("/theme close").taps("确定（0 人）")
    near.taps("看材料").taps("看过了")
    return branch, near


def test_my_data_shows_them(world: World) -> None:
    branch, near = _lived(world)
    near.says("/mydata")
    mine = documents(world)[-1]
    for part in ("■ 我的答复、签到", "■ 我参加过或安排过的活动", "■ 我讲的、我写的材料", REASON, TITLE):
        assert part in mine, part
    branch.says("/mydata")
    theirs = documents(world)[-1]
    assert MATERIAL in theirs
    assert REASON not in theirs, "why another could not come is theirs"


def test_erased_with_the_reason_wherever_it_was_shown(world: World) -> None:
    branch, near = _lived(world)
    near.says("/erase").taps("全部删掉")
    calendar_minutes(world)
    assert REASON not in everything(world)
    assert MATERIAL in everything(world)
    branch.says("/erase").taps("全部删掉")
    calendar_minutes(world)
    left = everything(world)
    assert [one for one in (TITLE, MATERIAL) if one in left] == []
    with world.store.read() as conn:
        assert conn.scalar(select(func.count()).select_from(Media).where(Media.channel != "service")) == 0
        assert conn.scalar(select(func.count()).select_from(Seat)) == 1, "that somebody was asked stays, by number"


def test_whoever_goes_leaves_their_place_to_who_waits(world: World) -> None:
    branch = world.admin()
    gone, waits = world.volunteer("甲"), world.volunteer("乙")
    plans_service(world, branch, needed="1")
    gone.taps("我去")
    waits.taps("我去")
    gone.says("/erase").taps("全部删掉")
    calendar_minutes(world)
    assert waits.hears("有位置了")
    assert guests(world)["乙"].reply is Reply.YES


def test_forgotten_after_its_time_and_who_came_stays(world: World) -> None:
    branch, near, away = world.admin(), world.volunteer("甲"), world.volunteer("乙")
    silent = world.volunteer("丙")
    plans_service(world, branch, safety="当心李大爷家的狗")
    near.taps("我去")
    away.taps("去不了").says(REASON)
    it_is(world, "2026-03-07 08:30")
    branch.says("/service open")
    near.says(code(world))
    it_is(world, "2026-03-07 22:30")
    world.clock.move(days=85)
    nights(world)
    assert guests(world)["乙"].reason == REASON
    world.clock.move(days=5)
    nights(world)
    assert {name: one.reason for name, one in guests(world).items()} == {"甲": "", "乙": ""}
    assert guests(world)["甲"].stayed == 120
    assert not silent.hears("签到了")
    with world.store.read() as conn:
        assert conn.scalar(select(func.count()).select_from(Session)) == 0
    minutes_pass(world)
