"""Messages are no longer looked up by their offer: an index less to write for each."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_outbox_offer_token", "outbox")


def downgrade() -> None:
    op.create_index("ix_outbox_offer_token", "outbox", ["offer_token"])
