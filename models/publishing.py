"""What is published in an area, and what people object to it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, WordOf, partial
from models.habits import PublicationKind
from models.places import Code, Placed
from models.words import Level


class Publication(Placed, Base):
    """Something that everybody of an area can look at, and object to while there is time."""

    __tablename__ = "publications"
    __table_args__ = (
        UniqueConstraint("kind", "about"),
        Index(None, "area_code", "id"),
        partial("ix_publications_open", "objections_until", where="closed_at IS NULL"),
        partial("ix_publications_telling", "id", where="told_to IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)  # What people type in /object.
    kind: Mapped[PublicationKind] = mapped_column(WordOf(PublicationKind))
    area_code: Mapped[str] = mapped_column(Code)  # The narrowest of its codes.
    about: Mapped[str] = mapped_column(String(60))  # What it is of, as in "130227100200:2026-03"; published once.
    title: Mapped[Any] = mapped_column(JSON)  # A text by key and parameters; people stand in it by number.
    body: Mapped[Any] = mapped_column(JSON)  # Such texts, a line each.
    published_at: Mapped[datetime] = mapped_column(Instant)
    objections_until: Mapped[datetime | None] = mapped_column(Instant)  # None: nobody is asked to object.
    closed_at: Mapped[datetime | None] = mapped_column(Instant)  # The time is over and every objection has its answer.
    told_to: Mapped[int | None]  # While it is told to its residents: the last person's number. None: not, or all are.


class Objection(Placed, Base):
    """One person's word against something published. The answer is published with it; who objected is not."""

    __tablename__ = "objections"
    __table_args__ = (
        Index(None, "publication_id"),
        Index(None, "person_id"),
        partial("ix_objections_due", "due_at", where="answered_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(22), unique=True)  # 128 bits in its buttons.
    publication_id: Mapped[int] = mapped_column(ForeignKey("publications.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
    level: Mapped[Level] = mapped_column(WordOf(Level))  # Who is to answer it.
    due_at: Mapped[datetime | None] = mapped_column(Instant)  # Without an answer it goes to the next level then.
    answer: Mapped[str | None] = mapped_column(Text)
    upheld: Mapped[bool | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
