"""The store: what is written is read back on both engines, whatever somebody sent us."""

import math
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, make_url, select

from dispatch import inbox
from models.clock import MovableClock
from models.mail import Inbox, Mark
from models.store import Store
from models.tables import metadata


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({"text": "楼道灯坏了 🔧"}, {"text": "楼道灯坏了 🔧"}),
        ({"lat": math.nan, "deep": [math.inf, {"x": -math.inf}]}, {"lat": None, "deep": [None, {"x": None}]}),
        ({"text": "NaN Infinity"}, {"text": "NaN Infinity"}),
        ({"text": "half \ud83d a pair"}, {"text": "half \ud83d a pair"}),
        ({"text": "nul \x00 and \u202e"}, {"text": "nul \x00 and \u202e"}),
    ],
)
def test_any_json_is_kept(store: Store, clock: MovableClock, sent: Any, kept: Any) -> None:
    with store.write() as conn:
        inbox.commit(conn, [inbox.Arrival("telegram", "k", "s", sent)], clock.now())
    with store.read() as conn:
        assert conn.execute(select(Inbox.payload)).scalar_one() == kept


def test_what_raises_leaves_no_trace(store: Store, clock: MovableClock) -> None:
    def half_way() -> None:
        with store.write() as conn:
            conn.execute(insert(Mark), [{"name": "a", "value": "1", "at": clock.now()}])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_way()
    with store.read() as conn:
        assert conn.execute(select(Mark)).all() == []


def test_a_look_is_of_one_moment(store: Store, clock: MovableClock) -> None:
    marks = select(Mark.name)
    with store.read() as conn:
        assert conn.execute(marks).all() == []
        with store.write() as other:
            other.execute(insert(Mark), [{"name": "a", "value": "1", "at": clock.now()}])
        assert conn.execute(marks).all() == [], "what another one commits meanwhile belongs to a later moment"
    with store.read() as conn:
        assert conn.execute(marks).scalars().all() == ["a"]


def test_what_need_not_last_by_itself_waits_for_no_disk(tmp_path: Path) -> None:
    """Only for that transaction: whoever gets the same connection next waits for the disk again."""
    store = Store(f"sqlite:///{tmp_path / 's.db'}")
    full, normal = 2, 1
    for lasting, kept in ((True, full), (False, normal), (True, full)):
        with store.write(lasting=lasting) as conn:
            assert conn.exec_driver_sql("PRAGMA synchronous").scalar() == kept
    with pytest.raises(ZeroDivisionError), store.write(lasting=False):
        raise ZeroDivisionError
    with store.write() as conn:
        assert conn.exec_driver_sql("PRAGMA synchronous").scalar() == full
    store.close()


def test_nor_on_postgresql(postgresql_url: str) -> None:
    name = make_url(postgresql_url).database
    store = Store(postgresql_url)
    with store.write() as conn:
        conn.exec_driver_sql(f"ALTER DATABASE {name} SET synchronous_commit TO on")
    store.close()  # A new connection starts with it.
    for lasting, kept in ((True, "on"), (False, "off"), (True, "on")):
        with store.write(lasting=lasting) as conn:
            assert conn.exec_driver_sql("SHOW synchronous_commit").scalar() == kept
    store.close()


def test_a_naive_time_is_refused(store: Store) -> None:
    naive = datetime(2026, 3, 4)  # noqa: DTZ001 (that is the fault)
    with pytest.raises(Exception, match="naive time"), store.write() as conn:
        conn.execute(insert(Mark), [{"name": "a", "value": "1", "at": naive}])


def test_times_come_back_aware_and_in_utc(store: Store) -> None:
    at = datetime(2026, 3, 4, 12, tzinfo=UTC)
    with store.write() as conn:
        conn.execute(insert(Mark), [{"name": "a", "value": "1", "at": at}])
    with store.read() as conn:
        found = conn.execute(select(Mark.at)).scalar_one()
    assert found == at
    assert found.utcoffset() is not None


def test_a_checkpoint_brings_the_log_into_the_file_while_somebody_writes(tmp_path: Path, clock: MovableClock) -> None:
    file = tmp_path / "store.db"
    store = Store(f"sqlite:///{file}")
    metadata.create_all(store.engine)

    def marks_in_the_file_alone() -> int:
        shutil.copy(file, tmp_path / "alone.db")
        with closing(sqlite3.connect(tmp_path / "alone.db")) as alone:
            return int(alone.execute("SELECT count(*) FROM marks").fetchone()[0])

    store.checkpoint()
    with store.write() as conn:
        conn.execute(insert(Mark), [{"name": "a", "value": "1", "at": clock.now()}])
    assert marks_in_the_file_alone() == 0
    with store.write() as conn:
        conn.execute(insert(Mark), [{"name": "b", "value": "1", "at": clock.now()}])
        store.checkpoint()
        assert marks_in_the_file_alone() == 1
    store.close()
