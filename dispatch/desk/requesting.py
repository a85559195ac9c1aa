"""What a requester does: ask, add, correct, cancel, confirm, dispute, rate."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Boolean, literal_column, select, update

from dispatch import appointments, cards, errors, escalation, geo, lifecycle, telling
from dispatch.actors import Actor
from dispatch.among import among
from dispatch.cases import CASES, Case
from dispatch.desk import following, pairs, timeline
from dispatch.desk.timeline import Words
from dispatch.guardians import bonds
from dispatch.ladders import Ladder
from dispatch.messages import Message
from dispatch.permissions import Action, can
from dispatch.points.helping import helped
from dispatch.rules import Rules
from dispatch.spots import Spot
from dispatch.taps import new_token
from dispatch.work import Work
from models.requests import Offer, Request
from models.words import (
    HELD_STATES,
    OPEN_STATES,
    Answer,
    Due,
    Ending,
    Event,
    Lane,
    NoteKind,
    State,
    Urgency,
)

LONGEST = timedelta(days=7)  # Of a rung's wait.
BAD_RATING = 2  # So many stars or fewer reach the branch in private.


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


def running(work: Work, person_id: int) -> list[Case]:
    """The person's open requests, newest first; never a practice, of which no later word is a part."""
    if person_id not in work.running:
        read_ahead(work, [person_id])
    return list(work.running[person_id])


def read_ahead(work: Work, people: Collection[int]) -> None:
    """Read the open requests of many people at once, for `running`."""
    work.running |= {person_id: [] for person_id in people}
    for row in work.conn.execute(_RUNNING, {"people": list(people)}).all():
        case = Case._make(row)
        work.running[case.requester_id].append(case)


_states = ", ".join(f"'{state}'" for state in OPEN_STATES)  # Written out: a list is expanded anew with each message.
_RUNNING = CASES.where(
    among(Request.requester_id, "people"),
    literal_column(f"requests.state IN ({_states})", Boolean),
    Request.drill.is_(False),
).order_by(Request.id.desc())


def belongs(rules: Rules, case: Case, now: datetime) -> bool:
    """Whether a further message is part of this request: it follows closely, or nobody has answered yet.

    An appointment waits for days: what comes later than closely is another need.
    """
    if appointments.ahead(rules, case, now):
        return now - case.heard_at <= rules.merge_within
    if case.state in (State.WAITING, State.OFFERED):
        return True
    return case.state in HELD_STATES and now - case.heard_at <= rules.merge_within


def add(work: Work, actor: Actor, case: Case, words: Words, kind: NoteKind = NoteKind.ADDED) -> Case:
    """Add what the requester said later; whoever has been asked, or has it, sees it at once."""
    attachments = timeline.note(work, case, actor.id, kind, words)
    case = lifecycle.change(work, case, heard_at=work.now)
    if words.text and not case.words:
        case = lifecycle.change(work, case, words=words.text)
    people = [case.owner_id] if case.state in HELD_STATES else _asked(work, case)
    for person_id in people:
        if person_id is None:
            continue
        telling.edit(work, case, person_id, cards.OFFER)
        if attachments or case.state in HELD_STATES or kind is NoteKind.EDITED:
            key = "talk.edited" if kind is NoteKind.EDITED else "talk.added"
            message = Message(key, {"number": case.id, "words": cards.shorten(words.text)}, media=attachments)
            work.post(person_id, message, Lane.ANSWER, case=case)
    telling.edit(work, case, case.requester_id, cards.OWN)
    return case


def _asked(work: Work, case: Case) -> list[int]:
    statement = select(Offer.person_id).where(Offer.request_id == case.id, Offer.answer == Answer.OPEN)
    return list(work.conn.execute(statement).scalars())


def relocate(work: Work, actor: Actor, case: Case, spot: Spot) -> Case:
    """The place was learned or corrected. In another village or grid the ladder begins again there."""
    _require(actor, Action.AMEND, case)
    if spot.grid_id is None and spot.village_code == case.village_code:
        spot = replace(spot, grid_id=case.grid_id)
    moved = (spot.village_code, spot.grid_id) != (case.village_code, case.grid_id)
    if moved and case.state in (State.WAITING, State.OFFERED):
        people = telling.close_offers(work, case, Answer.OVER)
        codes = {"county_code": spot.county_code, "township_code": spot.township_code}
        again = {"round": case.round + 1, "rung": 0} if case.due is not Due.START else {}
        case = lifecycle.change(work, case, **codes, village_code=spot.village_code, **where(spot), **again)
        for person_id in people:
            telling.edit(work, case, person_id, cards.OFFER)
        if _lacks_a_detail(case):
            escalation.begin(work, [case])
        elif case.due is not Due.START:
            escalation.begin_again(work, case)
        return case
    if spot.point is None:
        return case
    case = lifecycle.change(work, case, **where(replace(spot, household_id=case.household_id)))
    if _lacks_a_detail(case):
        escalation.begin(work, [case])
    return case


