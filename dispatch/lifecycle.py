"""The life of a request as one table, and the only function that writes a request's state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from dispatch import appointments, errors
from dispatch.among import among
from dispatch.bulk import Bulk
from dispatch.cases import Case
from dispatch.permissions import Role
from dispatch.work import Work
from models.requests import Audit, Request
from models.words import OPEN_STATES, Due, Event, State


class Tell(StrEnum):
    """Who hears of a move; `dispatch.telling` holds the words."""

    REQUESTER = "requester"
    OWNER = "owner"
    ASKED = "asked"  # Everyone whose offer is still open.
    BRANCH = "branch"
    FOLLOWERS = "followers"  # Everyone whose report joined this request.
    COMPANION = "companion"  # Who comes along with the owner.


@dataclass(frozen=True, slots=True)
class Move:
    """One arrow: at a state, on an event, by a role (None: the clock), to a state, and whom to tell."""

    at: State
    on: Event
    by: tuple[Role | None, ...]
    to: State
    tell: tuple[Tell, ...] = ()


_ASKS = (Role.REQUESTER, Role.GUARDIAN)
_ADMINS = (Role.BRANCH, Role.TOWNSHIP, Role.COUNTY)
_W, _F, _A, _R, _D = State.WAITING, State.OFFERED, State.ACCEPTED, State.ARRIVED, State.DONE
_EVERYONE = (Tell.REQUESTER, Tell.OWNER, Tell.ASKED, Tell.FOLLOWERS)
_ALL = (*_EVERYONE, Tell.COMPANION)
_LEFT = (Tell.REQUESTER, Tell.OWNER, Tell.COMPANION)

TABLE: tuple[Move, ...] = (
    *(Move(at, Event.OFFER, (None,), _F, (Tell.REQUESTER,)) for at in (_W, _F)),
    *(Move(at, Event.FIND_NOBODY, (None,), at, (Tell.REQUESTER,)) for at in (_W, _F)),
    Move(_F, Event.RUN_DRY, (None, Role.ASKED), _W, (Tell.REQUESTER,)),
    *(Move(at, Event.ACCEPT, (Role.ASKED,), _A, _EVERYONE) for at in (_W, _F)),
    *(Move(at, Event.ASSIGN, _ADMINS, _A, _EVERYONE) for at in (_W, _F, _A, _R)),
    Move(_A, Event.ARRIVE, (Role.OWNER,), _R, (Tell.REQUESTER, Tell.OWNER)),
    *(Move(at, Event.HAND_OVER, (Role.OWNER,), _W, _LEFT) for at in (_A, _R)),
    Move(_A, Event.FALL_SILENT, (None,), _W, _LEFT),
    *(Move(at, Event.LEAVE, (None,), _W, (Tell.REQUESTER, Tell.COMPANION)) for at in (_A, _R)),
    *(Move(at, Event.SOLVE, (Role.OWNER,), _D, _ALL) for at in (_A, _R)),  # Asked: to come along, and nobody did.
    *(Move(at, Event.CONFIRM, _ASKS, State.CLOSED, _ALL) for at in OPEN_STATES),
    Move(_D, Event.DISPUTE, _ASKS, _W, (Tell.OWNER, Tell.BRANCH)),
    Move(_D, Event.LAPSE, (None,), State.CLOSED, (Tell.REQUESTER, Tell.OWNER, Tell.FOLLOWERS)),
    *(Move(at, Event.CLOSE, _ADMINS, State.CLOSED, _ALL) for at in OPEN_STATES),
    *(Move(at, Event.CANCEL, (*_ASKS, *_ADMINS), State.CANCELLED, _ALL) for at in OPEN_STATES),
    *(Move(at, Event.JOIN, (None, *_ASKS), State.CLOSED, (Tell.REQUESTER, Tell.ASKED)) for at in (_W, _F)),
    Move(_W, Event.QUEUE, (None,), _W, (Tell.REQUESTER,)),
    *(Move(at, Event.END_DRILL, (None,), State.CLOSED, (Tell.REQUESTER, Tell.OWNER, Tell.ASKED)) for at in OPEN_STATES),
)

MOVES: dict[tuple[State, Event], Move] = {(move.at, move.on): move for move in TABLE}

# Which clock starts with a state. WAITING and OFFERED run on their rung's, which the caller hands in.
CLOCKS: dict[State, tuple[Due, str]] = {
    State.ACCEPTED: (Due.ASK_ARRIVED, "arrived_after"),
    State.ARRIVED: (Due.CHECK_ON, "check_after"),
    State.DONE: (Due.LAPSE, "confirm_within"),
}
_STAMPS = {State.ACCEPTED: "accepted_at", State.ARRIVED: "arrived_at", State.DONE: "done_at"}

Change = tuple[Case, dict[str, Any]]


def open_case(work: Work, actor_id: int, **values: Any) -> Case:
    """Record a new request as waiting. Its clock (`due`, `due_at`) is among the values: no request is without one."""
    case = blank(**{**values, "id": work.next_number(), "state": State.WAITING})
    work.opened.append(case._asdict())
    work.running.pop(case.requester_id, None)
    record(work, case, "open", actor_id, after=State.WAITING)
    return case


_BLANK: dict[str, Any] = {**dict.fromkeys(Case._fields), "id": 0, "followers": 0, "hands": 1, "drill": False}


def blank(**values: Any) -> Case:
    """A request that is in no table, with nothing but these values."""
    return Case(**{**_BLANK, **values})


def move(work: Work, case: Case, on: Event, actor_id: int | None, **changes: Any) -> Case:
    """Make one move of the table and return the request as it is now; see `move_all`."""
    return move_all(work, [(case, changes)], on, actor_id)[0]


def move_all(work: Work, cases: Sequence[Change], on: Event, actor_id: int | None) -> list[Case]:
    """Move requests along one kind of arrow: state, clock, stamp, audit row. The only writer of a request's state.

    Every UPDATE is conditional on the state and round that the caller saw, so of two at once one wins. The changes
    of each are further columns; `due` and `due_at` among them override the new state's own clock.

    Raises:
        NotNow: the table has no such move from where a request stands.
        Taken: somebody else moved one of them first.
    """
    moved: list[Case] = []
    lines: dict[tuple[State, int, int], list[Case]] = {}
    writes: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for case, changes in cases:
        arrow = MOVES.get((case.state, on))
        if arrow is None:
            raise errors.NotNow(state=str(case.state))
        values = {**_consequences(work, arrow, case), **changes}
        if arrow.to is not case.state or not values:  # The same again would leave and enter two of SQLite's indexes.
            values["state"] = arrow.to
        writes.setdefault(tuple(values), []).append({"_id": case.id, "_at": case.state, "_round": case.round, **values})
        after = case.but(values)
        moved.append(after)
        work.running.pop(case.requester_id, None)
        lines.setdefault((case.state, after.round, after.rung), []).append(after)
    for rows in writes.values():
        if _MOVE.run(work.conn, rows) != len(rows):
            raise errors.Taken
    for (before, at_round, rung), group in lines.items():
        _record_all(work, group, str(on), actor_id, before, {"round": at_round, "rung": rung})
    return moved


MANY = 50  # From so many on a statement of their own is cheaper than their share of the next one.
_SAME = (Audit.at, Audit.actor_id, Audit.action, Audit.before, Audit.after, Audit.detail)
_PLACE = (Request.county_code, Request.township_code, Request.village_code)
_LINES = insert(Audit).from_select(
    [*(column.key for column in (*_SAME, *_PLACE)), "request_id"],
    select(*(bindparam(column.key, type_=column.type) for column in _SAME), *_PLACE, Request.id).where(
        among(Request.id, "requests")
    ),
    include_defaults=False,
)


def _record_all(
    work: Work, cases: Sequence[Case], action: str, actor_id: int | None, before: State, detail: dict[str, Any]
) -> None:
    """`record` for many of whom the same is said; where they are very many, from the requests' own rows."""
    after = cases[0].state
    if len(cases) < MANY:
        for case in cases:
            record(work, case, action, actor_id, before=before, after=after, **detail)
        return
    work.flush_trail()
    said = {"at": work.now, "actor_id": actor_id, "action": action, "before": str(before), "after": str(after)}
    work.conn.execute(_LINES, {**said, "detail": detail, "requests": [case.id for case in cases]})


