"""What was backed up comes back, on either engine, and waits until it is confirmed."""

import json
import stat
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DatabaseError

from dispatch import backups, errors, health, marks
from dispatch.rights import tombstones
from models import migrate
from models.clock import MovableClock
from models.mail import Inbox, Mark, Outbox, WebMessage
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


def test_lines_get_ids_beyond_those_of_before_the_restore(full: Store, clock: MovableClock, tmp_path: Path) -> None:
    """Pages know the later ones, and wait for what comes beyond them."""

    def line(key: str) -> int:
        row = {"address": "w", "key": key, "body": {}, "at": clock.now()}
        with full.write() as conn:
            return int(conn.execute(insert(WebMessage).returning(WebMessage.id), row).scalar_one())

    line("in the backup")
    backups.write(full, tmp_path / "b.zip", clock.now())
    lost = [line(f"lost {number}") for number in range(3)]
    backups.restore(full, tmp_path / "b.zip", clock.now(), force=True)
    assert line("after it") > lost[-1]


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


def _with_rows(count: object) -> Any:
    def change(content: bytes) -> bytes:
        manifest = json.loads(content)
        manifest["tables"]["people"]["rows"] = count
        return json.dumps(manifest).encode()

    return change


@pytest.mark.parametrize(
    ("name", "change", "error"),
    [
        ("people.jsonl", lambda content: content.replace("张三".encode(), "李四".encode()), backups.BadBackup),
        ("manifest.json", lambda content: content[:50], backups.BadBackup),
        ("manifest.json", _with(format=99), backups.BadBackup),
        ("manifest.json", _with(revision="9999"), errors.NotNow),
        ("manifest.json", _with(tables={}), backups.BadBackup),
        ("manifest.json", _with(tables=[]), backups.BadBackup),
        ("manifest.json", _with(made_at=5), backups.BadBackup),
        ("manifest.json", _with(made_at="yesterday"), backups.BadBackup),
        ("manifest.json", _with_rows("six"), backups.BadBackup),
        ("manifest.json", lambda _: b"[]", backups.BadBackup),
        ("manifest.json", lambda _: b"[" * 100_000, backups.BadBackup),
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


@pytest.mark.parametrize("how", ["packed", "flag", "method"])
def test_a_backup_whose_bytes_were_flipped_is_refused(
    full: Store, clock: MovableClock, tmp_path: Path, how: str
) -> None:
    path = tmp_path / "b.zip"
    backups.write(full, path, clock.now())
    content, before = bytearray(path.read_bytes()), _everything(full)
    with zipfile.ZipFile(path) as archive:
        member = archive.getinfo(backups.MANIFEST)
    central = content.rindex(b"PK\x01\x02")  # The manifest's entry is the last.
    if how == "packed":
        content[member.header_offset + 30 + len(backups.MANIFEST)] ^= 0xFF
    elif how == "flag":  # Encrypted, so it says.
        content[member.header_offset + 6] |= 1
        content[central + 8] |= 1
    else:  # Packed in a way that nobody knows.
        content[central + 10] = 99
    path.write_bytes(content)
    with pytest.raises(backups.BadBackup):
        backups.restore(full, path, clock.now(), force=True)
    assert _everything(full) == before


def _ruin(store: Store, how: str) -> bytes:
    """Make the file one that this version cannot use; what it holds then."""
    path = Path(str(store.url.database))
    if how == "newer":
        with store.write() as conn:
            conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    if how == "torn":
        with path.open("r+b") as file:
            file.seek(4096)
            file.write(b"\xff" * (path.stat().st_size - 4096))
    elif how == "foreign":
        path.write_bytes(b"no database" * 1000)
    return path.read_bytes()


@pytest.mark.parametrize("how", ["newer", "torn", "foreign"])
def test_a_file_that_cannot_be_used_is_kept_aside_for_a_backup(clock: MovableClock, tmp_path: Path, how: str) -> None:
    store = stamp(Store(f"sqlite:///{tmp_path}/store.db"))
    with store.write() as conn:
        for number, name in enumerate(("张三", "李四"), 1):
            conn.execute(insert(Person).values(id=number, name=name, created_at=clock.now()))
    written = backups.write(store, tmp_path / "b.zip", clock.now())
    with store.write() as conn:
        tombstones.stand(conn, 2, clock.now())
    ruined = _ruin(store, how)
    with pytest.raises((migrate.UnknownRevision, DatabaseError)):
        backups.restore(store, tmp_path / "b.zip", clock.now())
    store.close()
    assert (tmp_path / "store.db").read_bytes() == ruined, "without being told to, it changes nothing"
    done = backups.restore(store, tmp_path / "b.zip", clock.now(), force=True)
    assert (done.rows, done.forgotten) == (written.rows, how != "newer")
    assert done.aside is not None
    assert done.aside.read_bytes() == ruined
    with store.read() as conn:
        left = conn.scalars(select(Person.name).order_by(Person.id)).all()
        assert left[0] == "张三"
        assert ("李四" in left) is (how != "newer"), "who was erased since is erased again, where that can be read"
        assert marks.held(conn)
    store.close()
    assert sorted(one.name for one in tmp_path.glob("store.db*")) == ["store.db", done.aside.name]


@pytest.mark.parametrize("how", ["newer", "torn"])
def test_a_damaged_backup_leaves_a_file_that_cannot_be_used_where_it_is(
    clock: MovableClock, tmp_path: Path, how: str
) -> None:
    store = stamp(Store(f"sqlite:///{tmp_path}/store.db"))
    backups.write(store, tmp_path / "b.zip", clock.now())
    ruined = _ruin(store, how)
    bad = _tamper(tmp_path / "b.zip", tmp_path / "c.zip", "marks.jsonl", lambda _: b"[1, 2, 3]\n")
    with pytest.raises(backups.BadBackup):
        backups.restore(store, bad, clock.now(), force=True)
    assert (tmp_path / "store.db").read_bytes() == ruined
    assert [one.name for one in tmp_path.glob("store.db*")] == ["store.db"]


def test_a_newer_database_of_a_server_is_left_alone(clock: MovableClock, tmp_path: Path, postgresql_url: str) -> None:
    store = Store(postgresql_url)
    migrate.migrate(store)
    backups.write(store, tmp_path / "b.zip", clock.now())
    with store.write() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(migrate.UnknownRevision):
        backups.restore(store, tmp_path / "b.zip", clock.now(), force=True)
    store.close()


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
