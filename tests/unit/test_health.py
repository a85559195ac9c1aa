"""/readyz and doctor turn bad, with the reason, for each thing that keeps requests from being answered."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, event, insert, text

from dispatch import health, marks
from models.clock import MovableClock
from models.mail import Inbox, Mark
from models.people import Person
from models.requests import Request
from models.store import Store
from models.words import OPEN_STATES, Due, Mail, State, Urgency
from tests.conftest import stamp


@pytest.fixture
def well(store: Store, clock: MovableClock) -> Store:
    """A store in which everything is as it should be."""
    stamp(store)
    with store.write() as conn:
        marks.put(conn, health.SWEEP_RAN, "", clock.now())
        marks.put(conn, health.POLLER_OK, "", clock.now())
    return store


def _names(store: Store, clock: MovableClock, *, polls: bool = True, deep: bool = False) -> list[str]:
    return [fault.name for fault in health.faults(store, clock, polls=polls, deep=deep)]


def _request(store: Store, clock: MovableClock, **values: Any) -> None:
    fixed = {"token": "t", "words": "灯坏了", "category": "electric", "urgency": Urgency.NORMAL, "ladder": []}
    times = {"opened_at": clock.now(), "heard_at": clock.now()}
    times |= {} if values["state"] in OPEN_STATES else {"ended_at": clock.now()}
    with store.write() as conn:
        conn.execute(insert(Person).values(id=1, name="张三", created_at=clock.now()))
        conn.execute(insert(Request).values(requester_id=1, **fixed, **times, **values))


def test_all_is_well(well: Store, clock: MovableClock) -> None:
    assert _names(well, clock, deep=True) == []


def test_no_database(tmp_path: Path, clock: MovableClock) -> None:
    for url in (f"sqlite:///{tmp_path}/no/such/folder.db", "postgresql+psycopg://me:hush@127.0.0.1:1/none"):
        store = Store(url)
        (fault,) = health.faults(store, clock, polls=False)
        assert fault.name == "database"
        assert fault.detail
        assert "hush" not in fault.detail
        store.close()


def test_a_database_that_takes_nothing_is_named_with_its_reason(tmp_path: Path, clock: MovableClock) -> None:
    store = stamp(Store(f"sqlite:///{tmp_path}/store.db"))
    with store.write() as conn:
        marks.put(conn, health.SWEEP_RAN, "", clock.now())
    assert _names(store, clock, polls=False, deep=True) == []
    with store.read() as conn:
        assert marks.get(conn, health.TRIED) is None, "nothing is left of the trial"
    store.close()
    event.listen(store.engine, "connect", lambda connection, _: connection.execute("PRAGMA query_only = ON"))
    (fault,) = health.faults(store, clock, polls=False, deep=True)
    assert (fault.name, fault.key) == ("database", "health.unwritable")
    assert "readonly database (SQLITE_READONLY)" in fault.detail
    assert _names(store, clock, polls=False) == [], "/readyz asks too often to write each time"
    store.close()


def test_an_old_or_missing_schema(well: Store, clock: MovableClock) -> None:
    with well.write() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    assert [fault.key for fault in health.faults(well, clock, polls=True)] == ["health.schema"]
    with well.write() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert [fault.key for fault in health.faults(well, clock, polls=True)] == ["health.schema_newer"]
    with well.write() as conn:
        conn.execute(text("DROP TABLE alembic_version"))
    assert _names(well, clock) == ["schema"]


def test_the_sweep_is_silent(well: Store, clock: MovableClock) -> None:
    clock.move(seconds=30)
    assert _names(well, clock) == []
    clock.move(seconds=1)
    assert _names(well, clock) == ["sweep"]


def test_the_poller_is_silent(well: Store, clock: MovableClock) -> None:
    clock.move(seconds=91)
    assert _names(well, clock) == ["sweep", "poller"]
    assert _names(well, clock, polls=False) == ["sweep"], "without a token nobody polls"


def test_neither_has_ever_run(well: Store, clock: MovableClock) -> None:
    with well.write() as conn:
        conn.execute(delete(Mark))
    assert [fault.key for fault in health.faults(well, clock, polls=True)] == [
        "health.sweep_never",
        "health.poller_never",
    ]


def test_the_token_is_wrong_until_the_poller_is_heard_again(well: Store, clock: MovableClock) -> None:
    clock.move(seconds=1)
    with well.write() as conn:
        marks.put(conn, marks.POLLER_TROUBLE, "token refused: 401", clock.now())
    assert _names(well, clock) == ["token"]
    clock.move(seconds=1)
    with well.write() as conn:
        marks.put(conn, marks.POLLER_TROUBLE, "", clock.now())
    assert _names(well, clock) == []


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize(
    ("due", "late", "is_stuck"),
    [(Due.CLIMB, None, True), (None, 0, True), (Due.CLIMB, 61, True), (Due.CLIMB, 60, False), (Due.CLIMB, -300, False)],
)
def test_an_open_request_without_a_future_action(
    well: Store, clock: MovableClock, state: State, due: Due | None, late: int | None, is_stuck: bool
) -> None:
    due_at = None if late is None else clock.now() - timedelta(seconds=late)
    _request(well, clock, state=state, due=due, due_at=due_at)
    assert _names(well, clock) == (["requests"] if is_stuck and state in OPEN_STATES else [])


def test_messages_set_aside_are_for_doctor_only(well: Store, clock: MovableClock) -> None:
    with well.write() as conn:
        values = {"channel": "telegram", "key": "1", "sender": "telegram:1", "payload": {}, "state": Mail.ASIDE}
        conn.execute(insert(Inbox).values(**values, received_at=clock.now()))
    assert _names(well, clock) == []
    assert _names(well, clock, deep=True) == ["inbox"]


def test_a_restored_store_is_on_hold(well: Store, clock: MovableClock) -> None:
    with well.write() as conn:
        marks.put(conn, marks.HOLD, "1", clock.now())
    clock.move(minutes=5)
    assert _names(well, clock) == ["hold"], "while it holds, nothing else is expected to run"
