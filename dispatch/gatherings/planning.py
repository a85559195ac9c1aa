"""Planning: a gathering is put on the calendar, moved, called off; and every month the theme days of all branches."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, insert, select, update
from sqlalchemy.orm import aliased

from dispatch import errors
from dispatch.actors import Actor
from dispatch.division import standing
from dispatch.gatherings import answering, calling, habits, meetings, seats, telling
from dispatch.gatherings.meetings import Meeting
from dispatch.messages import Message
from dispatch.permissions import Action, can
from dispatch.spots import short
from dispatch.visits import due
from dispatch.work import Work
from models.gatherings import Gathering, Session
from models.habits import MOST_NEEDED, Errand, GatheringKind, Standing
from models.people import VolunteerGroup
from models.places import Area
from models.words import Lane, Level


@dataclass(frozen=True, slots=True)
class Ground:
    """Where the actor plans: a village, or the group of its volunteers that they lead."""

    county_code: str | None
    township_code: str | None
    village_code: str | None
    group_id: int | None
    name: str


def ground(work: Work, actor: Actor, name: str = "") -> Ground:
    """The village that an admin names, or their only one; the group of its leader.

    Raises:
        BadValue: several villages fit.
        NotFound: none does within the actor's areas.
        NotAllowed: neither an admin nor the leader of a group.
    """
    if not actor.areas and actor.leads:
        return _group(work, min(actor.leads))
    rows = standing.villages(work.conn, actor)
    named = [row for row in rows if name in (row.code, row.name, short(row.name))] if name else rows
    if len(named) > 1:
        known = "; ".join(short(row.name) for row in named[:10])
        raise errors.BadValue("gather.which_village", known=known)
    if not actor.areas:
        raise errors.NotAllowed
    if not named:
        raise errors.NotFound("gather.no_village", village=name[:60])
    return _village(work, named[0].code)


def _village(work: Work, code: str) -> Ground:
    (found,) = _villages(work, Area.code == code)
    return found


def _group(work: Work, group_id: int) -> Ground:
    found = select(VolunteerGroup.village_code, VolunteerGroup.name).where(VolunteerGroup.id == group_id)
    code, name = work.conn.execute(found).one()
    village = _village(work, code)
    return Ground(village.county_code, village.township_code, code, group_id, name)


def plan(work: Work, actor: Actor, at: Ground, kind: GatheringKind, begins_at: datetime, **values: Any) -> Meeting:
    """Put it on the calendar; invitations go out by themselves. `values` are further columns.

    Raises:
        NotAllowed: it is not the actor's to plan.
        BadValue: a time or number that cannot be, or the month has its theme day already.
    """
    if not can(actor, Action.RUN_GATHERING, at):
        raise errors.NotAllowed
    return enter(work, actor.id, at, kind, begins_at, **values)


def enter(work: Work, by: int | None, at: Ground, kind: GatheringKind, begins_at: datetime, **values: Any) -> Meeting:
    """The same for somebody who is known to be allowed to; None: a list that comes in with the roster.

    Raises:
        NotAllowed: theme days are the branch's, not a group's.
        BadValue: a time or number that cannot be, or the month has its theme day already.
    """
    check_time(work, begins_at)
    needed = values.get("needed")
    if needed is not None and not 1 <= needed <= MOST_NEEDED:
        raise errors.BadValue("gather.needed_bounds", most=MOST_NEEDED)
    theme = kind is GatheringKind.THEME
    series = check_theme(work, at, begins_at) if theme else values.get("series")
    known = theme_day(work, at.village_code, series) if theme and series else None
    if known is not None:
        meetings.change(work, known, series=None)
    values |= {"begins_at": begins_at, "series": series, "group_id": at.group_id, "planned_by": by}
    (meeting,) = _create(work, kind, [(at, values)])
    meetings.trail(work, by, meeting, "gathering_planned", kind=str(kind))
    return meeting


def check_time(work: Work, begins_at: datetime) -> None:
    """Refuse a time that is over, or too far ahead.

    Raises:
        BadValue: it is.
    """
    days = work.rules.gatherings.farthest
    if begins_at <= work.now:
        raise errors.BadValue("gather.not_past")
    if begins_at > work.now + timedelta(days=days):
        raise errors.BadValue("gather.not_far", days=days)


def check_theme(work: Work, at: Ground, begins_at: datetime) -> str:
    """The series of a new theme day; one of the same month that was called off gives way.

    Raises:
        NotAllowed: it is a group's leader who asks: theme days are the branch's.
        BadValue: the time cannot be, or the month has its theme day already.
    """
    if at.group_id is not None:
        raise errors.NotAllowed
    check_time(work, begins_at)
    series = habits.series(work.rules.local(begins_at).date())
    known = theme_day(work, at.village_code, series)
    if known is not None and known.standing is not Standing.CANCELLED:
        raise errors.BadValue("theme.twice", number=known.id)
    return series


def first_fridays_turn(work: Work, at: Ground) -> tuple[datetime, str]:
    """When and where a branch has its next theme day: this month's first Friday if it is ahead, or next month's."""
    today = work.rules.local(work.now).date()
    last = _last_ones(work, Gathering.village_code == at.village_code).get(at.village_code or "")
    place = last.place if last else work.rules.gatherings.theme.place
    begins_at = _at(work, habits.first_friday(today.year, today.month), last)
    return (begins_at if begins_at > work.now else _at(work, _next_month(today), last)), place


def _next_month(day: date) -> date:
    """The first Friday of the month after a day's."""
    following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return habits.first_friday(following.year, following.month)


