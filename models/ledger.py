"""The ledger of points: one chain of entries a village, each sealed with a hash over itself and the one before."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, WordOf
from models.habits import Cut, Deed
from models.mail import BigId
from models.places import Code, Placed


class Chain(Placed, Base):
    """The end of an area's chain. Whoever writes an entry locks this row: villages do not wait for each other."""

    __tablename__ = "chains"

    area_code: Mapped[str] = mapped_column(Code, primary_key=True)  # A village's; of whoever has none, the next above.
    number: Mapped[int]  # Of the last entry; 0 before the first.
    hash: Mapped[str] = mapped_column(String(64))  # Of the last entry; empty before the first.
    month: Mapped[str] = mapped_column(String(7))  # As in 2026-03: earlier months are published, and take no new entry.


class PointEntry(Placed, Base):
    """Points earned or taken back. Never changed and never deleted: a mistake is reversed by a further entry.

    Everything is under the hash but the row's own number, the wider codes, and `note_id`.
    """

    __tablename__ = "point_entries"
    __table_args__ = (
        UniqueConstraint("area_code", "number"),
        UniqueConstraint("about", "person_id", "deed", "turn"),
        Index(None, "area_code", "month", "person_id"),
        Index(None, "person_id", "day"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    area_code: Mapped[str] = mapped_column(Code)
    number: Mapped[int]  # In its chain, from 1, without a gap.
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    deed: Mapped[Deed] = mapped_column(WordOf(Deed))
    about: Mapped[str] = mapped_column(String(60))  # What ended, as in "request:17". The same earns once.
    turn: Mapped[int]  # Of the entries about the same: 0 earned, 1 taken back, 2 earned again, and so on.
    amount: Mapped[int]  # How many times over, such as hours.
    points: Mapped[int]  # Less than nothing where they are taken back.
    cut: Mapped[Cut | None] = mapped_column(WordOf(Cut))
    at: Mapped[datetime] = mapped_column(Instant)  # When the deed ended.
    day: Mapped[date]  # The day of that on the county's calendar; caps are counted by it.
    month: Mapped[str] = mapped_column(String(7))  # To which it counts.
    made_at: Mapped[datetime] = mapped_column(Instant)
    giver_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # On whose word it rests, if on anybody's.
    second_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # Who seconded an entry by hand.
    flagged: Mapped[bool]  # To oneself, or back and forth between two.
    reverses_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("point_entries.id"))
    note_id: Mapped[int | None] = mapped_column(ForeignKey("entry_notes.id"))
    note_hash: Mapped[str | None] = mapped_column(String(64))  # Of the note's salt and words.
    previous: Mapped[str] = mapped_column(String(64))  # The hash of the entry before.
    hash: Mapped[str] = mapped_column(String(64))


class EntryNote(Placed, Base):
    """Why an entry was made by hand or reversed. Without its salt nobody can try words against the entry's hash."""

    __tablename__ = "entry_notes"
    __table_args__ = (Index(None, "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))  # Who wrote it.
    salt: Mapped[str] = mapped_column(String(22))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
