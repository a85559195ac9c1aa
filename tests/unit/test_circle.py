"""The circle while the database fails: one full account in the log, and on again at once when it works."""

import asyncio
from collections.abc import Iterator
from time import monotonic
from typing import Any

import pytest
import structlog
from sqlalchemy import event, insert, text
from sqlalchemy.exc import DBAPIError, OperationalError

from bot import circle, logs
from bot.circle import Circle
from dispatch.rules import Rules
from models.clock import SystemClock
from models.people import Person
from models.store import Store, reason
from tests.conftest import NOON, stamp


class _Full(Exception):
    """As the driver says it."""

    sqlite_errorname = "SQLITE_FULL"


def _refuse(*_: object) -> int:
    raise OperationalError("INSERT INTO people …", None, _Full("database or disk is full: 张三"))


@pytest.fixture
def told() -> Iterator[list[Any]]:
    with structlog.testing.capture_logs() as lines:
        yield lines


def test_a_trouble_is_told_in_full_once_and_then_now_and_then(told: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(logs, "monotonic", lambda: now[0])
    trouble = logs.Trouble("sweep failed")
    full, locked = OperationalError("", None, _Full()), OperationalError("", None, ValueError("张三"))
    for fault in [full] * 30 + [locked] + [full] * 30:
        trouble.meet(fault)
        now[0] += 1
    trouble.over()
    trouble.over()
    trouble.meet(full)
    assert [(line.get("why"), line.get("times"), line.get("exc_info")) for line in told] == [
        ("SQLITE_FULL", 1, True),
        ("SQLITE_FULL", 11, False),
        ("SQLITE_FULL", 21, False),
        ("ValueError", 31, True),
        ("SQLITE_FULL", 41, False),
        ("SQLITE_FULL", 51, False),
        ("SQLITE_FULL", 61, False),
        (None, 61, None),
        ("SQLITE_FULL", 1, True),
    ]
    assert "张三" not in str(told)


def test_the_engine_names_its_failure(store: Store) -> None:
    stamp(store)
    with pytest.raises(DBAPIError) as refusal, store.read() as conn:
        conn.execute(text("SELECT * FROM nowhere"))
    assert reason(refusal.value) == ("SQLITE_ERROR" if store.sqlite else "42P01")
    assert reason(ValueError("张三")) == "ValueError"


def test_a_full_disk_is_named(tmp_path: Any) -> None:
    store = stamp(Store(f"sqlite:///{tmp_path}/store.db"))
    event.listen(store.engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count = 1"))
    with pytest.raises(OperationalError) as refusal, store.write() as conn:
        rows = [{"name": "张" * 500, "created_at": NOON} for _ in range(500)]
        conn.execute(insert(Person), rows)
    assert reason(refusal.value) == "SQLITE_FULL"
    store.close()


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_while_it_fails_the_sweep_rests_and_within_a_second_of_the_end_it_runs(
    store: Store, told: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp(store)
    tries: list[float] = []
    good = circle.sweep_all

    def fail(*_: object) -> int:
        tries.append(monotonic())
        return _refuse()

    async def play() -> float:
        one = Circle(store, SystemClock(), Rules(), {}, lambda: None)
        monkeypatch.setattr(circle, "sweep_all", fail)
        running = asyncio.create_task(one.run())
        await asyncio.sleep(2)
        failed, began, ran = len(tries), monotonic(), asyncio.Event()
        loop = asyncio.get_running_loop()

        def sweep(*words: Any) -> int:
            loop.call_soon_threadsafe(ran.set)
            return good(*words)

        monkeypatch.setattr(circle, "sweep_all", sweep)
        await asyncio.wait_for(ran.wait(), 5)
        took = monotonic() - began
        await asyncio.sleep(0.1)
        one.stop()
        await running
        assert 2 <= failed <= 4, "four a second without a rest"
        return took

    took = asyncio.run(play())
    assert took < circle.REST + 3 * circle.TICK
    assert [line["exc_info"] for line in told if line["event"] == "sweep failed"] == [True]
    assert [line["log_level"] for line in told if line["event"] == "sweep failed: over"] == ["info"]
