"""What Alembic runs to bring a database up to date; `models.migrate` hands it the connection and the transaction."""

from typing import Any, Literal

from alembic import context

from models.base import Instant, WordOf
from models.tables import metadata


def _plain(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """Write our column types as what the database sees, so that old migrations do not follow changes of ours."""
    if kind == "type" and isinstance(thing, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(thing, WordOf):
        return "sa.String(length=24)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_item=_plain,
    # SQLite alters a table by copying it. Its DDL is transactional here, because the store says BEGIN itself.
    render_as_batch=context.config.attributes["connection"].dialect.name == "sqlite",
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
