"""Ordering a practice in a village, and stopping it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from dispatch import errors, lifecycle, matching, spots, telling
from dispatch.actors import Actor
from dispatch.cases import CASES, Case
from dispatch.desk import needs
from dispatch.desk.needs import Need
from dispatch.desk.timeline import Words
from dispatch.division import standing
from dispatch.permissions import Action, can
from dispatch.spots import Spot
from dispatch.work import Work
from models.places import Area
from models.requests import Request
from models.words import OPEN_STATES, Ending, Event, Level, State, Urgency


@dataclass(frozen=True, slots=True)
class Order:
    """A practice as it would be: in which village, with which words, and how many its ladder may ask."""

    spot: Spot
    words: str
    count: int


def planned(work: Work, actor: Actor, said: str) -> Order:
    """What an order would do. The village may stand first in it; whoever has only one need not name it.

    Raises:
        BadValue: it does not say which of several villages, or the ladder begins with an office.
        NotFound: the village lies beside the actor's areas.
        NotNow: a practice runs there, or nobody is there to practise with.
    """
    spot, words = _village(work, actor, said)
    if not work.rules.ladders.practice:
        raise errors.BadValue("drill.no_rung")
    if _running(work, spot) is not None:
        raise errors.NotNow("drill.runs", village=spot.place)
    count = _audience(work, actor, spot)
    if not count:
        raise errors.NotNow("drill.nobody", village=spot.place)
    return Order(spot, words, count)


def order(work: Work, actor: Actor, village_code: str, words: str) -> Case:
    """Begin a practice. Everything is looked up again, since time has passed since it was planned.

    Raises:
        NotNow: see `planned`.
    """
    plan = planned(work, actor, f"{village_code} {words}")
    return needs.ask(work, actor, Need(Words(plan.words), plan.spot, drill=True))


def stop(work: Work, actor: Actor, said: str) -> Case:
    """End a practice before its time, of the village that is named.

    Raises:
        NotFound: the village lies beside the actor's areas.
        NotNow: none runs there.
    """
    spot, _ = _village(work, actor, said)
    case = _running(work, spot)
    if case is None:
        raise errors.NotNow("drill.none", village=spot.place)
    return call_off(work, actor, case)


def call_off(work: Work, actor: Actor, case: Case) -> Case:
    """End this practice before its time: whoever was asked sees it on the card."""
    if not can(actor, Action.DRILL, case):
        raise errors.NotAllowed
    if case.state not in OPEN_STATES:
        raise errors.NotNow("drill.none", village=case.place)
    after = lifecycle.move(work, case, Event.CANCEL, actor.id, ending=Ending.WITHDRAWN)
    telling.tell(work, case, after, Event.CANCEL, actor_id=actor.id)
    return after


def _village(work: Work, actor: Actor, said: str) -> tuple[Spot, str]:
    """The village that the first word names and the other words; else the actor's only one and all words."""
    first, _, rest = said.strip().partition(" ")
    named = _named(work, first)
    codes = [row.code for row in named or standing.villages(work.conn, actor)]
    found = [spot for code in codes if (spot := spots.village(work.conn, code)) and can(actor, Action.DRILL, spot)]
    if not found:
        raise errors.NotFound("drill.no_village", village=first[:60])
    if len(found) > 1:
        known = "; ".join(f"{spot.place} {spot.village_code}" for spot in found[:10])
        raise errors.BadValue("drill.which_village", known=known)
    return found[0], (rest if named else said).strip()


def _named(work: Work, word: str) -> Sequence[Any]:
    """The villages of this code or name, wherever they are: one beside the actor's areas is no word of a need."""
    if not word:
        return []
    alike = or_(Area.code == word, Area.name.startswith(word, autoescape=True))
    rows = work.conn.execute(select(Area.code, Area.name).where(Area.level == Level.BRANCH, alike)).all()
    return [row for row in rows if word in (row.code, row.name, spots.short(row.name))]


def _running(work: Work, spot: Spot) -> Case | None:
    here = (Request.village_code == spot.village_code, Request.state.in_(OPEN_STATES), Request.drill)
    row = work.conn.execute(CASES.where(*here).with_for_update()).one_or_none()
    return None if row is None else Case(*row)


def _audience(work: Work, actor: Actor, spot: Spot) -> int:
    """How many people the rungs would ask, one rung after the other, if nobody answered."""
    case = lifecycle.blank(
        requester_id=actor.id, drill=True, state=State.WAITING, urgency=Urgency.NORMAL, opened_at=work.now,
        **needs.where(spot), county_code=spot.county_code, township_code=spot.township_code,
        village_code=spot.village_code,
    )  # fmt: skip
    chosen: set[int] = set()
    for rung in work.rules.ladders.practice:
        wider = rung.model_copy(update={"count": rung.count + len(chosen)})
        fits = [one.person_id for one in matching.search(work, [case], wider)[0].fitting]
        chosen |= set([one for one in fits if one not in chosen][: rung.count])
    return len(chosen)
