"""What the script did and what has to come of it, counted in plain Python; and how often something else came."""

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

SHOWN = 5  # Faults of a kind that are told in words.


@dataclass(slots=True)
class Book:
    """Counts by hand. Villages go by their codes, months by their names, as in 2026-03."""

    points: Counter[tuple[str, int]] = field(default_factory=Counter)  # By month and person.
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # By figure, village and month.
    did: Counter[str] = field(default_factory=Counter)  # How much there was of everything.
    looked: Counter[str] = field(default_factory=Counter)  # How often each kind of thing was compared,
    wrong: Counter[str] = field(default_factory=Counter)  # and how often it was not as it should be.
    seconds: list[float] = field(default_factory=list)  # Of each run of the calendar.

    def count(self, key: str, village: str, month: str, much: int = 1) -> None:
        """One more of a figure."""
        self.counts[key, village, month] += much

    def check(self, what: str, name: str, found: Any, wanted: Any) -> None:
        """Compare what came with what had to come; the first faults of a kind are told."""
        self.looked[what] += 1
        if found != wanted:
            self.wrong[what] += 1
            if self.wrong[what] <= SHOWN:
                print(f"{what}, {name}: {_short(found)} instead of {_short(wanted)}", file=sys.stderr, flush=True)

    def of_month(self, month: str, people: Iterable[int]) -> dict[int, int]:
        """What these people earned in a month, those who earned nothing left out."""
        return {one: self.points[month, one] for one in people if self.points[month, one]}


def _short(value: Any) -> str:
    return repr(value)[:400]
