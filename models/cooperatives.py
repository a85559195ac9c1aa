"""The cooperatives of a village, and who has joined them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant
from models.places import Placed


class Cooperative(Placed, Base):
    """A village's cooperative; its name is unique there."""

    __tablename__ = "cooperatives"
    __table_args__ = (UniqueConstraint("village_code", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))


class Member(Placed, Base):
    """Somebody who has joined a cooperative."""

    __tablename__ = "cooperative_members"
    __table_args__ = (Index(None, "person_id"), Index(None, "village_code"))

    cooperative_id: Mapped[int] = mapped_column(ForeignKey("cooperatives.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, autoincrement=False)
    since: Mapped[datetime] = mapped_column(Instant)
