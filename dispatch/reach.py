"""Who cannot be reached, where nobody is on duty, whose card lies unused: weekly for each branch, and on demand.

The list is made of sections; a further one is a function in the table.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, select

from dispatch import actors, areas, chats, views
from dispatch.actors import Actor
from dispatch.guardians import lacking
from dispatch.messages import Message, joined, listed, text
from dispatch.spots import short
from dispatch.work import Work
from models.people import Admin, Invitation, Person, Route, Steward
from models.places import Area, Grid, Household
from models.requests import IS_DUTY, Audit
from models.words import Lane, Level, StewardKind

MOST = 40  # Lines of a section; beyond, they are counted.
DAYS = 7  # So many days are looked back upon for the hours.
OFTEN = 4  # An hour at which nobody was on duty on so many of them is named.
_live = chats.live(Steward.person_id)


def weekly_list(work: Work) -> None:
    """One message to each admin of a branch that has anything to mend."""
    week = work.rules.local(work.now).strftime("%G-%V")
    admins = select(Admin.person_id, Admin.area_code, Area.name).join(Area, Area.code == Admin.area_code)
    rows = work.conn.execute(admins.where(Admin.level == Level.BRANCH).order_by(Admin.area_code, Admin.person_id)).all()
    people = actors.load(work.conn, {row.person_id for row in rows})
    for person_id, code, name in rows:
        branch = replace(people[person_id], areas=((Level.BRANCH, code),))
        found = sections(work, branch)
        if found:
            parts = [text(section.key, **section.params) for section in found]
            message = Message("reach.weekly", {"village": short(name), "sections": listed(parts)})
            work.post(person_id, message, Lane.STATUS, key=f"reach:{week}:{code}:{person_id}")


def sections(work: Work, actor: Actor) -> list[Message]:
    """The sections of the list within the actor's areas that have anything in them."""
    return [found for section in SECTIONS if (found := section(work, actor)).params["count"]]


def _unreachable(work: Work, actor: Actor) -> Message:
    """Helpers without a chat that works, each with the reason."""
    rows, total = views.unreachable(work.conn, actor, MOST)
    lines = [
        text(
            "admin.unreachable_line",
            name=row.name,
            kind=text(f"kind.{row.kind}"),
            reason=_why(row.reason),
        )
        for row in rows
    ]
    return Message("admin.unreachable", {"count": total, "lines": listed(lines)})


# What stands in the channels' own words, in lower case, and what the reader is told instead.
_WHY = {
    "/stop": "unreachable.stopped",
    "blocked": "unreachable.blocked",
    "deactivated": "unreachable.gone",
    "never started": "unreachable.never",
    "can't initiate": "unreachable.never",
    "chat not found": "unreachable.never",
}


def _why(reason: str | None) -> dict[str, Any]:
    """Why nothing reaches somebody, in the reader's language; the channel's own words only where nobody knows them."""
    if reason is None:
        return text("unreachable.never")
    plain = reason.casefold()
    return next((text(key) for word, key in _WHY.items() if word in plain), text("unreachable.other", reason=reason))


def _idle_grids(work: Work, actor: Actor) -> Message:
    """Grids in which nobody is on duty and can be reached right now."""
    idle = [grid for grid, people in _grids(work, actor).items() if not any(one.on_duty and one.live for one in people)]
    lines = [text("reach.grid_line", village=village, grid=name) for _, village, name in idle[:MOST]]
    return Message("reach.idle_grids", {"count": len(idle), "lines": listed(lines)})


def _idle_hours(work: Work, actor: Actor) -> Message:
    """Grids that somebody serves, and the hours at which mostly nobody was on duty in the last days."""
    changes = _changes(work, actor)
    lines = []
    for (_, village, name), people in _grids(work, actor).items():
        if any(one.on_duty and one.live for one in people):
            hours = _empty_hours(work, people, changes)
            if hours:
                lines.append(text("reach.hours_line", village=village, grid=name, hours=joined(_ranges(hours))))
    return Message("reach.idle_hours", {"count": len(lines), "lines": listed(lines[:MOST])})


