"""Which steward is responsible for which household."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CODE = sa.String(12)


def upgrade() -> None:
    op.create_table(
        "links",
        sa.Column("household_id", sa.Integer(), sa.ForeignKey("households.id"), primary_key=True, autoincrement=False),
        sa.Column("steward_id", sa.Integer(), sa.ForeignKey("stewards.id"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, CODE) for name in ("county_code", "township_code", "village_code")),
    )
    op.create_index("ix_links_steward_id", "links", ["steward_id"])
    op.create_index("ix_links_village_code", "links", ["village_code"])


def downgrade() -> None:
    op.drop_table("links")
