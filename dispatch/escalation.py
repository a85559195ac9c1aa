"""The ladder at work: asking a rung, climbing when its time is over, asking the next when somebody falls away."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from itertools import chain, repeat
from typing import Any, NamedTuple

from sqlalchemy import Integer, bindparam, cast

from dispatch import areas, cards, floods, incidents, lifecycle, matching, offers, offices, telling
from dispatch.cases import Case
from dispatch.given import given, insert_given
from dispatch.ladders import Ladder, Rung
from dispatch.matching import Candidate, Found
from dispatch.messages import Message
from dispatch.offers import Chosen
from dispatch.work import Work
from models.requests import Request, Search
from models.store import dumps, loads
from models.words import Ask, Due, Event, Lane, Skip, State, Urgency

SNAPSHOTS_KEPT = 64
POOL_KEPT = 60  # How many of those considered are written down one by one for one search.


class Step(StrEnum):
    """Why a rung is asked."""

    FIRST = "first"  # The request was just recorded.
    AGAIN = "again"  # It came back to the circle.
    ANEW = "anew"  # It became an emergency, or is elsewhere: new to those whom the rung names besides.
    CLIMB = "climb"  # The rung before had its time.
    REPEAT = "repeat"  # The last rung, once more.
    REPLACE = "replace"  # Somebody in this rung fell away.


class Asking(NamedTuple):
    """One request about to ask one rung; `due_at` is when the rung's time is over."""

    case: Case
    nth: int
    rung: Rung
    due_at: datetime
    step: Step


class _Heard(NamedTuple):
    """What is told of a step, by request: how many are asked of the rung, who of it has not answered, how many besides.

    Whoever has not answered may still do so, and nobody says then that nobody is there.
    """

    asked: dict[int, int]
    still: dict[int, list[int]]
    besides: dict[int, int]


def ladder(case: Case) -> tuple[Rung, ...]:
    """The ladder that the request keeps."""
    return parsed(case.ladder)


def parsed(snapshot: Any) -> tuple[Rung, ...]:
    """The rungs of a ladder's snapshot. Requests share one (`models.base.Shared`), so it is mostly known by sight."""
    known = _SEEN.get(id(snapshot))
    if known is None or known[0] is not snapshot:
        if len(_SEEN) >= SNAPSHOTS_KEPT:
            _SEEN.clear()
        known = _SEEN[id(snapshot)] = snapshot, _parse(dumps(snapshot))
    return known[1]


_SEEN: dict[int, tuple[Any, tuple[Rung, ...]]] = {}  # It holds the snapshot as well, so that no other has its id.


@lru_cache(maxsize=16)
def snapshot(ladder: Ladder) -> list[dict[str, Any]]:
    """A ladder of the rules as a request keeps it."""
    return [rung.model_dump(mode="json", exclude_none=True) for rung in ladder]


@lru_cache(maxsize=64)
def _parse(snapshot: str) -> tuple[Rung, ...]:
    return tuple(Rung.model_validate(rung) for rung in loads(snapshot))


def start(work: Work) -> None:
    """Ask the first rung for every request opened in this transaction."""
    if work.starting:
        opened, work.starting = work.starting, []
        going = floods.hold_back(work, incidents.gather(work, opened))
        _ask(work, [_first(case, Step.FIRST) for case in going])


def begin_again(work: Work, case: Case, index: int = 0, *, anew: bool = False) -> None:
    """Ask for a request that came back to the circle, or (`anew`) is another one now, from the rung given."""
    rung = ladder(case)[index]
    _ask(work, [Asking(case, index, rung, work.now + rung.clock, Step.ANEW if anew else Step.AGAIN)])


def begin(work: Work, cases: Iterable[Case]) -> None:
    """Ask the first rung for requests whose start had been put off."""
    going = floods.hold_back_late(work, incidents.gather(work, list(cases)))
    _ask(work, [_first(case, Step.FIRST, work.now) for case in going])


def _first(case: Case, step: Step, at: datetime | None = None) -> Asking:
    rung = ladder(case)[0]
    return Asking(case, 0, rung, (at or case.opened_at) + rung.clock, step)


def climb(work: Work, cases: Iterable[Case]) -> None:
    """Ask the rung whose time it is. After a standstill that is not the next one but the one due now, once."""
    _ask(work, [_next(work, case) for case in cases])


def _next(work: Work, case: Case) -> Asking:
    rungs = ladder(case)
    index, at = case.rung, case.due_at or work.now
    step = Step.REPEAT if index >= len(rungs) - 1 else Step.CLIMB
    while index < len(rungs) - 1:
        index += 1
        if at + rungs[index].clock > work.now:
            break
        at += rungs[index].clock
    rung = rungs[min(index, len(rungs) - 1)]
    due_at = at + rung.clock
    if due_at <= work.now:  # The last rung, after a standstill: repetitions that were missed are not made up for.
        due_at = work.now + rung.clock
    least = work.now + min(work.rules.least_time, rung.clock)
    return Asking(case, index, rung, max(due_at, least), step)