def _unbound_cards(work: Work, actor: Actor) -> Message:
    """Households that were brought a printed card, of which nobody has bound a chat; the oldest card first."""
    chat = exists().where(Person.household_id == Household.id, Route.person_id == Person.id)
    card = (Invitation.household_id == Household.id) & Invitation.printed_at.is_not(None)
    waiting = (
        select(Area.name.label("village"), Household.name, Invitation.printed_at)
        .join(Area, Area.code == Household.village_code)
        .join(Invitation, card & Invitation.revoked_at.is_(None))
        .where(areas.scope(actor, Household), ~chat)
    )
    total = work.conn.scalar(select(func.count()).select_from(waiting.subquery())) or 0
    first = waiting.order_by(Invitation.printed_at, Household.id).limit(MOST)
    lines = [
        text("reach.card_line", village=short(row.village), home=row.name, day=f"{_day(work, row.printed_at):%m-%d}")
        for row in work.conn.execute(first)
    ]
    return Message("reach.unbound_cards", {"count": total, "lines": listed(lines)})


def _day(work: Work, at: datetime | None) -> date:
    return work.rules.local(at or work.now).date()


Section = Callable[[Work, Actor], Message]
SECTIONS: tuple[Section, ...] = (_unreachable, _idle_grids, _idle_hours, lacking.section, _unbound_cards)
"""What the list is made of, in its order. Each message has `count` and `lines`; what counts nothing is left out."""


def _grids(work: Work, actor: Actor) -> dict[tuple[int, str, str], list[Any]]:
    """The stewards of each grid within the areas; grids without any as well. By number, village and name."""
    rows = work.conn.execute(
        select(
            Grid.id, Area.name.label("village"), Grid.name, Steward.person_id, Steward.on_duty,
            Steward.leave_from, Steward.leave_until, _live.label("live"),
        )
        .join(Area, Area.code == Grid.village_code)
        .outerjoin(Steward, (Steward.grid_id == Grid.id) & (Steward.kind == StewardKind.STEWARD))
        .where(Area.code.in_(areas.below(actor)))
        .order_by(Grid.village_code, Grid.name, Steward.id)
    )  # fmt: skip
    found: dict[tuple[int, str, str], list[Any]] = {}
    for row in rows:
        people = found.setdefault((row.id, short(row.village), row.name), [])
        if row.person_id is not None:
            people.append(row)
    return found


Changes = dict[int, list[tuple[datetime, bool]]]


def _changes(work: Work, actor: Actor) -> Changes:
    """Who went on duty or off it when, newest first, by person."""
    since = work.now - timedelta(days=DAYS)
    rows = work.conn.execute(
        select(Audit.person_id, Audit.at, Audit.action)
        .where(
            areas.scope(actor, Audit),
            Audit.at >= since,
            IS_DUTY,
            Audit.person_id.is_not(None),
        )
        .order_by(Audit.at.desc(), Audit.id.desc())
    )
    found: Changes = {}
    for person_id, at, action in rows:
        found.setdefault(person_id or 0, []).append((at, action == "duty_on"))
    return found


def _empty_hours(work: Work, people: list[Any], changes: Changes) -> list[int]:
    """The hours of the day at whose middle nobody was on duty on most of the last days."""
    midnight = work.rules.day_start(work.now)
    empty = []
    for hour in range(24):
        instants = [midnight - timedelta(days=back) + timedelta(hours=hour, minutes=30) for back in range(1, DAYS + 1)]
        bare = sum(not any(_was_there(one, at, changes) for one in people) for at in instants)
        if bare >= OFTEN:
            empty.append(hour)
    return empty


def _was_there(one: Any, at: datetime, changes: Changes) -> bool:
    return _on_duty(one, at, changes) and not _on_leave(one, at.date())


def _on_duty(one: Any, at: datetime, changes: Changes) -> bool:
    """As it is now, undone change by change until that instant."""
    was = bool(one.on_duty)
    for changed_at, became in changes.get(one.person_id, ()):
        if changed_at <= at:
            return became
        was = not became
    return was


def _on_leave(one: Any, day: date) -> bool:
    return one.leave_from is not None and one.leave_from <= day <= (one.leave_until or one.leave_from)


def _ranges(hours: list[int]) -> list[str]:
    """Hours as spans: 0, 1, 2, 22, 23 are 0–3 and 22–24."""
    spans: list[list[int]] = []
    for hour in hours:
        if spans and spans[-1][1] == hour:
            spans[-1][1] = hour + 1
        else:
            spans.append([hour, hour + 1])
    return [f"{first}–{last}" for first, last in spans]
