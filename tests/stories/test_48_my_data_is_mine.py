"""Promise 48: everything about a person can be exported and erased on request; what is old is erased by itself."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, text, update

from bot.texts import Texts
from dispatch import backups
from dispatch.rights import holdings
from dispatch.roster import exporting
from models import migrate
from models.awards import Nomination
from models.ballots import BallotVoter
from models.claims import Claim, CodeTry
from models.cooperatives import Member
from models.gatherings import Gathering, Seat, Session
from models.guardians import Guardianship
from models.ledger import EntryNote, PointEntry
from models.mail import Card, Dialog, Inbox, Outbox, WebMessage
from models.mentoring import IncomeLeader, JobFound, MentorDeed, Pair
from models.people import Admin, Invitation, Link, Person, Route, Steward
from models.places import Household
from models.points import HandEntry
from models.publishing import Objection
from models.reports import Order
from models.requests import Audit, Media, Note, Offer, Request
from models.rights import Tombstone
from models.tables import metadata
from models.visits import Visit, VisitNote
from models.words import Ending, Language, Mail, Post, State
from tests.stories.rights import bytes_on_disk, documents, gives_documents, minutes_pass, nights
from tests.stories.world import VILLAGE, Neighbour, World

NAME, PHONE, HOME, ADDRESS = "金丝雀婆婆", "13955550101", "丹凤眼家", "朝阳巷九十九号后院"
WORDS, MORE, TALK, ANSWER = (
    "厨房水龙头漏得满地都是水",
    "昨天夜里开始漏的呀",
    "您带上扳手再来好不好",
    "我十分钟就到您家门口",
)
CANARIES = (NAME, PHONE, HOME, ADDRESS, WORDS, MORE, TALK, ANSWER)


def _lives(world: World, language: Language | None = None) -> tuple[Neighbour, Neighbour, Neighbour]:
    """A resident whose every word is known by heart, with a steward, and a secretary who looks on."""
    granny = world.resident(NAME, phone=PHONE, language=language)
    with world.store.write() as conn:
        conn.execute(update(Household).values(name=HOME, address=ADDRESS))
    near, secretary = world.steward("张三"), world.admin("李书记")
    granny.says(WORDS)
    world.passes(seconds=10)
    granny.says(MORE)
    secretary.says(f"/show {world.case.id}").says("/open")
    near.taps("接单").taps("看地址").says(ANSWER)
    world.passes(minutes=2)
    granny.says(TALK).sends("photo")
    near.says("/tasks").taps("已到达").taps("已解决")
    granny.taps("Solved" if language is Language.EN else "已解决")
    granny.taps("★5")
    world.settle()
    return granny, near, secretary


def _everything(world: World) -> str:
    """All that any table holds, as one text."""
    with world.store.read() as conn:
        return "\n".join(
            repr(tuple(row)) for table in metadata.sorted_tables for row in conn.execute(select(table))
        )  # fmt: skip


def test_my_data_comes_as_a_readable_file(world: World) -> None:
    gives_documents(world)
    granny, near, _ = _lives(world)
    other = world.resident("王大爷", phone="13977770202").says("电灯一闪一闪的像要着了怎么办呀")

    granny.says("/mydata")

    assert granny.hears("您的信息都在这个文件里", "/erase")
    assert world.line.shown(granny)[-1] in ("document", "file")
    (mine,) = documents(world)
    assert [one for one in CANARIES if one not in mine] == []
    assert "■ 我的求助" in mine
    assert "说的话: " in mine
    assert "状态: 已办结" in mine or "state: closed" not in mine
    assert not any(one in mine for one in ("王大爷", "13977770202", "一闪一闪"))
    assert not near.hears("您的信息"), "nobody else gets it"
    other.says("/mydata")
    assert not any(one in documents(world)[-1] for one in CANARIES)


def test_my_data_in_english(world: World) -> None:
    granny, _, _ = _lives(world, Language.EN)
    granny.says("/mydata")
    assert granny.hears("Everything about you is in this file")
    assert "■ My requests" in documents(world)[-1]
    granny.says("/erase").taps("Erase it all")
    assert granny.hears("Erase everything about you?", "What stays")
    assert granny.hears("everything goes within minutes")


def test_a_steward_gets_no_words_of_others(world: World) -> None:
    _, near, secretary = _lives(world)
    near.says("/mydata")
    assert near.hears("别人求助时说的话是别人的")
    mine = documents(world)[-1]
    assert "张三" in mine
    assert ANSWER in mine, "what the steward said is the steward's"
    assert not any(one in mine for one in (NAME, PHONE, ADDRESS, WORDS, MORE))
    assert "■ 我接的任务" in mine
    secretary.says("/mydata")
    assert not any(one in documents(world)[-1] for one in CANARIES)


# A row of everything that can hold a word about somebody. The word is put into every column that takes text or JSON.
_ROWS: dict[Any, dict[str, Any]] = {
    Steward: {}, Admin: {}, Route: {}, Invitation: {}, Offer: {}, Note: {}, Media: {}, Audit: {}, Inbox: {}, Outbox: {},
    Card: {}, Dialog: {}, WebMessage: {}, Request: {}, Person: {}, Household: {}, Link: {}, Claim: {}, CodeTry: {},
    Visit: {}, VisitNote: {}, Guardianship: {}, PointEntry: {}, EntryNote: {}, HandEntry: {}, Objection: {},
    Gathering: {}, Session: {}, Seat: {},
    BallotVoter: {}, Nomination: {}, IncomeLeader: {}, Pair: {}, MentorDeed: {}, JobFound: {}, Member: {}, Order: {},
}  # fmt: skip


def test_every_table_is_sorted_in() -> None:
    known = holdings.HELD | holdings.IMPERSONAL | holdings.NUMBERS_ONLY
    assert set(metadata.tables) == known, "say in dispatch/rights/holdings.py whose a new table's rows are"
    assert {model.__table__.name for model in _ROWS} == holdings.HELD


@pytest.mark.parametrize("language", Language)
def test_every_column_and_table_has_a_name_to_be_read(language: Language) -> None:
    keys = Texts().keys()
    columns = {column for table in holdings.HELD for column in holdings.shown(table)}
    wanted = {f"mydata.column.{one}" for one in columns} | {f"mydata.table.{one}" for one in (*holdings.HELD, "tasks")}
    assert wanted - keys == set()


def test_every_column_that_holds_words_is_in_the_file(world: World) -> None:
    granny, _, _ = _lives(world)
    told: dict[str, str] = {}
    with world.store.write() as conn:
        conn.execute(insert(Invitation).values(
            code_hash="h", person_id=granny.id, created_at=world.clock.now(), expires_at=world.clock.now()
        ))  # fmt: skip
        conn.execute(delete(Dialog))
        conn.execute(insert(Dialog).values(
            person_id=granny.id, step="x", memo={}, expires_at=world.clock.now() + timedelta(hours=1)
        ))  # fmt: skip
        me = {"person_id": granny.id, "requester_id": granny.id, "actor_id": granny.id, "id": granny.id}
        for table, column in (
            ("people", "name"), ("people", "phone"), ("requests", "words"), ("requests", "address"),
            ("requests", "helped_name"), ("requests", "helped_phone"), ("requests", "reason"), ("requests", "place"),
            ("notes", "text"), ("dialogs", "memo"), ("audit", "detail"), ("outbox", "message"),
            ("inbox", "payload"), ("inbox", "error"), ("households", "name"), ("households", "address"),
            ("households", "phone"), ("web_messages", "body"),
        ):  # fmt: skip
            word = told[f"{table}.{column}"] = f"canary{len(told):02d}"
            model = metadata.tables[table]
            json_ = str(model.c[column].type) == "JSON"
            mine = next(
                (model.c[name] == number for name, number in me.items() if name in model.c and name != "id"), None
            )
            if table in ("people", "households"):
                mine = model.c.id == (granny.id if table == "people" else _home(conn, granny))
            elif table == "audit":
                mine = model.c.actor_id == granny.id
            elif table == "inbox":
                mine = model.c.sender == f"{world.channel}:{granny.address}"
            elif table == "web_messages":
                mine = model.c.address == granny.address
            assert mine is not None
            conn.execute(update(model).where(mine).values({column: {"text": word} if json_ else word}))
    granny.says("/mydata")
    mine = documents(world)[-1]
    absent = {where for where, word in told.items() if word not in mine}
    assert absent <= ({"web_messages.body"} if world.channel == "telegram" else set())


def _home(conn: Any, who: Neighbour) -> int:
    return int(conn.execute(select(Person.household_id).where(Person.id == who.id)).scalar_one())


def test_erasing_says_first_what_goes_what_stays_and_why(world: World) -> None:
    granny, near, _ = _lives(world)
    granny.says("/erase")
    assert granny.hears("会删：名字、电话", "会留：数字", "因为")
    minutes_pass(world)
    assert NAME in _everything(world), "nothing before the confirmation"
    granny.taps("先留着")
    assert granny.hears("什么都没删")
    minutes_pass(world)
    assert NAME in _everything(world)
    assert not near.hears("删")


def test_erased_is_erased(world: World) -> None:
    granny, near, secretary = _lives(world)
    with world.store.read() as conn:
        before = conn.execute(select(Request.state, func.count()).group_by(Request.state)).all()
    granny.says("/erase").taps("全部删掉")
    assert granny.hears("几分钟里全部删掉")
    minutes_pass(world)

    left = _everything(world)
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
    granny, near, _ = _lives(world)
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
    granny, _, _ = _lives(world)
    granny.says("/erase")
    button = granny.data("全部删掉")
    granny.repeats_tap("", button)
    granny.says("屋顶又漏雨了")
    minutes_pass(world)
    assert granny.woken("所以先没删", "还没办完")
    assert NAME in _everything(world)
    assert world.case.state is State.OFFERED


def test_a_forged_or_old_yes_erases_nobody(world: World) -> None:
    granny, near, _ = _lives(world)
    granny.says("/erase")
    button = granny.data("全部删掉")
    near.repeats_tap("", button)
    granny.says("取消").repeats_tap("", button)
    minutes_pass(world)
    with world.store.read() as conn:
        assert conn.scalar(select(func.count()).select_from(Tombstone)) == 0
    assert NAME in _everything(world)


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
    granny, _, _ = _lives(world)
    granny.says("楼上又漏水了吧好像是")  # Open when the backup is made.
    backups.write(world.store, tmp_path / "before.zip", world.clock.now())
    granny.taps("取消").says("/erase").taps("全部删掉")
    minutes_pass(world)
    later = world.resident("后来的人", phone="13966660303")

    backups.restore(world.store, tmp_path / "before.zip", world.clock.now(), force=True)

    left = _everything(world)
    assert [one for one in (*CANARIES, "楼上又漏水") if one in left] == []
    with world.store.read() as conn:
        assert conn.scalars(select(Request.state).order_by(Request.id)).all() == [State.CLOSED, State.CANCELLED]
        assert conn.scalars(select(Person.name).order_by(Person.id)).all() == ["—", "张三", "李书记"]
    if world.store.sqlite:
        on_disk = bytes_on_disk(world)
        assert [one for one in CANARIES if one.encode() in on_disk] == []
    # The number of somebody who came after the backup is given again: the new one is nobody who was erased.
    with world.store.write() as conn:
        again = conn.execute(insert(Person).values(name="新来的", created_at=world.clock.now()).returning(Person.id))
        assert again.scalar_one() == later.id
    backups.write(world.store, tmp_path / "after.zip", world.clock.now())
    backups.restore(world.store, tmp_path / "after.zip", world.clock.now(), force=True)
    assert "新来的" in _everything(world)


def test_consent_is_asked_for_at_first_contact_and_blocks_nothing(world: World) -> None:
    near, passer = world.steward("张三"), world.stranger()
    passer.says("我是东村的，楼道灯坏了")
    assert near.hears("楼道灯坏了"), "help is asked for first"
    told = [text_ for text_ in passer.heard if "第一次来" in text_]
    assert len(told) == 1
    assert all(part in told[0] for part in ("名字、电话、住处", "90 天后", "/mydata", "/erase", "不点也照样帮您"))
    passer.says("在吗")
    assert sum("第一次来" in text_ for text_ in passer.heard) == 1
    passer.taps("知道了")
    passer.repeats_tap("", "agree:told")
    with world.store.read() as conn:
        assert conn.scalar(select(func.count()).where(Audit.action == "agree")) == 1
        person = conn.execute(
            select(Person.told_at, Person.agreed_at).where(Person.name.like("过路人%") | (Person.name == "?"))
        )
        assert all(person.one())


def test_an_emergency_comes_before_all_else(world: World) -> None:
    passer = world.stranger()
    passer.says("着火了！")
    assert "119" in passer.heard[0]
    assert any("第一次来" in text_ for text_ in passer.heard[1:])


def test_consent_in_english(world: World) -> None:
    passer = world.stranger("John", language="en")
    passer.says("/start").taps("I have read it")
    assert passer.hears("As this is your first time here", "/mydata", "/erase")
    assert passer.last == "Noted, thank you. Say so whenever you need something."


def test_what_is_old_is_erased_by_itself(world: World) -> None:
    granny, _, _ = _lives(world)
    world.clock.move(days=88)
    nights(world)
    assert WORDS in _of_requests(world)
    before = _figures(world)
    world.clock.move(days=3)
    nights(world)
    left = _of_requests(world)
    assert [one for one in (WORDS, MORE, TALK, ANSWER, ADDRESS) if one in left] == []
    assert NAME in _everything(world), "the roster stays"
    assert _figures(world) == before
    with world.store.read() as conn:
        assert conn.scalar(select(func.count()).select_from(Media)) == 0
    granny.says("/mine")
    assert granny.hears("№1")
    if world.store.sqlite:
        assert TALK.encode() not in bytes_on_disk(world)


def _figures(world: World) -> Any:
    with world.store.read() as conn:
        figures = select(
            Request.id, Request.state, Request.ending, Request.rating, Request.ended_at, Request.village_code
        )
        return conn.execute(figures).all()


def _of_requests(world: World) -> str:
    with world.store.read() as conn:
        tables = (Request, Note, Outbox, WebMessage, Inbox)  # The mail's own time is shorter, and over.
        return "\n".join(repr(tuple(row)) for one in tables for row in conn.execute(select(one.__table__)))


def test_mail_and_chats_go_after_their_time_and_open_requests_stay(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    passer = world.stranger().says("在吗")
    granny.says(WORDS)
    near.taps("接单")
    world.clock.move(days=100)
    nights(world)
    with world.store.read() as conn:
        kept = world.clock.now() - world.rules.retention.chats
        assert conn.scalar(select(func.count()).where(Inbox.state == Mail.DONE)) == 0
        assert conn.scalar(select(func.count()).where(Outbox.state == Post.SENT, Outbox.send_at < kept)) == 0
        assert conn.scalar(select(func.count()).where(WebMessage.at < kept)) == 0
        assert conn.scalar(select(Request.words)) == WORDS, "what is open is needed"
        assert conn.scalar(select(func.count()).select_from(Tombstone)) == 0
    world.clock.move(days=270)
    nights(world)
    with world.store.read() as conn:
        assert conn.scalar(select(func.count()).where(Route.address == passer.address)) == 0, "a stranger of a year ago"
        assert conn.scalar(select(func.count()).where(Person.name == "张三")) == 1


def test_a_night_erases_in_bounded_batches(world: World) -> None:
    world.change(retention={**world.rules.retention.model_dump(), "batch": 3})
    granny = world.resident()
    for number in range(8):
        granny.says(f"第{number}件事情要办").taps("取消")
    world.clock.move(days=95)
    left: list[int] = []
    nights(world, 1, minutes=1)
    for _ in range(3):
        with world.store.read() as conn:
            left.append(conn.scalar(select(func.count()).where(Request.forgotten_at.is_(None))) or 0)
        nights(world, 1, minutes=1)
    assert left == sorted(left, reverse=True)
    assert left[0] > left[-1]
