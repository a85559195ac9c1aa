"""Brings a database to the schema of this version, and says where it stands.

`python -m models.migrate "add a column"` drafts the next migration from what the tables have become; read it by hand.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

from alembic import command, util
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from models.store import Store

_LOCK = 7_022_130_227  # Any number, the same in every process: two that migrate at once wait for each other.


class UnknownRevision(Exception):
    """The database was written by a newer version than this one. Do: install that version, or restore a backup."""

    def __init__(self, revision: str) -> None:
        self.revision = revision
        super().__init__(f"the database stands at revision {revision}, which this version does not know")


def migrate(store: Store) -> str:
    """Bring the store to the newest schema in one transaction, and return its revision. Harmless when it is there.

    Raises:
        UnknownRevision: the database is newer than this version; nothing was changed.
    """
    with store.write() as connection:
        if not store.sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        found = _revision(connection)
        if found is not None and found not in _known():
            raise UnknownRevision(found)
        command.upgrade(_config(connection), "head")
    return head()


def revision(store: Store) -> str | None:
    """The revision that the database stands at; None for an empty one."""
    with store.read() as connection:
        return _revision(connection)


def head() -> str:
    """The newest revision that this version knows."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def _known() -> set[str]:
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _draft(message: str) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/draft.db")
        migrate(store)
        with store.write() as connection:
            number = f"{int(head()) + 1:04d}"
            drafted = command.revision(_config(connection), message, autogenerate=True, rev_id=number)
        store.close()
    return drafted


if __name__ == "__main__":
    try:
        _draft(" ".join(sys.argv[1:]) or "unnamed")
    except util.CommandError as refusal:
        sys.exit(str(refusal))
