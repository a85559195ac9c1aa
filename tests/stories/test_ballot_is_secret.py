"""No ballot can be tied to its voter: what was voted is kept in no table, no file and no log, whatever goes wrong."""

import json
from typing import Any

import pytest
from sqlalchemy import String, cast, select
from structlog.testing import capture_logs

from bot.conversation import ballots
from dispatch import inbox
from dispatch.dialogs import load
from dispatch.work import Work
from models.ballots import BallotChoice
from models.mail import Inbox, Outbox, WebMessage
from models.tables import metadata
from models.words import Mail
from tests.stories.polls import counters, nominations_end, opens, stands, villagers, votes
from tests.stories.rights import bytes_on_disk, nights
from tests.stories.world import Neighbour, World

CHOICES = ("1. 赵大爷", "2. 钱大妈", "3. 都不选")


@pytest.fixture
def people(world: World) -> list[Neighbour]:
    """Six villagers before an open ballot with two names."""
    found = villagers(world, "王奶奶", "赵大爷", "钱大妈", "孙大哥", "李嫂子", "周大叔")
    granny, zhao, qian, *_ = found
    opens(world, world.admin())
    stands(granny, zhao, qian)
    stands(zhao, qian, granny)
    nominations_end(world)
    for who in found:
        who.taps("去投票")
    return found


def _tokens(world: World) -> set[str]:
    with world.store.read() as conn:
        return set(conn.scalars(select(BallotChoice.token)))


def _rows(world: World) -> dict[str, list[str]]:
    """Every row of every table, as text."""
    with world.store.read() as conn:
        return {
            name: [repr(tuple(row)) for row in conn.execute(select(table))] for name, table in metadata.tables.items()
        }


def _heard(world: World, who: Neighbour) -> list[str]:
    """What is kept of what somebody said, in the inbox and in the web chat."""
    with world.store.read() as conn:
        letters = conn.scalars(
            select(Inbox.payload).where(Inbox.sender == f"{world.channel}:{who.address}").order_by(Inbox.id)
        )
        lines = conn.scalars(select(WebMessage.body).where(WebMessage.address == who.address))
        own = [body for body in lines if body["from"] == "me"]
        return [json.dumps(one, ensure_ascii=False) for one in (*letters, *own)]


def test_what_is_kept_of_all_voters_is_alike(world: World, people: list[Neighbour]) -> None:
    for number, who in enumerate(people):
        votes(who, CHOICES[number % 3])
    assert counters(world) == [2, 2, 2]

    tokens = _tokens(world)
    rows = _rows(world)
    for name in set(metadata.tables) - {"ballot_choices", "outbox", "web_messages"}:
        assert not [row for row in rows[name] if any(token in row for token in tokens)], name
    for who in people:
        assert not [said for said in _heard(world, who) if any(token in said for token in tokens)]
    papers = _papers(world)
    assert len(papers) == len(people)
    assert len({json.dumps(sent) for sent in papers.values()}) == 1, "each voter was sent the very same"


def _papers(world: World) -> dict[int, list[Any]]:
    """What each person was sent with the choices on it, in order."""
    found: dict[int, list[Any]] = {}
    with world.store.read() as conn:
        rows = conn.execute(select(Outbox.person_id, Outbox.message).order_by(Outbox.id)).all()
    for person_id, message in rows:
        if any(one["data"].startswith("vote:") for row in message.get("buttons", ()) for one in row):
            found.setdefault(person_id, []).append(message)
    return found


def test_rows_of_a_ballot_are_always_of_the_same_age(world: World, people: list[Neighbour]) -> None:
    """On PostgreSQL each row tells the transaction that wrote it; every choice tells the last vote's."""
    if world.store.sqlite:
        with world.store.read() as conn:
            kept = conn.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'ballot_voters'").scalar_one()
        assert "WITHOUT ROWID" in kept, "the rows lie by person, not in the order of voting"
        return
    for number, who in enumerate(people):
        votes(who, CHOICES[number % 3])
        with world.store.read() as conn:
            ages = conn.exec_driver_sql("SELECT DISTINCT xmin::text FROM ballot_choices").scalars().all()
        assert len(ages) == 1


def test_a_name_that_is_typed_is_forgotten_too(world: World, people: list[Neighbour]) -> None:
    granny = people[0]
    granny.says("钱大妈").says("2")

    assert counters(world) == [0, 0, 1]
    said = _heard(world, granny)
    assert not [one for one in said if '"钱大妈"' in one or '"2"' in one]
    if world.channel == "webchat":
        assert [one for one in said if inbox.SEALED in one], "that something was said is still seen"


def test_a_typed_vote_that_is_edited_afterwards_is_forgotten_as_well(world: World, people: list[Neighbour]) -> None:
    granny = people[0]
    granny.says("2").says("2")
    if world.channel == "telegram":
        granny.does("edits", world.line.written(granny, "2"), "钱大妈最好")

    assert counters(world) == [0, 0, 1]
    assert not [one for one in _heard(world, granny) if "最好" in one]


def test_nothing_is_left_of_a_first_tap_after_the_vote(world: World, people: list[Neighbour]) -> None:
    granny = people[0]
    granny.taps(CHOICES[0]).taps(CHOICES[1])
    granny.taps(CHOICES[1])

    assert counters(world) == [0, 0, 1]
    with world.store.write() as conn:
        assert load(Work(conn, world.clock.now(), world.rules), [granny.id]) == {}


def test_a_vote_that_comes_again_is_forgotten_each_time(world: World, people: list[Neighbour]) -> None:
    granny = people[0]
    carried = granny.data(CHOICES[0])
    granny.taps(CHOICES[0]).taps(CHOICES[0])
    world.line.repeats(granny)
    granny.repeats_tap(CHOICES[0], carried)

    assert granny.hears("每人只有一票")
    assert counters(world) == [0, 1, 0]
    assert not [said for said in _heard(world, granny) if carried.partition(":")[2] in said]


def test_a_vote_that_fails_leaves_no_word_behind(
    world: World, people: list[Neighbour], monkeypatch: pytest.MonkeyPatch
) -> None:
    granny = people[0]
    granny.taps(CHOICES[0])
    token = granny.data(CHOICES[0]).partition(":")[2]

    def broken(*_: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(ballots.voting, "vote", broken)
    with capture_logs() as logged:
        granny.taps(CHOICES[0])
        for _ in inbox.BACK_OFF:
            world.clock.move(minutes=1)
            world.settle()

    with world.store.read() as conn:
        states = conn.execute(select(Inbox.state, Inbox.error, cast(Inbox.payload, String))).all()
    aside = [(error, payload) for state, error, payload in states if state is Mail.ASIDE]
    assert [(error, token in payload) for error, payload in aside] == [(None, False)]
    assert not [said for said in _heard(world, granny) if token in said]
    assert [one["event"] for one in logged] == ["letter failed"] * inbox.ATTEMPTS
    assert token not in repr(logged)
    assert granny.hears("这条消息我没处理好")
    monkeypatch.undo()
    granny.taps(CHOICES[0])
    assert counters(world) == [0, 1, 0], "the same tap later is a vote"


def test_files_hold_no_tap_once_they_are_scrubbed(world: World, people: list[Neighbour]) -> None:
    for who in people:
        votes(who, CHOICES[0])
    tokens = _tokens(world)
    world.clock.move(days=100)
    nights(world)
    if world.store.sqlite:
        assert bytes_on_disk(world).count(b"vote:") == 0
    assert not [row for row in _rows(world)["inbox"] if any(token in row for token in tokens)]
