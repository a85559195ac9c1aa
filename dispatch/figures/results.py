"""A month's results of a village as everybody may see them: published once, and not changed by whatever comes later."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from dispatch import marks
from dispatch.among import among
from dispatch.figures import area, counting, small
from dispatch.figures.area import Place
from dispatch.figures.deeds import ENDED
from dispatch.figures.elapsed import seconds_between
from dispatch.figures.figure import MONTH, SINCE, UNTIL
from dispatch.figures.months import Month, complete
from dispatch.gatherings import habits
from dispatch.messages import text
from dispatch.publishing import publishing
from dispatch.publishing.publishing import Text
from dispatch.rules import Rules
from dispatch.work import Work
from models.gatherings import Gathering
from models.habits import GatheringKind, PublicationKind, Standing
from models.ledger import PointEntry
from models.places import Area
from models.requests import Request
from models.words import Ending, Level

AT_ONCE = 10  # Villages that are published in one run; a county takes three quarters of an hour.
PROGRESS = "results"  # Mark: the month, and the last village that was looked at; only the month when all were.

# Whoever hears of a request solved counts by its kind; how else requests ended counts by itself.
_OTHERWISE = tuple(one for one in Ending if one not in (Ending.SOLVED, Ending.SAME_AS_ANOTHER))

_REQUESTS = select(
    Request.category, Request.ending, Request.opened_at, Request.accepted_at, Request.wanted_at,
    seconds_between(Request.opened_at, Request.accepted_at).label("seconds"),
).where(
    among(Request.village_code, "villages"), *ENDED,
    Request.ended_at >= SINCE, Request.ended_at < UNTIL,
)  # fmt: skip
_EARNERS = select(func.count(func.distinct(PointEntry.person_id))).where(
    among(PointEntry.area_code, "villages"), PointEntry.month == MONTH
)
_GATHERINGS = (
    select(Gathering.kind, Gathering.activity, Gathering.begins_at)
    .where(
        among(Gathering.village_code, "villages"), Gathering.begins_at >= SINCE, Gathering.begins_at < UNTIL,
        Gathering.standing == Standing.CLOSED,
    )
    .order_by(Gathering.begins_at, Gathering.id)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Results:
    """What happened in a village in a month, before anything is hidden."""

    solved: dict[str, int]  # By kind, each that there can be.
    otherwise: dict[Ending, int]
    in_time: int  # Of the solved.
    waits: list[float | None]  # Of each of them, in seconds; None: nobody ever took it.
    visits: int
    points: int
    earners: int
    came: int
    gatherings: list[tuple[GatheringKind, str, str]]  # Kind, activity, day.


def count(conn: Connection, rules: Rules, village: str, month: Month) -> Results:
    """Counted from the rows."""
    values = {"villages": [village], **counting.bound(month)}
    requests = conn.execute(_REQUESTS, values).all()
    solved = [one for one in requests if one.ending is Ending.SOLVED]
    kinds = dict.fromkeys((*(known.name for known in rules.categories), "other"), 0)
    waits = [_wait(one) for one in solved]
    sums = counting.sums(counting.counts(conn, [village], month, ("in_time", "visits", "points", "came")))
    return Results(
        solved=kinds | Counter(one.category for one in solved),
        otherwise=dict(Counter(one.ending for one in requests if one.ending in _OTHERWISE)),
        waits=waits,
        earners=conn.execute(_EARNERS, values).scalar_one(),
        gatherings=[
            (kind, activity, f"{rules.local(at):%m-%d}") for kind, activity, at in conn.execute(_GATHERINGS, values)
        ],
        **sums,
    )


def _wait(row: Any) -> float | None:
    """Seconds until somebody took it; none where an appointment was taken before its hour."""
    if row.accepted_at is not None and row.wanted_at is not None and row.accepted_at <= row.wanted_at:
        return 0.0
    return None if row.seconds is None else float(row.seconds)


def told(rules: Rules, found: Results) -> list[Text]:
    """What of it may be seen, a line each; nothing where nothing may."""
    lines = [*_requests(found), *_deeds(rules, found), *_gatherings(rules, found)]
    return lines if any(_says_something(line) for line in lines) else []


def _says_something(line: Text) -> bool:
    return bool(line["params"].get("value") != FEW)


FEW: Text = text("results.few")


def _value(count: int | None) -> Any:
    return FEW if count is None else count


def _requests(found: Results) -> Iterator[Text]:
    solved = small.split(found.solved)
    total = sum(found.solved.values())
    yield text("results.solved", value=_value(solved.total))
    for kind, number in solved.parts.items():
        yield text("results.kind", kind=text(f"category.{kind}"), value=number)
    if solved.rest is not None and solved.parts:
        yield text("results.rest", value=solved.rest)
    share = small.percent(found.in_time, total)
    if share is not None:
        yield text("results.in_time", share=_share(share))
    median = small.middle(found.waits)
    if median is not None:
        yield text("results.median", minutes=max(1, round(median / 60)))
    for ending in _OTHERWISE:
        if small.shown(found.otherwise.get(ending, 0)) is not None:
            yield text("results.ending", ending=text(f"ending.{ending}"), value=found.otherwise[ending])


def _share(share: str) -> Any:
    if share.isdecimal():
        return text("results.percent", percent=int(share))
    return text("results.most") if share == "most" else text("results.hardly")


def _deeds(rules: Rules, found: Results) -> Iterator[Text]:
    yield text("results.visits", value=_value(small.shown(found.visits)))
    deeds = rules.points.deeds
    earning = (
        (sum(found.solved.values()), deeds.request_solved.points),
        (found.otherwise.get(Ending.HALF_SOLVED, 0), deeds.request_half.points),
        (found.otherwise.get(Ending.UNCONFIRMED, 0), deeds.request_unconfirmed.points),
        (found.visits, deeds.visit_made.points),
    )
    sure = sum(number * worth for number, worth in earning if small.shown(number) is not None)
    hidden = [worth for number, worth in earning if small.shown(number) is None]
    points = small.tens(found.points, found.earners, sure, hidden, more=bool(found.gatherings))
    if points is not None:
        yield text("results.points", value=points)


def _gatherings(rules: Rules, found: Results) -> Iterator[Text]:
    for kind, activity, day in found.gatherings:
        yield text("results.activity", day=day, what=_called(rules, kind, activity))
    came = small.shown(found.came)
    if came is not None:
        yield text("results.came", value=came)


def _called(rules: Rules, kind: GatheringKind, activity: str) -> Any:
    """What the county calls it; words of a branch's own stay in the village, since names may stand in them."""
    if kind is GatheringKind.SERVICE and habits.activity_called(rules, activity) is None:
        return text("results.service")
    return habits.name(rules, kind, activity)


