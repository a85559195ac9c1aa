"""The sweep: everything whose time has come, in batches, once. The clock is the `due_at` column."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from operator import attrgetter

import structlog
from sqlalchemy import bindparam, func, select
from sqlalchemy.exc import DBAPIError

from dispatch import cards, escalation, lifecycle, offices, telling
from dispatch.among import among
from dispatch.cases import CASES, Case
from dispatch.desk import appointing, helping, pairs
from dispatch.drills import ending
from dispatch.messages import Message
from dispatch.points import settling
from dispatch.points.helping import helped
from dispatch.rules import Rules
from dispatch.taps import Verb
from dispatch.work import Work
from models.clock import Clock
from models.requests import Offer, Request
from models.store import Store
from models.words import Answer, Due, Ending, Event, Lane, Level, Urgency

BATCH = 500
CHECKS = 3  # Questions without an answer, after which others are asked how it goes.
SOON = timedelta(seconds=1)  # The same where the database stumbled, as over a deadlock: nothing is wrong with it.
RETRY = timedelta(seconds=30)  # A request whose step failed is tried again then; the others go on.

log = structlog.get_logger()

# A village's requests come together, so that each batch reads the people of few villages only. Not by the bare column:
# SQLite would walk through all requests there ever were in the order of its index on villages.
_OVERDUE = (
    select(Request.id)
    .where(Request.due_at <= bindparam("now"))
    .order_by(func.coalesce(Request.village_code, ""), Request.due_at)
)
_BATCH = CASES.where(among(Request.id, "requests"), Request.due_at <= bindparam("now")).with_for_update(
    skip_locked=True
)


def sweep_all(store: Store, clock: Clock, rules: Rules, first: int = BATCH) -> int:
    """Take every step whose time has come; returns how many there were. `first` is how large the first batch is.

    Many batches wait for the disk once, with the last: whoever sends what they wrote commits before (ADR 33).
    """
    with store.read() as conn:
        waiting = conn.execute(_OVERDUE, {"now": clock.now()}).scalars().all()
    total, begin, end = 0, 0, first
    while begin < len(waiting):
        with store.write(lasting=end >= len(waiting)) as conn:
            total += sweep(Work(conn, clock.now(), rules), waiting[begin:end])
        begin, end = end, end + BATCH
    return total


def sweep(work: Work, requests: Sequence[int]) -> int:
    """Take the next step of those of these requests that are overdue; returns how many there were."""
    rows = work.conn.execute(_BATCH, {"now": work.now, "requests": requests})
    cases = sorted(map(Case._make, rows.all()), key=attrgetter("due_at", "id"))
    over = [case for case in cases if case.drill and ending.is_over(work, case)]
    if over:
        _guarded(work, over, _end_drills)
    going = [case for case in cases if case not in over] if over else cases
    for due in Due:
        group = [case for case in going if case.due is due]
        if group:
            _guarded(work, group, _STEPS[due])
    for case in cases:
        if case.due is None:
            log.error("request has a time but no step", request=case.id)
            lifecycle.change(work, case, due=Due.CLIMB)
    work.flush()
    return len(cases)


def _guarded(work: Work, cases: Sequence[Case], step: Callable[[Work, Sequence[Case]], None]) -> None:
    """Take a step for all at once; when that fails, one by one, so that a broken request stops no other."""
    mark = work.mark()
    try:
        with work.conn.begin_nested():
            step(work, cases)
            settling.settle(work)
            work.flush()
    except Exception as fault:
        work.cut(mark)
        if len(cases) == 1:
            log.exception("step failed", request=cases[0].id, due=str(cases[0].due))
            wait = SOON if isinstance(fault, DBAPIError) else RETRY
            lifecycle.change(work, cases[0], due_at=work.now + wait)
            return
        for case in cases:
            _guarded(work, [case], step)


def _end_drills(work: Work, cases: Iterable[Case]) -> None:
    for case in cases:
        ending.end(work, case)


def _climb(work: Work, cases: Sequence[Case]) -> None:
    escalation.climb(work, cases)


def _start(work: Work, cases: Sequence[Case]) -> None:
    escalation.begin(work, cases)


def _ask_still_on(work: Work, cases: Iterable[Case]) -> None:
    for case in cases:
        appointing.ask_still_on(work, case)


def _ask_arrived(work: Work, cases: Iterable[Case]) -> None:
    """Accepted, and no word since: ask kindly. Without an answer the request goes back to the circle."""
    for case in cases:
        _ask_owner(work, case, "owner.arrived", ((Verb.ARRIVE, Verb.ON_MY_WAY), (Verb.HAND_OVER,)))
        if case.hands > 1:
            pairs.fill(work, case, more=True)
        rest = max(work.rules.take_back_after - work.rules.arrived_after, timedelta(seconds=1))
        lifecycle.change(work, case, due=Due.TAKE_BACK, due_at=work.now + rest)


def _take_back(work: Work, cases: Iterable[Case]) -> None:
    for case in cases:
        helping.back_to_circle(work, case, Event.FALL_SILENT, None)


def _check_on(work: Work, cases: Iterable[Case]) -> None:
    """Somebody is there for long: ask how it goes, and again after the same time; at night only in an emergency."""
    for case in cases:
        gently = work.now if case.urgency is Urgency.URGENT else work.rules.gently(work.now)
        if gently > work.now:
            lifecycle.change(work, case, due_at=gently)
            continue
        _ask_owner(work, case, "owner.check", ((Verb.SOLVE, Verb.NEED_HELP), (Verb.HAND_OVER,)))
        if case.arrived_at is not None and work.now - case.arrived_at >= CHECKS * work.rules.check_after:
            _ask_others(work, case)
        if case.hands > 1:
            pairs.fill(work, case, more=True)
        lifecycle.change(work, case, due=Due.CHECK_ON, due_at=work.now + work.rules.check_after)


def _ask_others(work: Work, case: Case) -> None:
    """Whoever is there says nothing: the requester can say that it is done, and the branch can ask. Once each."""
    key = f"{case.token}:{case.round}:long_there"
    params = {"number": case.id, "need": cards.need(case.words, 60)}
    own = Message("done.long_there", params, cards.buttons(((Verb.CONFIRM,),), case.token))
    work.post(case.requester_id, own, Lane.STATUS, key=key, case=case)
    offices.admins(work, case, Level.BRANCH, Message("branch.long_there", params), key=key)


def _lapse(work: Work, cases: Iterable[Case]) -> None:
    for case in cases:
        after = lifecycle.move(work, case, Event.LAPSE, None, ending=Ending.UNCONFIRMED)
        telling.tell(work, case, after, Event.LAPSE)
        helped(work, after)


def _ask_owner(work: Work, case: Case, key: str, rows: tuple[tuple[Verb, ...], ...]) -> None:
    token = work.conn.execute(
        select(Offer.token)
        .where(Offer.request_id == case.id, Offer.person_id == case.owner_id, Offer.answer == Answer.ACCEPTED)
        .order_by(Offer.id.desc())
        .limit(1)
    ).scalar()
    if token is not None and case.owner_id is not None:
        params = {"number": case.id, "need": cards.need(case.words, 60)}
        message = Message(key, params, cards.buttons(rows, token), loud=True)
        work.post(case.owner_id, message, Lane.ANSWER, case=case)


_STEPS: dict[Due, Callable[[Work, Sequence[Case]], None]] = {
    Due.CLIMB: _climb,
    Due.START: _start,
    Due.ASK_STILL_ON: _ask_still_on,
    Due.ASK_ARRIVED: _ask_arrived,
    Due.TAKE_BACK: _take_back,
    Due.CHECK_ON: _check_on,
    Due.LAPSE: _lapse,
}
