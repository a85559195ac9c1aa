"""Solves divisions in a process of its own: `python -m dispatch.division.solving`, one JSON problem a line.

The service would carry numpy and scipy in its memory for the few times a year that a village is divided; so only this
process does. A line in is `{"cost", "held", "frail", "frail_held", "least", "most", "frail_most"}`, with a row of
`cost` for each household and a column for each steward in whole centimetres. A line out is `{"whose", "frail_most"}`:
for each household the number of its steward, and the bound of frail people that was kept.
"""

import json
import sys
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linear_sum_assignment, milp

NODES = 5_000  # The search for a whole-numbered answer ends there; a count, not a time, so that it ends alike anywhere.
_FOUND, _CUT_SHORT = 0, 1  # Of scipy's answer.


def main() -> None:
    """Answer one problem after the other until there are no more."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(solve(json.loads(line))) + "\n")
        sys.stdout.flush()


def solve(problem: dict[str, Any]) -> dict[str, Any]:
    """The division of the least total cost within the bounds, which have to be such that one exists.

    Without the bound of frail people it is an assignment problem, exact in milliseconds. Mostly its answer keeps that
    bound anyway, and then nothing better exists; else the bound joins in as an integer program, raised by one until
    it can be kept.
    """
    cost = np.array(problem["cost"], dtype=float)
    held, frail = np.array(problem["held"]), np.array(problem["frail"])
    room = np.maximum(0, problem["most"] - held)
    need = np.maximum(0, problem["least"] - held)
    whose = _assigned(cost, need, room)
    had = np.array(problem["frail_held"])
    load = int((had + np.bincount(whose, weights=frail, minlength=len(held))).max())
    for bound in range(problem["frail_most"], load):
        better = _integer(cost, need, room, frail, np.maximum(0, bound - had))
        if better is not None:
            return {"whose": better.tolist(), "frail_most": bound}
    return {"whose": whose.tolist(), "frail_most": max(load, problem["frail_most"])}


def _assigned(cost: Any, need: Any, room: Any) -> Any:
    """Each steward is as many seats as there is room; those that have to be filled are dear to whoever is nobody."""
    seats = np.repeat(np.arange(len(room)), room)
    nth = np.concatenate([np.arange(count) for count in room])
    homes = cost[:, seats]
    dear = 1.0 + np.abs(cost).sum()
    nobody = np.where(nth < need[seats], dear, 0.0)
    whole = np.vstack([homes, np.tile(nobody, (len(seats) - len(homes), 1))])
    return seats[linear_sum_assignment(whole)[1][: len(homes)]]


def _integer(cost: Any, need: Any, room: Any, frail: Any, frail_room: Any) -> Any:
    homes, stewards = cost.shape
    each = sparse.identity(stewards)
    found = milp(
        cost.ravel(),
        integrality=np.ones(cost.size),
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(sparse.kron(sparse.identity(homes), np.ones((1, stewards))), 1, 1),
            LinearConstraint(sparse.kron(np.ones((1, homes)), each), need, room),
            LinearConstraint(sparse.kron(frail.reshape(1, -1), each), -np.inf, frail_room),
        ],
        options={"mip_rel_gap": 0, "node_limit": NODES},
    )
    if found.status not in (_FOUND, _CUT_SHORT) or found.x is None:
        return None
    return found.x.reshape(cost.shape).argmax(axis=1)


if __name__ == "__main__":
    main()
