"""Says where a database stands, and brings it to the schema of this version."""

from importlib import import_module
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from models.store import Store

MIGRATIONS = Path(__file__).parent / "migrations"
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
    if revision(store) == head():
        return head()
    upgrading = import_module("models.upgrading")
    with store.write() as connection:
        if not store.sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        found = _revision(connection)
        if found is not None and found not in _known():
            raise UnknownRevision(found)
        upgrading.upgrade(connection)
    return head()


def revision(store: Store) -> str | None:
    """The revision that the database stands at; None for an empty one."""
    with store.read() as connection:
        return _revision(connection)


def head() -> str:
    """The newest revision that this version knows."""
    return max(_known())


def _known() -> set[str]:
    """The numbers with which the files of the migrations begin; a test holds that they are the revisions."""
    return {file.name[:4] for file in (MIGRATIONS / "versions").glob("[0-9]*.py")}


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found
