"""An integer program, written down by names: whole numbers within bounds, sums of them within bounds."""

from collections.abc import Mapping

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

World = dict[str, int]
"""What each number is."""


class Program:
    """Numbers and what is known of them."""

    def __init__(self) -> None:
        self._names: dict[str, int] = {}
        self._bounds: list[tuple[int, int]] = []
        self._sums: list[tuple[float, Mapping[str, int], float]] = []

    def number(self, name: str, low: int, high: int) -> None:
        """A whole number from `low` to `high`."""
        self._names[name] = len(self._names)
        self._bounds.append((low, high))

    def sum(self, low: float, weights: Mapping[str, int], high: float) -> None:
        """So many times each of these, together from `low` to `high`."""
        self._sums.append((low, weights, high))

    def least(self, wish: Mapping[str, int]) -> World | None:
        """The numbers for which the wished sum is least; None: there are none."""
        low, high = np.array(self._bounds, dtype=float).T
        rows = np.zeros((len(self._sums), len(self._names)))
        for row, (_, weights, _) in zip(rows, self._sums, strict=True):
            for name, weight in weights.items():
                row[self._names[name]] = weight
        known = LinearConstraint(rows, [one[0] for one in self._sums], [one[2] for one in self._sums])
        cost = np.zeros(len(self._names))
        for name, weight in wish.items():
            cost[self._names[name]] = weight
        found = milp(cost, integrality=np.ones(len(cost)), bounds=Bounds(low, high), constraints=[known])
        return None if found.x is None else {name: round(found.x[place]) for name, place in self._names.items()}
