"""The ledger of points, entries by hand, published months; and what is published, with objections to it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
CODE, WORD, MONTH, HASH, TOKEN = sa.String(12), sa.String(24), sa.String(7), sa.String(64), sa.String(22)
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _ledger()
    _publications()
    _points()


def downgrade() -> None:
    for table in ("point_months", "hand_entries", "objections", "publications", "point_entries", "entry_notes",
                  "chains"):  # fmt: skip
        op.drop_table(table)


def _codes() -> list[sa.Column[str]]:
    return [sa.Column(name, CODE) for name in ("county_code", "township_code", "village_code")]


def _person(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), sa.ForeignKey("people.id"), nullable=nullable)


def _partial(name: str, table: str, column: str, which: str) -> None:
    op.create_index(name, table, [column], sqlite_where=sa.text(which), postgresql_where=sa.text(which))


def _ledger() -> None:
    op.create_table(
        "chains",
        sa.Column("area_code", CODE, primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", HASH, nullable=False),
        sa.Column("month", MONTH, nullable=False),
        *_codes(),
    )
    op.create_table(
        "entry_notes",
        sa.Column("id", sa.Integer(), primary_key=True),
        _person("person_id"),
        sa.Column("salt", TOKEN, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        *_codes(),
    )
    op.create_index("ix_entry_notes_person_id", "entry_notes", ["person_id"])
    op.create_table(
        "point_entries",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("area_code", CODE, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        _person("person_id"),
        sa.Column("deed", WORD, nullable=False),
        sa.Column("about", sa.String(60), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("cut", WORD),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("month", MONTH, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        _person("giver_id", nullable=True),
        _person("second_id", nullable=True),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("reverses_id", sa.BigInteger(), sa.ForeignKey("point_entries.id")),
        sa.Column("note_id", sa.Integer(), sa.ForeignKey("entry_notes.id")),
        sa.Column("note_hash", HASH),
        sa.Column("previous", HASH, nullable=False),
        sa.Column("hash", HASH, nullable=False),
        *_codes(),
        sa.UniqueConstraint("area_code", "number"),
        sa.UniqueConstraint("about", "person_id", "deed", "turn"),
    )
    op.create_index("ix_point_entries_area_code_month_person_id", "point_entries", ["area_code", "month", "person_id"])
    op.create_index("ix_point_entries_person_id_day", "point_entries", ["person_id", "day"])


def _publications() -> None:
    op.create_table(
        "publications",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("area_code", CODE, nullable=False),
        sa.Column("about", sa.String(60), nullable=False),
        sa.Column("title", sa.JSON(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("objections_until", INSTANT),
        sa.Column("closed_at", INSTANT),
        sa.Column("told_to", sa.Integer()),
        *_codes(),
        sa.UniqueConstraint("kind", "about"),
    )
    op.create_index("ix_publications_area_code_id", "publications", ["area_code", "id"])
    _partial("ix_publications_open", "publications", "objections_until", "closed_at IS NULL")
    _partial("ix_publications_telling", "publications", "id", "told_to IS NOT NULL")
    op.create_table(
        "objections",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("token", TOKEN, nullable=False),
        sa.Column("publication_id", sa.Integer(), sa.ForeignKey("publications.id"), nullable=False),
        _person("person_id"),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("level", WORD, nullable=False),
        sa.Column("due_at", INSTANT),
        sa.Column("answer", sa.Text()),
        sa.Column("upheld", sa.Boolean()),
        _person("answered_by", nullable=True),
        sa.Column("answered_at", INSTANT),
        *_codes(),
        sa.UniqueConstraint("token"),
    )
    op.create_index("ix_objections_publication_id", "objections", ["publication_id"])
    op.create_index("ix_objections_person_id", "objections", ["person_id"])
    _partial("ix_objections_due", "objections", "due_at", "answered_at IS NULL")


def _points() -> None:
    op.create_table(
        "hand_entries",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("token", TOKEN, nullable=False),
        _person("person_id"),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("note_id", sa.Integer(), sa.ForeignKey("entry_notes.id"), nullable=False),
        _person("by_id"),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("state", WORD, nullable=False),
        _person("second_id", nullable=True),
        sa.Column("decided_at", INSTANT),
        *_codes(),
        sa.UniqueConstraint("token"),
    )
    _partial("ix_hand_entries_waiting", "hand_entries", "expires_at", "state = 'waiting'")
    op.create_index("ix_hand_entries_person_id", "hand_entries", ["person_id"])
    op.create_table(
        "point_months",
        sa.Column("area_code", CODE, primary_key=True),
        sa.Column("month", MONTH, primary_key=True),
        sa.Column("publication_id", sa.Integer(), sa.ForeignKey("publications.id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", HASH, nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
        *_codes(),
    )
    _partial("ix_point_months_open", "point_months", "publication_id", "closed_at IS NULL")
