"""What a requester does about a request that was opened: add, correct, cancel, confirm, dispute, rate."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Boolean, and_, bindparam, literal_column, or_, select, update

from dispatch import appointments, cards, companions, errors, escalation, geo, lifecycle, offices, telling
from dispatch.actors import Actor
from dispatch.among import among
from dispatch.cases import CASES, Case, load
from dispatch.categories import Category
from dispatch.desk import following, holding, needs, pairs, timeline
from dispatch.desk.needs import Helped
from dispatch.desk.timeline import Words
from dispatch.guardians import bonds
from dispatch.messages import Message, Pin, text
from dispatch.permissions import Action, can
from dispatch.points.helping import helped
from dispatch.rules import Rules
from dispatch.spots import Spot
from dispatch.work import Work
from models.people import Steward
from models.requests import Audit, Offer, Request
from models.words import (
    HELD_STATES,
    OPEN_STATES,
    Answer,
    Ask,
    Due,
    Ending,
    Event,
    Lane,
    NoteKind,
    State,
    StewardKind,
    Urgency,
)

BAD_RATING = 2  # So many stars or fewer reach the branch in private.


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


def add(
    work: Work,
    actor: Actor,
    case: Case,
    words: Words,
    kind: NoteKind = NoteKind.ADDED,
    category: Category | None = None,
) -> Case:
    """Add what the requester said later; whoever has been asked, or has it, sees it at once.

    The first words of a request that was a mere photo, voice or place say of which `category` it is.
    """
    case = load(work.conn, case.id)  # It was read ahead: another process may have given it to somebody since.
    attachments = timeline.note(work, case, actor.id, kind, words)
    case = lifecycle.change(work, case, heard_at=work.now)
    if words.text and not case.words:
        kind_of = {} if category is None else {"category": category.name, "skill": category.skill}
        case = lifecycle.change(work, case, words=words.text, **kind_of)
    held = case.state in (*HELD_STATES, State.DONE)
    for person_id in [case.owner_id] if held else _asked(work, case):
        if person_id is None:
            continue
        telling.edit(work, case, person_id, cards.OFFER)
        if attachments or held or kind is NoteKind.EDITED:
            key = "talk.edited" if kind is NoteKind.EDITED else "talk.added"
            said = cards.shorten(words.text) or text("talk.see")
            pin = Pin(words.point.lat, words.point.lon) if words.point and held else None
            message = Message(key, {"number": case.id, "words": said}, media=attachments, pin=pin)
            work.post(person_id, message, Lane.ANSWER, case=case)
    telling.edit(work, case, case.requester_id, cards.OWN)
    return case


def _asked(work: Work, case: Case) -> list[int]:
    statement = select(Offer.person_id).where(Offer.request_id == case.id, Offer.answer == Answer.OPEN)
    return list(work.conn.execute(statement).scalars())


def relocate(work: Work, actor: Actor, case: Case, spot: Spot, *, told: bool = False) -> Case:
    """The place was learned or corrected. In another village or grid the ladder begins again there.

    Whoever is on the way hears that it is elsewhere now, unless they were `told` the place itself.

    Raises:
        NotNow: it has ended.
    """
    case = load(work.conn, case.id)
    _require(actor, Action.AMEND, case)
    if case.ended_at is not None:
        raise errors.NotNow(state=str(case.state))
    if spot.grid_id is None and spot.village_code == case.village_code:
        spot = replace(spot, grid_id=case.grid_id)
    moved = (spot.village_code, spot.grid_id) != (case.village_code, case.grid_id)
    if case.followers and moved and (case.grid_id is not None or spot.village_code != case.village_code):
        case = following.leave_behind(work, case)
    codes = {
        "county_code": spot.county_code, "township_code": spot.township_code, "village_code": spot.village_code,
    }  # fmt: skip
    if moved and case.state in (State.WAITING, State.OFFERED):
        people = telling.close_offers(work, case, Answer.OVER)
        again = {"round": case.round + 1, "rung": 0} if case.due is not Due.START else {}
        case = lifecycle.change(work, case, **codes, **needs.where(spot), **again)
        for person_id in people:
            telling.edit(work, case, person_id, cards.OFFER)
        if _lacks_a_detail(case):
            escalation.begin(work, [case])
        elif case.due is not Due.START:
            escalation.begin_again(work, case, anew=True)
        return case
    if spot.point is None and spot.household_id is None and not moved:
        return case
    at_home = spot.household_id or (None if moved else case.household_id)  # A point within the village is near it.
    case = lifecycle.change(work, case, **codes, **needs.where(replace(spot, household_id=at_home)))
    case = _measure(work, case)
    if not told:
        case = _elsewhere(work, case)
    if _lacks_a_detail(case):
        escalation.begin(work, [case])
    return case


_POINTS = (
    select(
        Offer.id, Offer.person_id, Offer.answer, Offer.metres,
        Steward.lat, Steward.lon, Steward.live_lat, Steward.live_lon, Steward.live_at,
    )
    .join(Steward, Steward.person_id == Offer.person_id)
    .where(
        Offer.request_id == bindparam("request"),
        Offer.round == bindparam("round"),
        Offer.answer.in_((Answer.OPEN, Answer.ACCEPTED, Answer.JOINED)),
        or_(
            and_(Offer.ask == Ask.NEAREST, Steward.kind == StewardKind.STEWARD),
            and_(Offer.ask == Ask.VOLUNTEERS, Steward.kind == StewardKind.VOLUNTEER),
        ),
    )
)  # fmt: skip
_METRES = update(Offer).where(Offer.id == bindparam("_id")).values(metres=bindparam("_metres"))


def _measure(work: Work, case: Case) -> Case:
    """How far it is by now for whoever was asked or has it, on their cards and in what the requester is told."""
    at = geo.Point(case.lat, case.lon) if case.lat is not None and case.lon is not None else None
    since, rows, minutes = work.now - work.rules.live_fresh, [], case.minutes
    for row in work.conn.execute(_POINTS, {"request": case.id, "round": case.round}).all():
        live = row.live_at is not None and row.live_at >= since
        lat, lon = (row.live_lat, row.live_lon) if live else (row.lat, row.lon)
        metres = float(geo.ranking(at).squared(lat, lon)) ** 0.5 if at is not None and lat is not None else None
        if metres != row.metres:
            rows.append({"_id": row.id, "_metres": metres})
            telling.edit(work, case, row.person_id, cards.OFFER)
        if row.person_id == case.owner_id and row.answer is Answer.ACCEPTED:
            minutes = work.rules.travel.minutes(metres) if metres is not None else None
    if rows:
        work.conn.execute(_METRES, rows)
    if minutes != case.minutes:
        case = lifecycle.change(work, case, minutes=minutes)
        telling.edit(work, case, case.requester_id, cards.OWN)
    return case


def _elsewhere(work: Work, case: Case) -> Case:
    """Whoever is on the way is expected elsewhere; where that is they see behind the button, as ever.

    The way begins anew, and so does the time after which they are asked whether they are there.
    """
    if case.state not in HELD_STATES:
        return case
    if case.state is State.ACCEPTED:
        case = lifecycle.change(work, case, **lifecycle.clock(work, case, case.state))
    news = Message("owner.elsewhere", {"number": case.id, "need": cards.need(case.words, 60)}, loud=True)
    for person_id in (case.owner_id, *companions.coming(work, case)):
        if person_id is not None:
            telling.edit(work, case, person_id, cards.OFFER)
            work.post(person_id, news, Lane.ANSWER, case=case)
    return case


_NEWEST = (
    select(Audit.action)
    .where(Audit.request_id == bindparam("request"), Audit.action.in_(("here_or_home", "said_where")))
    .order_by(Audit.id.desc())
    .limit(1)
)


def asked_where(work: Work, actor: Actor, case: Case) -> None:
    """They are asked whether help is needed at the place that was sent, or at home."""
    lifecycle.record(work, case, "here_or_home", actor.id)


def said_where(work: Work, actor: Actor, case: Case) -> None:
    """They have answered that."""
    lifecycle.record(work, case, "said_where", actor.id)


def where_is_open(work: Work, case: Case) -> bool:
    """Whether they were asked that in an earlier message, and have not answered since."""
    return work.conn.execute(_NEWEST, {"request": case.id}).scalar() == "here_or_home"


def _lacks_a_detail(case: Case) -> bool:
    """Whether its start was put off for an answer, not for a day."""
    return case.due is Due.START and case.wanted_at is None


def begin(work: Work, actor: Actor, case: Case) -> None:
    """Start a ladder that waited for a detail.

    Raises:
        NotNow: it has ended.
    """
    _require(actor, Action.AMEND, case)
    if case.ended_at is not None:
        raise errors.NotNow(state=str(case.state))
    if _lacks_a_detail(case):
        escalation.begin(work, [case])


def alarm(work: Work, actor: Actor, case: Case) -> Case:
    """The requester says that it is an emergency: the urgent ladder, at once, from its first rung.

    Whoever was asked or has it already hears it loudly; where somebody has it, more are called to come along.
    """
    case = load(work.conn, case.id)
    _require(actor, Action.AMEND, case)
    if case.urgency is Urgency.URGENT or case.state not in (State.WAITING, State.OFFERED, *HELD_STATES):
        return case
    held, ahead = case.state in HELD_STATES, appointments.ahead(work.rules, case, work.now)
    informed = [case.owner_id] if held else _asked(work, case)
    ladder = needs.ladder_for(work, Urgency.URGENT, case.hands)
    at_once = {"wanted_at": None, "rung": 0, **({} if held else {"round": case.round + 1})}
    case = lifecycle.change(work, case, urgency=Urgency.URGENT, ladder=ladder, **at_once)
    lifecycle.record(work, case, "alarm", actor.id)
    news = Message("offer.alarm", {"number": case.id, "need": cards.need(case.words, 60)}, loud=True)
    for person_id in informed:
        if person_id is not None:
            telling.edit(work, case, person_id, cards.OFFER)
            work.post(person_id, news, Lane.OFFER, case=case)
    if held:
        if ahead:  # Accepted for another day, and wanted now.
            case = lifecycle.change(work, case, **lifecycle.clock(work, case, case.state))
        pairs.call_more(work, case)
    else:
        escalation.begin_again(work, case, anew=True)
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
        return relocate(work, actor, case, spot)
    if address is not None:
        case = lifecycle.change(work, case, address=address[:200], household_id=None)
        case = _elsewhere(work, case)
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
    ladder, index = case.ladder, 0
    if disputes > work.rules.disputes:
        ladder, index = escalation.by_township(case)
    after = lifecycle.move(
        work, case, Event.DISPUTE, actor.id, disputes=disputes, round=case.round + 1, rung=index, owner_id=None,
        ladder=ladder, due=Due.CLIMB, due_at=work.now,
    )  # fmt: skip
    holding.gave_back(work, case)
    telling.tell(work, case, after, Event.DISPUTE, actor_id=actor.id)
    escalation.begin_again(work, after, index)
    return after


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
        offices.in_private(work, case, message)
    return case


def _require(actor: Actor, action: Action, case: Case) -> None:
    if not can(actor, action, case):
        raise errors.NotAllowed
    if case.drill:
        raise errors.NotNow("drill.only_stopped")