def replace(work: Work, case: Case) -> None:
    """Somebody fell away: ask the next in the same rung. Its clock goes on, but who is asked gets at least a minute."""
    rung = ladder(case)[case.rung]
    least = work.now + min(work.rules.least_time, rung.clock)
    due_at = max(case.due_at or work.now, least)
    found = _ask(work, [Asking(case, case.rung, rung.model_copy(update={"count": 1}), due_at, Step.REPLACE)])
    if not found[case.id] and case.state is State.OFFERED and not offers.any_open(work, case):
        dry = lifecycle.move(work, case, Event.RUN_DRY, None)
        telling.tell(work, case, dry, Event.RUN_DRY)


def _ask(work: Work, askings: Sequence[Asking]) -> dict[int, list[Candidate]]:
    """Search, offer, move and tell for many requests, with one statement of each kind. Returns who was chosen."""
    found: dict[int, Found] = {}
    for rung, group in _by_rung(askings):
        found |= matching.search(work, [asking.case for asking in group], rung)
    chosen = {one.case.id: found[one.case.id].fitting[: one.rung.count] for one in askings}
    again = [one for one in askings if one.step is Step.REPEAT]
    besides = _there_by_now(work, again, chosen) if again else []
    offers.make(work, [*(Chosen(one.case, one.nth, one.rung.ask, chosen[one.case.id]) for one in askings), *besides])
    offered = {number for number, people in chosen.items() if people} | {one.case.id for one in besides}
    heard = _Heard(
        {number: len(people) for number, people in chosen.items()},
        {one.case.id: _still_asked(one, found[one.case.id]) for one in askings},
        {one.case.id: len(one.people) for one in besides},
    )
    _move(work, askings, offered, heard)
    pools = {str(one.case.id): _pool(found[one.case.id], len(chosen[one.case.id])) for one in askings}
    if pools:
        work.conn.execute(_SEARCHED, {"pools": pools, "now": work.now})
    return chosen


def _there_by_now(work: Work, askings: Sequence[Asking], chosen: Mapping[int, Sequence[Candidate]]) -> list[Chosen]:
    """Whom the last rung asks besides, each time: neighbours who can come by now, and could not when it was their turn.

    It was night, or they were off duty, and nobody else would ever ask them. What is kept from the circle on purpose
    stays so: what waits with the branch as one of very many, and what was disputed too often.
    """
    queued = floods.queued(work, [one.case for one in askings])
    near = [
        (one, next((rung for rung in reversed(ladder(one.case)) if rung.ask is Ask.NEAREST), None))
        for one in askings
        if one.case.id not in queued and one.case.disputes <= work.rules.disputes
    ]
    besides = []
    for rung, group in _by_rung([one._replace(rung=rung) for one, rung in near if rung is not None]):
        found = matching.search(work, [one.case for one in group], rung)
        for one in group:
            known = {who.person_id for who in chosen[one.case.id]}
            people = [who for who in found[one.case.id].fitting if who.person_id not in known]
            if people:
                besides.append(Chosen(one.case, one.nth, rung.ask, people[: rung.count]))
    return besides


def _by_rung(askings: Sequence[Asking]) -> list[tuple[Rung, list[Asking]]]:
    """Requests with one snapshot share its rungs, so these are told apart by sight."""
    groups: dict[int, tuple[Rung, list[Asking]]] = {}
    for asking in askings:
        groups.setdefault(id(asking.rung), (asking.rung, []))[1].append(asking)
    return list(groups.values())


def _move(work: Work, askings: Sequence[Asking], offered: Collection[int], heard: _Heard) -> None:
    """Write the new rung and clock through the lifecycle, and tell the requester in plain words."""
    for on in (Event.OFFER, Event.FIND_NOBODY):
        group = [one for one in askings if (one.case.id in offered) is (on is Event.OFFER)]
        changes = [
            (
                one.case,
                {
                    "rung": one.nth,
                    "repeats": one.case.repeats + (one.step is Step.REPEAT),
                    "due": Due.CLIMB,
                    "due_at": _due_at(one, on),
                },
            )
            for one in group
        ]
        moved = lifecycle.move_all(work, changes, on, None)
        _tell(work, list(zip(group, moved, strict=True)), heard)


