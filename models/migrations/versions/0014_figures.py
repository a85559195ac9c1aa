"""Orders for what is made beside the service, and indexes by village and month under the figures."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ENDED = sa.text("ended_at IS NOT NULL")


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("area_code", sa.String(12), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id")),
        sa.Column("ordered_at", instant, nullable=False),
        sa.Column("due_at", instant, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.String(12)) for name in ("county_code", "township_code", "village_code")),
    )
    op.create_index("ix_orders_due_at", "orders", ["due_at"])
    op.create_index("ix_orders_person_id", "orders", ["person_id"])
    op.create_index(
        "ix_requests_ended", "requests", ["village_code", "ended_at"], sqlite_where=ENDED, postgresql_where=ENDED
    )
    op.create_index("ix_visits_month", "visits", ["village_code", "at"])


def downgrade() -> None:
    op.drop_index("ix_visits_month", "visits")
    op.drop_index("ix_requests_ended", "requests")
    op.drop_table("orders")
