"""Promise 48: everything about a person can be erased on request; figures stay."""

from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text

from dispatch import backups
from dispatch.roster import exporting
from models import migrate
from models.people import Person, Route
from models.requests import Audit, Media, Request
from models.rights import Tombstone
from models.words import Ending, State
from tests.stories.canaries import CANARIES, NAME, everything, lives
from tests.stories.rights import bytes_on_disk, minutes_pass
from tests.stories.world import VILLAGE, World


def test_erasing_says_first_what_goes_what_stays_and_why(world: World) -> None:
    granny, near, _ = lives(world)
    granny.says("/erase")
    assert granny.hears("会删：名字、电话", "会留：数字", "因为")
    minutes_pass(world)
    assert NAME in everything(world), "nothing before the confirmation"
    granny.taps("先留着")
    assert granny.hears("什么都没删")
    minutes_pass(world)
    assert NAME in everything(world)
    assert not near.hears("删")


def test_erased_is_erased(world: World) -> None:
    granny, near, secretary = lives(world)
    with world.store.read() as conn:
        before = conn.execute(select(Request.state, func.count()).group_by(Request.state)).all()
    granny.says("/erase").taps("全部删掉")
    assert granny.hears("几分钟里全部删掉")
    minutes_pass(world)

    left = everything(world)
    assert [one for one in CANARIES if one in left] == []
    with world.store.read() as conn:
        assert conn.execute(select(Request.state, func.count()).group_by(Request.state)).all() == before, "figures stay"
        assert conn.execute(select(Request.rating, Request.ending, Request.village_code)).one() == (
            5, Ending.SOLVED, VILLAGE,
        )  # fmt: skip
        trail = conn.execute(select(func.count()).where(Audit.action == "erase", Audit.person_id == granny.id))
        assert trail.scalar_one() == 1
        assert conn.scalar(select(func.count()).where(Route.person_id == granny.id)) == 0
        assert conn.scalar(select(func.count()).select_from(Media)) == 0
        exported = repr(list(exporting.export_rows(conn)))
    assert [one for one in CANARIES if one in exported] == []
    near.says("/tasks")
    before_that = len(secretary.heard)
    secretary.says("/show 1")
    shown = "\n".join(secretary.heard[before_that:])
    assert "求助 №1" in shown
    assert [one for one in CANARIES if one in shown] == []
    if world.store.sqlite:
        on_disk = bytes_on_disk(world)
        assert [one for one in CANARIES if one.encode() in on_disk] == []


def test_whoever_comes_back_is_somebody_new(world: World) -> None:
    granny, near, _ = lives(world)
    granny.says("/erase").taps("全部删掉")
    minutes_pass(world)
    granny.says("东村的路灯不亮了")
    assert near.hears("路灯不亮")
    assert granny.hears("第一次来", "/mydata", "/erase")
    with world.store.read() as conn:
        assert conn.scalar(select(func.count()).where(Request.requester_id == granny.id)) == 1
        assert world.case.requester_id != granny.id


@pytest.mark.parametrize("what", ["asked", "taken", "office"])
def test_what_is_open_ends_first(world: World, what: str) -> None:
    granny, near, secretary = world.resident(), world.steward("张三"), world.admin("李书记")
    granny.says("楼道灯坏了")
    near.taps("接单")
    who, why = {
        "asked": (granny, "您的求助 №1 还没办完"), "taken": (near, "您接的 №1 还没完"),
        "office": (secretary, "只有您一位管理员"),
    }[what]  # fmt: skip
    who.says("/erase")
    assert who.hears("现在还删不了", why)
    assert "全部删掉" not in who.labels()


def test_something_new_calls_it_off(world: World) -> None:
    granny, _, _ = lives(world)
    granny.says("/erase")
    button = granny.data("全部删掉")
    granny.repeats_tap("", button)
    granny.says("屋顶又漏雨了")
    minutes_pass(world)
    assert granny.woken("所以先没删", "还没办完")
    assert NAME in everything(world)
    assert world.case.state is State.OFFERED


def test_a_forged_or_old_yes_erases_nobody(world: World) -> None:
    granny, near, _ = lives(world)
    granny.says("/erase")
    button = granny.data("全部删掉")
    near.repeats_tap("", button)
    granny.says("取消").repeats_tap("", button)
    minutes_pass(world)
    with world.store.read() as conn:
        assert conn.scalar(select(func.count()).select_from(Tombstone)) == 0
    assert NAME in everything(world)


def test_a_steward_who_is_erased_leaves_the_ladder(world: World) -> None:
    near, far, secretary = world.steward("张三"), world.steward("李四", metres=300), world.admin("李书记")
    granny = world.resident()
    near.says("/erase").taps("全部删掉")
    minutes_pass(world)
    assert secretary.hears("有一位红管家或志愿者退出了")
    assert not secretary.hears("张三")
    granny.says("楼道灯坏了")
    assert far.hears("楼道灯坏了")
    assert not near.hears("楼道灯坏了")
    secretary.says("/roster")
    assert secretary.hears("东村 · 一网格：1 人")


def test_a_backup_from_before_brings_nobody_back(world: World, tmp_path: Path) -> None:
    with world.store.write() as conn:
        conn.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)"))
        conn.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": migrate.head()})
    granny, _, _ = lives(world)
    granny.says("楼上又漏水了吧好像是")  # Open when the backup is made.
    backups.write(world.store, tmp_path / "before.zip", world.clock.now())
    granny.taps("取消").says("/erase").taps("全部删掉")
    minutes_pass(world)
    later = world.resident("后来的人", phone="13966660303")

    backups.restore(world.store, tmp_path / "before.zip", world.clock.now(), force=True)

    left = everything(world)
    assert [one for one in (*CANARIES, "楼上又漏水") if one in left] == []
    with world.store.read() as conn:
        assert conn.scalars(select(Request.state).order_by(Request.id)).all() == [State.CLOSED, State.CANCELLED]
        assert conn.scalars(select(Person.name).order_by(Person.id)).all() == ["—", "张三", "李书记"]
    if world.store.sqlite:
        on_disk = bytes_on_disk(world)
        assert [one for one in CANARIES if one.encode() in on_disk] == []
    # SQLite gives the number of somebody who came after the backup again: the new one is nobody who was erased.
    with world.store.write() as conn:
        conn.execute(insert(Person).values(id=later.id, name="新来的", created_at=world.clock.now()))
    backups.write(world.store, tmp_path / "after.zip", world.clock.now())
    backups.restore(world.store, tmp_path / "after.zip", world.clock.now(), force=True)
    assert "新来的" in everything(world)
