"""One figure as a description: what is counted by village, and the very rows behind it. Both share their conditions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, String, bindparam, func, select

from dispatch.among import among

SINCE: BindParameter[Any] = bindparam("since")
UNTIL: BindParameter[Any] = bindparam("until")
MONTH: BindParameter[Any] = bindparam("month")


@dataclass(frozen=True, slots=True)
class Figure:
    """A count by village. `monthly`: of a month; else of today, since nobody wrote down how it was.

    Both statements take `villages`, and what `counting.bound` gives for a month. `sums` names the column of the
    rows that is summed up; without it the rows themselves are counted.
    """

    key: str
    counted: Select[Any]  # Village, count.
    rows: Select[Any]
    monthly: bool
    sums: str | None = None


def figure(
    key: str,
    table: Any,
    columns: Sequence[Any],
    *where: Any,
    joins: Iterable[tuple[Any, Any]] = (),
    village: Any = None,
    month: Any = None,
    once: Any = None,
    sums: Any = None,
) -> Figure:
    """A figure over the rows of a table within villages.

    `columns` are shown when it is opened, under their names; `month` is the column whose time has to lie in the month,
    or that names the month.
    `once`: whoever stands in several rows counts once, by this column. `sums`: the column that is summed up.
    """
    here = table.village_code if village is None else village
    conditions = [among(here, "villages"), *where]
    if month is not None:
        conditions += _within(month)
    what = func.sum(sums) if sums is not None else func.count() if once is None else func.count(func.distinct(once))
    counted, rows = select(here, what).select_from(table), select(here.label("village"), *columns).select_from(table)
    for other, on in joins:
        counted, rows = counted.join(other, on), rows.join(other, on)
    rows = rows.where(*conditions).order_by(here)
    if once is not None:
        rows = rows.add_columns(once.label("_once")).group_by(here, once)
    return Figure(key, counted.where(*conditions).group_by(here), rows, month is not None, sums and sums.key)


def _within(month: Any) -> list[ColumnElement[bool]]:
    if isinstance(month.type, String):
        return [month == MONTH]
    return [month >= SINCE, month < UNTIL]
