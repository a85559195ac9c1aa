"""Who hears what when a request moves. Whom is the lifecycle table's word; the sentences' keys are here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from dispatch import appointments, areas, cards, companions, offices
from dispatch.cases import Case
from dispatch.circulars import Circular
from dispatch.drills import reporting
from dispatch.lifecycle import MOVES, Tell
from dispatch.messages import Button, Message, about, text
from dispatch.rules import Rules
from dispatch.taps import RATINGS, Verb, data
from dispatch.work import Work
from models.requests import Offer, Request
from models.words import Answer, Ending, Event, Lane, Level, State

_LOUD = {Event.CANCEL, Event.CLOSE, Event.ASSIGN}


@dataclass(frozen=True, slots=True)
class Moved:
    """One move that happened: the request before and after, on which event, by whom; `news` overrides the sentence."""

    work: Work
    before: Case
    after: Case
    on: Event
    actor_id: int | None
    news: str | None = None


def tell(
    work: Work, before: Case, after: Case, on: Event, *, actor_id: int | None = None, news: str | None = None
) -> None:
    """Put into the outbox what a move means to each side that the lifecycle table names."""
    moved = Moved(work, before, after, on, actor_id, news)
    for who in MOVES[before.state, on].tell:
        _TELL[who](moved)


def _requester(it: Moved) -> None:
    edit(it.work, it.after, it.after.requester_id, cards.OWN)
    if it.after.drill:  # Who ordered it follows it on the card; at the end comes the report, however it ended.
        if it.after.ended_at is not None:
            it.work.post(it.after.requester_id, reporting.report(it.work, it.after), Lane.STATUS, case=it.after)
        return
    if it.actor_id == it.after.requester_id and it.on in (Event.CANCEL, Event.CONFIRM):
        if it.on is Event.CANCEL:
            _guardian(it, it.after.guardian_id, it.after.requester_id, _ended(it))
        return  # The conversation answers the person who tapped.
    if it.on in _NEWS:
        lane = Lane.ANSWER if it.on is Event.ACCEPT else Lane.STATUS
        it.work.post(it.after.requester_id, _NEWS[it.on](it), lane, case=it.after)


def _guardian(it: Moved, guardian_id: int | None, ward_id: int, message: Message) -> None:
    """Whoever looks after somebody hears what that person says or hears elsewhere than in a message about their own."""
    if guardian_id is not None and guardian_id != it.actor_id:
        name = cards.person(it.work.conn, ward_id).name
        it.work.post(guardian_id, about(name, message), Lane.STATUS, case=it.after)


def _owner(it: Moved) -> None:
    """Whoever has it or had it: the card changes, and what somebody else decided is said as well."""
    for owner_id in dict.fromkeys((it.before.owner_id, it.after.owner_id)):
        if owner_id is None:
            continue
        edit(it.work, it.after, owner_id, cards.OFFER)
        if owner_id != it.actor_id and it.on in _TO_OWNER:
            key = "owner.reassigned" if it.on is Event.ASSIGN and owner_id != it.after.owner_id else f"owner.{it.on}"
            params = {"number": it.after.id, "need": cards.need(it.after.words, 60), "reason": it.after.reason or ""}
            it.work.post(owner_id, Message(key, params, loud=it.on in _LOUD), Lane.ANSWER, case=it.after)


def _asked(it: Moved) -> None:
    """Everyone else whose offer was open: it is over for them, and their card says so kindly."""
    taken = it.on in (Event.ACCEPT, Event.ASSIGN)
    if taken and it.after.hands > 1 and companions.lacking(it.work, it.after):
        redraw_asked(it.work, it.after)  # A second one is wanted: their cards stay open.
        return
    gone = Answer.TAKEN if taken else Answer.OVER
    for person_id in close_offers(it.work, it.after, gone):
        edit(it.work, it.after, person_id, cards.OFFER)


def _branch(it: Moved) -> None:
    params = {"number": it.after.id, "need": cards.need(it.after.words)}
    offices.admins(it.work, it.after, Level.BRANCH, Message(f"branch.{it.on}", params))


_FOLLOWERS = select(Request.requester_id, Request.token, Request.words, Request.guardian_id).where(
    Request.leader_id == bindparam("leader")
)
_MAY_BE_LEFT = {Event.SOLVE, Event.CONFIRM, Event.LAPSE, Event.CLOSE}  # Solved there, and perhaps not at a follower's.


def _followers(it: Moved) -> None:
    """Everyone whose report joined it, each once; a withdrawal by its requester is told by whoever leads from then."""
    theirs = it.actor_id is not None and it.actor_id in (it.after.requester_id, it.after.guardian_id)
    if not it.after.followers or (it.on is Event.CANCEL and theirs):
        return
    on = Event.ACCEPT if it.on is Event.ASSIGN else it.on
    shared = {
        "number": it.after.id,
        "name": _helper(it) if it.after.owner_id else "",
        "ending": text(f"ending.{it.after.ending or 'none'}"),
        "reason": it.after.reason or "",
    }
    told: set[int] = {it.after.requester_id}
    for requester_id, token, words, guardian_id in it.work.conn.execute(_FOLLOWERS, {"leader": it.after.id}).all():
        if requester_id not in told:
            told.add(requester_id)
            params = {**shared, "need": cards.need(words, 60)}
            rows = cards.buttons(((Verb.STILL,),), token) if it.on in _MAY_BE_LEFT else ()
            message = Message(f"follow.{on}", params, rows)
            it.work.post(requester_id, message, Lane.STATUS, case=it.after)
            _guardian(it, guardian_id, requester_id, message)


def _companion(it: Moved) -> None:
    """Who comes along hears at once that it is done or off, or that its owner cannot go on."""
    if it.before.owner_id is None or it.before.state is State.DONE:
        return
    key = _ALONG.get(it.after.state, "pair.owner_left")
    params = {"number": it.after.id, "need": cards.need(it.after.words, 60), "reason": it.after.reason or ""}
    for person_id in companions.coming(it.work, it.before):
        message = Message(key, params, loud=True)
        it.work.post(person_id, message, Lane.ANSWER, case=it.after)


_ALONG = {State.DONE: "pair.done", State.CLOSED: "pair.off", State.CANCELLED: "pair.off"}
_TELL: dict[Tell, Callable[[Moved], None]] = {
    Tell.REQUESTER: _requester,
    Tell.OWNER: _owner,
    Tell.ASKED: _asked,
    Tell.BRANCH: _branch,
    Tell.FOLLOWERS: _followers,
    Tell.COMPANION: _companion,
}
_TO_OWNER = {Event.ASSIGN, Event.FALL_SILENT, Event.CONFIRM, Event.DISPUTE, Event.CLOSE, Event.CANCEL, Event.LAPSE}


def close_offers(work: Work, case: Case, answer: Answer) -> list[int]:
    """End every open offer of a request with this answer; returns whose they were."""
    people = work.conn.execute(_OPEN_OFFERS, {"request": case.id}).scalars().all()
    if people:
        work.conn.execute(_CLOSE_OFFERS, {"request": case.id, "became": answer})
    return list(people)


def redraw_asked(work: Work, case: Case) -> None:
    """Bring the cards of everyone whose offer is open up to date."""
    for person_id in work.conn.execute(_OPEN_OFFERS, {"request": case.id}).scalars().all():
        edit(work, case, person_id, cards.OFFER)


_open = (Offer.request_id == bindparam("request")) & (Offer.answer == Answer.OPEN)
_OPEN_OFFERS = select(Offer.person_id).where(_open)
_CLOSE_OFFERS = Offer.__table__.update().where(_open).values(answer=bindparam("became"))  # type: ignore[attr-defined]


def own_card(work: Work, case: Case) -> None:
    """The requester's own card, which later edits keep true; drawn when it is sent."""
    work.post(case.requester_id, _OWN_CARD, Lane.ANSWER, key=f"{case.id}:own", case=case)


