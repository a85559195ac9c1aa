"""Contact cards: codes that let a household in, who wants in by them, and codes that were wrong."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CODE = sa.String(12)
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("invitations") as table:
        table.alter_column("person_id", existing_type=sa.Integer(), nullable=True)
        table.add_column(sa.Column("steward_id", sa.Integer()))
        table.add_column(sa.Column("household_id", sa.Integer()))
        table.add_column(sa.Column("typed_hash", sa.String(64)))
        table.add_column(sa.Column("printed_at", INSTANT))
        table.create_foreign_key("fk_invitations_steward_id", "stewards", ["steward_id"], ["id"])
        table.create_foreign_key("fk_invitations_household_id", "households", ["household_id"], ["id"])
        table.create_unique_constraint("uq_invitations_typed_hash", ["typed_hash"])
        table.create_index("ix_invitations_steward_id", ["steward_id"])
        table.create_index("ix_invitations_household_id", ["household_id"])
    op.create_table(
        "claims",
        sa.Column("token", sa.String(22), primary_key=True),
        sa.Column("code_hash", sa.String(64), sa.ForeignKey("invitations.code_hash"), nullable=False),
        sa.Column("household_id", sa.Integer(), sa.ForeignKey("households.id"), nullable=False),
        sa.Column("speaker_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("address", sa.String(80), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("branch_asked", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id")),
        sa.Column("answered_by", sa.Integer(), sa.ForeignKey("people.id")),
        sa.Column("answered_at", INSTANT),
        *(sa.Column(name, CODE) for name in ("county_code", "township_code", "village_code")),
    )
    op.create_index("ix_claims_speaker_id", "claims", ["speaker_id"])
    op.create_index("ix_claims_household_id", "claims", ["household_id"])
    op.create_index("ix_claims_state_asked_at", "claims", ["state", "asked_at"])
    op.create_table(
        "code_tries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        *(sa.Column(name, CODE) for name in ("county_code", "township_code", "village_code")),
    )
    op.create_index("ix_code_tries_channel_at", "code_tries", ["channel", "at"])
    op.create_index("ix_code_tries_person_id_at", "code_tries", ["person_id", "at"])


def downgrade() -> None:
    op.drop_table("code_tries")
    op.drop_table("claims")
    op.execute("DELETE FROM invitations WHERE person_id IS NULL")
    for name in ("steward_id", "household_id"):
        op.drop_index(f"ix_invitations_{name}", "invitations")
    with op.batch_alter_table("invitations") as table:
        table.drop_constraint("uq_invitations_typed_hash", type_="unique")
        for name in ("steward_id", "household_id"):
            table.drop_constraint(f"fk_invitations_{name}", type_="foreignkey")
        for name in ("steward_id", "household_id", "typed_hash", "printed_at"):
            table.drop_column(name)
        table.alter_column("person_id", existing_type=sa.Integer(), nullable=False)
