"""An attacker on what villages publish: knows the rules, this code, and everything that is published of a month.

For each count that is hidden they look for two worlds in which it differs and which would be published in the very same
words. Worlds are found by integer programs over what can be read, and tried with the product's own `results.told`, so
what is missing tells as much as what is there. A count for which there are no two such worlds is determined: a leak.

Of the points there are two minds: the careful attacker knows that caps, entries by hand and helpers of other villages
change them, the believing one takes every point for one that was earned by what is counted, and solves for the rest.
"""

import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from bench import county, happened, months
from bench.program import Program, World
from bench.table import Figure
from bot.config import load as load_config
from dispatch.figures import months as calendar
from dispatch.figures import results, small
from dispatch.figures.deeds import IN_TIME
from dispatch.figures.results import FEW, Results
from dispatch.publishing.publishing import Text
from dispatch.rules import Rules
from models.store import Store
from models.words import Ending

MONTHS = 10_000
VILLAGES = 150  # Whose months are published from rows.
_FEW = small.LEAST - 1
_MUCH = 100_000  # More than anything that is counted.
_ENDINGS = tuple(str(one) for one in months.OTHERWISE)


@dataclass(slots=True)
class Page:
    """What can be read of one month; a count that is fewer than five or not there is None."""

    solved: int | None = None
    kinds: dict[str, int] = field(default_factory=dict)
    share: int | str | None = None  # "most", "hardly", or of a hundred.
    median: int | None = None  # Minutes.
    endings: dict[str, int] = field(default_factory=dict)
    visits: int | None = None
    points: int | None = None
    gatherings: int = 0
    came: int | None = None

    def small(self, kinds: int) -> list[tuple[str, int]]:
        """What should not be shown at all, of so many kinds that there are."""
        rest = (self.solved or 0) - sum(self.kinds.values()) if 0 < len(self.kinds) < kinds else None
        shown = {"other kinds": rest, **self.kinds, **self.endings, "solved": self.solved, "visits": self.visits,
                 "came": self.came, "points": self.points}  # fmt: skip
        return [(name, count) for name, count in shown.items() if count is not None and count < small.LEAST]


def read(lines: list[Text]) -> Page:
    """The page as its reader sees it."""
    page = Page()
    for line in lines:
        what, params = line["key"].removeprefix("results."), line["params"]
        match what:
            case "solved" | "visits" | "points" | "came":
                setattr(page, what, None if params["value"] == FEW else params["value"])
            case "kind":
                page.kinds[params["kind"]["key"].removeprefix("category.")] = params["value"]
            case "ending":
                page.endings[params["ending"]["key"].removeprefix("ending.")] = params["value"]
            case "in_time":
                key = params["share"]["key"].removeprefix("results.")
                page.share = params["share"]["params"]["percent"] if key == "percent" else key
            case "median":
                page.median = params["minutes"]
            case "activity":
                page.gatherings += 1
            case "rest":
                pass  # The sum less what is shown: nothing new.
            case _:
                raise ValueError(f"the attacker does not know how to read {what}")
    return page


