"""Where help is needed, by what people call it: the village or the homes that their words name."""

import itertools
import re
from collections.abc import Collection
from typing import Any

from rapidfuzz import fuzz
from sqlalchemy import Connection, func, or_, select

from dispatch import spots
from models.people import Person
from models.places import Household

_RUN = re.compile(r"[\u4e00-\u9fff·]+|[a-z]+")
_HEARD, _LONGEST = 80, 6  # So much of what is said is looked through; so many signs has the longest Chinese name.


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


def within(conn: Connection, villages: Any, words: str) -> list[tuple[str, spots.Spot]]:
    """The homes of these villages whose name stands anywhere in the words, with it: those of the longest name found.

    A name is the household's, or that of somebody who lives there, and may be followed by anything: 李奶奶家着火了.
    """
    parts = _parts(words[:_HEARD].lower())
    if not parts:
        return []
    named = func.lower(Household.name).in_([*parts, *(f"{part}家" for part in parts)])
    by_name = select(Household.id, Household.name).where(Household.village_code.in_(villages), named)
    lives_there = select(Person.household_id, Person.name).where(
        func.lower(Person.name).in_(parts), Person.village_code.in_(villages), Person.household_id.is_not(None)
    )
    found = [(home, name.removesuffix("家")) for home, name in conn.execute(by_name.union(lives_there))]
    longest = max((len(name) for _, name in found), default=0)
    names = {home: name for home, name in found if len(name) == longest}
    return [(names[home], spot) for home, spot in sorted(spots.homes(conn, names).items())]


def _parts(words: str) -> list[str]:
    """All that may be a name: in Chinese, where nothing stands between words, any few signs; else one or two words."""
    runs = _RUN.findall(words)
    parts = {*(run for run in runs if len(run) >= 2), *map(" ".join, itertools.pairwise(runs))}
    for run in runs:
        if not run.isascii():
            ends = range(2, len(run) + 1)
            parts |= {run[start:end] for end in ends for start in range(max(end - _LONGEST, 0), end - 1)}
    return sorted(parts)
