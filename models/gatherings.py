"""What a village does together: a gathering, the sessions of its programme, and each person's seat at it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, WordOf, partial
from models.habits import Errand, GatheringKind, Reply, SessionKind, Standing
from models.places import Placed


class Gathering(Placed, Base):
    """A day on which a village, or one group of its volunteers, comes together."""

    __tablename__ = "gatherings"
    __table_args__ = (
        UniqueConstraint("village_code", "series"),  # Whoever plans it, a month has one theme day.
        Index(None, "due_at"),
        Index(None, "village_code", "begins_at"),
        partial("ix_gatherings_remembered", "begins_at", where="forgotten_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)  # The number by which people name it: /join 12.
    token: Mapped[str] = mapped_column(String(22), unique=True)
    kind: Mapped[GatheringKind] = mapped_column(WordOf(GatheringKind))
    series: Mapped[str | None] = mapped_column(
        String(16)
    )  # "theme:2026-04", "list:…" for a row of a list; none: as many as there are.
    activity: Mapped[str] = mapped_column(String(60), default="")  # Of a service day: its name in the config, or words.
    group_id: Mapped[int | None] = mapped_column(ForeignKey("volunteer_groups.id"))  # None: everyone of the village.
    begins_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)  # As planned.
    place: Mapped[str] = mapped_column(String(120))
    needed: Mapped[int | None]  # So many people; whoever says yes after them waits. None: everyone is welcome.
    safety: Mapped[str] = mapped_column(Text, default="")  # What to look out for; stands in each invitation.
    standing: Mapped[Standing] = mapped_column(WordOf(Standing), default=Standing.PLANNED)
    code: Mapped[str | None] = mapped_column(String(6))  # Shown on the spot while it is open.
    moves: Mapped[int] = mapped_column(default=0)  # How often it was put on another time: each is told once.
    due: Mapped[Errand | None] = mapped_column(WordOf(Errand))
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    planned_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # None: the calendar.
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    forgotten_at: Mapped[datetime | None] = mapped_column(Instant)  # Reasons and material are erased; figures stay.


class Session(Placed, Base):
    """Five minutes of a theme day: who speaks about what, and what can be read afterwards."""

    __tablename__ = "sessions"
    __table_args__ = (
        UniqueConstraint("gathering_id", "kind"),
        Index(None, "speaker_id"),
        partial("ix_sessions_media", "media_id", where="media_id IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gatherings.id"))
    kind: Mapped[SessionKind] = mapped_column(WordOf(SessionKind))
    title: Mapped[str] = mapped_column(String(120), default="")
    speaker_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    material: Mapped[str] = mapped_column(Text, default="")
    media_id: Mapped[int | None] = mapped_column(ForeignKey("media.id"))  # A photo, recording or file to the material.
    written_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # Whose words title and material are.


class Seat(Placed, Base):
    """One person at one gathering: asked, answered, there, read."""

    __tablename__ = "seats"
    __table_args__ = (
        UniqueConstraint("gathering_id", "person_id"),
        Index(None, "person_id"),
        Index(None, "village_code", "came_at"),
        partial("ix_seats_on_paper", "village_code", where="typed_by IS NOT NULL AND checked_by IS NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(22), unique=True)
    gathering_id: Mapped[int] = mapped_column(ForeignKey("gatherings.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    invited_at: Mapped[datetime | None] = mapped_column(Instant)  # None: came in by /join, or was simply there.
    reply: Mapped[Reply | None] = mapped_column(WordOf(Reply))
    replied_at: Mapped[datetime | None] = mapped_column(Instant)  # The order in which those who wait move up.
    reason: Mapped[str] = mapped_column(String(200), default="")  # Why somebody cannot come, if they say so.
    came_at: Mapped[datetime | None] = mapped_column(Instant)
    came_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # Who entered it: they themselves, or another.
    went_at: Mapped[datetime | None] = mapped_column(Instant)
    went_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    stayed: Mapped[
        int | None
    ]  # Minutes from coming to leaving, settled when the gathering is closed. None: was not there.
    typed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # Who typed it in from a paper list.
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # Who compared that with the paper.
    read_at: Mapped[datetime | None] = mapped_column(Instant)  # Says to have read the material.
