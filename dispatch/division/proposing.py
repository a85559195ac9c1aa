"""A proposed division of a village, and what it would change: who gains, who loses, how far the walks are."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from dispatch import errors
from dispatch.division.caps import Caps, Unmet, fitted, unmet
from dispatch.division.rules import Grids
from dispatch.division.solver import Problem, Solver
from dispatch.division.village import Server, Village

Whose = dict[int, int]
"""Household → steward, by their ids."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How a village stands: homes with nobody, stewards with too many or too few of them, and the walks in metres."""

    nobody: int
    above: int  # Stewards with more households than `most`.
    below: int  # Stewards with fewer than `least`.
    frail_above: int  # Stewards with more frail people than `frail_most`.
    mean: float | None  # Metres from a home to its steward; None while no home has one.
    longest: float | None


@dataclass(frozen=True, slots=True)
class Change:
    """One household that gets another steward; `before` None: it had nobody."""

    household_id: int
    before: int | None
    after: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What changes for one steward: households today and then, how many come and go."""

    steward: Server
    before: int
    after: int
    gains: int
    losses: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is shown, and what is applied if the village has still the same fingerprint by then."""

    village_code: str
    fingerprint: str
    changes: tuple[Change, ...]
    before: Figures
    after: Figures
    unmet: Mapping[Unmet, int]  # The caps that cannot be met, with the bound that took their place.


def propose(village: Village, rules: Grids, solver: Solver) -> Proposal:
    """The division of the shortest walks within the caps; an existing pair counts as `keep` metres nearer.

    Raises:
        BadValue: the village has no stewards.
    """
    whose, used = divide(village, rules, solver)
    today = held(village)
    changes = tuple(
        Change(home.id, home.steward_id, whose[home.id]) for home in village.homes if home.steward_id != whose[home.id]
    )
    lacking = unmet(caps_of(rules), used)
    return Proposal(
        village.code, village.fingerprint(rules), changes, figures(village, today, rules),
        figures(village, whose, rules), lacking,
    )  # fmt: skip


def divide(village: Village, rules: Grids, solver: Solver, only: Collection[int] | None = None) -> tuple[Whose, Caps]:
    """Every household's steward, and the caps that could be kept. `only` these households are given out; others stay.

    Raises:
        BadValue: the village has no stewards.
    """
    if not village.stewards:
        raise errors.BadValue("grid.no_stewards", village=village.name)
    caps, column = caps_of(rules), {one.id: number for number, one in enumerate(village.stewards)}
    free = [place for place, home in enumerate(village.homes) if only is None or home.id in only]
    whose = {} if only is None else {home: who for home, who in held(village).items() if home not in only}
    if not free:
        return whose, caps
    frail = {home.id: home.frail for home in village.homes}
    homes_held, frail_held = [0] * len(column), [0] * len(column)
    for home_id, who in whose.items():
        homes_held[column[who]] += 1
        frail_held[column[who]] += frail[home_id]
    used = fitted(caps, len(free), homes_held)
    cost = [_costs(village, place, rules) for place in free]
    problem = Problem(cost, homes_held, [village.homes[place].frail for place in free], frail_held, used)
    solution = solver.solve(problem)
    for place, number in zip(free, solution.whose, strict=True):
        whose[village.homes[place].id] = village.stewards[number].id
    return whose, Caps(used.least, used.most, solution.frail)


def _costs(village: Village, place: int, rules: Grids) -> list[int]:
    """Of one home, in centimetres; its steward of today comes at a discount."""
    today = village.homes[place].steward_id
    return [
        round(100 * (metres - (rules.keep if one.id == today else 0.0)))
        for one, metres in zip(village.stewards, village.metres[place], strict=True)
    ]


def caps_of(rules: Grids) -> Caps:
    """The caps that the config asks for."""
    return Caps(rules.least, rules.most, rules.frail_most)


def held(village: Village) -> Whose:
    """Who is responsible for whom today."""
    return {home.id: home.steward_id for home in village.homes if home.steward_id is not None}


def figures(village: Village, whose: Mapping[int, int], rules: Grids) -> Figures:
    """How the village stands, or would stand, with these pairs."""
    homes, frail = Counter(whose.values()), Counter[int]()
    column = {one.id: number for number, one in enumerate(village.stewards)}
    walks = []
    for place, home in enumerate(village.homes):
        if home.id in whose:
            frail[whose[home.id]] += home.frail
            walks.append(village.metres[place][column[whose[home.id]]])
    return Figures(
        nobody=len(village.homes) - len(walks),
        above=sum(homes[one.id] > rules.most for one in village.stewards),
        below=sum(homes[one.id] < rules.least for one in village.stewards),
        frail_above=sum(frail[one.id] > rules.frail_most for one in village.stewards),
        mean=sum(walks) / len(walks) if walks else None,
        longest=max(walks, default=None),
    )


def differences(village: Village, changes: Sequence[Change]) -> list[Difference]:
    """Of every steward who gains or loses households, the largest changes first."""
    gains, losses = Counter(one.after for one in changes), Counter(one.before for one in changes)
    before = Counter(home.steward_id for home in village.homes)
    found = [
        Difference(one, before[one.id], before[one.id] + gains[one.id] - losses[one.id], gains[one.id], losses[one.id])
        for one in village.stewards
        if gains[one.id] or losses[one.id]
    ]
    return sorted(found, key=lambda one: -(one.gains + one.losses))


def wanted(rules: Grids, cap: Unmet) -> int:
    """The bound of the config."""
    return {Unmet.MOST: rules.most, Unmet.LEAST: rules.least, Unmet.FRAIL: rules.frail_most}[cap]
