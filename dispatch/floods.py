"""One person asks for very much: past the limit it waits with the branch, which is told once; nothing is dropped."""

from bisect import bisect
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select

from dispatch import areas, cards, lifecycle, offices, telling
from dispatch.among import among
from dispatch.cases import Case
from dispatch.ladders import Rung
from dispatch.messages import Message
from dispatch.work import Work
from models.requests import Audit, Request
from models.words import Due, Event, Level, Urgency

_counted = (
    among(Request.requester_id, "people"),
    Request.opened_at > bindparam("since"),
    Request.urgency == Urgency.NORMAL,
    Request.drill.is_(False),
)
_MUCH = (
    select(Request.requester_id)
    .where(*_counted)
    .group_by(Request.requester_id)
    .having(func.count() > bindparam("limit"))
)
_QUEUED = select(Audit.request_id, Audit.detail).where(
    among(Audit.request_id, "requests"), Audit.action == str(Event.QUEUE)
)
_OPENED = select(Request.requester_id, Request.opened_at).where(*_counted).order_by(Request.opened_at)


def hold_back(work: Work, opened: Sequence[Case]) -> list[Case]:
    """Put what goes beyond a person's measure into the branch's queue; returns the requests that go on as usual.

    A queued request climbs from the branch's rung when that has had its time, so that it is never forgotten.
    Emergencies and practices are neither counted nor held.
    """
    people = {case.requester_id for case in opened if _counts(case)}
    if not people:
        return list(opened)
    rules = work.rules.floods
    bound = {"people": list(people), "since": work.now - rules.within, "limit": rules.requests}
    much = set(work.conn.execute(_MUCH, bound).scalars())
    return _hold(work, opened, [case for case in opened if case.requester_id in much and _counts(case)])


def hold_back_late(work: Work, started: Sequence[Case]) -> list[Case]:
    """The same for requests whose start had been put off: they are measured by when they were opened.

    Nine appointments made in one evening are as many on their day, when nothing else has been asked for lately.
    """
    counted = [case for case in started if _counts(case)]
    if not counted:
        return list(started)
    rules, opened = work.rules.floods, defaultdict[int, list[datetime]](list)
    since = min(case.opened_at for case in counted) - rules.within
    for row in work.conn.execute(_OPENED, {"people": list({case.requester_id for case in counted}), "since": since}):
        opened[row.requester_id].append(row.opened_at)
    held = []
    for case in counted:
        times = opened[case.requester_id]
        if bisect(times, case.opened_at) - bisect(times, case.opened_at - rules.within) > rules.requests:
            held.append(case)
    return _hold(work, started, held)


def _hold(work: Work, cases: Sequence[Case], held: Sequence[Case]) -> list[Case]:
    for case in held:
        _queue(work, case)
    return [case for case in cases if case not in held] if held else list(cases)


def _counts(case: Case) -> bool:
    return case.urgency is Urgency.NORMAL and not case.drill


def _queue(work: Work, case: Case) -> None:
    index, rung = _office(case)
    due_at = work.now + rung.clock
    case = lifecycle.move(work, case, Event.QUEUE, None, rung=index, due=Due.CLIMB, due_at=due_at)
    telling.own_card(work, case)
    telling.tell(work, case, case, Event.QUEUE)
    _tell_office(work, case)


def queued(work: Work, cases: Sequence[Case]) -> set[int]:
    """Which of these requests, by number, wait in the branch's queue: until they come back to the circle."""
    rounds = {case.id: case.round for case in cases if _counts(case)}
    if not rounds:
        return set()
    rows = work.conn.execute(_QUEUED, {"requests": list(rounds)}).all()
    return {row.request_id for row in rows if (row.detail or {}).get("round") == rounds[row.request_id]}


def _office(case: Case) -> tuple[int, Rung]:
    """The first rung at which an office is asked; where there is none, the last."""
    rungs = [Rung.model_validate(rung) for rung in case.ladder]
    index = next((at for at, rung in enumerate(rungs) if rung.ask in areas.OFFICES), len(rungs) - 1)
    return index, rungs[index]


def _tell_office(work: Work, case: Case) -> None:
    """The branch hears it once for a while, however many requests follow; the next above where it has no admin."""
    name = cards.shown_name(cards.person(work.conn, case.requester_id))
    stretch = int(work.now.timestamp() // work.rules.floods.within.total_seconds())
    message = Message("branch.flood", {"name": name})
    for level in Level:
        if offices.admins(work, case, level, message, key=f"flood:{case.requester_id}:{stretch}"):
            return
