"""The calendar's errands: invite, remind the day before and an hour before, close what nobody closed.

Each minute one bounded batch in one transaction: after a break it goes on where it stood, and nobody hears it twice.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import bindparam, select

from dispatch.gatherings import attending, meetings, seats, telling
from dispatch.gatherings.habits import HABITS
from dispatch.gatherings.meetings import MEETINGS, Meeting
from dispatch.messages import Message
from dispatch.rules import Rules
from dispatch.taps import Verb
from dispatch.work import Work
from models.gatherings import Gathering, Seat
from models.habits import Errand, GatheringKind, Reply
from models.people import Steward
from models.words import Lane

RETRY = timedelta(minutes=5)  # A gathering whose errand failed is tried again then; the others go on.

log = structlog.get_logger()

_DUE = (
    MEETINGS.where(Gathering.due_at <= bindparam("now"))
    .order_by(Gathering.due_at, Gathering.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)


def look_after(work: Work) -> None:
    """Run the errands that are due, gathering by gathering, until about a batch of people has been written to."""
    written = 0
    while written < work.rules.gatherings.batch:
        row = work.conn.execute(_DUE, {"now": work.now}).one_or_none()
        if row is None:
            return
        written += 1 + _guarded(work, Meeting(*row))


def _guarded(work: Work, meeting: Meeting) -> int:
    """One errand; when it fails, it stops no other gathering's."""
    mark = work.mark()
    try:
        with work.conn.begin_nested():
            count = _ERRANDS[meeting.due or Errand.CLOSE](work, meeting)
            work.flush()
        return count
    except Exception:
        work.cut(mark)
        log.exception("errand failed", gathering=meeting.id, errand=str(meeting.due))
        meetings.change(work, meeting, due_at=work.now + RETRY)
        return 0


def when(rules: Rules, meeting: Meeting, errand: Errand) -> datetime:
    """The time of an errand, as long as the gathering stays where it is."""
    kept = rules.gatherings
    if errand is Errand.INVITE:
        theme = meeting.kind is GatheringKind.THEME
        return meeting.begins_at - (kept.theme.invite if theme else timedelta(days=kept.farthest))  # Or at once.
    if errand is Errand.DAY_BEFORE:
        day = rules.local(meeting.begins_at).date() - timedelta(days=1)
        return datetime.combine(day, kept.evening, rules.zone)
    return meeting.begins_at - kept.shortly if errand is Errand.HOUR_BEFORE else meeting.ends_at + kept.close_after


def following(work: Work, meeting: Meeting, done: Errand | None) -> tuple[Errand, datetime]:
    """What the calendar does after this errand, and when. Reminders whose time is over already are left out."""
    order = list(Errand)
    for errand in order[order.index(done) + 1 :] if done else order:
        at = when(work.rules, meeting, errand)
        if errand is Errand.INVITE:
            at = work.rules.gently(max(at, work.now))
        if at > work.now or errand in (Errand.INVITE, Errand.CLOSE):
            return errand, at
    raise ValueError("nothing comes after the end")


def next_errand(work: Work, meeting: Meeting, done: Errand | None) -> None:
    """Set what the calendar does after this errand."""
    errand, at = following(work, meeting, done)
    meetings.change(work, meeting, due=errand, due_at=at)


def invitees(work: Work, kind: GatheringKind, village_code: str | None, group_id: int | None) -> list[int]:
    """Whom such a gathering invites."""
    who = select(Steward.person_id).where(
        Steward.village_code == village_code, Steward.kind.in_(HABITS[kind].asks), Steward.left_at.is_(None)
    )
    if group_id is not None:
        who = who.where(Steward.group_id == group_id)
    return list(work.conn.scalars(who.distinct().order_by(Steward.person_id)))


def _invite(work: Work, meeting: Meeting) -> int:
    """A seat for everybody, also for those without a chat: the secretary enters them. Only new seats are written to."""
    people = invitees(work, meeting.kind, meeting.village_code, meeting.group_id)
    fresh = seats.add(work, meeting, people, invited=True)
    for guest in seats.reached(work.conn, meeting) if meeting.begins_at > work.now else ():
        if guest.invited_id in fresh:
            message = telling.invitation(work.rules, meeting, guest.token)
            telling.post(work, meeting, guest.invited_id, message, "invite", Lane.BROADCAST)
    next_errand(work, meeting, Errand.INVITE)
    return len(fresh)


def _remind(work: Work, meeting: Meeting) -> int:
    """Those who come; on the day before also who has not answered a theme day. What has begun reminds nobody."""
    silent = HABITS[meeting.kind].tells_all and meeting.due is Errand.DAY_BEFORE
    comes = Seat.reply == Reply.YES
    found = seats.reached(work.conn, meeting, comes | Seat.reply.is_(None) if silent else comes)
    shortly = meeting.due is Errand.HOUR_BEFORE
    for seat in found if meeting.begins_at > work.now else ():
        rows = (tuple(telling.buttons(seat.token, Verb.SEAT_NO)),) if seat.reply else telling.answers(seat.token)
        key = "gather.shortly" if shortly else "gather.tomorrow"
        message = Message(key, telling.about(work.rules, meeting), rows)
        lane = Lane.STATUS if shortly else Lane.BROADCAST
        telling.post(work, meeting, seat.invited_id, message, str(meeting.due), lane)
    next_errand(work, meeting, meeting.due)
    return len(found)


def _close(work: Work, meeting: Meeting) -> int:
    return attending.close(work, None, meeting).there


_ERRANDS: dict[Errand, Callable[[Work, Meeting], int]] = {
    Errand.INVITE: _invite,
    Errand.DAY_BEFORE: _remind,
    Errand.HOUR_BEFORE: _remind,
    Errand.CLOSE: _close,
}
