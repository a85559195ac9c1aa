"""Practice requests, one at a time in each village; guardians of frail people, and which requests they follow."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    # Added in place: SQLite would otherwise build the table anew, to which offers and cards point.
    op.add_column("requests", sa.Column("drill", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("requests", sa.Column("guardian_id", sa.Integer()))
    op.create_index(
        "ix_requests_drill",
        "requests",
        ["village_code"],
        unique=True,
        sqlite_where=sa.text("drill = 1 AND ended_at IS NULL"),
        postgresql_where=sa.text("drill AND ended_at IS NULL"),
    )
    op.create_index("ix_requests_guardian_id", "requests", ["guardian_id"])
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "guardianships",
        sa.Column("token", sa.String(22), primary_key=True),
        sa.Column("ward_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("guardian_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("named_by", sa.Integer(), sa.ForeignKey("people.id")),
        sa.Column("asked_at", instant, nullable=False),
        sa.Column("agreed_at", instant),
        sa.Column("confirmed_at", instant),
        sa.Column("confirmed_by", sa.Integer(), sa.ForeignKey("people.id")),
        sa.Column("ended_at", instant),
        *(sa.Column(name, sa.String(12)) for name in ("county_code", "township_code", "village_code")),
    )
    op.create_index(
        "ix_guardianships_ward", "guardianships", ["ward_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    op.create_index("ix_guardianships_guardian_id", "guardianships", ["guardian_id"])


def downgrade() -> None:
    op.drop_table("guardianships")
    op.drop_index("ix_requests_guardian_id", "requests")
    op.drop_index("ix_requests_drill", "requests")
    op.drop_column("requests", "guardian_id")
    op.drop_column("requests", "drill")
