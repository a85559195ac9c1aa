"""What remains of somebody who asked to be erased: enough to erase them again from an older backup, no word more."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant


class Tombstone(Base):
    """A person who asked to be erased. It outlives every restore and is replayed on whatever an older backup brings."""

    __tablename__ = "tombstones"

    person_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    born_at: Mapped[datetime] = mapped_column(Instant)  # The person's `created_at`: a number alone may be given again.
    asked_at: Mapped[datetime] = mapped_column(Instant)
    done_at: Mapped[datetime | None] = mapped_column(Instant)  # None: the goodbye is still on its way.
    salt: Mapped[str] = mapped_column(String(32))  # Of the prints; the same in all rows of a store.
    prints: Mapped[Any] = mapped_column(JSON, default=list)  # By which a roster is kept from bringing the person back.