class Attacker:
    """Reads pages under the rules of a county."""

    def __init__(self, rules: Rules, *, believing: bool) -> None:
        self._rules = rules
        self._believing = believing
        self._kinds = (*(one.name for one in rules.categories), "other")
        deeds = rules.points.deeds
        self._worth = {
            "solved": deeds.request_solved.points, "half_solved": deeds.request_half.points,
            "unconfirmed": deeds.request_unconfirmed.points, "visits": deeds.visit_made.points, "at_gatherings": 1,
        }  # fmt: skip

    def leaks(self, found: Results) -> list[tuple[str, int]]:
        """The hidden counts that are determined by what is published of this month, and what they are taken for."""
        lines = results.told(self._rules, found)
        page = read(lines)
        known: dict[str, set[int]] = {name: set() for name in self._hidden(page)}
        refuted = True
        for program in self._programs(page):
            for world in self._worlds(program, page, known):
                refuted = False
                if results.told(self._rules, self._results(world, page, found)) == lines:
                    for name, values in known.items():
                        values.add(world[name])
        if refuted:
            return [] if self._believing else [("what is published cannot be", -1)]
        sure = {name: min(values, default=-1) for name, values in known.items() if len(values) < 2}
        return [*page.small(len(self._kinds)), *((name, value) for name, value in sure.items() if value < small.LEAST)]

    def _worlds(self, program: Program, page: Page, known: dict[str, set[int]]) -> Iterator[World]:
        """Worlds with as little and as much of the hidden as can be, until each count was seen with two values."""
        for names in (list(known), *([name] for name in known)):
            for weight in (1, -1):
                wanted = [name for name in names if len(known[name]) < 2]
                if not wanted:
                    break
                world = program.least(dict.fromkeys(wanted, weight))
                if world is None:
                    return
                yield world
                yield from self._exchanged(world, known)
                if wanted == [names[0]] and world[names[0]] >= small.LEAST:
                    break  # It is not small.

    def _exchanged(self, world: World, known: dict[str, set[int]]) -> Iterator[World]:
        """The same world with two kinds of requests exchanged: nothing else tells hidden kinds apart."""
        kinds = [kind for kind in self._kinds if kind in known]
        for one in kinds:
            other = next((kind for kind in kinds if world[kind] != world[one]), None)
            if other is not None and len(known[one]) < 2:
                yield {**world, one: world[other], other: world[one]}

    def _hidden(self, page: Page) -> list[str]:
        """Everything that could be counted and is not to be read."""
        hidden = [one for one in self._kinds if one not in page.kinds]
        hidden += [one for one in _ENDINGS if one not in page.endings]
        hidden += [one for one in ("solved", "visits") if getattr(page, one) is None]
        if page.came is None and page.gatherings:
            hidden.append("came")
        return [*hidden, "in_time", "late", "never", "ended", "earners"]

    def _programs(self, page: Page) -> Iterator[Program]:
        """The ways in which this page can have come about; the attacker tries them one after the other."""
        for when in self._when(page):
            program = Program()
            self._count(program, page)
            self._solve_points(program, page)
            for low, weights, high in when:
                program.sum(low, weights, high)
            yield program

    def _count(self, program: Program, page: Page) -> None:
        total = (0, _FEW) if page.solved is None else (page.solved, page.solved)
        program.number("solved", *total)
        alone = page.solved is not None and not page.kinds  # Or in another way; that one is enough to doubt.
        for kind in self._kinds:
            count = page.kinds.get(kind)
            program.number(kind, *((0, total[1] if alone else _FEW) if count is None else (count, count)))
            if alone:
                program.number(f"only {kind}", 0, 1)
                program.sum(0, {kind: 1, f"only {kind}": -total[1]}, 0)
        program.sum(0, {"solved": -1, **dict.fromkeys(self._kinds, 1)}, 0)
        for ending in _ENDINGS:
            count = page.endings.get(ending)
            program.number(ending, *((0, _FEW) if count is None else (count, count)))
        program.number("ended", 0, _MUCH)
        program.sum(0, {"ended": -1, "solved": 1, **dict.fromkeys(_ENDINGS, 1)}, 0)
        program.number("visits", *((0, _FEW) if page.visits is None else (page.visits, page.visits)))
        came = (0, _FEW if page.gatherings else 0) if page.came is None else (page.came, page.came)
        program.number("came", *came)
        for one in ("in_time", "late", "never"):
            program.number(one, 0, total[1])
        program.sum(0, {"in_time": 1, "late": 1, "solved": -1}, 0)
        program.sum(0, {"late": 1, "never": -1}, _MUCH)

    def _solve_points(self, program: Program, page: Page) -> None:
        """Points are what the counts earn; and what they do not, unless one believes that there is nothing else."""
        shown = page.points is not None
        program.number("earners", small.LEAST if shown else 0, _MUCH if shown else _FEW)
        program.number("at_gatherings", 0, _MUCH if page.gatherings else 0)
        program.number("more", 0, 0 if self._believing else _MUCH)
        program.number("less", 0, 0 if self._believing else _MUCH)
        program.number("points", page.points or 0, _MUCH if page.points is None else page.points + 9)
        program.sum(0, {**self._worth, "more": 1, "less": -1, "points": -1}, 0)

    def _when(self, page: Page) -> Iterator[list[tuple[float, dict[str, int], float]]]:
        """How many were taken in time and how many never: from the share, the median, and where either is missing."""
        if page.solved is None:
            yield []
            return
        few_late, few_soon = (0.0, {"late": 1}, float(_FEW)), (0.0, {"in_time": 1}, float(_FEW))
        middle = (page.solved - 1) // 2
        soon, later = (middle + 1.0, {"in_time": 1}, float(_MUCH)), (0.0, {"in_time": 1}, float(middle))
        taken = (float(page.solved - middle), {"never": 1}, float(_MUCH))
        if page.median is not None:
            taken = (0.0, {"never": 1}, page.solved - middle - 1.0)
        for share in self._shares(page) or [[few_late], [few_soon]]:
            if page.solved < 2 * small.LEAST:
                yield share
            elif page.median is None:
                yield [*share, taken, later]
            else:
                limit = IN_TIME // 60
                yield from (
                    [*share, taken, half] for half, may in
                    ((soon, page.median <= limit), (later, page.median >= limit)) if may
                )  # fmt: skip

    def _shares(self, page: Page) -> list[list[tuple[float, dict[str, int], float]]]:
        """What a share that is shown says."""
        if page.share is None or page.solved is None:
            return []
        if isinstance(page.share, str):
            return [[(0.0, {"late" if page.share == "most" else "in_time": 1}, float(_FEW))]]
        soon = range(small.LEAST, page.solved - small.LEAST + 1)
        fits = [count for count in soon if round(100 * count / page.solved) == page.share]
        return [[(float(min(fits)), {"in_time": 1}, float(max(fits)))]] if fits else [[(1.0, {}, 1.0)]]

    def _results(self, world: World, page: Page, found: Results) -> Results:
        """The month in which it was so; the gatherings are for everybody to know."""
        return Results(
            solved={kind: world[kind] for kind in self._kinds},
            otherwise={Ending(one): world[one] for one in _ENDINGS if world[one]},
            in_time=world["in_time"], waits=_waits(world, page), visits=world["visits"], points=world["points"],
            earners=world["earners"], came=world["came"], gatherings=found.gatherings,
        )  # fmt: skip


