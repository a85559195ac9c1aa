"""The lifecycle table: every arrow works, every other pair is refused, and the page about it is fresh."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from dispatch import errors, lifecycle, permissions
from dispatch.cases import COLUMNS, Case, load
from dispatch.lifecycle import MOVES, TABLE, Move
from dispatch.permissions import Action
from dispatch.rules import Rules
from dispatch.taps import new_token
from dispatch.telling import _NEWS, _TELL
from dispatch.work import Work
from docs.make_lifecycle import page
from models.clock import MovableClock
from models.people import Person
from models.requests import Audit, Request
from models.store import Store
from models.words import OPEN_STATES, Event, State

LIFE = Path(__file__).resolve().parents[2] / "docs" / "lifecycle.md"
NOW = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)


def a_request(work: Work, state: State) -> Case:
    """A request that stands in a state; written past the lifecycle, as only a test may."""
    people = work.conn.execute(insert(Person).returning(Person.id), [{"name": "a", "created_at": NOW, "frail": False}])
    case = lifecycle.open_case(
        work, 1, token=new_token(), requester_id=people.scalar_one(), words="灯", category="other", urgency="normal",
        place="", address="", ladder=[], round=0, rung=0, repeats=0, disputes=0, due="climb", due_at=NOW,
        opened_at=NOW, heard_at=NOW,
    )  # fmt: skip
    work.conn.execute(update(Request).where(Request.id == case.id).values(state=state))
    return load(work.conn, case.id)


def test_the_columns_of_a_case_are_the_tables() -> None:
    beside = {"forgotten_at"}  # The retention's own mark.
    assert {column.name for column in COLUMNS} == {column.name for column in Request.__table__.c} - beside


def test_only_the_arrows_of_the_table_can_be_walked(store: Store, clock: MovableClock) -> None:
    walked = set()
    for at in State:
        for on in Event:
            with store.write() as conn, conn.begin_nested() as walk:
                if _walks(Work(conn, clock.now(), Rules()), at, on):
                    walked.add((at, on))
                walk.rollback()
    assert walked == set(MOVES)


def _walks(work: Work, at: State, on: Event) -> bool:
    """Whether the move can be made; if so it is made as the table says, if not nothing has changed."""
    case = a_request(work, at)
    arrow = MOVES.get((at, on))
    if arrow is None:
        with pytest.raises(errors.NotNow):
            lifecycle.move(work, case, on, 1)
        assert load(work.conn, case.id).state is at
        return False
    after = lifecycle.move(work, case, on, 1)
    work.flush()
    assert after == load(work.conn, case.id)
    assert after.state is arrow.to
    assert (after.due_at is not None) == (after.state in OPEN_STATES)
    written = work.conn.execute(select(Audit.before, Audit.after).where(Audit.action == on)).one()
    assert written == (at, arrow.to)
    return True


def test_many_moved_at_once_leave_the_trail_of_as_many_moves(
    store: Store, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    trails = []
    for many in (4, 3):
        monkeypatch.setattr(lifecycle, "MANY", many)
        with store.write() as conn, conn.begin_nested() as undone:
            work = Work(conn, clock.now(), Rules())
            cases = [a_request(work, State.WAITING)._replace(rung=rung) for rung in (0, 1, 0, 0)]
            lifecycle.move_all(work, [(case, {}) for case in cases], Event.OFFER, None)
            lifecycle.move(work, load(conn, cases[0].id), Event.ACCEPT, 1)
            work.flush()
            lines = conn.execute(select(*Audit.__table__.c).order_by(Audit.id)).mappings().all()
            place = {case.id: nth for nth, case in enumerate(cases)}
            trails.append([{**line, "id": None, "request_id": place[line["request_id"]]} for line in lines])
            undone.rollback()
    said = [(line["action"], line["request_id"], line["detail"].get("rung")) for line in trails[0]]
    assert [line[:2] for line in said[:4]] == [("open", nth) for nth in range(4)]
    assert said[4:] == [("offer", 0, 0), ("offer", 2, 0), ("offer", 3, 0), ("offer", 1, 1), ("accept", 0, 0)]
    assert trails[0] == trails[1]


def test_of_two_who_move_it_one_wins(store: Store, clock: MovableClock) -> None:
    with store.write() as conn:
        work = Work(conn, clock.now(), Rules())
        case = a_request(work, State.OFFERED)
        lifecycle.move(work, case, Event.ACCEPT, 1)
        with pytest.raises(errors.Taken):
            lifecycle.move(work, case, Event.ACCEPT, 2)


def test_a_state_is_written_by_nobody_else(store: Store, clock: MovableClock) -> None:
    with store.write() as conn:
        work = Work(conn, clock.now(), Rules())
        with pytest.raises(ValueError, match="move_all"):
            lifecycle.change(work, a_request(work, State.WAITING), state=State.CLOSED)


def test_every_state_can_be_left_and_the_end_is_the_end() -> None:
    assert {move.at for move in TABLE} == set(OPEN_STATES)
    assert {move.to for move in TABLE} == set(State)
    assert len(MOVES) == len(TABLE), "no pair stands twice"


ACTIONS = {
    Event.RUN_DRY: Action.DECLINE,
    Event.ACCEPT: Action.ACCEPT,
    Event.ASSIGN: Action.ASSIGN,
    Event.ARRIVE: Action.ARRIVE,
    Event.HAND_OVER: Action.HAND_OVER,
    Event.SOLVE: Action.SOLVE,
    Event.CONFIRM: Action.CONFIRM,
    Event.DISPUTE: Action.DISPUTE,
    Event.CLOSE: Action.CLOSE,
    Event.CANCEL: Action.CANCEL,
    Event.JOIN: Action.FOLLOW,
}
"""By which action people make a move; the others are the clock's."""


@pytest.mark.parametrize("move", TABLE, ids=lambda move: f"{move.at}-{move.on}")
def test_by_whom_is_what_the_table_of_permissions_says(move: Move) -> None:
    people = {role for role in move.by if role is not None}
    assert people == (permissions.TABLE[ACTIONS[move.on]] if move.on in ACTIONS else set())
    assert len(set(move.by)) == len(move.by) > 0


def test_whoever_is_told_is_told_something() -> None:
    assert {who for move in TABLE for who in move.tell} <= set(_TELL)
    quiet = {
        Event.OFFER,
        Event.FIND_NOBODY,
        Event.CONFIRM,
        Event.DISPUTE,
        Event.JOIN,
        Event.END_DRILL,
    }  # Told by the ladder, to the one who taps, or in a report.
    told = {move.on for move in TABLE if lifecycle.Tell.REQUESTER in move.tell}
    assert told - quiet <= set(_NEWS)


def test_the_page_is_fresh() -> None:
    assert LIFE.read_text() == page(), "run: make docs"