def theme_day(work: Work, village_code: str | None, series: str) -> Meeting | None:
    """A month's theme day of a village, also one that was called off."""
    found = meetings.find(work.conn, Gathering.village_code == village_code, Gathering.series == series, limit=1)
    return found[0] if found else None


def _create(work: Work, kind: GatheringKind, plans: Sequence[tuple[Ground, dict[str, Any]]]) -> list[Meeting]:
    """Put gatherings of a kind on the calendar, each with its first errand, theme days with their sessions."""
    theme = kind is GatheringKind.THEME
    lasts = work.rules.gatherings.theme.lasts if theme else work.rules.gatherings.service.lasts
    given = {"kind": kind, "activity": "", "safety": ""}
    made = meetings.create(work, [(at, {**given, "ends_at": one["begins_at"] + lasts, **one}) for at, one in plans])
    errands = [(one.id, *calling.following(work, one, None)) for one in made]
    if errands:
        rows = [{"number": number, "errand": errand, "at": at} for number, errand, at in errands]
        work.conn.execute(_FIRST_ERRANDS, rows)
    sessions = [
        {"gathering_id": one.id, "kind": session, "title": "", "material": "", "county_code": one.county_code,
         "township_code": one.township_code, "village_code": one.village_code}
        for one in made if theme for session in work.rules.gatherings.theme.sessions
    ]  # fmt: skip
    if sessions:
        work.conn.execute(insert(Session), sessions)
    return made


_FIRST_ERRANDS = (
    update(Gathering).where(Gathering.id == bindparam("number")).values(due=bindparam("errand"), due_at=bindparam("at"))
)


def check_move(work: Work, meeting: Meeting, begins_at: datetime) -> None:
    """Refuse to move what has begun, or to a time that cannot be.

    Raises:
        BadValue: the time cannot be.
        NotNow: it has begun, is over, or was called off.
    """
    if meeting.standing is not Standing.PLANNED:
        raise errors.NotNow("gather.over")
    check_time(work, begins_at)


def moved(meeting: Meeting, begins_at: datetime, place: str) -> Meeting:
    """The gathering as it would be at another time, and at another place if one is named."""
    ends_at = begins_at + (meeting.ends_at - meeting.begins_at)
    return replace(meeting, begins_at=begins_at, ends_at=ends_at, place=place or meeting.place)


