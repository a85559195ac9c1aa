"""Requests for a day of their own and for two people; stewards of a skill are found across a township."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("requests", sa.Column("hands", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("requests", sa.Column("wanted_at", sa.DateTime(timezone=True)))
    op.create_index("ix_stewards_township", "stewards", ["township_code", "kind"])


def downgrade() -> None:
    op.drop_index("ix_stewards_township", "stewards")
    op.drop_column("requests", "wanted_at")
    op.drop_column("requests", "hands")
