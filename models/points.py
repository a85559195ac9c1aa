"""Points beside their ledger: entries by hand that wait for a second name, and the months that were published."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, WordOf, partial
from models.habits import HandState
from models.places import Code, Placed


class HandEntry(Placed, Base):
    """What one admin wants to enter by hand. It becomes an entry of the ledger when a second one agrees in time."""

    __tablename__ = "hand_entries"
    __table_args__ = (
        partial("ix_hand_entries_waiting", "expires_at", where="state = 'waiting'"),
        Index(None, "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(22), unique=True)  # 128 bits in its buttons.
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    points: Mapped[int]
    note_id: Mapped[int] = mapped_column(ForeignKey("entry_notes.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[HandState] = mapped_column(WordOf(HandState), default=HandState.WAITING)
    second_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # Who agreed, or did not.
    decided_at: Mapped[datetime | None] = mapped_column(Instant)


class PointMonth(Placed, Base):
    """A month of one chain that was published; without a row it is a draft. Closed when the objections are over."""

    __tablename__ = "point_months"
    __table_args__ = (partial("ix_point_months_open", "publication_id", where="closed_at IS NULL"),)

    area_code: Mapped[str] = mapped_column(Code, primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    publication_id: Mapped[int] = mapped_column(ForeignKey("publications.id"))
    number: Mapped[int]  # Of the last entry of the chain when it was published, and that entry's hash:
    hash: Mapped[str] = mapped_column(String(64))  # both are told, so a chain that was made anew gives itself away.
    published_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
