"""Who was there, entered by others: by the secretary on the spot, or from a paper list by two people."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select

from dispatch import errors
from dispatch.actors import Actor
from dispatch.areas import scope
from dispatch.gatherings import attending, meetings, seats
from dispatch.gatherings.meetings import MEETINGS, Meeting
from dispatch.gatherings.seats import Guest
from dispatch.permissions import Action, can
from dispatch.work import Work
from models.gatherings import Gathering, Seat
from models.habits import Standing
from models.people import Person, Steward

OLDEST_DAYS = 92  # A list older than a quarter is no longer typed in.
AROUND = timedelta(hours=4)  # So long before the beginning and after the end somebody may have been there.


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list: a name, when they came, and when they left if that is written there."""

    name: str
    came_at: datetime
    went_at: datetime | None


@dataclass(frozen=True, slots=True)
class Typed:
    """What became of a list: who was written down, and who was on record already."""

    written: tuple[str, ...]
    known: tuple[str, ...]


def named(work: Work, meeting: Meeting, names: Sequence[str]) -> dict[str, int]:
    """The steward or volunteer of the village that each name means.

    Raises:
        BadValue: nobody has a name, or several have it; both are said of all names at once.
    """
    rows = work.conn.execute(
        select(Person.name, Person.id)
        .join(Steward, Steward.person_id == Person.id)
        .where(Steward.village_code == meeting.village_code, Steward.left_at.is_(None), Person.name.in_(names))
        .distinct()
    ).all()
    found: dict[str, list[int]] = {name: [] for name in names}
    for name, person_id in rows:
        found[name].append(person_id)
    unknown = [name for name, people in found.items() if not people]
    doubled = [name for name, people in found.items() if len(people) > 1]
    if unknown:
        raise errors.BadValue("roll.unknown", names="、".join(unknown)[:200])
    if doubled:
        raise errors.BadValue("roll.doubled", names="、".join(doubled)[:200])
    return {name: people[0] for name, people in found.items()}


def seat_of(work: Work, meeting: Meeting, name: str) -> Guest:
    """The seat of whoever has this name; one is put for them where they have none.

    Raises:
        BadValue: nobody of the village has this name, or several.
    """
    return seats.taken(work, meeting, named(work, meeting, [name])[name])


def enter(work: Work, actor: Actor, meeting: Meeting, guest: Guest) -> tuple[Guest, bool]:
    """The secretary enters somebody: first that they came, the second time that they leave; and whether they left.

    Raises:
        NotNow: it is not open.
    """
    leaves = guest.there
    after = (attending.go if leaves else attending.come)(work, actor.id, meeting, guest)
    meetings.trail(work, actor.id, meeting, "seat_left" if leaves else "seat_came", person=guest.invited_id)
    return after, leaves


def type_in(work: Work, actor: Actor, meeting: Meeting, entries: Sequence[Entry]) -> Typed:
    """A list as it stands on paper. It counts only when somebody else has compared it; all of it, or nothing.

    Raises:
        NotNow: the gathering has not begun, was called off, or is too long ago.
        BadValue: a name or a time that cannot be.
    """
    if meeting.standing is Standing.CANCELLED or meeting.begins_at > work.now:
        raise errors.NotNow("roll.not_begun")
    if work.now - meeting.begins_at > timedelta(days=OLDEST_DAYS):
        raise errors.BadValue("roll.too_old", days=OLDEST_DAYS)
    people = named(work, meeting, [one.name for one in entries])
    written, known = [], []
    for one in entries:
        _check(work, meeting, one)
        guest = seats.taken(work, meeting, people[one.name])
        if guest.came_at is not None:
            known.append(one.name)
            continue
        values = {"came_at": one.came_at, "went_at": one.went_at, "typed_by": actor.id, "checked_by": None}
        seats.change(work, guest, came_by=actor.id, **values)
        written.append(one.name)
    if written:
        meetings.trail(work, actor.id, meeting, "list_typed", count=len(written))
    return Typed(tuple(written), tuple(known))


def _check(work: Work, meeting: Meeting, one: Entry) -> None:
    went_at = one.went_at or one.came_at
    early, late = meeting.begins_at - AROUND, min(meeting.ends_at + AROUND, work.now)
    if not early <= one.came_at <= went_at <= late:
        raise errors.BadValue("roll.times", name=one.name)


_TYPED = (Seat.typed_by.is_not(None), Seat.checked_by.is_(None))


def waiting(work: Work, actor: Actor) -> list[Meeting]:
    """The gatherings with a list that waits for a second person, as far as the actor may be that one."""
    near = or_(scope(actor, Seat), Seat.village_code == actor.village_code)
    lists: Any = select(Seat.gathering_id).where(*_TYPED, Seat.typed_by != actor.id, near)
    rows = work.conn.execute(MEETINGS.where(Gathering.id.in_(lists)).order_by(Gathering.begins_at).limit(5))
    return [one for one in (Meeting(*row) for row in rows) if can(actor, Action.CHECK_LIST, one)]


def lines(work: Work, actor: Actor, meeting: Meeting) -> list[Guest]:
    """What others typed in for a gathering and nobody has compared yet."""
    return seats.of(work.conn, meeting, *_TYPED, Seat.typed_by != actor.id)


def check(work: Work, actor: Actor, meeting: Meeting, *, right: bool) -> int:
    """A second person compared the list with the paper: it counts, or it is struck; returns how many lines it has.

    Raises:
        NotAllowed: the actor typed all of it in.
        NotNow: somebody has compared it already.
    """
    found = lines(work, actor, meeting)
    if not found:
        own = seats.of(work.conn, meeting, *_TYPED)
        raise errors.NotAllowed("roll.other") if own else errors.NotNow("roll.checked")
    meetings.trail(work, actor.id, meeting, "list_checked" if right else "list_struck", count=len(found))
    if right:
        kept = [seats.change(work, guest, checked_by=actor.id) for guest in found]
        if meeting.standing is Standing.CLOSED:
            attending.settle(work, meeting, kept, actor.id)
    else:
        _strike(work, found)
    return len(found)


def _strike(work: Work, guests: Iterable[Guest]) -> None:
    for guest in guests:
        seats.change(work, guest, **dict.fromkeys(("came_at", "came_by", "went_at", "went_by", "typed_by")))
