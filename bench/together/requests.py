"""Requests of a township: asked, taken in time or after a climb, solved, and confirmed, disputed, withdrawn or left."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select

from bench.together import people
from bench.together.town import Days, Town, actor
from dispatch import cases, incidents, spots
from dispatch.desk import helping, holding, needs, requesting
from dispatch.desk.needs import Need
from dispatch.desk.timeline import Words
from dispatch.drills import ordering
from dispatch.work import Work
from models.requests import Offer, Request
from models.words import Answer, Ending


class Fate(StrEnum):
    """What becomes of a request, by the script's rule."""

    AT_ONCE = "at once"  # Taken within five minutes, and solved.
    LATE = "late"  # Nobody says a word: it climbs, and is solved.
    HALF = "half"  # Taken within five minutes, and half solved.
    SILENT = "silent"  # Taken within five minutes; whether it is solved nobody says.
    DISPUTED = "disputed"  # Taken within five minutes, not solved; then solved by another.
    WITHDRAWN = "withdrawn"  # Before anybody took it.
    FOLLOWS = "follows"  # Another's request is the same.
    PRACTICE = "practice"  # Counts nowhere.


RULE = (
    Fate.AT_ONCE, Fate.LATE, Fate.AT_ONCE, Fate.HALF, Fate.AT_ONCE, Fate.SILENT, Fate.LATE, Fate.AT_ONCE,
    Fate.WITHDRAWN, Fate.DISPUTED,
)  # fmt: skip
KINDS = ("electric", "water", "other")
EACH = 2  # Requests of a village in a week; one village has a further one that follows, one has a practice.
SOON = (Fate.AT_ONCE, Fate.HALF, Fate.SILENT, Fate.DISPUTED, Fate.PRACTICE)
ENDINGS = {
    Fate.AT_ONCE: Ending.SOLVED, Fate.LATE: Ending.SOLVED, Fate.DISPUTED: Ending.SOLVED,
    Fate.HALF: Ending.HALF_SOLVED, Fate.SILENT: Ending.UNCONFIRMED, Fate.WITHDRAWN: Ending.WITHDRAWN,
    Fate.FOLLOWS: Ending.SAME_AS_ANOTHER, Fate.PRACTICE: Ending.PRACTISED,
}  # fmt: skip
POINTS = {Ending.SOLVED: 2, Ending.HALF_SOLVED: 1}


@dataclass(slots=True)
class Asked:
    """One request: where, by which of the residents, what becomes of it; then its number, and who has it."""

    village: int
    resident: int
    fate: Fate
    kind: str
    number: int = 0
    owner: int = 0
    token: str = ""


def day(town: Town, tuesday: date, week: int) -> Days:
    """A day of requests; who leaves his unconfirmed hears of it on the next."""
    asked = list(_plan(week))
    follows = next(one for one in asked if one.fate is Fate.FOLLOWS)

    def of(*fates: Fate) -> list[Asked]:
        return [one for one in asked if one.fate in fates]

    def at(minutes: int) -> datetime:
        return town.at(tuesday, 10) + timedelta(minutes=minutes)

    steps: list[tuple[int, Callable[[Work, Asked], None] | None, list[Asked]]] = [
        (0, _ask, asked),
        (2, _cancel, of(Fate.WITHDRAWN)),
        (3, _accept, of(*SOON)),
        (5, None, []),  # The clock: those whom nobody took climb.
        (8, _accept, of(Fate.LATE)),
        (9, _arrive, of(*SOON, Fate.LATE)),
        (30, _solve, of(*SOON, Fate.LATE)),
        (60, _confirm, of(Fate.AT_ONCE, Fate.LATE, Fate.HALF)),
        (61, _dispute, of(Fate.DISPUTED)),
        (63, _accept, of(Fate.DISPUTED)),
        (64, _arrive, of(Fate.DISPUTED)),
        (80, _solve, of(Fate.DISPUTED)),
        (90, _confirm, of(Fate.DISPUTED)),
        (24 * 60 + 31, None, []),  # The clock: a day without a word.
    ]
    for minutes, do, which in steps:
        yield at(minutes)
        if do is None:
            town.look(at(minutes))
            continue
        with town.work(at(minutes)) as work:
            for one in which:
                do(work, one)
        if do is _ask:
            with town.work(at(1)) as work:
                _follow(work, follows, asked)
        for one in which if do is _confirm else ():
            town.book.points[town.month(at(minutes)), one.owner] += POINTS[ENDINGS[one.fate]]
    last = steps[-1][0]
    _write_down(town, asked, {one.fate: at(last if one.fate is Fate.SILENT else 0) for one in asked})


