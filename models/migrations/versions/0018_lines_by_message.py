"""A web line is known by its message's id and key: those whose message is still there get their new key."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_AT = sa.DateTime(timezone=True)
_LINES = sa.table("web_messages", sa.column("key", sa.String()), sa.column("at", _AT))
_OTHERS = _LINES.alias("others")
_OUTBOX = sa.table("outbox", sa.column("id", sa.Integer()), sa.column("key", sa.String()), sa.column("created_at", _AT))
_BEFORE = sa.literal("out:", sa.String()) + sa.cast(_OUTBOX.c.id, sa.String())
_AFTER = sa.func.substr(_BEFORE + ":" + _OUTBOX.c.key, 1, 120)


def upgrade() -> None:
    # A line that is older than its message is that of an earlier one, whose id came again.
    theirs = (_LINES.c.key == _BEFORE, _LINES.c.at >= _OUTBOX.c.created_at)
    op.execute(_LINES.update().where(*theirs).values(key=_AFTER))


def downgrade() -> None:
    taken = sa.exists().where(_OTHERS.c.key == _BEFORE)
    op.execute(_LINES.update().where(_LINES.c.key == _AFTER, ~taken).values(key=_BEFORE))
