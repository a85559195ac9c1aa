"""The first schema: everything that the five-minute circle remembers."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
CODE = sa.String(12)
WORD = sa.String(24)  # One value of a closed set.
BIG_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")

TABLES = (
    "areas", "grids", "households", "people", "volunteer_groups", "stewards", "admins", "routes", "invitations",
    "dialogs", "web_messages", "requests", "offers", "searches", "media", "notes", "audit", "inbox", "outbox",
    "cards", "leases", "marks",
)  # In order of creation.  # fmt: skip


def _key(name: str, kind: Any, of: str | None = None) -> sa.Column[Any]:
    """Part of the primary key."""
    return sa.Column(name, kind, *_of(of), primary_key=True)


def _must(name: str, kind: Any, of: str | None = None) -> sa.Column[Any]:
    """A value every row has; `of` is the column it refers to."""
    return sa.Column(name, kind, *_of(of), nullable=False)


def _may(name: str, kind: Any, of: str | None = None) -> sa.Column[Any]:
    """A value a row may lack."""
    return sa.Column(name, kind, *_of(of))


def _of(column: str | None) -> list[sa.ForeignKey]:
    return [sa.ForeignKey(column)] if column else []


def _placed() -> list[sa.Column[Any]]:
    return [_may(name, CODE) for name in ("county_code", "township_code", "village_code")]


def _pointed() -> list[sa.Column[Any]]:
    pair = ("lat", "lon", "raw_lat", "raw_lon")
    return [*(_may(name, sa.Double()) for name in pair), _may("datum", WORD)]


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    _places()
    _people()
    _chats()
    _requests()
    _offers()
    _mail()
    _running()


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _places() -> None:
    op.create_table(
        "areas",
        _key("code", CODE), _must("level", WORD), _must("name", sa.String(60)), _may("parent_code", CODE),
        _may("lat", sa.Double()), _may("lon", sa.Double()), _may("phone", sa.String(30)),
        sa.Index("ix_areas_parent_code", "parent_code"),
    )  # fmt: skip
    op.create_table(
        "grids",
        _key("id", sa.Integer()), _must("village_code", CODE), _must("name", sa.String(60)),
        sa.UniqueConstraint("village_code", "name"),
    )  # fmt: skip
    op.create_table(
        "households",
        _key("id", sa.Integer()), _must("grid_id", sa.Integer(), "grids.id"), _must("name", sa.String(60)),
        _must("address", sa.String(200)), _may("phone", sa.String(30)), *_placed(), *_pointed(),
        sa.UniqueConstraint("village_code", "name"),
        sa.Index("ix_households_grid_id", "grid_id"),
    )  # fmt: skip


def _people() -> None:
    op.create_table(
        "people",
        _key("id", sa.Integer()), _must("name", sa.String(60)), _may("phone", sa.String(30)), _may("language", WORD),
        _may("household_id", sa.Integer(), "households.id"), _must("frail", sa.Boolean()),
        _must("made_up", sa.Boolean()), _must("created_at", INSTANT), *_placed(),
        sa.Index("ix_people_household_id", "household_id"),
        sa.Index("ix_people_village_code_phone", "village_code", "phone"),
    )  # fmt: skip
    op.create_table(
        "volunteer_groups",
        _key("id", sa.Integer()), _must("village_code", CODE), _must("name", sa.String(60)),
        sa.UniqueConstraint("village_code", "name"),
    )  # fmt: skip
    op.create_table(
        "stewards",
        _key("id", sa.Integer()), _must("person_id", sa.Integer(), "people.id"), _must("kind", WORD),
        _may("grid_id", sa.Integer(), "grids.id"), _may("group_id", sa.Integer(), "volunteer_groups.id"),
        _must("skills", sa.String(200)), _must("on_duty", sa.Boolean()), _may("leave_from", sa.Date()),
        _may("leave_until", sa.Date()), _may("live_lat", sa.Double()), _may("live_lon", sa.Double()),
        _may("live_at", INSTANT), _may("asked_at", INSTANT), *_placed(), *_pointed(),
        sa.UniqueConstraint("person_id", "kind"),
        sa.Index("ix_stewards_search", "village_code", "kind", "on_duty"),
    )  # fmt: skip
    op.create_table(
        "admins",
        _key("id", sa.Integer()), _must("person_id", sa.Integer(), "people.id"), _must("area_code", CODE),
        _must("level", WORD),
        sa.UniqueConstraint("person_id", "area_code"),
        sa.Index("ix_admins_area_code", "area_code"),
    )  # fmt: skip


def _chats() -> None:
    op.create_table(
        "routes",
        _key("id", sa.Integer()), _must("person_id", sa.Integer(), "people.id"), _must("channel", sa.String(16)),
        _must("address", sa.String(80)), _must("position", sa.Integer()), _must("state", WORD),
        _may("reason", sa.String(200)), _may("proven_at", INSTANT),
        sa.UniqueConstraint("channel", "address"),
        sa.Index("ix_routes_person_id_state", "person_id", "state"),
    )  # fmt: skip
    op.create_table(
        "invitations",
        _key("code_hash", sa.String(64)), _must("person_id", sa.Integer(), "people.id"), _must("created_at", INSTANT),
        _must("expires_at", INSTANT), _may("used_at", INSTANT), _may("revoked_at", INSTANT),
        sa.Index("ix_invitations_person_id", "person_id"),
    )  # fmt: skip
    op.create_table(
        "dialogs",
        _key("person_id", sa.Integer(), "people.id"), _must("step", sa.String(40)), _must("memo", sa.JSON()),
        _must("expires_at", INSTANT),
        sa.Index("ix_dialogs_expires_at", "expires_at"),
    )  # fmt: skip
    op.create_table(
        "web_messages",
        _key("id", BIG_ID), _must("address", sa.String(80)), _must("key", sa.String(120)), _must("body", sa.JSON()),
        _may("replaces", BIG_ID), _must("at", INSTANT),
        sa.UniqueConstraint("key"),
        sa.Index("ix_web_messages_address_id", "address", "id"),
        sqlite_autoincrement=True,
    )  # fmt: skip


def _requests() -> None:
    op.create_table(
        "requests",
        _key("id", sa.Integer()), _must("token", sa.String(22)), _must("requester_id", sa.Integer(), "people.id"),
        _may("helped_name", sa.String(60)), _may("helped_phone", sa.String(30)),
        _may("household_id", sa.Integer(), "households.id"), _may("grid_id", sa.Integer(), "grids.id"),
        _may("lat", sa.Double()), _may("lon", sa.Double()), _may("k1", sa.Double()), _may("k2", sa.Double()),
        _may("k3", sa.Double()), _must("place", sa.String(120)), _must("address", sa.String(200)),
        _must("words", sa.Text()), _must("category", sa.String(40)), _may("skill", sa.String(40)),
        _must("urgency", WORD), _must("state", WORD), _must("ladder", sa.JSON()), _must("round", sa.Integer()),
        _must("rung", sa.Integer()), _must("repeats", sa.Integer()), _may("due_at", INSTANT), _may("due", WORD),
        _may("owner_id", sa.Integer(), "people.id"), _may("minutes", sa.Integer()), _must("disputes", sa.Integer()),
        _may("rating", sa.Integer()), _may("ending", WORD), _may("reason", sa.Text()), _must("opened_at", INSTANT),
        _must("heard_at", INSTANT), _may("accepted_at", INSTANT), _may("arrived_at", INSTANT),
        _may("done_at", INSTANT), _may("ended_at", INSTANT), *_placed(),
        sa.UniqueConstraint("token"),
        sa.Index("ix_requests_due", "due_at"),
        sa.Index("ix_requests_owner", "owner_id", "accepted_at"),
        sa.Index("ix_requests_requester", "requester_id", "state"),
        sa.Index("ix_requests_village", "village_code", "state"),
    )  # fmt: skip


def _offers() -> None:
    op.create_table(
        "offers",
        _key("id", sa.Integer()), _must("request_id", sa.Integer(), "requests.id"),
        _must("person_id", sa.Integer(), "people.id"), _must("round", sa.Integer()), _must("rung", sa.Integer()),
        _must("ask", WORD), _must("token", sa.String(22)), _may("metres", sa.Double()), _must("why", sa.String(40)),
        _must("asked_at", INSTANT), _may("sent_at", INSTANT), _may("answered_at", INSTANT), _must("answer", WORD),
        _may("reason", sa.String(40)), *_placed(),
        sa.UniqueConstraint("request_id", "person_id", "round", "rung"),
        sa.UniqueConstraint("token"),
        sa.Index("ix_offers_person", "person_id", "answer"),
    )  # fmt: skip
    op.create_table(
        "searches",
        _key("id", sa.Integer()), _must("request_id", sa.Integer(), "requests.id"), _must("round", sa.Integer()),
        _must("rung", sa.Integer()), _must("at", INSTANT), _must("pool", sa.JSON()), *_placed(),
        sa.Index("ix_searches_request_id", "request_id"),
    )  # fmt: skip
    op.create_table(
        "media",
        _key("id", sa.Integer()), _must("token", sa.String(22)), _must("kind", WORD), _must("channel", sa.String(16)),
        _may("file_ref", sa.String(200)), _must("mime", sa.String(60)), _may("content", sa.LargeBinary()),
        _must("created_at", INSTANT), *_placed(),
        sa.UniqueConstraint("token"),
    )  # fmt: skip
    op.create_table(
        "notes",
        _key("id", sa.Integer()), _must("request_id", sa.Integer(), "requests.id"),
        _may("person_id", sa.Integer(), "people.id"), _must("kind", WORD), _must("text", sa.Text()),
        _may("media_id", sa.Integer(), "media.id"), _may("lat", sa.Double()), _may("lon", sa.Double()),
        _may("said_ref", sa.String(120)), _must("at", INSTANT), *_placed(),
        sa.Index("ix_notes_request_id", "request_id"),
        sa.Index("ix_notes_said_ref", "said_ref"),
    )  # fmt: skip
    op.create_table(
        "audit",
        _key("id", sa.Integer()), _must("at", INSTANT), _may("actor_id", sa.Integer()),
        _must("action", sa.String(40)), _may("request_id", sa.Integer()), _may("person_id", sa.Integer()),
        _may("before", sa.String(24)), _may("after", sa.String(24)), _must("detail", sa.JSON()), *_placed(),
        sa.Index("ix_audit_request_id", "request_id"),
        sa.Index("ix_audit_village_code_at", "village_code", "at"),
    )  # fmt: skip


def _mail() -> None:
    op.create_table(
        "inbox",
        _key("id", BIG_ID), _must("channel", sa.String(16)), _must("key", sa.String(120)),
        _must("sender", sa.String(100)), _must("payload", sa.JSON()), _must("received_at", INSTANT),
        _must("state", WORD), _must("attempts", sa.Integer()), _may("retry_at", INSTANT), _may("error", sa.Text()),
        _may("done_at", INSTANT),
        sa.UniqueConstraint("channel", "key"),
        sa.Index("ix_inbox_new", "sender", "id", **_where("state = 'new'")),
        sa.Index("ix_inbox_queue", "id", **_where("state = 'new'")),
    )  # fmt: skip
    op.create_table(
        "outbox",
        _key("id", BIG_ID), _must("key", sa.String(120)), _must("lane", sa.Integer()),
        _must("person_id", sa.Integer(), "people.id"), _may("request_id", sa.Integer()),
        _may("offer_token", sa.String(22)), _must("message", sa.JSON()), _must("state", WORD),
        _must("created_at", INSTANT), _must("send_at", INSTANT), _must("attempts", sa.Integer()),
        _may("lease_epoch", sa.Integer()), _may("sent_at", INSTANT), _may("error", sa.Text()), *_placed(),
        sa.UniqueConstraint("key"),
        sa.Index("ix_outbox_offer_token", "offer_token"),
        sa.Index("ix_outbox_queue", "lane", "id", **_where("state IN ('pending', 'in_doubt')")),
        sa.Index("ix_outbox_sending", "id", **_where("state = 'sending'")),
    )  # fmt: skip
    op.create_table(
        "cards",
        _key("id", sa.Integer()), _must("request_id", sa.Integer(), "requests.id"),
        _must("person_id", sa.Integer(), "people.id"), _must("part", sa.String(8)), _must("channel", sa.String(16)),
        _must("address", sa.String(80)), _must("message_ref", sa.String(40)),
        sa.UniqueConstraint("request_id", "person_id", "part"),
    )  # fmt: skip


def _running() -> None:
    op.create_table(
        "leases",
        _key("name", sa.String(40)), _must("holder", sa.String(60)), _must("epoch", sa.Integer()),
        _must("until", INSTANT),
    )  # fmt: skip
    op.create_table(
        "marks",
        _key("name", sa.String(60)), _must("value", sa.String(200)), _must("at", INSTANT),
    )  # fmt: skip
