"""Home visits, and what was said at each of their steps."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

CODE = sa.String(12)
CODES = ("county_code", "township_code", "village_code")
OPEN = sa.text("ended_at IS NULL")
ON_PAPER = sa.text("typed_by IS NOT NULL AND checked_by IS NULL")


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.create_table(
        "visits",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("token", sa.String(22), nullable=False),
        sa.Column("household_id", sa.Integer(), sa.ForeignKey("households.id"), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("at", instant, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("step", sa.String(24)),
        sa.Column("ended_at", instant),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("request_id", sa.Integer(), sa.ForeignKey("requests.id")),
        sa.Column("typed_by", sa.Integer(), sa.ForeignKey("people.id")),
        sa.Column("checked_by", sa.Integer(), sa.ForeignKey("people.id")),
        sa.Column("objected_by", sa.Integer(), sa.ForeignKey("people.id")),
        sa.Column("objected_at", instant),
        sa.Column("upheld", sa.Boolean()),
        *(sa.Column(name, CODE) for name in CODES),
        sa.UniqueConstraint("token"),
    )
    op.create_index("ix_visits_counting", "visits", ["household_id", "counts", "at"])
    op.create_index("ix_visits_open", "visits", ["person_id"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_visits_on_paper", "visits", ["village_code"], sqlite_where=ON_PAPER, postgresql_where=ON_PAPER)
    op.create_table(
        "visit_notes",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("visit_id", sa.Integer(), sa.ForeignKey("visits.id"), nullable=False),
        sa.Column("step", sa.String(24), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("media_id", sa.Integer(), sa.ForeignKey("media.id")),
        sa.Column("at", instant, nullable=False),
        *(sa.Column(name, CODE) for name in CODES),
    )
    op.create_index("ix_visit_notes_visit_id", "visit_notes", ["visit_id"])


def downgrade() -> None:
    op.drop_table("visit_notes")
    op.drop_table("visits")
