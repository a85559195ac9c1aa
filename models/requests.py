"""What is asked and what became of it: requests, offers, searches, the timeline, and the audit trail."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, String, Text, UniqueConstraint, false, literal_column
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, Shared, WordOf, partial
from models.places import Placed
from models.words import Answer, Ask, Due, Ending, MediaKind, NoteKind, State, Urgency


class Request(Placed, Base):
    """One need of one household, from the first word to the end. Its state is written by `dispatch.lifecycle` alone."""

    __tablename__ = "requests"
    __table_args__ = (
        Index("ix_requests_due", "due_at", "village_code"),  # As a sweep takes them: what it writes lies together.
        Index("ix_requests_requester", "requester_id", "state"),
        Index("ix_requests_owner", "owner_id", "accepted_at"),
        Index("ix_requests_village", "village_code", "state"),
        partial("ix_requests_ended", "village_code", "ended_at", where="ended_at IS NOT NULL"),
        partial("ix_requests_open", "opened_at", where="ended_at IS NULL"),
        partial("ix_requests_kept", "ended_at", where="forgotten_at IS NULL"),
        Index(None, "leader_id"),
        Index(None, "guardian_id"),
        partial("ix_requests_drill", "village_code", unique=True, where="drill AND ended_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(22), unique=True)  # 128 bits in the requester's buttons.
    requester_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    guardian_id: Mapped[int | None]  # Who looks after the one who is helped, and so hears and answers besides.
    helped_name: Mapped[str | None] = mapped_column(String(60))  # Who is helped, when it is not the requester.
    helped_phone: Mapped[str | None] = mapped_column(String(30))
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grids.id"))
    lat: Mapped[float | None]  # WGS-84 degrees of where help is needed.
    lon: Mapped[float | None]
    k1: Mapped[float | None]  # Coefficients of `dispatch.geo.Ranking` at that point, so that SQL ranks many at once.
    k2: Mapped[float | None]
    k3: Mapped[float | None]
    place: Mapped[str] = mapped_column(String(120), default="")  # Coarse: village and grid. May be pushed to chats.
    address: Mapped[str] = mapped_column(String(200), default="")  # Exact. Shown to the owner, on demand.
    words: Mapped[str] = mapped_column(Text)  # The first message; what follows is on the timeline.
    category: Mapped[str] = mapped_column(String(40))
    skill: Mapped[str | None] = mapped_column(String(40))
    matter: Mapped[str | None] = mapped_column(String(40))  # What strikes many at once (a power cut), by its name.
    hands: Mapped[int] = mapped_column(default=1, server_default="1")  # How many are to come: one, or two.
    wanted_at: Mapped[datetime | None] = mapped_column(Instant)  # When they are to come; none: as soon as can be.
    drill: Mapped[bool] = mapped_column(default=False, server_default=false())  # A practice: nobody needs anything.
    urgency: Mapped[Urgency] = mapped_column(WordOf(Urgency))

    state: Mapped[State] = mapped_column(WordOf(State))
    ladder: Mapped[Any] = mapped_column(Shared)  # Snapshot: a running request keeps the ladder it began with.
    round: Mapped[int] = mapped_column(default=0)  # Goes up each time the request returns to the circle.
    rung: Mapped[int] = mapped_column(default=0)  # Index into the ladder.
    repeats: Mapped[int] = mapped_column(default=0)  # How often the last rung was asked again.
    due_at: Mapped[datetime | None] = mapped_column(Instant)  # Every open request has one: the clock is a column.
    due: Mapped[Due | None] = mapped_column(WordOf(Due))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    minutes: Mapped[int | None]  # How long the owner was estimated to be on the way when they accepted.
    disputes: Mapped[int] = mapped_column(default=0)
    rating: Mapped[int | None]
    ending: Mapped[Ending | None] = mapped_column(WordOf(Ending))
    reason: Mapped[str | None] = mapped_column(Text)  # Why, in the words of whoever ended another's request.
    like_id: Mapped[int | None]  # The request that its requester was asked about: "the same?". It is asked once.
    leader_id: Mapped[int | None]  # Whose end this requester hears.
    followers: Mapped[int] = mapped_column(default=0)  # How many other people's reports this request stands for.

    opened_at: Mapped[datetime] = mapped_column(Instant)
    heard_at: Mapped[datetime] = mapped_column(Instant)  # Last words added by the requester.
    accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    arrived_at: Mapped[datetime | None] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    forgotten_at: Mapped[datetime | None] = mapped_column(Instant)  # When its words and people's places were taken out.


class Offer(Placed, Base):
    """One person asked to take one request: who, on which rung, how far, why, and what came of it."""

    __tablename__ = "offers"
    __table_args__ = (
        UniqueConstraint("request_id", "person_id", "round", "rung"),
        Index("ix_offers_person", "person_id", "answer"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    round: Mapped[int]
    rung: Mapped[int]
    ask: Mapped[Ask] = mapped_column(WordOf(Ask))
    token: Mapped[str] = mapped_column(String(22), unique=True)  # 128 bits in its buttons; never a request id.
    metres: Mapped[float | None]  # Straight line from the person to the place on WGS-84; none for offices.
    why: Mapped[str] = mapped_column(String(40))  # Key of the sentence that answers "why me?".
    asked_at: Mapped[datetime] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answer: Mapped[Answer] = mapped_column(WordOf(Answer), default=Answer.OPEN)
    reason: Mapped[str | None] = mapped_column(String(40))


class Search(Placed, Base):
    """One look through a rung: everyone considered, with distance in metres and the reason they were passed over."""

    __tablename__ = "searches"
    __table_args__ = (Index(None, "request_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"))
    round: Mapped[int]
    rung: Mapped[int]
    at: Mapped[datetime] = mapped_column(Instant)
    # [[person_id, metres or null, Skip], ...] nearest first; then of the others [null, null, Skip, how many].
    pool: Mapped[Any] = mapped_column(JSON)


class Media(Placed, Base):
    """A photo, voice or video that a person sent; its content is fetched from the channel when it is first needed."""

    __tablename__ = "media"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(22), unique=True)  # Its address in the web chat.
    kind: Mapped[MediaKind] = mapped_column(WordOf(MediaKind))
    channel: Mapped[str] = mapped_column(String(16))
    file_ref: Mapped[str | None] = mapped_column(String(200))  # How its channel calls it (Telegram's file_id).
    mime: Mapped[str] = mapped_column(String(60), default="application/octet-stream")
    content: Mapped[bytes | None]
    created_at: Mapped[datetime] = mapped_column(Instant)


class Note(Placed, Base):
    """A line of a request's timeline: what was said, added, edited or sent, by whom and when."""

    __tablename__ = "notes"
    __table_args__ = (
        Index(None, "request_id"),
        Index(None, "said_ref"),
        partial("ix_notes_media", "media_id", where="media_id IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(ForeignKey("requests.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[NoteKind] = mapped_column(WordOf(NoteKind))
    text: Mapped[str] = mapped_column(Text, default="")
    media_id: Mapped[int | None] = mapped_column(ForeignKey("media.id"))
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    said_ref: Mapped[str | None] = mapped_column(String(120))  # channel:chat:message, to find it when it is edited.
    at: Mapped[datetime] = mapped_column(Instant)


_DUTY = "action IN ('duty_on', 'duty_off')"


class Audit(Placed, Base):
    """Who did what to whom, when. Append-only; every change of a request's state leaves one row."""

    __tablename__ = "audit"
    __table_args__ = (
        Index(None, "request_id"),
        Index(None, "village_code", "at"),
        partial("ix_audit_duty", "at", where=_DUTY),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[int | None]  # None: the clock.
    action: Mapped[str] = mapped_column(String(40))
    request_id: Mapped[int | None]
    person_id: Mapped[int | None]  # Whom it concerns, where that is not the actor.
    before: Mapped[str | None] = mapped_column(String(24))
    after: Mapped[str | None] = mapped_column(String(24))
    detail: Mapped[Any] = mapped_column(JSON, default=dict)


IS_DUTY: ColumnElement[bool] = literal_column(f"audit.{_DUTY}")
"""Somebody went on duty or off it. Written out, so that an engine sees that the index of these suffices."""
