"""An invitation binds one chat to one person, once."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from dispatch import errors, invitations, strangers
from dispatch.rules import Rules
from dispatch.work import Work
from models.clock import MovableClock
from models.people import Admin, Invitation, Person, Route
from models.requests import Audit, Request
from models.store import Store
from models.words import Level, RouteState, State, Urgency

RULES = Rules()


class Desk:
    """Invites and redeems, each in a transaction of its own."""

    def __init__(self, store: Store, clock: MovableClock) -> None:
        self.store, self.clock = store, clock

    def person(self, name: str, *, chat: str | None = None, on_roster: bool = True) -> int:
        with self.store.write() as conn:
            made = insert(Person).values(name=name, created_at=self.clock.now()).returning(Person.id)
            number = int(conn.execute(made).scalar_one())
            if on_roster:
                conn.execute(insert(Admin).values(person_id=number, area_code="130227", level=Level.COUNTY))
            if chat:
                conn.execute(insert(Route).values(person_id=number, channel="telegram", address=chat))
        return number

    def invite(self, person: int) -> str:
        with self.store.write() as conn:
            work = Work(conn, self.clock.now(), RULES)
            code = invitations.invite(work, person)
            work.flush()
        return code

    def redeem(self, code: str, speaker: int, address: str, channel: str = "telegram") -> int:
        with self.store.write() as conn:
            work = Work(conn, self.clock.now(), RULES)
            person = invitations.redeem(work, code, speaker, channel, address)
            work.flush()
        return person

    def routes(self, person: int) -> list[tuple[str, str, int]]:
        with self.store.read() as conn:
            chosen = select(Route.channel, Route.address, Route.state).where(Route.person_id == person)
            rows = conn.execute(chosen.order_by(Route.position)).all()
        assert all(row.state is RouteState.LIVE for row in rows)
        return [(row.channel, row.address, place) for place, row in enumerate(rows)]


@pytest.fixture
def desk(store: Store, clock: MovableClock) -> Desk:
    return Desk(store, clock)


def test_a_code_binds_the_chat_that_shows_it(desk: Desk) -> None:
    person, stranger = desk.person("张三"), desk.person("?", chat="1", on_roster=False)
    code = desk.invite(person)
    assert len(code) == 22
    assert desk.redeem(code, stranger, "1") == person
    assert desk.routes(person) == [("telegram", "1", 0)]
    assert desk.routes(stranger) == []


def test_only_the_hash_is_kept(desk: Desk, store: Store) -> None:
    code = desk.invite(desk.person("张三"))
    with store.read() as conn:
        everything = str(conn.execute(select(Invitation.__table__)).all()) + str(conn.execute(select(Audit)).all())
    assert code not in everything


def test_a_second_chat_is_not_let_in_by_a_used_code(desk: Desk) -> None:
    person = desk.person("张三")
    code = desk.invite(person)
    desk.redeem(code, desk.person("?", chat="1", on_roster=False), "1")
    with pytest.raises(errors.NotNow, match=r"invitation\.used"):
        desk.redeem(code, desk.person("?", chat="2", on_roster=False), "2")
    assert desk.routes(person) == [("telegram", "1", 0)]


def test_showing_it_again_in_the_same_chat_is_harmless(desk: Desk) -> None:
    person = desk.person("张三")
    code = desk.invite(person)
    desk.redeem(code, desk.person("?", chat="1", on_roster=False), "1")
    assert desk.redeem(code, person, "1") == person


def test_a_new_code_revokes_the_one_before(desk: Desk) -> None:
    person, stranger = desk.person("张三"), desk.person("?", chat="1", on_roster=False)
    old, new = desk.invite(person), desk.invite(person)
    with pytest.raises(errors.NotNow, match=r"invitation\.revoked"):
        desk.redeem(old, stranger, "1")
    assert desk.redeem(new, stranger, "1") == person


def test_a_code_expires(desk: Desk, clock: MovableClock) -> None:
    code = desk.invite(desk.person("张三"))
    clock.move(seconds=(RULES.invitation_valid + timedelta(seconds=1)).total_seconds())
    with pytest.raises(errors.NotNow, match=r"invitation\.expired"):
        desk.redeem(code, desk.person("?", chat="1", on_roster=False), "1")


@pytest.mark.parametrize("code", ["", "x" * 22, "编码", "x" * 5000])
def test_a_made_up_code_is_unknown(desk: Desk, code: str) -> None:
    with pytest.raises(errors.NotFound, match=r"invitation\.unknown"):
        desk.redeem(code, desk.person("?", on_roster=False), "1")


def test_nobody_is_invited_who_is_not_there(desk: Desk) -> None:
    with pytest.raises(errors.NotFound):
        desk.invite(999)


def test_a_new_chat_takes_the_place_of_the_old_one(desk: Desk) -> None:
    person = desk.person("张三", chat="1")
    desk.redeem(desk.invite(person), desk.person("?", chat="2", on_roster=False), "2")
    desk.redeem(desk.invite(person), desk.person("?", on_roster=False), "w", channel="webchat")
    assert desk.routes(person) == [("webchat", "w", 0), ("telegram", "2", 1)], "the chat of the old phone is out"


def test_the_chat_of_somebody_on_the_roster_stays_theirs(desk: Desk) -> None:
    person, other = desk.person("张三"), desk.person("李四", chat="2")
    code = desk.invite(person)
    with pytest.raises(errors.NotAllowed, match=r"invitation\.bound"):
        desk.redeem(code, other, "2")
    assert desk.routes(other) == [("telegram", "2", 0)]
    assert desk.redeem(code, desk.person("?", chat="3", on_roster=False), "3") == person, "the code is still good"


def test_what_a_stranger_asked_goes_on_as_the_persons(desk: Desk, store: Store, clock: MovableClock) -> None:
    person, stranger = desk.person("张三"), desk.person("?", chat="1", on_roster=False)
    with store.write() as conn:
        assert strangers.is_stranger(conn, stranger)
        assert not strangers.is_stranger(conn, person)
        values = {"token": "t", "words": "灯坏了", "category": "electric", "urgency": Urgency.NORMAL, "ladder": []}
        times = {"opened_at": clock.now(), "heard_at": clock.now()}
        conn.execute(insert(Request).values(requester_id=stranger, state=State.WAITING, **values, **times))
    desk.redeem(desk.invite(person), stranger, "1")
    with store.read() as conn:
        assert conn.scalars(select(Request.requester_id)).all() == [person]
