"""Home visits: who called at which household, how it went, what was said at each of its four steps."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, WordOf, partial
from models.habits import VisitKind, VisitStep
from models.places import Placed


class Visit(Placed, Base):
    """One call at one household. The row itself holds how far it has come, so that a break loses nothing."""

    __tablename__ = "visits"
    __table_args__ = (
        Index("ix_visits_counting", "household_id", "counts", "at"),  # The latest that counts: one look each.
        Index("ix_visits_month", "village_code", "at"),
        partial("ix_visits_open", "person_id", where="ended_at IS NULL"),
        partial("ix_visits_on_paper", "village_code", where="typed_by IS NOT NULL AND checked_by IS NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(22), unique=True)  # 128 bits in its buttons.
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))  # The steward who called.
    at: Mapped[datetime] = mapped_column(Instant)  # When it was begun; from paper: noon of the day written there.
    kind: Mapped[VisitKind] = mapped_column(WordOf(VisitKind), default=VisitKind.IN_PERSON)
    step: Mapped[VisitStep | None] = mapped_column(WordOf(VisitStep))  # What is asked next; none: it has ended.
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    counts: Mapped[bool] = mapped_column(default=False)  # Towards what is due; written by `dispatch.visits` alone.
    request_id: Mapped[int | None] = mapped_column(ForeignKey("requests.id"))  # What was not solved on the spot.
    typed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # Who typed it in, when it was on paper.
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # Who compared that with the paper.
    objected_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # Of the household: it was not so.
    objected_at: Mapped[datetime | None] = mapped_column(Instant)
    upheld: Mapped[bool | None]  # What the branch says of the objection; none: nothing yet.


class VisitNote(Placed, Base):
    """One thing that was written, said or shown at a step of a visit."""

    __tablename__ = "visit_notes"
    __table_args__ = (
        Index(None, "visit_id"),
        partial("ix_visit_notes_media", "media_id", where="media_id IS NOT NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id"))
    step: Mapped[VisitStep] = mapped_column(WordOf(VisitStep))
    text: Mapped[str] = mapped_column(Text, default="")
    media_id: Mapped[int | None] = mapped_column(ForeignKey("media.id"))
    at: Mapped[datetime] = mapped_column(Instant)
