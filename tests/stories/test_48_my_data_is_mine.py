"""Promise 48: whoever comes is told what is kept about them, and everything about a person can be seen."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, update

from bot.texts import Texts
from dispatch.rights import holdings
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
from models.tables import metadata
from models.visits import Visit, VisitNote
from models.words import Language
from tests.stories.canaries import ADDRESS, ANSWER, CANARIES, MORE, NAME, PHONE, WORDS, lives
from tests.stories.rights import documents, gives_documents
from tests.stories.world import Neighbour, World


def test_my_data_comes_as_a_readable_file(world: World) -> None:
    gives_documents(world)
    granny, near, _ = lives(world)
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
    granny, _, _ = lives(world, Language.EN)
    granny.says("/mydata")
    assert granny.hears("Everything about you is in this file")
    assert "■ My requests" in documents(world)[-1]
    granny.says("/erase").taps("Erase it all")
    assert granny.hears("Erase everything about you?", "What stays")
    assert granny.hears("everything goes within minutes")


def test_a_steward_gets_no_words_of_others(world: World) -> None:
    _, near, secretary = lives(world)
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
    granny, _, _ = lives(world)
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
