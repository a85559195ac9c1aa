"""The migrations give the very tables that the code believes in, on both engines."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, inspect, select, text

from models import migrate
from models.clock import MovableClock
from models.mail import Outbox, WebMessage, line_key
from models.people import Person
from models.store import Store
from models.tables import metadata
from models.words import Lane, Post


@pytest.fixture
def empty(store: Store) -> Store:
    """The engine under test without any table."""
    metadata.drop_all(store.engine)
    return store


def _shape(store: Store) -> dict[str, Any]:
    """Every table with its columns, keys, constraints and indexes by name."""
    look = inspect(store.engine)
    return {
        table: {
            "columns": {(one["name"], str(one["type"]), one["nullable"]) for one in look.get_columns(table)},
            "key": (look.get_pk_constraint(table)["name"], *look.get_pk_constraint(table)["constrained_columns"]),
            "foreign": {(one["name"], *one["constrained_columns"]) for one in look.get_foreign_keys(table)},
            "unique": {(one["name"], *one["column_names"]) for one in look.get_unique_constraints(table)},
            "indexes": {(str(one["name"]), *map(str, one["column_names"])) for one in look.get_indexes(table)},
        }
        for table in look.get_table_names()
        if table != "alembic_version"
    }


def test_an_empty_store_becomes_what_the_tables_say(empty: Store) -> None:
    assert migrate.revision(empty) is None
    assert migrate.migrate(empty) == migrate.head() == migrate.revision(empty)
    with empty.read() as conn:
        assert compare_metadata(MigrationContext.configure(conn), metadata) == []
    migrated = _shape(empty)
    with empty.write() as conn:
        metadata.drop_all(conn)
        metadata.create_all(conn)
    assert migrated == _shape(empty)


def test_migrating_twice_changes_nothing(empty: Store) -> None:
    migrate.migrate(empty)
    before = _shape(empty)
    migrate.migrate(empty)
    assert _shape(empty) == before


def test_a_newer_database_is_left_alone(empty: Store) -> None:
    migrate.migrate(empty)
    with empty.write() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(migrate.UnknownRevision, match="9999"):
        migrate.migrate(empty)
    assert migrate.revision(empty) == "9999"


def test_a_failed_migration_leaves_an_empty_store(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/half.db")
    with store.write() as conn:
        conn.execute(text("CREATE TABLE requests (id INTEGER)"))  # In the way of the real one.
    with pytest.raises(Exception, match="already exists"):
        migrate.migrate(store)
    assert inspect(store.engine).get_table_names() == ["requests"]
    store.close()


def test_cards_that_wait_get_the_key_of_this_version(store: Store, clock: MovableClock) -> None:
    def post(number: int, key: str, state: Post, token: str | None) -> dict[str, Any]:
        at = {"created_at": clock.now(), "send_at": clock.now()}
        said = {"id": number, "key": key, "state": state, "offer_token": token, "person_id": 1, "attempts": 0, **at}
        return {**said, "lane": Lane.OFFER, "message": {}}

    kept = {1: ("7:0:0:1:offer", Post.SENT, "t1"), 2: ("7:0:5:1:offer:2", Post.PENDING, "t2")}
    kept |= {3: ("edit:7:1:offer", Post.PENDING, None)}
    waits = {4: ("7:0:1:1:offer", Post.PENDING, "t4"), 5: ("7:0:2:1:offer", Post.IN_DOUBT, "t5")}
    with store.write() as conn:
        conn.execute(insert(Person), [{"id": 1, "name": "a", "created_at": clock.now()}])
        conn.execute(insert(Outbox), [post(number, *said) for number, said in (kept | waits).items()])
        conn.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        conn.execute(text("INSERT INTO alembic_version VALUES ('0016')"))
    migrate.migrate(store)
    with store.read() as conn:
        keys = {row.id: row.key for row in conn.execute(select(Outbox.id, Outbox.key))}
    assert keys == {**{number: said[0] for number, said in kept.items()}, 4: "t4:offer", 5: "t5:offer"}


def test_lines_of_messages_that_are_there_get_the_key_of_this_version(store: Store, clock: MovableClock) -> None:
    now = clock.now()
    post = {"lane": Lane.ANSWER, "person_id": 1, "message": {}, "created_at": now, "send_at": now, "state": Post.SENT}

    def line(key: str, at: Any) -> dict[str, Any]:
        return {"address": "w1", "key": key, "body": {}, "at": at}

    with store.write() as conn:
        conn.execute(insert(Person), [{"id": 1, "name": "a", "created_at": now}])
        conn.execute(insert(Outbox), [{"id": number, "key": f"once:{number}", **post} for number in (1, 2)])
        old = now - timedelta(days=40)  # Of an earlier message with the same number, which is forgotten.
        conn.execute(insert(WebMessage), [line("out:1", now), line("out:2", old), line("in:w1:a", now)])
        conn.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)"))
        conn.execute(text("INSERT INTO alembic_version VALUES ('0017')"))
    migrate.migrate(store)
    with store.read() as conn:
        keys = conn.scalars(select(WebMessage.key).order_by(WebMessage.id)).all()
    assert keys == [line_key(1, "once:1"), "out:2", "in:w1:a"]


def test_files_are_numbered_as_their_revisions_in_one_chain() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate.MIGRATIONS))
    scripts = list(ScriptDirectory.from_config(config).walk_revisions())
    assert {Path(script.path).name[:4] for script in scripts} == {script.revision for script in scripts}
    assert [script.revision for script in scripts] == sorted((script.revision for script in scripts), reverse=True)
    assert scripts[0].revision == migrate.head()


def test_a_store_that_is_there_needs_no_upgrading_in_memory(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'there.db'}"
    store = Store(url)
    migrate.migrate(store)
    store.close()
    look = f"import sys; from models import migrate, store; migrate.migrate(store.Store({url!r}))"
    look += "; print('alembic' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
