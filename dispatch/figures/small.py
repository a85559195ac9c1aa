"""Small counts: what of a table of counts may be published so that nothing below five can be read or computed.

Everything published is of one month that is over, and of one village: no sum of villages, no running total, so two
publications never count the same thing. Within a month a number is either published by itself, and then says nothing
about another, or as a sum with its parts, for which `split` holds. docs/adr/0025 has the proof, bench/attack.py an
attacker who knows all this and finds nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median_low

LEAST = 5  # Of a count that may be seen.
MANY = 50  # From so many on, "nearly all" says no more than that fewer than five are missing.


def shown(count: int) -> int | None:
    """The count, or None where it is too small to be seen; nought is too small as well."""
    return count if count >= LEAST else None


@dataclass(frozen=True, slots=True)
class Split:
    """A sum with the parts that may be seen, and what the others come to together. None: not to be seen."""

    total: int | None
    parts: dict[str, int] = field(default_factory=dict)
    rest: int | None = None


def split(parts: Mapping[str, int]) -> Split:
    """The sum, and its parts where each of those left out may still be anything from none to four.

    `parts` has every kind that there can be, also those with nothing. Whoever sees the sum and the large parts knows
    what the small ones come to together: that has to be five at least, and at most four for all of them but one.
    """
    total = sum(parts.values())
    if total < LEAST:
        return Split(None)
    large = {name: count for name, count in parts.items() if count >= LEAST}
    small = len(parts) - len(large)
    rest = total - sum(large.values())
    if small and not LEAST <= rest <= (LEAST - 1) * (small - 1):
        return Split(total)
    return Split(total, large, rest or None)


def percent(part: int, whole: int) -> str | None:
    """How many of a hundred, where five at least stand behind it and five behind what is missing to the whole.

    "most" and "few" tell of nearly all and hardly any of many. None: nothing can be said.
    """
    missing = whole - part
    if part >= LEAST and missing >= LEAST:
        return f"{round(100 * part / whole)}"
    if whole < MANY:
        return None
    return "most" if missing < LEAST else "few"


def middle(values: Sequence[float | None]) -> float | None:
    """The median, where five at least lie on either side. Nothing (None) is later than everything."""
    if len(values) < 2 * LEAST:
        return None
    found = median_low([float("inf") if one is None else one for one in values])
    return None if found == float("inf") else found


def tens(points: int, people: int, sure: int = 0, hidden: Sequence[int] = (), *, more: bool = False) -> int | None:
    """A sum of points in whole tens, where five people at least earned them, and no small count can be solved from it.

    `sure` is what the counts that are shown earn; `hidden` what one of each count that is not shown is worth; `more`:
    there are deeds beside them that are counted nowhere. Caps and entries by hand make it no equation. But whoever
    believes that there were none solves it all the same, mostly rightly: so either it does not come out for them, or
    it comes out with whatever the hidden counts are.
    """
    told = points // 10 * 10
    if people < LEAST or told < 10:
        return None
    last = sure + (LEAST - 1) * sum(hidden)
    beside = told + 9 < sure or (told > last and not more)
    always = last <= told + 9 and (told <= sure or more)
    return told if beside or always else None
