"""A need and how it becomes a request: whom it is for, where, of which kind, and the ladder that it will climb."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from dispatch import appointments, escalation, geo, lifecycle
from dispatch.actors import Actor
from dispatch.cases import Case
from dispatch.desk import pairs, timeline
from dispatch.desk.timeline import Words
from dispatch.guardians import bonds
from dispatch.ladders import Ladder
from dispatch.spots import Spot
from dispatch.taps import new_token
from dispatch.work import Work
from models.words import Due, NoteKind, Urgency

LONGEST = timedelta(days=7)  # Of a rung's wait.


@dataclass(frozen=True, slots=True)
class Helped:
    """Whom a request is for, when that is not who asks; without a phone of their own the household's counts."""

    name: str
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """What is asked: the words, where, of which kind, how urgent; `start_at` puts the ladder off until then."""

    words: Words
    spot: Spot
    category: str = "other"
    skill: str | None = None
    urgency: Urgency = Urgency.NORMAL
    start_at: datetime | None = None
    wanted_at: datetime | None = None  # The day and time for which it is asked; never of an emergency.
    hands: int = 1
    helped: Helped | None = None
    matter: str | None = None  # What strikes many at once (`dispatch.categories.Matter`), by its name.
    drill: bool = False  # A practice (`dispatch.drills`).


def ask(work: Work, actor: Actor, need: Need) -> Case:
    """Record a request. The people of its first rung are asked in the same transaction (`escalation.start`)."""
    wanted_at = need.wanted_at if need.urgency is Urgency.NORMAL else None
    start_at = need.start_at if wanted_at is None else appointments.start(work.rules, wanted_at, work.now)
    practice = escalation.snapshot(work.rules.ladders.practice) if need.drill else None
    ladder = practice or ladder_for(work, need.urgency, need.hands, wanted_at, start_at)
    spot = need.spot
    case = lifecycle.open_case(
        work,
        actor.id,
        token=new_token(),
        requester_id=actor.id,
        guardian_id=_guardian(work, actor, need),
        county_code=spot.county_code,
        township_code=spot.township_code,
        village_code=spot.village_code,
        words=need.words.text,
        category=need.category,
        skill=need.skill,
        matter=need.matter,
        urgency=need.urgency,
        hands=need.hands,
        wanted_at=wanted_at,
        drill=need.drill,
        helped_name=need.helped.name if need.helped else None,
        helped_phone=need.helped.phone if need.helped else None,
        ladder=ladder,
        round=0,
        rung=0,
        repeats=0,
        disputes=0,
        due=Due.START if start_at else Due.CLIMB,
        due_at=start_at or work.now + escalation.parsed(ladder)[0].clock,
        opened_at=work.now,
        heard_at=work.now,
        **where(spot),
    )
    if not need.drill:  # What was only practised is nobody's word.
        timeline.note(work, case, actor.id, NoteKind.ASKED, need.words)
    if start_at is None:
        work.starting.append(case)
    return case


def _guardian(work: Work, actor: Actor, need: Need) -> int | None:
    """Who looks after the one who is helped, and therefore hears it all; nobody, where that is who asks."""
    if need.drill:
        return None
    if need.helped is None:
        return actor.guardian_id
    found = bonds.guardian_of(work.conn, need.spot.household_id, need.helped.name)
    return None if found == actor.id else found


def ladder_for(
    work: Work, urgency: Urgency, hands: int, wanted_at: datetime | None = None, start_at: datetime | None = None
) -> list[dict[str, Any]]:
    """The snapshot of a ladder: for two people every rung asks as many, for a day ahead its waits are longer."""
    ladder = work.rules.ladders.of(urgency)
    times = 1.0
    if wanted_at is not None:
        takes = sum((rung.clock for rung in ladder[:-1]), timedelta())
        times = appointments.patience(work.rules, wanted_at, start_at or work.now, takes)
    return _snapshot(ladder, hands, times)


@lru_cache(maxsize=64)
def _snapshot(ladder: Ladder, hands: int = 1, times: float = 1.0) -> list[dict[str, Any]]:
    rungs = ladder
    if times > 1:
        rungs = tuple(
            rung.model_copy(update={name: min(getattr(rung, name) * times, LONGEST)})
            for rung in ladder
            for name in ("wait", "repeat")
            if getattr(rung, name) is not None
        )
    snapshot = escalation.snapshot(rungs)
    return pairs.raised(snapshot, hands) if hands > 1 else snapshot


def where(spot: Spot) -> dict[str, Any]:
    """The columns of a request that say where it is, within its village."""
    near = geo.ranking(spot.point) if spot.point else None
    return {
        "household_id": spot.household_id,
        "grid_id": spot.grid_id,
        "lat": spot.lat,
        "lon": spot.lon,
        "k1": near.k1 if near else None,
        "k2": near.k2 if near else None,
        "k3": near.k3 if near else None,
        "place": spot.place,
        "address": spot.address,
    }
