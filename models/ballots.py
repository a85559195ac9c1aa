"""Secret ballots. Who voted is one row; what was voted is only a number beside each choice, so that nothing ties them.

No row here has the time of a vote, and every vote writes all choices of its ballot at once: neither the order of rows,
nor their age, nor their transaction says which number a voter raised.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, WordOf
from models.habits import TieRule
from models.places import Placed


class Ballot(Placed, Base):
    """One question to the residents of a village, with the rules that it began with."""

    __tablename__ = "ballots"
    __table_args__ = (CheckConstraint("voted >= 0", name="ck_ballots_voted"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(String(22), unique=True)  # 128 bits in its buttons.
    opened_at: Mapped[datetime] = mapped_column(Instant)
    closes_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    entitled: Mapped[int]  # How many could vote when it was opened.
    quorum: Mapped[int]  # So many votes it takes to be valid.
    tie: Mapped[TieRule] = mapped_column(WordOf(TieRule))
    voted: Mapped[int] = mapped_column(default=0)  # The sum of the choices' votes; stays when the voters' rows go.


class BallotChoice(Placed, Base):
    """What can be voted for. Whoever opened the ballot knows whom or what it stands for; here it is only a place."""

    __tablename__ = "ballot_choices"
    __table_args__ = (
        UniqueConstraint("ballot_id", "place"),
        CheckConstraint("votes >= 0", name="ck_ballot_choices_votes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id"))
    token: Mapped[str] = mapped_column(String(22), unique=True)  # 128 bits in its button.
    place: Mapped[int]  # From 1 as on the paper, in the order of nomination; 0: none of those above.
    votes: Mapped[int] = mapped_column(default=0)
    withdrawn: Mapped[bool] = mapped_column(default=False)  # Its votes stay counted, and it cannot win.


class BallotVoter(Placed, Base):
    """Who has voted. On SQLite the rows lie in the order of their key rather than in that of voting."""

    __tablename__ = "ballot_voters"
    __table_args__ = (Index(None, "person_id"), {"sqlite_with_rowid": False})

    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