_OWN_CARD = Message("", card=cards.OWN)


def edit(work: Work, case: Case, person_id: int, part: str) -> None:
    """Bring a card up to date. Many edits before the next sending are one: the card is drawn when it is sent."""
    key = f"edit:{case.id}:{person_id}:{part}"
    work.post(person_id, _EDITS[part], Lane.STATUS, key=key, case=case)


_EDITS = {part: Message("", edit=part) for part in (cards.OFFER, cards.OWN)}


def climbed(work: Work, cases: Sequence[Case], news: Message) -> None:
    """Bring the own cards of many requests up to date and say this to their requesters, with a statement for each.

    Apart are those whose message is another one: of a practice, or with somebody else who hears it as well.
    """
    together = []
    for case in cases:
        if not case.drill and case.guardian_id is None:
            together.append(case.id)
            continue
        edit(work, case, case.requester_id, cards.OWN)
        if not case.drill:  # Of a practice the card and the report tell.
            work.post(case.requester_id, news, Lane.STATUS, case=case)
    _OWN_EDITS.send(work, together, _EDITS[cards.OWN], Lane.STATUS)
    _CLIMBED.send(work, together, news, Lane.STATUS)


# The first has the key that `edit` gives.
_OWN_EDITS = Circular(Request.id, ("edit", Request.id, Request.requester_id, cards.OWN), Request.requester_id)
_CLIMBED = Circular(
    Request.id, (Request.id, Request.round, Request.rung, Request.repeats, "climbed"), Request.requester_id
)