def _waits(world: World, page: Page) -> list[float | None]:
    """Seconds of so many requests taken in time, late and never, with the median that is shown."""
    soon, late = world["in_time"], world["late"] - world["never"]
    at = 60.0 * (page.median or 1)
    middle = (world["solved"] - 1) // 2
    if middle < soon:
        at = min(at, IN_TIME)
        return [at] * soon + [IN_TIME + 1.0] * late + [None] * world["never"]
    return [1.0] * soon + [max(at, IN_TIME + 1.0)] * late + [None] * world["never"]


def measure(quick: bool) -> list[Figure]:
    """Nothing may leak, and what is published is what was attacked."""
    rules, count = load_config(None).dispatch, 300 if quick else MONTHS
    begun, random = time.perf_counter(), Random(2026)
    attackers = {"careful": Attacker(rules, believing=False), "believing": Attacker(rules, believing=True)}
    leaks, showing = Counter[str](), Counter[str]()
    for _ in range(count):
        found = months.month(random, rules)
        leaks.update(who for who, attacker in attackers.items() if attacker.leaks(found))
        page = read(results.told(rules, found))
        showing.update(name for name in _SHOWING if getattr(page, name))
    return [
        *(Figure(f"months of which the {who} attacker computed a count", leaks[who], at_most=0) for who in attackers),
        Figure("villages and months attacked", count),
        *(Figure(f"of them showing {what}", showing[name]) for name, what in _SHOWING.items()),
        Figure("time", time.perf_counter() - begun, "s"),
        *_through_the_rows(rules, 10 if quick else VILLAGES),
    ]


_SHOWING = {"solved": "problems solved", "kinds": "kinds of them", "share": "a share in time", "points": "points"}


def _through_the_rows(rules: Rules, villages: int) -> list[Figure]:
    """Two months of many villages, as rows beside each other: each is published as if there were no other."""
    random, other = Random(7), 0
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'attack.db'}")
        county.fill(store, replace(happened.SIZE, villages=villages))
        for number in (3, 4):
            month = calendar.named(rules, f"2026-{number:02}")
            truth = {village: months.month(random, rules, number) for village in range(villages)}
            told = happened.published(store, rules, month, truth)
            other += sum(told.get(village, []) != results.told(rules, found) for village, found in truth.items())
        store.close()
    return [
        Figure("months written as rows and published", 2.0 * villages),
        Figure("of them published otherwise than attacked", other, at_most=0),
    ]
