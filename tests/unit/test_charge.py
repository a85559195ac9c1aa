"""A process that starts takes what is overdue first: before channels, conversation and pages are even loaded."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import OperationalError

from bot.charge import ROLES, in_charge
from bot.config import Config, Database
from bot.filelock import FileLock, Use
from dispatch import leases, marks
from dispatch.errors import StoreInUse
from models.clock import MovableClock
from models.people import Person
from models.requests import Request
from models.store import Store
from models.words import Due, State, Urgency
from tests.conftest import stamp


@pytest.fixture
def config(tmp_path: Path, clock: MovableClock) -> Config:
    """A store in which one request has waited too long."""
    config = Config(database=Database(url=f"sqlite:///{tmp_path / 'store.db'}"))
    store = Store(config.database.url)
    stamp(store)
    ladder = [{"ask": "nearest", "count": 1, "wait": "60s"}, {"ask": "county", "count": 1, "wait": "60s"}]
    said = {"token": "t", "words": "灯坏了", "category": "electric", "urgency": Urgency.NORMAL, "state": State.WAITING}
    times = {"opened_at": clock.now(), "heard_at": clock.now(), "due_at": clock.now(), "due": Due.CLIMB}
    with store.write() as conn:
        conn.execute(insert(Person).values(id=1, name="张三", created_at=clock.now()))
        conn.execute(insert(Request).values(requester_id=1, ladder=ladder, **said, **times))
    store.close()
    clock.move(seconds=30)
    return config


def _rung(store: Store) -> int:
    with store.read() as conn:
        return int(conn.execute(select(Request.rung)).scalar_one())


def test_what_is_overdue_is_done_when_the_store_is_ours(config: Config, clock: MovableClock) -> None:
    with in_charge(config, ROLES, clock) as store:
        assert _rung(store) == 1


def test_a_process_that_only_shows_pages_or_sends_takes_no_step(config: Config, clock: MovableClock) -> None:
    for role in ("web", "sender"):
        with in_charge(config, frozenset({role}), clock) as store:
            assert _rung(store) == 0


def test_a_restored_store_waits_until_it_is_confirmed(config: Config, clock: MovableClock) -> None:
    store = Store(config.database.url)
    with store.write() as conn:
        marks.put(conn, marks.HOLD, "", clock.now())
    store.close()
    with in_charge(config, ROLES, clock) as store:
        assert _rung(store) == 0


def test_what_fails_leaves_the_start_as_it_is(
    config: Config, clock: MovableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        raise OperationalError("no", None, Exception())

    monkeypatch.setattr("bot.charge.sweep_all", fail)
    with in_charge(config, ROLES, clock) as store:
        assert _rung(store) == 0, "the first tick tries again"


def test_the_leases_of_a_process_that_was_killed_are_over(config: Config, clock: MovableClock) -> None:
    store = Store(config.database.url)
    with store.write() as conn:
        assert leases.take(conn, "sender", "dead", clock.now(), timedelta(seconds=60)) is not None
    store.close()
    with in_charge(config, ROLES, clock) as store, store.write() as conn:
        assert leases.take(conn, "sender", "new", clock.now(), timedelta(seconds=60)) is not None


def test_a_second_process_on_the_same_file_is_refused(config: Config, clock: MovableClock) -> None:
    with in_charge(config, ROLES, clock), pytest.raises(StoreInUse), in_charge(config, ROLES, clock):
        pytest.fail("two processes dispatch on one file")


def test_pages_are_shown_beside_anybody_but_who_fills_the_file_anew(config: Config, clock: MovableClock) -> None:
    web = frozenset({"web"})
    with in_charge(config, ROLES - web, clock), in_charge(config, web, clock), in_charge(config, web, clock):
        pass
    store = Store(config.database.url)
    for roles in (web, ROLES):
        with in_charge(config, roles, clock), pytest.raises(StoreInUse), FileLock(store, Use.ALONE):
            pytest.fail("a backup is restored under a running process")
        with FileLock(store, Use.ALONE), pytest.raises(StoreInUse), in_charge(config, roles, clock):
            pytest.fail("a process runs while a backup is restored")
    store.close()


def test_nothing_else_is_loaded_before(tmp_path: Path, config: Config) -> None:
    """Neither what only channels, pages and conversation need, nor what says or draws something at a terminal."""
    slow = {"telegram", "aiohttp", "starlette", "uvicorn", "jinja2", "apscheduler", "alembic", "geopy", "bot.app"}
    slow |= {"babel", "rich.progress", "rapidfuzz", "psycopg", "sqlalchemy.dialects.postgresql"}
    program = f"""
import sys
from bot import charge
from bot.cli.commands import app

def look(*_):
    print(sorted({slow!r} & set(sys.modules)))
    sys.exit()

charge.sweep_all = look
app()
"""
    env = {**os.environ, "RED_STEWARD__DATABASE__URL": config.database.url}
    command = [sys.executable, "-c", program, "run"]
    told = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