# What the requester hears, by event. The own card changes with each of them as well.


def _accepted(it: Moved) -> Message:
    case = it.after
    if appointments.ahead(it.work.rules, case, it.work.now) and case.wanted_at is not None:
        when = {"name": _helper(it), "number": case.id, "when": appointments.shown(it.work.rules, case.wanted_at)}
        rows = cards.buttons(((Verb.OTHER_DAY, Verb.CANCEL),), case.token)
        return Message("dated.accepted", when, rows, loud=True)
    params = {"name": _helper(it), "minutes": case.minutes or 0, "number": case.id}
    key = "news.accepted" if case.minutes else "news.accepted_office"
    return Message(key, params, cards.buttons(((Verb.CANCEL, Verb.CONFIRM),), case.token), loud=True)


def _arrived(it: Moved) -> Message:
    return Message("news.arrived", {"name": _helper(it)})


def _back(it: Moved) -> Message:
    return Message(it.news or "news.back", {"number": it.after.id}, loud=True)


def _done(it: Moved) -> Message:
    rows = cards.done_rows(it.work.rules, it.after)
    params = {"name": _helper(it), "number": it.after.id, "need": cards.need(it.after.words, 60)}
    return Message("news.done", params, cards.buttons(rows, it.after.token))


def _run_dry(it: Moved) -> Message:
    due_at = it.after.due_at
    return Message("news.run_dry", {"until": it.work.rules.hhmm(due_at) if due_at else ""})


def _queued(it: Moved) -> Message:
    name, phone = offices.office(it.work, areas.upward(it.after, Level.BRANCH))
    return Message("news.queue", {"number": it.after.id, "office": name, "phone": phone})


def _ended(it: Moved) -> Message:
    case = it.after
    params = {
        "number": case.id,
        "need": cards.need(case.words, 60),
        "ending": text(f"ending.{case.ending}"),
        "reason": case.reason or "",
    }
    return Message("news.cancelled" if case.state is State.CANCELLED else "news.closed", params, loud=True)


def _lapsed(it: Moved) -> Message:
    return Message("news.lapsed", {"number": it.after.id, "need": cards.need(it.after.words, 60)})


def _helper(it: Moved) -> object:
    return cards.shown_name(cards.person(it.work.conn, it.after.owner_id))


_NEWS: dict[Event, Callable[[Moved], Message]] = {
    Event.ACCEPT: _accepted,
    Event.ASSIGN: _accepted,
    Event.ARRIVE: _arrived,
    Event.HAND_OVER: _back,
    Event.FALL_SILENT: _back,
    Event.LEAVE: _back,
    Event.SOLVE: _done,
    Event.RUN_DRY: _run_dry,
    Event.LAPSE: _lapsed,
    Event.CLOSE: _ended,
    Event.CANCEL: _ended,
    Event.QUEUE: _queued,
}


def numbers(rules: Rules) -> Message:
    """The emergency numbers."""
    known = rules.numbers
    return Message(
        "emergency.numbers", {"fire": known.fire, "ambulance": known.ambulance, "police": known.police}, loud=True
    )


def rating_question(case: Case) -> Message:
    """Asked once, after the requester has said that it is solved."""
    stars = tuple(Button(f"button.rate_{stars}", data(verb, case.token)) for verb, stars in RATINGS.items())
    return Message("rate.ask", {"number": case.id}, (stars,))


def thanks(case: Case) -> Message:
    """The answer to a requester who said how it ended."""
    return Message("confirm.half" if case.ending is Ending.HALF_SOLVED else "confirm.solved", {"number": case.id})
