"""Asks the process that solves divisions; it lives as long as its caller has problems for it."""

import json
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from threading import Timer
from types import TracebackType

from dispatch import children, errors
from dispatch.division.caps import Caps

SECONDS = 60.0  # A village of 300 households takes a tenth of a second, the start a quarter.


@dataclass(frozen=True, slots=True)
class Problem:
    """Households in rows, stewards in columns; what each pair costs, in centimetres.

    `held` and `frail_held` are what each steward has beside these households; `frail` are the frail people of each.
    The bounds `least` and `most` of `caps` have to leave a way (`caps.fitted`).
    """

    cost: list[list[int]]
    held: list[int]
    frail: list[int]
    frail_held: list[int]
    caps: Caps


@dataclass(frozen=True, slots=True)
class Solution:
    """For each household the column of its steward, and how many frail people at most could be kept to."""

    whose: list[int]
    frail: int


class Solver:
    """One such process, started with the first problem; used in a `with`."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> "Solver":
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _: TracebackType | None
    ) -> None:
        if self._process is not None:
            with suppress(BrokenPipeError):  # It is gone already, and whoever asked has heard so.
                self._process.communicate()
            self._process = None

    def solve(self, problem: Problem) -> Solution:
        """The least total cost within the caps; the same problem has the same solution.

        Raises:
            NotNow: the process did not answer within its time, or failed.
        """
        caps = problem.caps
        question = {
            "cost": problem.cost,
            "held": problem.held,
            "frail": problem.frail,
            "frail_held": problem.frail_held,
            "least": caps.least,
            "most": caps.most,
            "frail_most": caps.frail,
        }
        answer = self._ask(json.dumps(question) + "\n")
        if not answer.endswith("\n"):
            raise errors.NotNow("grid.unsolved")
        found = json.loads(answer)
        return Solution(found["whose"], found["frail_most"])

    def _ask(self, question: str) -> str:
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603 - our own module, and nothing from outside in the command.
                children.command("dispatch.division.solving"),
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8",
                env=children.environment(),
            )  # fmt: skip
        process = self._process
        assert process.stdin is not None and process.stdout is not None  # noqa: S101 - asked for above.
        watch = Timer(self._seconds, process.kill)
        watch.start()
        try:
            process.stdin.write(question)
            process.stdin.flush()
            return process.stdout.readline()
        except BrokenPipeError:
            return ""
        finally:
            watch.cancel()
