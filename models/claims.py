"""Who wants in by a contact card: chats that wait for a word of somebody who knows them, and codes that were wrong."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, WordOf
from models.mail import BigId
from models.places import Placed
from models.words import ClaimState


class Claim(Placed, Base):
    """A chat that showed a contact card, and what became of it."""

    __tablename__ = "claims"
    __table_args__ = (
        Index(None, "speaker_id"),
        Index(None, "household_id"),
        Index(None, "code_hash"),
        Index(None, "state", "asked_at"),
    )

    token: Mapped[str] = mapped_column(String(22), primary_key=True)  # In the buttons of whoever confirms it.
    code_hash: Mapped[str] = mapped_column(ForeignKey("invitations.code_hash"))
    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"))
    speaker_id: Mapped[int] = mapped_column(ForeignKey("people.id"))  # Who the chat was when it showed the card.
    channel: Mapped[str] = mapped_column(String(16))
    address: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(60))  # As the person calls themselves, for whoever confirms.
    state: Mapped[ClaimState] = mapped_column(WordOf(ClaimState))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    branch_asked: Mapped[bool]  # The steward cannot be reached or did not answer: the branch was asked as well.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # Who the chat became.
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # None: a phone number that matched.
    answered_at: Mapped[datetime | None] = mapped_column(Instant)


class CodeTry(Placed, Base):
    """A code that was wrong. They are counted for a while, so that nobody guesses; then the row goes."""

    __tablename__ = "code_tries"
    __table_args__ = (Index(None, "channel", "at"), Index(None, "person_id", "at"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime] = mapped_column(Instant)
