"""Who looks after a frail person's requests: one person named by the branch, with the word of both sides."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, partial
from models.places import Placed


class Guardianship(Placed, Base):
    """One person looks after another's requests. It holds once both have said yes, and until one of them ends it."""

    __tablename__ = "guardianships"
    __table_args__ = (
        partial("ix_guardianships_ward", "ward_id", unique=True, where="ended_at IS NULL"),
        Index(None, "guardian_id"),
    )

    token: Mapped[str] = mapped_column(String(22), primary_key=True)  # In the buttons of all who have a say in it.
    ward_id: Mapped[int] = mapped_column(ForeignKey("people.id"))  # Who is looked after.
    guardian_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    named_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # None: the roster.
    asked_at: Mapped[datetime] = mapped_column(Instant)
    agreed_at: Mapped[datetime | None] = mapped_column(Instant)  # The guardian said yes.
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)  # The ward did, or who speaks for them.
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
