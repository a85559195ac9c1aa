"""Indexes for a store that remembers years: what is open, set aside or shown is found without looking at all of it."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_SHOWN = "media_id IS NOT NULL"
_PARTIAL = (
    ("ix_requests_open", "requests", "opened_at", "ended_at IS NULL"),
    ("ix_inbox_aside", "inbox", "received_at", "state = 'aside'"),
    ("ix_web_messages_replaces", "web_messages", "replaces", "replaces IS NOT NULL"),
    ("ix_audit_duty", "audit", "at", "action IN ('duty_on', 'duty_off')"),
    ("ix_notes_media", "notes", "media_id", _SHOWN),
    ("ix_visit_notes_media", "visit_notes", "media_id", _SHOWN),
    ("ix_sessions_media", "sessions", "media_id", _SHOWN),
)


def upgrade() -> None:
    for name, table, column, where in _PARTIAL:
        op.create_index(name, table, [column], sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.drop_index("ix_requests_due", "requests")
    op.create_index("ix_requests_due", "requests", ["due_at", "village_code"])
    op.create_index("ix_claims_code_hash", "claims", ["code_hash"])
    op.create_index("ix_households_point", "households", ["lat", "lon"])


def downgrade() -> None:
    op.drop_index("ix_households_point", "households")
    op.drop_index("ix_claims_code_hash", "claims")
    op.drop_index("ix_requests_due", "requests")
    op.create_index("ix_requests_due", "requests", ["due_at"])
    for name, table, _, _ in reversed(_PARTIAL):
        op.drop_index(name, table)
