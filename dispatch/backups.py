"""Backup and restore in one portable format: a zip of JSON lines a table, the same for both engines, with a manifest.

The manifest names the schema's revision, and for each table its columns, its number of rows and a SHA-256 digest.
"""

import base64
import errno
import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Connection, Date, LargeBinary, Table, delete, func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError

from dispatch import errors, marks
from dispatch.marks import HOLD
from dispatch.rights import erasing, tombstones
from dispatch.rights.tombstones import Stone
from dispatch.rules import Rules
from dispatch.work import Work
from models import migrate
from models.base import Instant, WordOf
from models.store import Store, is_damaged
from models.tables import metadata

FORMAT = 1
MANIFEST = "manifest.json"
_CHUNK = 1000

# What reading may raise where bytes are not as they were written. RuntimeError: encrypted, so it says, or nested
# without end.
_UNSOUND = (zipfile.BadZipFile, zlib.error, EOFError, LookupError, ValueError, TypeError, RuntimeError)

Progress = Callable[[int, int], None]
"""Told after each table how many rows are done, of how many."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds; and of a restore, what became of a file that could not be used."""

    made_at: datetime
    revision: str
    rows: int
    aside: Path | None = None  # Where that file lies now.
    forgotten: bool = False  # It could not even tell who had been erased since the backup.


class BadBackup(errors.StewardError):
    """The file is no backup of ours, or it is damaged. Do: take another one."""

    key = "backup.bad"


class NotEmpty(errors.StewardError):
    """The store already holds rows. Do: restore into an empty one, or say that it may be overwritten."""

    key = "backup.not_empty"


def write(store: Store, path: Path, now: datetime, progress: Progress | None = None) -> Contents:
    """Back the store up while it is in use; the file shows one instant, and only its owner may read it.

    Raises:
        OSError: the file cannot be written. What stood there before is replaced only at the end.
    """
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            contents = _write(store, file, now, progress)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return contents


def _write(store: Store, file: BinaryIO, now: datetime, progress: Progress | None) -> Contents:
    revision = migrate.revision(store)
    if revision != migrate.head():
        raise errors.NotNow("backup.other_schema", revision=revision or "–", head=migrate.head())
    tables: dict[str, Any] = {}
    with store.engine.connect() as conn, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        if not store.sqlite:  # One instant for all tables; SQLite's readers have it anyway.
            conn.execution_options(isolation_level="REPEATABLE READ")
        total = sum(conn.scalar(select(func.count()).select_from(table)) or 0 for table in metadata.sorted_tables)
        done = 0
        for table in metadata.sorted_tables:
            digest, count = hashlib.sha256(), 0
            with archive.open(f"{table.name}.jsonl", "w", force_zip64=True) as member:
                for row in conn.execute(select(table).execution_options(yield_per=_CHUNK)):
                    line = json.dumps([_plain(value) for value in row], ensure_ascii=False).encode() + b"\n"
                    member.write(line)
                    digest.update(line)
                    count += 1
            tables[table.name] = {"columns": table.columns.keys(), "rows": count, "sha256": digest.hexdigest()}
            done += count
            if progress is not None:
                progress(done, total)
        manifest = {"format": FORMAT, "made_at": now.isoformat(), "revision": revision, "tables": tables}
        archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    return Contents(now, revision, done)


