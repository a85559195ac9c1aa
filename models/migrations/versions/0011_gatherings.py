"""Gatherings of a village, the sessions of their programme, each person's seat; who leads a group of volunteers."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

CODE = sa.String(12)
CODES = ("county_code", "township_code", "village_code")
REMEMBERED = sa.text("forgotten_at IS NULL")
ON_PAPER = sa.text("typed_by IS NOT NULL AND checked_by IS NULL")


def _person(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), sa.ForeignKey("people.id"))


def upgrade() -> None:
    instant = sa.DateTime(timezone=True)
    op.add_column("stewards", sa.Column("leads_since", instant))
    op.create_table(
        "gatherings",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("token", sa.String(22), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("series", sa.String(16)),
        sa.Column("activity", sa.String(60), nullable=False),
        sa.Column("group_id", sa.Integer(), sa.ForeignKey("volunteer_groups.id")),
        sa.Column("begins_at", instant, nullable=False),
        sa.Column("ends_at", instant, nullable=False),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("needed", sa.Integer()),
        sa.Column("safety", sa.Text(), nullable=False),
        sa.Column("standing", sa.String(24), nullable=False),
        sa.Column("code", sa.String(6)),
        sa.Column("moves", sa.Integer(), nullable=False),
        sa.Column("due", sa.String(24)),
        sa.Column("due_at", instant),
        _person("planned_by"),
        sa.Column("closed_at", instant),
        sa.Column("forgotten_at", instant),
        *(sa.Column(name, CODE) for name in CODES),
        sa.UniqueConstraint("token"),
        sa.UniqueConstraint("village_code", "series"),
    )
    op.create_index("ix_gatherings_due_at", "gatherings", ["due_at"])
    op.create_index("ix_gatherings_village_code_begins_at", "gatherings", ["village_code", "begins_at"])
    op.create_index(
        "ix_gatherings_remembered", "gatherings", ["begins_at"], sqlite_where=REMEMBERED, postgresql_where=REMEMBERED
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("gathering_id", sa.Integer(), sa.ForeignKey("gatherings.id"), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        _person("speaker_id"),
        sa.Column("material", sa.Text(), nullable=False),
        sa.Column("media_id", sa.Integer(), sa.ForeignKey("media.id")),
        _person("written_by"),
        *(sa.Column(name, CODE) for name in CODES),
        sa.UniqueConstraint("gathering_id", "kind"),
    )
    op.create_index("ix_sessions_speaker_id", "sessions", ["speaker_id"])
    op.create_table(
        "seats",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("token", sa.String(22), nullable=False),
        sa.Column("gathering_id", sa.Integer(), sa.ForeignKey("gatherings.id"), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("invited_at", instant),
        sa.Column("reply", sa.String(24)),
        sa.Column("replied_at", instant),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("came_at", instant),
        _person("came_by"),
        sa.Column("went_at", instant),
        _person("went_by"),
        sa.Column("stayed", sa.Integer()),
        _person("typed_by"),
        _person("checked_by"),
        sa.Column("read_at", instant),
        *(sa.Column(name, CODE) for name in CODES),
        sa.UniqueConstraint("token"),
        sa.UniqueConstraint("gathering_id", "person_id"),
    )
    op.create_index("ix_seats_person_id", "seats", ["person_id"])
    op.create_index("ix_seats_village_code_came_at", "seats", ["village_code", "came_at"])
    op.create_index("ix_seats_on_paper", "seats", ["village_code"], sqlite_where=ON_PAPER, postgresql_where=ON_PAPER)


def downgrade() -> None:
    op.drop_table("seats")
    op.drop_table("sessions")
    op.drop_table("gatherings")
    op.drop_column("stewards", "leads_since")
