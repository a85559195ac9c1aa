"""What is to be made beside the service: charts and monthly reports, one row each until they are sent."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, WordOf
from models.habits import OrderKind
from models.places import Code, Placed


class Order(Placed, Base):
    """Something ordered. Whoever makes it puts `due_at` off first, so that nobody else does the same meanwhile."""

    __tablename__ = "orders"
    __table_args__ = (Index(None, "due_at"), Index(None, "person_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[OrderKind] = mapped_column(WordOf(OrderKind))
    area_code: Mapped[str] = mapped_column(Code)
    month: Mapped[str] = mapped_column(String(7))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))  # Who gets it; none: the area's admins.
    ordered_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    tries: Mapped[int] = mapped_column(default=0)
