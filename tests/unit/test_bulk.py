"""Many rows by one statement: values as SQLAlchemy would store them, and a column that is missing is refused."""

from datetime import timedelta, timezone

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.sql import bindparam

from dispatch.bulk import Bulk
from models.clock import MovableClock
from models.people import Person
from models.requests import Audit
from models.store import Store
from models.words import Language

AUDIT = Bulk(lambda *_: insert(Audit))


def test_values_come_back_as_they_were(store: Store, clock: MovableClock) -> None:
    elsewhere = clock.now().astimezone(timezone(timedelta(hours=8)))
    rows = [
        {"at": elsewhere, "actor_id": None, "action": "open", "detail": {"words": "灯 😀", "rung": number}}
        for number in range(3)
    ]
    with store.write() as conn:
        assert AUDIT.run(conn, rows) == 3
        assert AUDIT.run(conn, []) == 0
    with store.read() as conn:
        kept = conn.execute(select(Audit.at, Audit.actor_id, Audit.detail).order_by(Audit.id)).all()
    assert [tuple(row) for row in kept] == [(clock.now(), None, row["detail"]) for row in rows]


def test_an_update_counts_what_it_touched(store: Store, clock: MovableClock) -> None:
    speaks = Bulk(lambda *_: update(Person).where(Person.id == bindparam("who")).values(language=bindparam("language")))
    with store.write() as conn:
        conn.execute(insert(Person), [{"id": n, "name": "a", "created_at": clock.now()} for n in (1, 2)])
        assert speaks.run(conn, [{"who": n, "language": Language.EN} for n in (1, 2, 3)]) == 2
        assert conn.execute(select(Person.language)).scalars().all() == [Language.EN] * 2


def test_a_column_with_a_default_has_to_be_said(store: Store, clock: MovableClock) -> None:
    with store.write() as conn, pytest.raises(ValueError, match="detail"):
        AUDIT.run(conn, [{"at": clock.now(), "action": "open"}])
