"""Secret ballots, and the awards that are decided by them."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

CODES = ("county_code", "township_code", "village_code")
INSTANT = sa.DateTime(timezone=True)
RUNNING = sa.text("ended_at IS NULL")


def _codes() -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(12)) for name in CODES]


def upgrade() -> None:
    _ballots()
    _awards()


def _ballots() -> None:
    op.create_table(
        "ballots",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("token", sa.String(22), nullable=False, unique=True),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("closes_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.Column("entitled", sa.Integer(), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.Column("tie", sa.String(24), nullable=False),
        sa.Column("voted", sa.Integer(), nullable=False),
        *_codes(),
        sa.CheckConstraint("voted >= 0", name="ck_ballots_voted"),
    )
    op.create_table(
        "ballot_choices",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("ballot_id", sa.Integer(), sa.ForeignKey("ballots.id"), nullable=False),
        sa.Column("token", sa.String(22), nullable=False, unique=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        *_codes(),
        sa.UniqueConstraint("ballot_id", "place"),
        sa.CheckConstraint("votes >= 0", name="ck_ballot_choices_votes"),
    )
    op.create_table(
        "ballot_voters",
        sa.Column("ballot_id", sa.Integer(), sa.ForeignKey("ballots.id"), primary_key=True, autoincrement=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), primary_key=True, autoincrement=False),
        *_codes(),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_ballot_voters_person_id", "ballot_voters", ["person_id"])


def _awards() -> None:
    op.create_table(
        "award_rounds",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("token", sa.String(22), nullable=False, unique=True),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("opened_by", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("nominate_until", INSTANT, nullable=False),
        sa.Column("ballot_id", sa.Integer(), sa.ForeignKey("ballots.id")),
        sa.Column("ended_at", INSTANT),
        sa.Column("ending", sa.String(24)),
        *_codes(),
    )
    op.create_index(
        "ix_award_rounds_open", "award_rounds", ["village_code"], sqlite_where=RUNNING, postgresql_where=RUNNING
    )
    op.create_index("ix_award_rounds_village_code_id", "award_rounds", ["village_code", "id"])
    op.create_index("ix_award_rounds_ballot_id", "award_rounds", ["ballot_id"])
    op.create_table(
        "nominations",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("token", sa.String(22), nullable=False, unique=True),
        sa.Column("round_id", sa.Integer(), sa.ForeignKey("award_rounds.id"), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("nominated_by", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("consent", sa.String(24), nullable=False),
        sa.Column("seconded_by", sa.Integer(), sa.ForeignKey("people.id")),
        sa.Column("choice_id", sa.Integer(), sa.ForeignKey("ballot_choices.id")),
        sa.Column("won", sa.Boolean(), nullable=False),
        *_codes(),
        sa.UniqueConstraint("round_id", "person_id"),
    )
    for column in ("person_id", "nominated_by"):
        op.create_index(f"ix_nominations_{column}", "nominations", [column])


def downgrade() -> None:
    for table in ("nominations", "award_rounds", "ballot_voters", "ballot_choices", "ballots"):
        op.drop_table(table)