def move(work: Work, by: int | None, meeting: Meeting, begins_at: datetime, place: str = "") -> int:
    """To another time, or another place; everybody who has to know is told, once for each move. Returns how many.

    Raises:
        BadValue: the time cannot be.
        NotNow: it has begun, is over, or was called off.
    """
    check_move(work, meeting, begins_at)
    to = moved(meeting, begins_at, place)
    times = {"begins_at": to.begins_at, "ends_at": to.ends_at}
    after = meetings.change(work, meeting, **times, place=to.place, moves=meeting.moves + 1)
    calling.next_errand(work, after, None if meeting.due is Errand.INVITE else Errand.INVITE)
    meetings.trail(work, by, after, "gathering_moved", to=begins_at.isoformat())
    return telling.changed(work, after, seats.reached(work.conn, after), "gather.moved", ask=True)


def call_off(work: Work, actor: Actor, meeting: Meeting, reason: str) -> int:
    """It does not take place; returns how many were told.

    Raises:
        NotNow: it is over, or was called off.
    """
    meetings.require_running(meeting)
    after = meetings.change(work, meeting, standing=Standing.CANCELLED, due=None, due_at=None, code=None)
    meetings.trail(work, actor.id, after, "gathering_called_off", reason=reason)
    return telling.changed(work, after, seats.reached(work.conn, after), "gather.called_off", reason=reason)


def need(work: Work, actor: Actor, meeting: Meeting, count: int) -> None:
    """So many people are needed; whoever waits moves up. Nobody who said yes loses their place.

    Raises:
        BadValue: not a number of people.
    """
    if not 1 <= count <= MOST_NEEDED:
        raise errors.BadValue("gather.needed_bounds", most=MOST_NEEDED)
    after = meetings.change(work, meeting, needed=count)
    meetings.trail(work, actor.id, after, "gathering_needs", count=count)
    answering.move_up(work, after)


def plan_next_month(work: Work) -> None:
    """The theme day of every branch that has none in the next month; each branch hears of it once.

    A branch keeps the hour and the place of its last one.
    """
    friday = _next_month(work.rules.local(work.now).date())
    series = habits.series(friday)
    planned = set(work.conn.scalars(select(Gathering.village_code).where(Gathering.series == series)))
    last, admins = _last_ones(work), due.branches(work.conn)
    plans = []
    for at in _villages(work):
        before = last.get(at.village_code or "")
        place = before.place if before else work.rules.gatherings.theme.place
        values = {"begins_at": _at(work, friday, before), "series": series, "place": place}
        if at.village_code not in planned:
            plans.append((at, values))
    for meeting in _create(work, GatheringKind.THEME, plans):
        for person_id in admins.get(meeting.village_code or "", ()):
            message = Message("theme.planned", telling.about(work.rules, meeting))
            telling.post(work, meeting, person_id, message, "planned", Lane.BROADCAST)


def _at(work: Work, day: date, before: Meeting | None) -> datetime:
    hour = work.rules.local(before.begins_at).time() if before else work.rules.gatherings.theme.hour
    return datetime.combine(day, hour, work.rules.zone)


def _villages(work: Work, *conditions: ColumnElement[bool]) -> list[Ground]:
    township = aliased(Area)
    rows = work.conn.execute(
        select(township.parent_code, Area.parent_code, Area.code, Area.name)
        .join(township, township.code == Area.parent_code)
        .where(Area.level == Level.BRANCH, *conditions)
        .order_by(Area.code)
    )
    return [Ground(county, town, code, None, short(name)) for county, town, code, name in rows]


def _last_ones(work: Work, *conditions: ColumnElement[bool]) -> dict[str, Meeting]:
    """The last theme day of each village that was not called off."""
    mine = (Gathering.kind == GatheringKind.THEME, Gathering.standing != Standing.CANCELLED, *conditions)
    newest = select(func.max(Gathering.id)).where(*mine).group_by(Gathering.village_code)
    rows = work.conn.execute(meetings.MEETINGS.where(Gathering.id.in_(newest)))
    return {meeting.village_code or "": meeting for meeting in (Meeting(*row) for row in rows)}
