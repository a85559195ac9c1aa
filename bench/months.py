"""Random months of random villages, as they are before anything is hidden: quiet ones and busy ones, honest and odd."""

from random import Random

from dispatch.figures.deeds import IN_TIME
from dispatch.figures.results import Results
from dispatch.rules import Rules
from models.habits import GatheringKind
from models.words import Ending

OTHERWISE = tuple(one for one in Ending if one not in (Ending.SOLVED, Ending.SAME_AS_ANOTHER, Ending.PRACTISED))
_TALKS, _HOURS = 2, 12  # At most, of a day: how many spoke, how many hours somebody gave.


def month(random: Random, rules: Rules, number: int = 3) -> Results:
    """One village and month. Half of them earned just what the rules give for what is counted, which can be solved."""
    often = random.choice((0.3, 1, 3, 8))
    kinds = (*(one.name for one in rules.categories), "other")
    solved = {kind: int(random.expovariate(1 / often) * random.choice((0, 1, 1, 3))) for kind in kinds}
    seldom = random.choice((0.5, 2, 6))
    otherwise: dict[Ending, int] = {one: int(random.expovariate(1 / seldom)) for one in OTHERWISE}
    waits = _waits(random, sum(solved.values()))
    visits = random.choice((0, random.randint(0, 4), random.randint(5, 60), random.randint(60, 700)))
    days = random.choice((0, 0, 1, 5))
    gatherings = [(GatheringKind.THEME, "", f"{number:02}-06")] * min(days, 1)
    gatherings += [(GatheringKind.SERVICE, "sanitation", f"{number:02}-{day:02}") for day in range(7, 6 + days)]
    came = sum(random.randint(0, random.choice((1, 3, 40))) for _ in gatherings)
    points = earned(rules, solved, otherwise, visits) + sum(random.randint(0, _HOURS) + _TALKS for _ in gatherings)
    if random.random() < 0.5:
        points = max(0, points + random.randint(-points // 3, 60))  # Caps, entries by hand, helpers from elsewhere.
    earners = random.choice((random.randint(0, 8), random.randint(5, 60)))
    return Results(
        solved=solved, otherwise={one: count for one, count in otherwise.items() if count}, waits=waits, visits=visits,
        in_time=sum(one is not None and one <= IN_TIME for one in waits), points=points,
        earners=max(earners, min(points, 1)), came=came, gatherings=gatherings,
    )  # fmt: skip


def earned(rules: Rules, solved: dict[str, int], otherwise: dict[Ending, int], visits: int) -> int:
    """What the rules give for this and nothing besides."""
    deeds = rules.points.deeds
    return (
        deeds.request_solved.points * sum(solved.values())
        + deeds.request_half.points * otherwise.get(Ending.HALF_SOLVED, 0)
        + deeds.request_unconfirmed.points * otherwise.get(Ending.UNCONFIRMED, 0)
        + deeds.visit_made.points * visits
    )


def _waits(random: Random, count: int) -> list[float | None]:
    """Mostly soon, sometimes late; some kept their hour, some were never taken."""
    late, never = random.choice((0.0, 0.1, 0.5)), random.choice((0.0, 0.0, 0.1, 0.7))
    return [
        None if random.random() < never
        else 0.0 if random.random() < 0.1
        else round(random.uniform(301, 3600) if random.random() < late else random.uniform(5, 300), 3)
        for _ in range(count)
    ]  # fmt: skip
