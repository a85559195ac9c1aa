"""Income mentoring (1+5): a leader takes villagers along, what was done for them, and who found work when and where."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, WordOf, partial
from models.habits import PairState
from models.places import Placed


class IncomeLeader(Placed, Base):
    """Somebody who knows how to earn, and shows others."""

    __tablename__ = "income_leaders"
    __table_args__ = (Index(None, "village_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), unique=True)
    field: Mapped[str] = mapped_column(String(60), default="")  # What they live by: mushrooms, chestnuts.
    since: Mapped[datetime] = mapped_column(Instant)
    left_at: Mapped[datetime | None] = mapped_column(Instant)  # Leads no more; the row stays for what names it.


class Pair(Placed, Base):
    """A leader and one of their villagers. A pair that has ended stays, with all that was done in it."""

    __tablename__ = "mentor_pairs"
    __table_args__ = (
        # Nobody is asked by two, or belongs to two, at the same time.
        partial("ix_mentor_pairs_now", "person_id", unique=True, where="state IN ('asked', 'active')"),
        Index(None, "person_id"),
        Index(None, "leader_id", "state"),
        Index(None, "village_code", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(22), unique=True)  # 128 bits in its buttons.
    leader_id: Mapped[int] = mapped_column(ForeignKey("income_leaders.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    state: Mapped[PairState] = mapped_column(WordOf(PairState), default=PairState.ASKED)
    asked_at: Mapped[datetime] = mapped_column(Instant)
    agreed_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)  # Also when it was refused.


class MentorDeed(Placed, Base):
    """One thing that a leader did for one of theirs, in words."""

    __tablename__ = "mentor_deeds"
    __table_args__ = (Index(None, "pair_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("mentor_pairs.id"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)


class JobFound(Placed, Base):
    """Work that a villager found through their leader: since when, and where."""

    __tablename__ = "jobs_found"
    __table_args__ = (Index(None, "pair_id"), Index(None, "village_code"))

    id: Mapped[int] = mapped_column(primary_key=True)
    pair_id: Mapped[int] = mapped_column(ForeignKey("mentor_pairs.id"))
    work: Mapped[str] = mapped_column(String(60))  # What and where, in words.
    since: Mapped[date]  # In the county's time zone.
    at: Mapped[datetime] = mapped_column(Instant)  # When it was written down.
