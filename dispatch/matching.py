"""Who is nearest and fits: the people around many requests are ranked at once, the geodesic has the last word."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from dispatch import areas, geo, neighbours
from dispatch.cases import Case
from dispatch.ladders import Rung
from dispatch.neighbours import Reasons
from dispatch.ranking import Pool, Ranking, Team, rank
from dispatch.work import Work
from models.words import Ask, Skip, StewardKind, Within

PROOF = 2e-5  # Whoever is ranked within this share of the last one chosen is measured by geodesic as well.
AS_NEAR = 1 + 2 * PROOF  # Of squared metres.
SPARE = 3  # How many fitting people beyond the number asked are kept, for "why me?".
BEYOND = 6  # How many more of the nearest are looked at first, since some of them may not fit.


class Candidate(NamedTuple):
    """One person who fits; their distance in metres, none without a point."""

    person_id: int
    metres: float | None
    skilled: bool = False
    responsible: bool = False  # Asked first, being responsible for the household and as near as the nearest.


Passed = tuple[int, float | None, Skip]
"""Somebody who was considered: their number, their distance in metres (none without a point), and why not."""


class Found(NamedTuple):
    """Who may be asked for one request, best first, and who was passed over, nearest first."""

    fitting: list[Candidate]
    passed: list[Passed]


# Looking it up in its enum takes as long as ten other steps, and it is asked for each person.
_FITS = Skip.NONE


@dataclass(slots=True)
class _Look:
    """One request's look around: the ranking, how far down it has been looked at, and the places that this yields."""

    case: Case
    ranking: Ranking
    depth: int
    responsible: int | None  # Their place in the pool.
    fitting: list[int] = field(default_factory=list)
    passed: list[tuple[int, Skip]] = field(default_factory=list)
    alike: bool = False  # Some who fit are so nearly as far that the ranking does not tell them apart.


def search(work: Work, requests: Sequence[Case], rung: Rung) -> dict[int, Found]:
    """For each request by id the people of its rung.

    Best are the skilled within reach where a skill is needed (of whichever grid of the village, or
    village of the township, also where the rung looks no farther than the grid), then by geodesic distance; ties go to
    the least loaded today, then to the one not asked for longest, then to the lower id. The household's responsible
    steward goes before somebody who is hardly nearer. Those passed over are named as far as they are nearer than the
    last one who fits. The same input gives the same answer.
    """
    if rung.ask not in (Ask.NEAREST, Ask.VOLUNTEERS):
        return _offices(work, requests, rung.ask)
    looks = _looks(work, requests, rung)
    reasons = _reasons(work, requests, _people(looks))
    again = [look for look in looks if not _sift(look, reasons, rung.count)]
    if again:
        for look in again:
            look.depth = len(look.ranking.order)
        reasons = _reasons(work, requests, _people(looks))
        for look in again:
            _sift(look, reasons, rung.count)
    return {look.case.id: _found(look, reasons, work.rules.responsible_within) for look in looks}


def _people(looks: Iterable[_Look]) -> set[int]:
    people: set[int] = set()
    for look in looks:
        numbers = look.ranking.pool.numbers
        people.update([numbers[place] for place in look.ranking.order[: look.depth]])
        if look.responsible is not None:
            people.add(numbers[look.responsible])
    return people


def _looks(work: Work, requests: Sequence[Case], rung: Rung) -> list[_Look]:
    kind = StewardKind.STEWARD if rung.ask is Ask.NEAREST else StewardKind.VOLUNTEER
    grids = {case.grid_id for case in requests if case.grid_id is not None}
    in_grid = rung.within is Within.GRID
    of_grids = in_grid and all(case.grid_id is not None for case in requests)
    codes = {case.village_code for case in requests if case.village_code}
    villages = neighbours.around(work, codes, kind, grids if of_grids else ())
    pools: dict[tuple[str, int | None], Pool] = {}
    teams = _teams(work, requests, kind)
    theirs = neighbours.responsible(work.conn, {case.household_id for case in requests if case.household_id})
    depth, reach = rung.count + SPARE + BEYOND, work.rules.skill_reach**2
    looks = []
    for case in requests:
        where = case.village_code or "", case.grid_id if in_grid else None  # None: all of it.
        if where not in pools:
            people = villages.get(where[0], [])
            pools[where] = Pool.of([one for one in people if where[1] in (None, one.grid_id)])
        pool = _with_team(case, pools[where], teams, work.rules.skill_reach)
        responsible = pool.places.get(theirs.get(case.household_id or 0, 0))
        unplaced = case.lat is None  # Nobody is nearer than others: all of them are looked at.
        looks.append(_Look(case, rank(case, pool, reach), len(pool.people) if unplaced else depth, responsible))
    return looks


def _teams(work: Work, requests: Sequence[Case], kind: StewardKind) -> dict[str, Team]:
    """By skill the people around the requests that need it, of all villages of their townships."""
    placed = [case for case in requests if case.skill and case.township_code and case.lat is not None]
    box = geo.around([geo.Point(case.lat or 0.0, case.lon or 0.0) for case in placed], work.rules.skill_reach)
    if box is None:
        return {}
    people = neighbours.skilled(work, {case.township_code for case in placed if case.township_code}, box, kind)
    people.sort(key=lambda one: (one.lat or 0.0, one.person_id))
    teams = {case.skill: Team([], []) for case in placed if case.skill}
    for one in people:
        for skill in one.skills.split(";"):
            if skill in teams:
                teams[skill].lats.append(one.lat or 0.0)
                teams[skill].people.append(one)
    return teams