def _due_at(one: Asking, on: Event) -> datetime:
    """A clock is put off for somebody who is asked late; where one falls away and nobody is left, it just goes on."""
    lost = one.step is Step.REPLACE and on is Event.FIND_NOBODY
    return (one.case.due_at if lost else None) or one.due_at


def _still_asked(one: Asking, found: Found) -> list[int]:
    """Who of an office was asked before and has not answered, in this capacity or another: they are reminded."""
    if one.rung.ask not in areas.OFFICES or one.step not in (Step.CLIMB, Step.REPEAT):
        return []
    return [person_id for person_id, _, skip in found.passed if skip is Skip.ASKED]


def _tell(work: Work, told: Sequence[tuple[Asking, Case]], heard: _Heard) -> None:
    """Tell the requesters, of a climb all who hear the same words together, and whom else the rung names."""
    climbed: dict[Any, tuple[Message, list[Case]]] = {}
    for asking, case in told:
        if asking.step is Step.FIRST:
            telling.own_card(work, case)
        elif asking.step in (Step.CLIMB, Step.REPEAT):
            news = _climbed(work, asking, case, heard)
            climbed.setdefault((news.key, news.loud, *news.params.values()), (news, []))[1].append(case)
        else:
            telling.edit(work, case, case.requester_id, cards.OWN)
        if asking.step is Step.REPEAT or heard.still[case.id]:
            offers.remind(work, case, asking.rung.ask, heard.still[case.id])
        if asking.step in (Step.FIRST, Step.CLIMB, Step.ANEW):
            for level in asking.rung.tell:
                params = {"number": case.id, "need": cards.need(case.words), "place": case.place}
                offices.admins(work, case, level, Message("branch.told", params, loud=True), Lane.OFFER)
    for news, cases in climbed.values():
        telling.climbed(work, cases, news)


def _climbed(work: Work, asking: Asking, case: Case, heard: _Heard) -> Message:
    """What the requester hears of a step: who is asked now, until when, and at offices whom to call."""
    asked, besides = heard.asked[case.id], heard.besides.get(case.id, 0)
    until = work.rules.hhmm(asking.due_at)
    level = areas.OFFICES.get(asking.rung.ask)
    if level is not None:
        name, phone = offices.office(work, areas.code(case, level))
        key = "news.climbed.office" if asked or heard.still[case.id] else "news.climbed.office_closed"
        loud = asking.step is Step.CLIMB or case.urgency is Urgency.URGENT  # Not all night, every half an hour.
        params = {"office": name, "phone": phone, "until": until}
        if besides and key == "news.climbed.office_closed":
            return Message("news.climbed.office_besides", {**params, "count": besides}, loud=loud)
        return Message(key, params, loud=loud)
    return _asked_now(asking.rung.ask, asked, until)


@lru_cache(maxsize=64)
def _asked_now(ask: Ask, count: int, until: str) -> Message:
    """One for all who hear the same."""
    key = f"news.climbed.{ask}" if count else "news.climbed.nobody"
    return Message(key, {"count": count, "until": until})


def _pool(found: Found, asked: int) -> list[tuple[Any, ...]]:
    """Who was considered and why not, for "why me?" and "why nobody?"; of the farthest only how many, by reason."""
    skips = chain(repeat(Skip.NONE, asked), repeat(Skip.FARTHER))
    considered = [(one.person_id, one.metres, skip) for one, skip in zip(found.fitting, skips, strict=False)]
    considered += found.passed
    pool: list[tuple[Any, ...]] = [
        (person_id, None if metres is None else int(metres * 10 + 0.5) / 10, skip)  # `round` takes ten times as long.
        for person_id, metres, skip in considered[:POOL_KEPT]
    ]
    if len(considered) > POOL_KEPT:
        rest = Counter(skip for _, _, skip in considered[POOL_KEPT:])
        pool += [(None, None, skip, count) for skip, count in rest.items()]
    return pool


_POOLS = given("pools")  # By request, which stands on its new rung already.
_SEARCHED = insert_given(
    Search,
    _POOLS,
    cast(_POOLS.c.key, Integer),
    {Search.rung: Request.rung, Search.at: bindparam("now", type_=Search.at.type), Search.pool: _POOLS.c.value},
)


def by_township(case: Case) -> tuple[list[dict[str, Any]], int]:
    """The ladder of a request that was disputed too often, and where in it the township is asked.

    Where it leaves the township out, as that of an emergency does, it is put before the last rung, with as long as that
    one has.
    """
    rungs = list(case.ladder)
    for index, rung in enumerate(rungs):
        if rung["ask"] == Ask.TOWNSHIP:
            return rungs, index
    township = Rung(ask=Ask.TOWNSHIP, wait=ladder(case)[-1].clock)
    return [*rungs[:-1], *snapshot((township,)), rungs[-1]], len(rungs) - 1
