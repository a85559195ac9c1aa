"""The store: what is written is read back on both engines, whatever somebody sent us."""

import math
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select

from dispatch import inbox
from models.clock import MovableClock
from models.mail import Inbox, Mark
from models.store import Store


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