def _moving(_dialect: str, columns: tuple[str, ...]) -> Any:
    seen = (Request.id == bindparam("_id"), Request.state == bindparam("_at"), Request.round == bindparam("_round"))
    values: dict[str, Any] = {column: bindparam(column) for column in columns if not column.startswith("_")}
    return update(Request).where(*seen).values(values)


_MOVE = Bulk(_moving)


def _consequences(work: Work, arrow: Move, case: Case) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if arrow.to not in OPEN_STATES:
        values |= {"due_at": None, "due": None, "ended_at": work.now}
    elif arrow.to in CLOCKS:
        values |= clock(work, case, arrow.to)
    if arrow.to in _STAMPS:
        values[_STAMPS[arrow.to]] = work.now
    return values


def clock(work: Work, case: Case, state: State) -> dict[str, Any]:
    """The clock that starts with a state, as `due` and `due_at`; an accepted appointment has its own."""
    due, span_name = CLOCKS[state]
    span: timedelta = getattr(work.rules, span_name)
    own = appointments.clock(work.rules, case, work.now) if state is State.ACCEPTED else {}
    return own or {"due": due, "due_at": work.now + span}


def change(work: Work, case: Case, **values: Any) -> Case:
    """Write columns other than the state: the clock, the place, what was added."""
    if "state" in values:
        raise ValueError("a state is written by move_all alone")
    work.conn.execute(update(Request).where(Request.id == case.id).values(**values))
    work.running.pop(case.requester_id, None)
    return case.but(values)


def change_all(work: Work, cases: Sequence[Change]) -> dict[int, Case]:
    """`change` for many that get the same columns, with one statement; returns them by number."""
    _CHANGE.run(work.conn, [{"_id": case.id, **values} for case, values in cases])
    for case, _ in cases:
        work.running.pop(case.requester_id, None)
    return {case.id: case.but(values) for case, values in cases}


def _changing(_dialect: str, columns: tuple[str, ...]) -> Any:
    values: dict[str, Any] = {column: bindparam(column) for column in columns if not column.startswith("_")}
    return update(Request).where(Request.id == bindparam("_id")).values(values)


_CHANGE = Bulk(_changing)


def record(
    work: Work,
    case: Case,
    action: str,
    actor_id: int | None,
    *,
    before: State | None = None,
    after: State | None = None,
    person_id: int | None = None,
    **detail: Any,
) -> None:
    """One line of the audit trail about a request."""
    work.audit.append(
        {
            "at": work.now,
            "actor_id": actor_id,
            "action": action,
            "request_id": case.id,
            "person_id": person_id,
            "county_code": case.county_code,
            "township_code": case.township_code,
            "village_code": case.village_code,
            "before": str(before) if before else None,
            "after": str(after) if after else None,
            "detail": detail,
        }
    )
