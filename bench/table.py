"""What a part of the bench yields: figures, each with its target, and how they are printed."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number. `at_most` or `at_least` is the target; without either it is there to be known."""

    what: str
    value: float
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""

    @property
    def missed(self) -> bool:
        """Whether it has a target and is beyond it."""
        above = self.at_most is not None and self.value > self.at_most
        below = self.at_least is not None and self.value < self.at_least
        return above or below


def lines(part: str, figures: Iterable[Figure]) -> list[str]:
    """The figures of one part, a line each."""
    found = []
    for one in figures:
        target = (
            f"<= {number(one.at_most)}"
            if one.at_most is not None
            else f">= {number(one.at_least)}"
            if one.at_least is not None
            else ""
        )
        verdict = "" if not target else "MISSED" if one.missed else "met"
        value = f"{number(one.value)} {one.unit}".strip()
        found.append(f"{part:<11} {one.what:<54} {value:>14}  {target:<8} {verdict:<6} {one.note}".rstrip())
    return found


def number(value: float | None) -> str:
    """A number as short as it is honest: three figures after the point below ten, none above a hundred."""
    if value is None:
        return ""
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"
