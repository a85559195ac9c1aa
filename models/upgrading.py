"""Upgrades a database with Alembic. Loaded only where there is something to upgrade: it is large, and slow to load.

`python -m models.upgrading "add a column"` drafts the next migration from what the tables have become; read it by hand.
"""

import sys
import tempfile
from typing import Any

from alembic import command, util
from alembic.config import Config
from sqlalchemy import Connection

from models.migrate import MIGRATIONS, head, migrate
from models.store import Store


def upgrade(connection: Connection) -> None:
    """Bring the database to the newest schema, in the caller's transaction."""
    command.upgrade(_config(connection), "head")


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
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
