"""Orders charts and monthly reports. They are made beside the service (`bot.reports.making`), which waits for none."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, delete, exists, insert, select, update

from dispatch import areas, marks
from dispatch.figures import area
from dispatch.figures.area import Place
from dispatch.figures.months import Month, complete
from dispatch.work import Work
from models.habits import OrderKind
from models.places import Area
from models.reports import Order
from models.words import Level

AGAIN = timedelta(minutes=10)  # So long whoever makes it has for it; then another tries.
TRIES = 3
REPORTED = "reported"  # Mark: the last month for which reports were ordered.


class Ordered(NamedTuple):
    """An order that is ours to make; the fields are the table's columns, in its words."""

    id: int
    kind: OrderKind
    area_code: str
    month: str
    person_id: int | None
    tries: int


_ORDERS = select(*(Order.__table__.c[name] for name in Ordered._fields))


def order(work: Work, kind: OrderKind, place: Place, month: Month, person_id: int | None = None) -> None:
    """Have it made; `person_id` gets it, or else every admin of the area."""
    codes: Mapping[str, str | None] = {name: getattr(place, name) for name in areas.CODES.values()}
    row = {"kind": kind, "area_code": place.code, "month": month.name, "person_id": person_id, **codes}
    work.conn.execute(insert(Order), [{**row, "ordered_at": work.now, "due_at": work.now, "tries": 0}])


def monthly(work: Work) -> None:
    """A report for each township, once the month is over and settled. The first month seen is not reported."""
    month = complete(work.rules, work.now)
    known = marks.get(work.conn, REPORTED)
    if known is not None and known[0] >= month.name:
        return
    marks.put(work.conn, REPORTED, month.name, work.now)
    if known is None:
        return
    for code in work.conn.scalars(select(Area.code).where(Area.level == Level.TOWNSHIP).order_by(Area.code)).all():
        place = area.by_code(work.conn, code)
        if place is not None:
            order(work, OrderKind.REPORT, place, month)


def waits(conn: Connection, now: datetime) -> bool:
    """Whether an order is due: a look without a lock, since mostly there is none."""
    return bool(conn.scalar(select(exists().where(Order.due_at <= now))))


def take(work: Work) -> Ordered | None:
    """The next order that is due, put off for everybody else. One that was tried too often is gone."""
    work.conn.execute(delete(Order).where(Order.due_at <= work.now, Order.tries >= TRIES))
    due = _ORDERS.where(Order.due_at <= work.now).order_by(Order.due_at, Order.id).limit(1)
    row = work.conn.execute(due.with_for_update(skip_locked=True)).one_or_none()
    if row is None:
        return None
    put_off = {"due_at": work.now + AGAIN, "tries": row.tries + 1}
    work.conn.execute(update(Order).where(Order.id == row.id).values(**put_off))
    return Ordered(*row)


def done(work: Work, ordered: Ordered) -> bool:
    """Take the order off; False: somebody else has done so meanwhile, and sent it."""
    gone = delete(Order).where(Order.id == ordered.id)
    return work.conn.execute(gone, execution_options={"preserve_rowcount": True}).rowcount == 1
