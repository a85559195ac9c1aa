"""Where help is needed, by what people call it: the village or the homes that their words name."""

from collections.abc import Collection
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import Connection, func, or_, select

from dispatch import spots
from models.people import Person
from models.places import Household


def village(conn: Connection, words: str) -> spots.Spot | None:
    """The one village whose name stands in the words; None when there is none, or more than one."""
    found = []
    for row in conn.execute(spots.VILLAGE):
        name = spots.short(row.name)
        if len(name) >= 2 and (name in words or (len(name) >= 4 and fuzz.partial_ratio(name, words) >= 90)):
            found.append(row)
    return spots.of_village(found[0]) if len(found) == 1 else None


def homes(conn: Connection, villages: Any, words: Collection[str], limit: int) -> list[spots.Spot]:
    """The households of these villages (codes, or a select of them) that the words name, at most so many.

    By the household's name or address, or by the name of somebody who lives there; both together where both are said.
    """
    if not words:
        return []
    plain = [word.lower() for word in words]
    by_name = func.lower(Household.name).in_([*plain, *(f"{word}家" for word in plain)])
    lives_there = select(Person.household_id).where(
        func.lower(Person.name).in_(plain), Person.village_code.in_(villages)
    )
    named = or_(by_name, Household.id.in_(lives_there))
    found = spots.HOME.where(Household.village_code.in_(villages)).order_by(Household.id).limit(limit)
    for condition in (named & Household.address.in_(words), named, Household.address.in_(words)):
        rows = conn.execute(found.where(condition)).all()
        if rows:
            return [spots.of_household(row) for row in rows]
    return []
