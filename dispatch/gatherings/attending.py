"""On the day: it is opened, people come and go by the code or through the secretary, and at the end time is settled."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from dispatch import errors
from dispatch.actors import Actor
from dispatch.contact import tries
from dispatch.gatherings import meetings, seats, telling
from dispatch.gatherings.habits import HABITS
from dispatch.gatherings.meetings import MEETINGS, Meeting
from dispatch.gatherings.seats import Guest
from dispatch.messages import Message
from dispatch.permissions import Action, can
from dispatch.points.earning import earn
from dispatch.taps import Verb
from dispatch.work import Work
from models.gatherings import Gathering, Seat, Session
from models.habits import Deed, Reply, SessionKind, Standing
from models.words import Lane

DIGITS = 6
EARLY = timedelta(hours=3)  # It may be opened so long before its time.


def open_(work: Work, actor: Actor, meeting: Meeting) -> Meeting:
    """From now on people come; returns it with the code that is shown on the spot. Opened twice, the code stays.

    Raises:
        NotNow: it is over, or its time is still far.
    """
    if meeting.standing is Standing.OPEN:
        return meeting
    meetings.require_running(meeting)
    if work.now < meeting.begins_at - EARLY:
        raise errors.NotNow("gather.too_early", **telling.about(work.rules, meeting))
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    meetings.trail(work, actor.id, meeting, "gathering_opened")
    return meetings.change(work, meeting, standing=Standing.OPEN, code=code)


def open_for(work: Work, actor: Actor) -> list[Meeting]:
    """The gatherings that are open now and that the actor has a seat at, or may come to as one of the village."""
    mine = select(Seat.gathering_id).where(Seat.person_id == actor.id)
    near = (Gathering.village_code == actor.village_code) & (Gathering.begins_at > work.now - timedelta(days=2))
    rows = work.conn.execute(
        MEETINGS.where(Gathering.standing == Standing.OPEN, Gathering.id.in_(mine) | near).order_by(Gathering.id)
    ).all()
    found = [Meeting(*row) for row in rows]
    known = set(work.conn.scalars(mine))
    return [one for one in found if one.id in known or can(actor, Action.JOIN_GATHERING, one)]


@dataclass(frozen=True, slots=True)
class Shown:
    """What became of a code. A refusal is returned, not raised: a wrong code is counted, and that has to stay."""

    meeting: Meeting | None = None
    guest: Guest | None = None
    refusal: errors.StewardError | None = None


def show_code(work: Work, actor: Actor, channel: str, code: str, among: Collection[Meeting]) -> Shown:
    """Come in by the code that is shown on the spot, to one of these gatherings."""
    locked = errors.NotNow("gather.locked")
    if tries.locked(work, actor, channel):
        return Shown(refusal=locked)
    right = next((one for one in among if secrets.compare_digest(one.code or "", code)), None)
    if right is None:
        wrong = errors.NotFound("gather.wrong_code")
        return Shown(refusal=wrong if tries.missed(work, actor, channel, wrong) is wrong else locked)
    meeting = meetings.held(work.conn, Gathering.id == right.id)
    return Shown(meeting, come(work, actor.id, meeting, seats.taken(work, meeting, actor.id)))


def come(work: Work, by: int, meeting: Meeting, guest: Guest) -> Guest:
    """Somebody is there: they say so with the code, or the secretary does. Twice is once.

    Raises:
        NotNow: it is not open.
    """
    if meeting.standing is not Standing.OPEN:
        raise errors.NotNow("gather.not_open")
    if guest.there:
        return guest
    return seats.change(work, guest, came_at=work.now, came_by=by, went_at=None, typed_by=None)


def go(work: Work, by: int, meeting: Meeting, guest: Guest) -> Guest:
    """They leave. Twice is once.

    Raises:
        NotNow: they are not there, or it is closed.
    """
    if meeting.standing is not Standing.OPEN or not guest.there:
        raise errors.NotNow("gather.not_there")
    return guest if guest.went_at else seats.change(work, guest, went_at=work.now, went_by=by)


@dataclass(frozen=True, slots=True)
class Closing:
    """What a gathering came to. `missing` said yes, did not come and gave no reason; nobody is punished for it."""

    there: int
    minutes: int
    missing: tuple[str, ...]


def close(work: Work, actor: Actor | None, meeting: Meeting) -> Closing:
    """It is over (None: the calendar says so). Who forgot to leave leaves now, at the planned end at the latest.

    Raises:
        NotNow: it is over already, or has not begun.
    """
    meetings.require_running(meeting)
    if meeting.begins_at - EARLY > work.now:
        raise errors.NotNow("gather.too_early", **telling.about(work.rules, meeting))
    was_open = meeting.standing is Standing.OPEN
    values = {"standing": Standing.CLOSED, "closed_at": work.now, "code": None, "due": None, "due_at": None}
    after = meetings.change(work, meeting, **values)
    guests = seats.of(work.conn, after)
    settled = settle(work, after, [one for one in guests if one.there], actor.id if actor else None)
    absent = [one.name for one in guests if was_open and one.reply is Reply.YES and one.came_at is None]
    meetings.trail(work, actor.id if actor else None, after, "gathering_closed", there=len(settled))
    if HABITS[after.kind].material and _written(work, after):
        for guest in seats.reached(work.conn, after):
            rows = (tuple(telling.buttons(guest.token, Verb.SEAT_MATERIAL)),)
            message = Message("theme.to_read", telling.about(work.rules, after), rows)
            telling.post(work, after, guest.invited_id, message, "read", Lane.BROADCAST)
    return Closing(len(settled), sum(one.stayed or 0 for one in settled), tuple(absent))


def settle(work: Work, meeting: Meeting, guests: Collection[Guest], by: int | None) -> list[Guest]:
    """Write down how long each of them was there, and what it earns. Whoever is settled already stays as they are."""
    spoke = work.conn.execute(_SPEAKERS, {"gathering": meeting.id}).all()
    found = []
    for guest in guests:
        if guest.came_at is None or guest.stayed is not None:
            continue
        went_at = guest.went_at or max(guest.came_at, min(work.now, meeting.ends_at))
        values = {"went_at": went_at, "stayed": _minutes(guest.came_at, went_at)}
        if guest.went_at is None:
            values["went_by"] = by
        after = seats.change(work, guest, **values)
        _earn(work, meeting, after, [kind for kind, person_id in spoke if person_id == guest.invited_id])
        found.append(after)
    return found


_SPEAKERS = select(Session.kind, Session.speaker_id).where(
    Session.gathering_id == bindparam("gathering"), Session.speaker_id.is_not(None)
)


def _earn(work: Work, meeting: Meeting, guest: Guest, spoke: Collection[SessionKind]) -> None:
    """What having been there earns; hours to the nearest whole one. It rests on the word of who entered it."""
    habit, about, at = HABITS[meeting.kind], f"gathering:{meeting.id}", guest.went_at or work.now
    by_another = guest.came_by != guest.invited_id and guest.checked_by is None
    giver_id = guest.came_by if by_another else None
    amount = round((guest.stayed or 0) / 60) if habit.hours else 1
    earn(work, habit.deed, guest.invited_id, about=about, at=at, place=meeting, amount=amount, giver_id=giver_id)
    for kind in spoke:
        earn(work, Deed.THEME_SPOKE, guest.invited_id, about=f"{about}:{kind}", at=at, place=meeting, giver_id=giver_id)


def _minutes(came_at: datetime, went_at: datetime) -> int:
    return max(0, int((went_at - came_at).total_seconds() // 60))


def _written(work: Work, meeting: Meeting) -> bool:
    something = (Session.material != "") | Session.media_id.is_not(None)
    return (
        work.conn.execute(select(Session.id).where(Session.gathering_id == meeting.id, something)).first() is not None
    )