def look_after(work: Work) -> None:
    """Publish the last month that is over, some villages at a time. Whoever installs today begins with that one."""
    month = complete(work.rules, work.now)
    known = marks.get(work.conn, PROGRESS)
    done, _, last = (known[0] if known else "").partition(":")
    if done == month.name and not last:
        return
    after = last if done == month.name else ""
    villages = select(Area.code).where(Area.level == Level.BRANCH, Area.code > after).order_by(Area.code).limit(AT_ONCE)
    codes = work.conn.scalars(villages).all()
    for code in codes:
        place = area.by_code(work.conn, code)
        if place is not None:
            publish(work, place, month)
    reached = f"{month.name}:{codes[-1]}" if len(codes) == AT_ONCE else month.name
    marks.put(work.conn, PROGRESS, reached, work.now)


def publish(work: Work, place: Place, month: Month) -> int | None:
    """Publish a village's month; its number, or None where nothing of it may be seen. Once, however often."""
    body = told(work.rules, count(work.conn, work.rules, place.code, month))
    if not body:
        return None
    return publishing.publish(
        work, PublicationKind.RESULTS, place, title=text("results.title", month=month.name, village=place.name),
        body=body, about=f"{place.code}:{month.name}", objections=work.rules.publishing.objections,
    )  # fmt: skip
