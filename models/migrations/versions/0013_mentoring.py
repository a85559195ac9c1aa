"""Income mentoring and cooperatives."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

CODES = ("county_code", "township_code", "village_code")
INSTANT = sa.DateTime(timezone=True)
NOW = sa.text("state IN ('asked', 'active')")


def _codes() -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(12)) for name in CODES]


def upgrade() -> None:
    _cooperatives()
    _pairs()
    _what_came_of_them()


def _cooperatives() -> None:
    op.create_table(
        "cooperatives",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(60), nullable=False),
        *_codes(),
        sa.UniqueConstraint("village_code", "name"),
    )
    op.create_table(
        "cooperative_members",
        sa.Column(
            "cooperative_id", sa.Integer(), sa.ForeignKey("cooperatives.id"), primary_key=True, autoincrement=False
        ),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), primary_key=True, autoincrement=False),
        sa.Column("since", INSTANT, nullable=False),
        *_codes(),
    )
    for column in ("person_id", "village_code"):
        op.create_index(f"ix_cooperative_members_{column}", "cooperative_members", [column])


def _pairs() -> None:
    op.create_table(
        "income_leaders",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False, unique=True),
        sa.Column("field", sa.String(60), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("left_at", INSTANT),
        *_codes(),
    )
    op.create_index("ix_income_leaders_village_code", "income_leaders", ["village_code"])
    op.create_table(
        "mentor_pairs",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("token", sa.String(22), nullable=False, unique=True),
        sa.Column("leader_id", sa.Integer(), sa.ForeignKey("income_leaders.id"), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("agreed_at", INSTANT),
        sa.Column("ended_at", INSTANT),
        *_codes(),
    )
    op.create_index(
        "ix_mentor_pairs_now", "mentor_pairs", ["person_id"], unique=True, sqlite_where=NOW, postgresql_where=NOW
    )
    op.create_index("ix_mentor_pairs_person_id", "mentor_pairs", ["person_id"])
    op.create_index("ix_mentor_pairs_leader_id_state", "mentor_pairs", ["leader_id", "state"])
    op.create_index("ix_mentor_pairs_village_code_state", "mentor_pairs", ["village_code", "state"])


def _what_came_of_them() -> None:
    op.create_table(
        "mentor_deeds",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("pair_id", sa.Integer(), sa.ForeignKey("mentor_pairs.id"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        *_codes(),
    )
    op.create_table(
        "jobs_found",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("pair_id", sa.Integer(), sa.ForeignKey("mentor_pairs.id"), nullable=False),
        sa.Column("work", sa.String(60), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        *_codes(),
    )
    op.create_index("ix_mentor_deeds_pair_id", "mentor_deeds", ["pair_id"])
    for column in ("pair_id", "village_code"):
        op.create_index(f"ix_jobs_found_{column}", "jobs_found", [column])


def downgrade() -> None:
    for table in (
        "jobs_found",
        "mentor_deeds",
        "mentor_pairs",
        "income_leaders",
        "cooperative_members",
        "cooperatives",
    ):
        op.drop_table(table)