def _with_team(case: Case, pool: Pool, teams: dict[str, Team], reach: float) -> Pool:
    """The pool, and besides whoever has the skill within reach: of the next grid, of the next village."""
    team = teams.get(case.skill or "")
    if team is None or case.lat is None:
        return pool
    around = rank(case, team.around(case.lat, reach), reach**2)
    near = [around.pool.people[place] for place in around.order if not around.rough[place]]
    return Pool.of([*pool.people, *(one for one in near if one.person_id not in pool.places)])


def _reasons(work: Work, requests: Sequence[Case], people: set[int]) -> Reasons:
    return Reasons(
        neighbours.states(work, people),
        neighbours.homes(work.conn, {case.requester_id for case in requests}),
        neighbours.asked(work.conn, [case.id for case in requests]),
        work.rules.daily_cap,
        work.rules.quiet_hours.holds(work.rules.local(work.now)),
        frozenset(case.id for case in requests if case.drill and work.rules.hushed(case.opened_at)),
    )


def _sift(look: _Look, reasons: Reasons, count: int) -> bool:
    """Go down the ranking until enough fit, and past all who could be as near as the last one chosen.

    False: the people whose reasons are known do not suffice for that.
    """
    look.fitting, look.passed, look.alike = fitting, passed, _ = [], [], False
    pool, rough, squares, order = look.ranking
    numbers = pool.numbers
    special, alone, waits = reasons.special(look.case), reasons.alone, reasons.waits(look.case)
    enough, bound, beyond = count + SPARE, -1.0, None
    for place in order[: look.depth]:
        square = squares[place]
        if beyond is not None and (rough[place], square) > beyond:
            return True
        number = numbers[place]
        skip = special.get(number) or alone.get(number) or reasons.held_back(pool.people[place])
        if skip is not _FITS or waits:
            passed.append((place, Skip.QUIET if skip is _FITS else skip))
            continue
        if square <= bound:
            look.alike = True
        bound = square * AS_NEAR + 1e-9
        fitting.append(place)
        if len(fitting) == enough:
            last = fitting[count - 1]
            beyond = rough[last], squares[last] * AS_NEAR + 1e-9
    rest = order[look.depth :]
    return not rest or (beyond is not None and (rough[rest[0]], squares[rest[0]]) > beyond)


def _found(look: _Look, reasons: Reasons, within: float) -> Found:
    pool, rough, squares, _ = look.ranking
    numbers, placed = pool.numbers, look.case.lat is not None
    if look.alike or not placed:
        fitting = _told_apart(look, reasons)
    else:  # The usual case: the ranking's order and distances stand.
        fitting = [Candidate(numbers[place], squares[place] ** 0.5, not rough[place]) for place in look.fitting]
    last = len(pool.points) if placed else 0  # Those after it have no point.
    passed = [(numbers[place], squares[place] ** 0.5 if place < last else None, skip) for place, skip in look.passed]
    return Found(_responsible_first(look, fitting, reasons, within), passed)


def _told_apart(look: _Look, reasons: Reasons) -> list[Candidate]:
    """Those who fit, where some are nearly alike: the geodesic has the last word, then load, turn and number.

    The others keep the ranking's own figure, which differs from the geodesic by less than a millimetre in 1 km.
    """
    lat, lon = look.case.lat, look.case.lon
    pool, rough, squares, _ = look.ranking
    near = {
        place
        for pair in pairwise(look.fitting)
        if squares[pair[1]] <= squares[pair[0]] * AS_NEAR + 1e-9
        for place in pair
    }
    found = []
    for place in look.fitting:
        one = pool.people[place]
        metre = 0.0 if lat is None else squares[place] ** 0.5
        if lat is not None and lon is not None and place in near:
            metre = geo.metres(geo.Point(lat, lon), geo.Point(one.lat or 0.0, one.lon or 0.0))
        load = reasons.states[one.person_id].load
        found.append((rough[place], metre, load, str(one.asked_at or ""), one.person_id))
    return [
        Candidate(person_id, None if lat is None else metre, not rough)
        for rough, metre, _, _, person_id in sorted(found)
    ]


def _responsible_first(look: _Look, found: list[Candidate], reasons: Reasons, within: float) -> list[Candidate]:
    """Whoever is responsible for the household goes first when hardly farther than the nearest, and as skilled."""
    if look.responsible is None or not found or found[0].metres is None:
        return found
    pool, rough, squares, _ = look.ranking
    one, metres = pool.people[look.responsible], squares[look.responsible] ** 0.5
    skilled = not rough[look.responsible]
    near = skilled is found[0].skilled and metres <= found[0].metres + within
    if not near or reasons.against(look.case, one) is not _FITS:
        return found
    first = Candidate(one.person_id, metres, skilled, responsible=True)
    return [first, *(other for other in found if other.person_id != one.person_id)]


def _offices(work: Work, requests: Sequence[Case], ask: Ask) -> dict[int, Found]:
    codes = {case.id: areas.code(case, areas.OFFICES[ask]) for case in requests}
    known = neighbours.admins(work.conn, {code for code in codes.values() if code})
    reasons = _reasons(work, requests, {one for people in known.values() for one in people})
    found = {}
    for case in requests:
        skips = [(one, reasons.against_admin(case, one)) for one in known.get(codes[case.id] or "", [])]
        found[case.id] = Found(
            [Candidate(one, None) for one, skip in skips if skip is _FITS],
            [(one, None, skip) for one, skip in skips if skip is not _FITS],
        )
    return found
