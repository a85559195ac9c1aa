"""Counts every figure by village, and opens one to its rows. The figures of an area are the sums of its villages."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection

from dispatch.figures.deeds import DEEDS
from dispatch.figures.figure import Figure
from dispatch.figures.months import Month
from dispatch.figures.people import PEOPLE
from dispatch.figures.places import PLACES

FIGURES: Mapping[str, Figure] = {one.key: one for one in (*PLACES, *PEOPLE, *DEEDS)}

Counts = dict[str, dict[str, int]]
"""By the figure's key and the village's code; a village of which nothing is to be counted is not there."""


def bound(month: Month) -> dict[str, Any]:
    """What the statements need to know of a month."""
    return {"since": month.since, "until": month.until, "month": month.name}


def counts(conn: Connection, villages: Collection[str], month: Month, keys: Collection[str] = FIGURES) -> Counts:
    """The figures of these villages: those of a month of this one, the others of today."""
    values = {"villages": list(villages), **bound(month)}
    return {key: {code: int(count) for code, count in conn.execute(FIGURES[key].counted, values)} for key in keys}


def sums(found: Counts) -> dict[str, int]:
    """All villages together."""
    return {key: sum(by_village.values()) for key, by_village in found.items()}


def rows(
    conn: Connection, villages: Collection[str], month: Month, key: str, limit: int | None = None
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """The rows from which a figure was counted, behind the names of their columns; the first is the village's code."""
    values = {"villages": list(villages), **bound(month)}
    result = conn.execute(FIGURES[key].rows.limit(limit), values)
    names = [name for name in result.keys() if name != "_once"]  # noqa: SIM118 - no mapping itself.
    return names, [tuple(row)[: len(names)] for row in result]
