"""What was backed up comes back, on either engine, and waits until it is confirmed."""

import json
import stat
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update

from dispatch import backups, errors, health, marks
from models.clock import MovableClock
from models.mail import Inbox, Mark, Outbox
from models.people import Person, Steward
from models.requests import Media, Request
from models.store import Store
from models.tables import metadata
from models.words import Due, Lane, MediaKind, State, StewardKind, Urgency
from tests.conftest import stamp


@pytest.fixture
def full(store: Store, clock: MovableClock) -> Store:
    """A store with a row of every kind of value."""
    stamp(store)
    now = clock.now()
    times = {"opened_at": now, "heard_at": now, "due_at": now}
    with store.write() as conn:
        conn.execute(insert(Person).values(id=7, name="张三\n“”", created_at=now))
        steward = {
            "person_id": 7,
            "kind": StewardKind.STEWARD,
            "lat": 40.123456789012345,
            "leave_from": date(2026, 3, 4),
        }
        conn.execute(insert(Steward).values(**steward))
        case = {
            "token": "t",
            "words": "灯坏了",
            "category": "electric",
            "urgency": Urgency.URGENT,
            "ladder": [{"a": None}],
        }
        conn.execute(insert(Request).values(requester_id=7, state=State.WAITING, due=Due.CLIMB, **case, **times))
        media = {"token": "m", "kind": MediaKind.PHOTO, "channel": "webchat", "content": bytes(range(256))}
        conn.execute(insert(Media).values(**media, created_at=now))
        letter = {"channel": "telegram", "key": "1", "sender": "telegram:1", "payload": {"text": "灯\u2028"}}
        conn.execute(insert(Inbox).values(**letter, received_at=now))
        post = {"key": "k", "lane": Lane.OFFER, "person_id": 7, "message": {"key": "x"}, "created_at": now}
        conn.execute(insert(Outbox).values(**post, send_at=now))
    return store


def _everything(store: Store) -> dict[str, Any]:
    with store.read() as conn:
        return {
            table.name: [tuple(row) for row in conn.execute(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }


def test_what_was_backed_up_comes_back(full: Store, clock: MovableClock, tmp_path: Path) -> None:
    path = tmp_path / "backup.zip"
    steps: list[tuple[int, int]] = []
    written = backups.write(full, path, clock.now(), lambda done, total: steps.append((done, total)))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (written.rows, steps[-1]) == (6, (6, 6))
    before = _everything(full)
    for target in (Store(f"sqlite:///{tmp_path}/other.db"), full):
        assert backups.restore(target, path, clock.now(), force=target is full) == written
        after = _everything(target)
        assert [row[:2] for row in after.pop("marks")] == [(marks.HOLD, "1")]
        assert after == {name: rows for name, rows in before.items() if name != "marks"}
        with target.write() as conn:  # New rows get numbers of their own.
            number = conn.execute(insert(Person).values(name="李四", created_at=clock.now()).returning(Person.id))
            assert number.scalar_one() == 8
    target.close()


def test_a_restored_store_waits_until_it_is_confirmed(full: Store, clock: MovableClock, tmp_path: Path) -> None:
    backups.write(full, tmp_path / "b.zip", clock.now())
    backups.restore(full, tmp_path / "b.zip", clock.now(), force=True)
    assert [fault.name for fault in health.faults(full, clock, polls=True)] == ["hold"]


def test_a_store_that_holds_rows_is_not_overwritten(full: Store, clock: MovableClock, tmp_path: Path) -> None:
    backups.write(full, tmp_path / "b.zip", clock.now())
    before = _everything(full)
    with pytest.raises(backups.NotEmpty):
        backups.restore(full, tmp_path / "b.zip", clock.now())
    assert _everything(full) == before


def _tamper(source: Path, target: Path, name: str, change: Any) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for member in old.namelist():
            content = old.read(member)
            new.writestr(member, change(content) if member == name else content)
    return target


def _with(**values: Any) -> Any:
    return lambda content: json.dumps(json.loads(content) | values).encode()


@pytest.mark.parametrize(
    ("name", "change", "error"),
    [
        ("people.jsonl", lambda content: content.replace("张三".encode(), "李四".encode()), backups.BadBackup),
        ("manifest.json", lambda content: content[:50], backups.BadBackup),
        ("manifest.json", _with(format=99), backups.BadBackup),
        ("manifest.json", _with(revision="9999"), errors.NotNow),
        ("manifest.json", _with(tables={}), backups.BadBackup),
    ],
)
def test_a_damaged_backup_changes_nothing(
    full: Store, clock: MovableClock, tmp_path: Path, name: str, change: Any, error: type[Exception]
) -> None:
    backups.write(full, tmp_path / "b.zip", clock.now())
    before = _everything(full)
    with pytest.raises(error):
        backups.restore(full, _tamper(tmp_path / "b.zip", tmp_path / "c.zip", name, change), clock.now(), force=True)
    assert _everything(full) == before


def test_what_is_no_backup_is_refused(full: Store, clock: MovableClock, tmp_path: Path) -> None:
    path = tmp_path / "b.zip"
    path.write_bytes(b"PK" * 100)
    with pytest.raises(backups.BadBackup):
        backups.restore(full, path, clock.now(), force=True)
    with pytest.raises(OSError, match="No such file"):
        backups.restore(full, tmp_path / "none.zip", clock.now())


def test_a_store_of_another_schema_is_not_backed_up(full: Store, clock: MovableClock, tmp_path: Path) -> None:
    with full.write() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(errors.NotNow):
        backups.write(full, tmp_path / "b.zip", clock.now())
    assert list(tmp_path.glob("b.zip*")) == []


def test_the_backup_shows_one_instant(full: Store, clock: MovableClock, tmp_path: Path) -> None:
    def disturb(done: int, _total: int) -> None:
        if done == 0:  # After the first, still empty table.
            with full.write() as conn:
                conn.execute(update(Person).values(name="changed meanwhile"))
                marks.put(conn, "late", "", clock.now())

    backups.write(full, tmp_path / "b.zip", clock.now(), disturb)
    backups.restore(full, tmp_path / "b.zip", clock.now(), force=True)
    with full.read() as conn:
        assert conn.scalars(select(Person.name)).all() == ["张三\n“”"]
        assert conn.scalars(select(Mark.name)).all() == [marks.HOLD]