def restore(
    store: Store,
    path: Path,
    now: datetime,
    *,
    force: bool = False,
    progress: Progress | None = None,
    rules: Rules | None = None,
) -> Contents:
    """Fill the store from a backup in one transaction, and put it on hold: nothing is sent until it is confirmed.

    Who was erased since the backup, as the store knows it that is being overwritten, is erased from it again. With
    `force`, an SQLite file that is damaged or of a newer version is kept under another name, and a new one filled.

    Raises:
        BadBackup: it is none, or it is damaged; nothing was changed.
        NotNow: `backup.other_schema`; another version made it.
        NotEmpty: the store holds rows and `force` was not given.
        UnknownRevision: the store is of a newer version, and not on SQLite or `force` was not given.
        OSError: the file cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest, contents = _check(archive)
            fill = partial(_fill, archive, manifest, now, rules or Rules(), progress, force=force)
            try:
                fill(store)
            except (migrate.UnknownRevision, SQLAlchemyError) as cause:
                if not (force and store.sqlite and (isinstance(cause, migrate.UnknownRevision) or is_damaged(cause))):
                    raise
                stones = _legible_stones(store)
                aside = _in_its_place(store, partial(fill, stones=stones or []), now)
                contents = replace(contents, aside=aside, forgotten=stones is None)
    except (*_UNSOUND, OSError) as cause:
        if isinstance(cause, OSError) and cause.errno != errno.EINVAL:  # A place before the file's beginning.
            raise
        raise BadBackup(why=str(cause) or type(cause).__name__) from cause
    return contents


def _fill(
    archive: zipfile.ZipFile,
    manifest: dict[str, Any],
    now: datetime,
    rules: Rules,
    progress: Progress | None,
    store: Store,
    *,
    force: bool,
    stones: list[Stone] | None = None,
) -> None:
    """Put everything into the store; `stones`: of whom another store knows that they were erased."""
    migrate.migrate(store)
    with store.write() as conn:
        stones = tombstones.kept(conn) if stones is None else stones
        _clear(conn, force=force)
        _load(conn, archive, manifest, progress)
        tombstones.bring(conn, stones)
        again = erasing.replay(Work(conn, now, rules))
        marks.put(conn, HOLD, "1", now)
    if again:
        store.scrub()


def _legible_stones(store: Store) -> list[Stone] | None:
    """What the store still tells of who was erased; None where that cannot be read any more."""
    try:
        with store.read() as conn:
            return tombstones.kept(conn)
    except SQLAlchemyError:
        return None


def _in_its_place(store: Store, fill: Callable[[Store], None], now: datetime) -> Path:
    """Fill a new file, then give it the place of the one that cannot be used; where that one lies now."""
    path = Path(str(store.url.database))
    part, aside = path.with_name(f"{path.name}.part"), path.with_name(f"{path.name}.aside-{now:%Y%m%d-%H%M%S}")
    try:
        fresh = Store(store.url.set(database=str(part)).render_as_string())
        try:
            fill(fresh)
        finally:
            fresh.close()  # Which brings its write-ahead log into the file.
        store.close()
        for ending in ("", "-wal", "-shm"):
            if (one := path.with_name(path.name + ending)).exists():
                one.rename(aside.with_name(aside.name + ending))
        part.rename(path)
    finally:
        for ending in ("", "-wal", "-shm"):
            part.with_name(part.name + ending).unlink(missing_ok=True)
    return aside


def _check(archive: zipfile.ZipFile) -> tuple[dict[str, Any], Contents]:
    """The manifest of a backup that is whole and of our schema, and what it says in short."""
    if any(one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for one in archive.infolist()):
        raise BadBackup(why="packed in an unknown way")
    manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
    if manifest["format"] != FORMAT:
        raise BadBackup(why=f"format {manifest['format']}")
    if manifest["revision"] != migrate.head():
        raise errors.NotNow("backup.other_schema", revision=manifest["revision"], head=migrate.head())
    for table in metadata.sorted_tables:
        with archive.open(f"{table.name}.jsonl") as member:
            digest = hashlib.file_digest(member, "sha256").hexdigest()  # type: ignore[arg-type]
        if digest != manifest["tables"][table.name]["sha256"]:
            raise BadBackup(why=f"{table.name}: the digest differs")
    rows = sum(table["rows"] for table in manifest["tables"].values())
    return manifest, Contents(datetime.fromisoformat(manifest["made_at"]), manifest["revision"], rows)


def _clear(conn: Connection, *, force: bool) -> None:
    for table in reversed(metadata.sorted_tables):
        if force or table.name == "tombstones":
            conn.execute(delete(table))
        elif conn.execute(select(table).limit(1)).first() is not None:
            raise NotEmpty(table=table.name)


def _load(conn: Connection, archive: zipfile.ZipFile, manifest: dict[str, Any], progress: Progress | None) -> None:
    total, done = sum(table["rows"] for table in manifest["tables"].values()), 0
    for table in metadata.sorted_tables:
        columns = manifest["tables"][table.name]["columns"]
        with archive.open(f"{table.name}.jsonl") as member:
            rows = _rows(table, columns, member)
            while chunk := list(islice(rows, _CHUNK)):
                conn.execute(insert(table), chunk)
                done += len(chunk)
                if progress is not None:
                    progress(done, total)
        if conn.dialect.name == "postgresql" and "id" in table.c:
            # Never backwards: open pages and chats know later numbers, which must not come to mean something else.
            sequence = (
                "SELECT setval(pg_get_serial_sequence(:name, 'id'), "
                "greatest(coalesce(max(id), 0) + 1, nextval(pg_get_serial_sequence(:name, 'id'))), false) FROM "
            )
            conn.execute(text(sequence + table.name), {"name": table.name})


def _rows(table: Table, columns: list[str], lines: Any) -> Iterator[dict[str, Any]]:
    readers = [(name, _reader(table, name)) for name in columns]
    for line in lines:
        values = json.loads(line)
        yield {
            name: None if value is None else read(value) for (name, read), value in zip(readers, values, strict=True)
        }


def _plain(value: Any) -> Any:
    """A value as JSON holds it."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def _reader(table: Table, name: str) -> Callable[[Any], Any]:
    """How a value of a column comes back from JSON."""
    kind = table.c[name].type
    if isinstance(kind, Instant):
        return datetime.fromisoformat
    if isinstance(kind, Date):
        return date.fromisoformat
    if isinstance(kind, LargeBinary):
        return base64.b64decode
    return kind.words if isinstance(kind, WordOf) else lambda value: value
