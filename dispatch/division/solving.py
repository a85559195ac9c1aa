"""Solves divisions in a process of its own: `python -m dispatch.division.solving`, one JSON problem a line.

The service would carry numpy and HiGHS in its memory for the few times a year that a village is divided; so only this
process does. A line in is `{"cost", "held", "frail", "frail_held", "least", "most", "frail_most"}`, with a row of
`cost` for each household and a column for each steward in whole centimetres. A line out is `{"whose", "frail_most"}`:
for each household the number of its steward, and the bound of frail people that was kept.
"""

import json
import os
import sys
from typing import Any

import highspy
import numpy as np

NODES = 5_000  # The search for a whole-numbered answer ends there; a count, not a time, so that it ends alike anywhere.

# A linear program of this kind is too plain for what HiGHS does before the simplex: without it takes half as long.
_OPTIONS: dict[str, bool | int | float] = {
    "output_flag": False,
    "threads": 1,
    "mip_rel_gap": 0.0,
    "mip_max_nodes": NODES,
}
_PLAIN: dict[str, str | int] = {"presolve": "off", "simplex_scale_strategy": 0}


def main() -> None:
    """Answer one problem after the other until there are no more."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # HiGHS greets on the standard output, which is where the answers are awaited.
    for line in sys.stdin:
        answers.write(json.dumps(solve(json.loads(line))) + "\n")
        answers.flush()


def solve(problem: dict[str, Any]) -> dict[str, Any]:
    """The division of the least total cost within the bounds, which have to be such that one exists.

    Without the bound of frail people it is a transport problem, whose best corner is whole-numbered by itself. Mostly
    it keeps that bound anyway, and then nothing better exists; else the bound joins in as an integer program, raised
    by one until it can be kept.
    """
    cost = np.array(problem["cost"], dtype=float)
    held, frail = np.array(problem["held"]), np.array(problem["frail"])
    room = np.maximum(0, problem["most"] - held)
    need = np.maximum(0, problem["least"] - held)
    whose = _divided(cost, need, room)
    had = np.array(problem["frail_held"])
    load = int((had + np.bincount(whose, weights=frail, minlength=len(held))).max())
    for bound in range(problem["frail_most"], load):
        better = _divided(cost, need, room, frail, np.maximum(0, bound - had))
        if better is not None:
            return {"whose": better.tolist(), "frail_most": bound}
    return {"whose": whose.tolist(), "frail_most": max(load, problem["frail_most"])}


def _divided(cost: Any, need: Any, room: Any, frail: Any = None, frail_room: Any = None) -> Any:
    """Each home's steward at the least cost; None where the bound of frail people, if there is one, cannot be kept.

    A number from 0 to 1 for each pair; a row for each home, one for each steward, one more for their frail people.
    """
    homes, stewards = cost.shape
    home, steward = np.divmod(np.arange(cost.size), stewards)
    rows, values = [home, homes + steward], [np.ones(cost.size), np.ones(cost.size)]
    low, high = [np.ones(homes), need], [np.ones(homes), room]
    if frail is not None:
        rows.append(homes + stewards + steward)
        values.append(frail[home])
        low.append(np.full(stewards, -highspy.kHighsInf))
        high.append(frail_room)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = cost.size, sum(map(len, low))
    model.col_cost_, model.col_lower_, model.col_upper_ = cost.ravel(), np.zeros(cost.size), np.ones(cost.size)
    model.row_lower_, model.row_upper_ = np.concatenate(low, dtype=float), np.concatenate(high, dtype=float)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.arange(cost.size + 1) * len(rows)
    model.a_matrix_.index_ = np.stack(rows, axis=1).ravel()
    model.a_matrix_.value_ = np.stack(values, axis=1, dtype=float).ravel()
    if frail is not None:
        model.integrality_ = [highspy.HighsVarType.kInteger] * cost.size
    solver = highspy.Highs()
    for name, value in {**_OPTIONS, **({} if frail is not None else _PLAIN)}.items():
        solver.setOptionValue(name, value)
    solver.passModel(model)
    solver.run()
    if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    return np.array(solver.getSolution().col_value).reshape(cost.shape).argmax(axis=1)


if __name__ == "__main__":
    main()