def _lacks_a_detail(case: Case) -> bool:
    """Whether its start was put off for an answer, not for a day."""
    return case.due is Due.START and case.wanted_at is None


def begin(work: Work, actor: Actor, case: Case) -> None:
    """Start a ladder that waited for a detail."""
    _require(actor, Action.AMEND, case)
    if _lacks_a_detail(case):
        escalation.begin(work, [case])


def alarm(work: Work, actor: Actor, case: Case) -> Case:
    """The requester says that it is an emergency: the urgent ladder, at once, from its first rung."""
    _require(actor, Action.AMEND, case)
    if case.urgency is Urgency.URGENT or case.state not in (State.WAITING, State.OFFERED):
        return case
    ladder = ladder_for(work, Urgency.URGENT, case.hands)
    at_once = {"wanted_at": None, "round": case.round + 1, "rung": 0}
    case = lifecycle.change(work, case, urgency=Urgency.URGENT, ladder=ladder, **at_once)
    lifecycle.record(work, case, "alarm", actor.id)
    escalation.begin_again(work, case)
    return case


def for_other(
    work: Work, actor: Actor, case: Case, helped: Helped, spot: Spot | None, address: str | None = None
) -> Case:
    """Somebody else is helped: name, phone and place are theirs; the requester still hears how it goes.

    `address` is where they live in the requester's words, where no household of that name is known.
    """
    _require(actor, Action.AMEND, case)
    guardian_id = bonds.guardian_of(work.conn, spot.household_id if spot else None, helped.name)
    guardian_id = None if guardian_id == case.requester_id else guardian_id
    values = {"helped_name": helped.name, "helped_phone": helped.phone, "guardian_id": guardian_id}
    case = lifecycle.change(work, case, **values)
    lifecycle.record(work, case, "for_other", actor.id)
    if spot is not None:
        case = relocate(work, actor, case, spot)
        return lifecycle.change(work, case, household_id=spot.household_id)
    if address is not None:
        case = lifecycle.change(work, case, address=address[:200], household_id=None)
    return case


def cancel(work: Work, actor: Actor, case: Case, reason: str | None = None) -> Case:
    """Withdraw, before or after acceptance; whoever is under way hears it at once."""
    _require(actor, Action.CANCEL, case)
    ending = Ending.WITHDRAWN
    after = lifecycle.move(work, case, Event.CANCEL, actor.id, ending=ending, reason=reason)
    telling.tell(work, case, after, Event.CANCEL, actor_id=actor.id)
    if actor.id in (case.requester_id, case.guardian_id):
        following.lead_on(work, after)
    return after


def confirm(work: Work, actor: Actor, case: Case, ending: Ending = Ending.SOLVED) -> Case:
    """The requester says that it is solved, or half: the only way to "satisfied"."""
    _require(actor, Action.CONFIRM, case)
    after = lifecycle.move(work, case, Event.CONFIRM, actor.id, ending=ending)
    telling.tell(work, case, after, Event.CONFIRM, actor_id=actor.id)
    helped(work, after)
    return after


def dispute(work: Work, actor: Actor, case: Case) -> Case:
    """Not solved: another person is asked, at most so often as the rules say; after that the township has it."""
    _require(actor, Action.DISPUTE, case)
    disputes = case.disputes + 1
    over = disputes > work.rules.disputes
    index = escalation.township_rung(case) if over else 0
    gave_back(work, case)
    after = lifecycle.move(
        work, case, Event.DISPUTE, actor.id, disputes=disputes, round=case.round + 1, rung=index, owner_id=None,
        due=Due.CLIMB, due_at=work.now,
    )  # fmt: skip
    telling.tell(work, case, after, Event.DISPUTE, actor_id=actor.id)
    escalation.begin_again(work, after, index)
    return after


def gave_back(work: Work, case: Case) -> None:
    """The owner's offer did not hold: they are not asked again for this request."""
    work.conn.execute(
        update(Offer)
        .where(Offer.request_id == case.id, Offer.person_id == case.owner_id, Offer.answer == Answer.ACCEPTED)
        .values(answer=Answer.GAVE_BACK)
    )


def rate(work: Work, actor: Actor, case: Case, stars: int) -> Case:
    """One tap, once. A bad one reaches the branch in private.

    Raises:
        BadValue: not one to five stars.
        NotNow: the request has not ended, or was rated before.
    """
    _require(actor, Action.RATE, case)
    if not 1 <= stars <= 5:
        raise errors.BadValue("error.stars")
    if case.state is not State.CLOSED or case.rating is not None:
        raise errors.NotNow("rate.once")
    case = lifecycle.change(work, case, rating=stars)
    lifecycle.record(work, case, "rate", actor.id, stars=stars)
    if stars <= BAD_RATING:
        message = Message("branch.bad_rating", {"number": case.id, "stars": stars, "need": cards.need(case.words)})
        telling.in_private(work, case, message)
    return case


def _require(actor: Actor, action: Action, case: Case) -> None:
    if not can(actor, action, case):
        raise errors.NotAllowed
    if case.drill:
        raise errors.NotNow("drill.only_stopped")
