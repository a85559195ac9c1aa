"""What somebody says to an invitation: yes, no with or without a reason; and the waiting list that moves up."""

from sqlalchemy import func, select

from dispatch import errors
from dispatch.actors import Actor
from dispatch.gatherings import meetings, seats, telling
from dispatch.gatherings.habits import HABITS
from dispatch.gatherings.meetings import Meeting
from dispatch.gatherings.seats import Guest
from dispatch.messages import Message
from dispatch.permissions import Action, can
from dispatch.taps import Verb
from dispatch.work import Work
from models.gatherings import Gathering, Seat
from models.habits import Reply
from models.words import Lane

REASON = 200  # Characters of a reason that are kept.


def of_seat(work: Work, guest: Guest) -> tuple[Meeting, Guest]:
    """The gathering of a seat, locked: whoever counts seats counts them alone; and the seat as it is by then."""
    meeting = meetings.held(work.conn, Gathering.id == guest.gathering_id)
    return meeting, seats.of_person(work.conn, meeting, guest.invited_id) or guest


def yes(work: Work, guest: Guest) -> Guest:
    """I come; or, where there are enough already, I wait. Saying it twice changes nothing.

    Raises:
        NotNow: the gathering is over or was called off.
    """
    meeting, guest = of_seat(work, guest)
    meetings.require_running(meeting)
    if meeting.ends_at <= work.now:
        raise errors.NotNow("gather.over")
    if guest.reply in (Reply.YES, Reply.WAITING):
        return guest
    full = meeting.needed is not None and _said_yes(work, meeting) >= meeting.needed
    reply = Reply.WAITING if full else Reply.YES
    return seats.change(work, guest, reply=reply, replied_at=work.now, reason="")


def no(work: Work, guest: Guest, reason: str = "") -> Guest:
    """I cannot come; whoever waits longest has my place. Also afterwards, as an excuse, until it is closed.

    Raises:
        NotNow: the gathering is closed or was called off.
    """
    meeting, guest = of_seat(work, guest)
    meetings.require_running(meeting)
    after = seats.change(work, guest, reply=Reply.NO, replied_at=work.now, reason=reason[:REASON])
    if guest.reply is Reply.YES:
        move_up(work, meeting)
    return after


def join(work: Work, actor: Actor, meeting: Meeting) -> Guest:
    """Come in by the number of a service day, invited or not.

    Raises:
        NotAllowed: it is another village's, or not a gathering that one joins.
    """
    known = seats.of_person(work.conn, meeting, actor.id)
    if known is None and not (HABITS[meeting.kind].joinable and can(actor, Action.JOIN_GATHERING, meeting)):
        raise errors.NotAllowed("gather.not_yours")
    meetings.require_running(meeting)
    return yes(work, known or seats.taken(work, meeting, actor.id))


def step_back(work: Work, person_id: int) -> None:
    """Somebody is gone: what they said they would come to goes on with whoever waits."""
    coming = (Seat.person_id == person_id, Seat.reply.in_((Reply.YES, Reply.WAITING)), Seat.came_at.is_(None))
    rows = select(Seat.gathering_id).join(Gathering, Gathering.id == Seat.gathering_id)
    for number in work.conn.scalars(rows.where(*coming, Gathering.standing.in_(meetings.RUNNING))).all():
        meeting = meetings.held(work.conn, Gathering.id == number)
        guest = seats.of_person(work.conn, meeting, person_id)
        if guest is not None:
            no(work, guest)


def move_up(work: Work, meeting: Meeting) -> None:
    """Whoever waits longest comes, as long as there is room; the gathering has to be locked."""
    if meeting.needed is None or not meeting.running:
        return
    room = meeting.needed - _said_yes(work, meeting)
    for guest in seats.of(work.conn, meeting, Seat.reply == Reply.WAITING)[: max(room, 0)]:
        seats.change(work, guest, reply=Reply.YES)
        rows = (tuple(telling.buttons(guest.token, Verb.SEAT_NO)),)
        message = Message("gather.moved_up", telling.about(work.rules, meeting), rows, loud=True)
        work.post(guest.invited_id, message, Lane.STATUS)


def ahead(work: Work, guest: Guest) -> int:
    """How many wait before this one."""
    earlier = (Seat.replied_at < guest.replied_at) | ((Seat.replied_at == guest.replied_at) & (Seat.id < guest.id))
    waiting = (Seat.gathering_id == guest.gathering_id, Seat.reply == Reply.WAITING, earlier)
    return work.conn.scalar(select(func.count()).where(*waiting)) or 0


def _said_yes(work: Work, meeting: Meeting) -> int:
    said = (Seat.gathering_id == meeting.id, Seat.reply == Reply.YES)
    return work.conn.scalar(select(func.count()).where(*said)) or 0
