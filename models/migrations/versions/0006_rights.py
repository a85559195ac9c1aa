"""What people were told and agreed to, what was forgotten after its time, and who asked to be erased."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "tombstones",
        sa.Column("person_id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("born_at", INSTANT, nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("prints", sa.JSON(), nullable=False),
    )
    op.add_column("people", sa.Column("told_at", INSTANT))
    op.add_column("people", sa.Column("agreed_at", INSTANT))
    op.add_column("requests", sa.Column("forgotten_at", INSTANT))
    kept = sa.text("forgotten_at IS NULL")
    op.create_index("ix_requests_kept", "requests", ["ended_at"], sqlite_where=kept, postgresql_where=kept)


def downgrade() -> None:
    op.drop_index("ix_requests_kept", "requests")
    op.drop_column("requests", "forgotten_at")
    op.drop_column("people", "agreed_at")
    op.drop_column("people", "told_at")
    op.drop_table("tombstones")