def _plan(week: int) -> Iterator[Asked]:
    for village in people.VILLAGES:
        who = people.residents(village)
        for number in range(EACH):
            fate = RULE[(village * 5 + week * 3 + number * 7 + village // 2) % len(RULE)]
            resident = who[(week * EACH + number) % len(who)]
            yield Asked(village, resident, fate, KINDS[(village + week + number) % len(KINDS)])
        if village == week % people.SIZE.villages:
            yield Asked(village, who[(week * EACH + EACH) % len(who)], Fate.FOLLOWS, "other")
        if village == (week + 7) % people.SIZE.villages:
            yield Asked(village, people.branch(village), Fate.PRACTICE, "other")


def _ask(work: Work, one: Asked) -> None:
    who = actor(work, one.resident)
    if one.fate is Fate.PRACTICE:
        one.number = ordering.order(work, who, people.CODES[one.village], "The lamp is out").id
        return
    spot = spots.home(work.conn, who.household_id)
    assert spot is not None
    one.number = needs.ask(work, who, Need(Words("The lamp is out"), spot, category=one.kind)).id


def _follow(work: Work, one: Asked, asked: Iterable[Asked]) -> None:
    """It is what a neighbour asked for that runs on."""
    running = (Fate.AT_ONCE, Fate.LATE, Fate.HALF, Fate.SILENT, Fate.DISPUTED)
    led = next(other for other in asked if other.village == one.village and other.fate in running)
    incidents.join(work, led.number, [one.number], actor_id=one.resident)


def _cancel(work: Work, one: Asked) -> None:
    requesting.cancel(work, actor(work, one.resident), cases.load(work.conn, one.number))


def _accept(work: Work, one: Asked) -> None:
    """Whoever was asked last says yes."""
    offered = select(Offer.person_id, Offer.token).where(Offer.request_id == one.number, Offer.answer == Answer.OPEN)
    one.owner, one.token = work.conn.execute(offered.order_by(Offer.id.desc()).limit(1)).one()
    who = actor(work, one.owner)
    helping.accept(work, who, holding.by_token(work, who, one.token))


def _arrive(work: Work, one: Asked) -> None:
    who = actor(work, one.owner)
    helping.arrive(work, who, holding.by_token(work, who, one.token))


def _solve(work: Work, one: Asked) -> None:
    who = actor(work, one.owner)
    helping.solve(work, who, holding.by_token(work, who, one.token))


def _confirm(work: Work, one: Asked) -> None:
    case = cases.load(work.conn, one.number)
    requesting.confirm(work, actor(work, one.resident), case, ENDINGS[one.fate])


def _dispute(work: Work, one: Asked) -> None:
    requesting.dispute(work, actor(work, one.resident), cases.load(work.conn, one.number))


def _write_down(town: Town, asked: list[Asked], ended: dict[Fate, datetime]) -> None:
    """How each ended, and what the figures have to say of it."""
    with town.store.read() as conn:
        numbers = [one.number for one in asked]
        rows = conn.execute(select(Request.id, Request.ending, Request.owner_id).where(Request.id.in_(numbers)))
        found = {row.id: (row.ending, row.owner_id or 0) for row in rows}
    for one in asked:
        ending, month = ENDINGS[one.fate], town.month(ended[one.fate])
        town.book.did["requests"] += 1
        town.book.check("requests", f"{one.number} {one.fate}", found.get(one.number), (ending, one.owner))
        if one.fate in (Fate.FOLLOWS, Fate.PRACTICE):
            continue
        code = people.CODES[one.village]
        town.book.count("ended", code, month)
        town.book.count("solved", code, month, ending is Ending.SOLVED)
        town.book.count("in_time", code, month, one.fate is Fate.AT_ONCE)
