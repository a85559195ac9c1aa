"""One event reported by many: of what kind, whom a request follows, how many follow it; and answers in groups."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Added in place: SQLite would otherwise build the table anew, to which offers and cards point.
    op.add_column("requests", sa.Column("matter", sa.String(40)))
    op.add_column("requests", sa.Column("like_id", sa.Integer()))
    op.add_column("requests", sa.Column("leader_id", sa.Integer()))
    op.add_column("requests", sa.Column("followers", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_requests_leader_id", "requests", ["leader_id"])
    op.add_column("outbox", sa.Column("channel", sa.String(16)))
    op.add_column("outbox", sa.Column("address", sa.String(80)))


def downgrade() -> None:
    op.drop_index("ix_requests_leader_id", "requests")
    for column in ("matter", "like_id", "leader_id", "followers"):
        op.drop_column("requests", column)
    for column in ("channel", "address"):
        op.drop_column("outbox", column)
