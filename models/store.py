"""The store: one engine, and the two ways to use it. Writing on SQLite begins IMMEDIATE, or 8 processes deadlock."""

import json
import math
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.pool import QueuePool

BUSY_MS = 15_000  # How long a writer on SQLite waits for another process before it gives up.


def dumps(value: Any) -> str:
    """JSON that every engine takes, whatever somebody sent us: no NaN, and half a surrogate pair stays escaped."""
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # Half a surrogate pair, a number beyond 64 bits: rare, and the slow way knows them.
        return json.dumps(_finite(value), separators=(",", ":"))


def loads(text: str | bytes) -> Any:
    """What `dumps` wrote."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)


def is_damaged(fault: BaseException) -> bool:
    """Whether SQLite says that the file itself is broken, or none of its own."""
    number: int = getattr(getattr(fault, "orig", None), "sqlite_errorcode", 0)
    return number & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def reason(fault: BaseException) -> str:
    """What the engine calls a failure (SQLITE_FULL, 53100), else its kind; not its words, which may quote people's."""
    cause = getattr(fault, "orig", None) or fault
    name = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
    return str(name or type(cause).__name__)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


# A line that died without a word, as when a host fails over, is noticed within half a minute and not after two hours.
_ALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 25_000}


class Store:
    """A database by its SQLAlchemy URL (`sqlite:///file.db`, `postgresql+psycopg://…`).

    Raises:
        sqlalchemy.exc.ArgumentError: the URL cannot be read.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {"poolclass": QueuePool, "pool_size": 8, "max_overflow": 8}
        options |= {"json_serializer": dumps, "json_deserializer": loads}
        options["hide_parameters"] = True  # What people wrote stands in no error and no log.
        options["pool_use_lifo"] = True  # Few connections are busy, and only theirs need memory for pages.
        if self.sqlite:
            options["connect_args"] = {"check_same_thread": False, "timeout": BUSY_MS / 1000}
        else:
            options["connect_args"] = {"connect_timeout": 5, **_ALIVE}
            options["pool_pre_ping"] = True
        # SQLite has one writer at a time. Threads of this process queue here, since its own waiting sleeps in steps.
        self._turn = threading.Lock() if self.sqlite else nullcontext()
        self.engine: Engine = create_engine(self.url, **options)
        if self.sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)

    @property
    def missing(self) -> Path | None:
        """The file that SQLite would make anew because it is not there."""
        path = Path(str(self.url.database))
        return path if self.sqlite and not path.exists() else None

    @contextmanager
    def write(self, *, lasting: bool = True) -> Iterator[Connection]:
        """One transaction that may write; commits at the end of the block, rolls back when it raises.

        Not `lasting`: everybody sees it at once, but only the next lasting commit waits until it is on the disk, with
        all that was committed before. For the first of several transactions that nobody outside hears of by itself.
        """
        with self._turn, self.engine.connect() as connection:
            connection.execution_options(red_steward_write=True)
            with _hurried(connection) if self.sqlite and not lasting else nullcontext(), connection.begin():
                if not lasting and not self.sqlite:
                    connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
                yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A look at one moment, however many statements it takes. What it writes is undone; PostgreSQL refuses it."""
        with self.engine.connect() as connection:
            if not self.sqlite:
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield connection

    def scrub(self) -> bool:
        """Take what was deleted out of the files as well; False where somebody is reading and it has to be tried again.

        On SQLite the file is written anew from what is left and the write-ahead log is emptied; writers wait so long,
        but not for readers. On PostgreSQL the dead rows are cleared away.
        """
        if not self.sqlite:
            with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM")
            return True
        with self._turn:
            raw = self.engine.raw_connection()
            cursor = raw.cursor()
            try:
                cursor.execute("PRAGMA temp_store=FILE")  # The copy of all that is left has no room in memory.
                cursor.execute("VACUUM")
                cursor.execute("PRAGMA busy_timeout=0")
                busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            finally:
                cursor.execute("PRAGMA temp_store=MEMORY")
                cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
                cursor.close()
                raw.close()
        return not busy

    def checkpoint(self) -> None:
        """Copy SQLite's write-ahead log into the file, as far as nobody reads what is older. Nobody waits for it."""
        if self.sqlite:
            with self.read() as conn:  # Which looks at nothing before, so that nothing is held for it.
                conn.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")

    def close(self) -> None:
        """Give all connections back to the system."""
        self.engine.dispose()


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # The begin event below says BEGIN, not the driver.
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",  # What is deleted or overwritten is zeros in the file, however the library was built.
        f"busy_timeout={BUSY_MS}",
        "cache_size=-4096",
        "temp_store=MEMORY",  # What a savepoint may have to take back: two fifths of what a sweep wrote, in /var/tmp.
        "wal_autocheckpoint=16000",  # 64 MB, where `checkpoint` does not keep up; whoever commits then has to wait.
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@contextmanager
def _hurried(connection: Connection) -> Iterator[None]:
    """SQLite's commits do not wait for the disk. Around a transaction, since within one this cannot be changed."""
    driver: Any = connection.connection.driver_connection
    usual = driver.execute("PRAGMA synchronous").fetchone()[0]
    driver.execute(f"PRAGMA synchronous={min(usual, 1)}")
    try:
        yield
    finally:
        driver.execute(f"PRAGMA synchronous={usual}")


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("red_steward_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
