"""Awards: a round of a village for one kind of honour, and who was nominated in it, by whom, and whether they agree."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, WordOf, partial
from models.habits import AwardEnding, Consent
from models.places import Placed


class AwardRound(Placed, Base):
    """From the first nomination to the result. The ballot is there once the time of nominations is over."""

    __tablename__ = "award_rounds"
    __table_args__ = (
        partial("ix_award_rounds_open", "village_code", where="ended_at IS NULL"),
        Index(None, "village_code", "id"),
        Index(None, "ballot_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(22), unique=True)  # 128 bits in its buttons.
    kind: Mapped[str] = mapped_column(String(40))  # The name of one of the kinds in the config.
    opened_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    nominate_until: Mapped[datetime] = mapped_column(Instant)
    ballot_id: Mapped[int | None] = mapped_column(ForeignKey("ballots.id"))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ending: Mapped[AwardEnding | None] = mapped_column(WordOf(AwardEnding))


class Nomination(Placed, Base):
    """One person named for an honour. Nobody but the two hears of it before the person agrees."""

    __tablename__ = "nominations"
    __table_args__ = (
        UniqueConstraint("round_id", "person_id"),
        Index(None, "person_id"),
        Index(None, "nominated_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(22), unique=True)  # 128 bits in its buttons.
    round_id: Mapped[int] = mapped_column(ForeignKey("award_rounds.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    nominated_by: Mapped[int] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
    consent: Mapped[Consent] = mapped_column(WordOf(Consent), default=Consent.ASKED)
    seconded_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    choice_id: Mapped[int | None] = mapped_column(ForeignKey("ballot_choices.id"))  # Its place on the ballot.
    won: Mapped[bool] = mapped_column(default=False)
