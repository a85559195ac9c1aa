"""An integer program, written down by names: whole numbers within bounds, sums of them within bounds."""

from collections.abc import Mapping

import highspy
import numpy as np

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
        solver = highspy.Highs()
        solver.silent()
        solver.setOptionValue("mip_rel_gap", 0.0)  # The least, not nearly the least.
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self._names), len(self._sums)
        model.col_cost_ = np.array([wish.get(name, 0) for name in self._names], dtype=float)
        model.col_lower_, model.col_upper_ = low, high
        model.integrality_ = [highspy.HighsVarType.kInteger] * len(self._names)
        model.row_lower_ = np.array([one[0] for one in self._sums], dtype=float)
        model.row_upper_ = np.array([one[2] for one in self._sums], dtype=float)
        entries = [(self._names[name], weight) for _, weights, _ in self._sums for name, weight in weights.items()]
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.cumsum([0, *(len(weights) for _, weights, _ in self._sums)])
        model.a_matrix_.index_ = np.array([place for place, _ in entries], dtype=np.int32)
        model.a_matrix_.value_ = np.array([weight for _, weight in entries], dtype=float)
        solver.passModel(model)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        found = solver.getSolution().col_value
        return {name: round(found[place]) for name, place in self._names.items()}
