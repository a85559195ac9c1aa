"""What is old is erased by itself: every minute of the night a bounded batch of each kind. The figures stay."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, or_, select, update

from dispatch import marks
from dispatch.guardians import parting
from dispatch.rights import documents, forgetting, tombstones, village_life
from dispatch.rights.erasing import NOBODY, SCRUB, erase
from dispatch.work import Work
from models.claims import Claim, CodeTry
from models.gatherings import Gathering
from models.guardians import Guardianship
from models.ledger import EntryNote
from models.mail import Inbox, Outbox, WebMessage
from models.people import Admin, Invitation, Person, Route, Steward
from models.publishing import Objection
from models.requests import Audit, Media, Request
from models.visits import VisitNote
from models.words import OPEN_STATES, ClaimState, Mail, MediaKind

BEGIN, END = 1, 5  # Hours of the night, in the county.
SEATS = 200  # About so many people are invited to a gathering.
STRANGERS = 1  # Not heard of for long: erased in a night's minute. Each is looked for in everything.


def nightly(local: datetime) -> datetime:
    """Every minute of the small hours; at other times the last of them."""
    if BEGIN <= local.hour < END:
        return local.replace(second=0, microsecond=0)
    last = local.replace(hour=END - 1, minute=59, second=0, microsecond=0)
    return last if last <= local else last - timedelta(days=1)


def forget(work: Work) -> None:
    """One batch of every kind."""
    count = sum(kind(work) for kind in KINDS)
    if count and marks.get(work.conn, SCRUB) is None:
        marks.put(work.conn, SCRUB, "night", work.now)


def _requests(work: Work) -> int:
    """What was asked and said in requests that ended long ago."""
    before = work.now - work.rules.retention.requests
    old = select(Request.id).where(Request.forgotten_at.is_(None), Request.ended_at < before).order_by(Request.ended_at)
    numbers = work.conn.scalars(old.limit(work.rules.retention.batch)).all()
    forgetting.requests(work.conn, numbers, work.now)
    return len(numbers)


def _oldest(work: Work, columns: tuple[Any, Any], which: Any, span: timedelta) -> Sequence[int]:
    """The numbers of the oldest rows whose time is over. Numbers rise with time, so only the first are looked at."""
    number, at = columns
    first = select(number.label("number"), at.label("at")).where(which).order_by(number)
    rows = work.conn.execute(first.limit(work.rules.retention.batch))
    return [row.number for row in rows if row.at is not None and row.at < work.now - span]


def _letters(work: Work) -> int:
    numbers = _oldest(work, (Inbox.id, Inbox.done_at), Inbox.state == Mail.DONE, work.rules.retention.mail)
    for some in forgetting.chunks(numbers):
        work.conn.execute(delete(Inbox).where(Inbox.id.in_(some)))
    return len(numbers)


def _posts(work: Work) -> int:
    sent = Outbox.state.not_in(forgetting.WAITING)
    numbers = _oldest(work, (Outbox.id, Outbox.send_at), sent, work.rules.retention.mail)
    for some in forgetting.chunks(numbers):
        work.conn.execute(delete(Outbox).where(Outbox.id.in_(some)))
    return len(numbers)


def _chats(work: Work) -> int:
    numbers = _oldest(work, (WebMessage.id, WebMessage.at), WebMessage.id > 0, work.rules.retention.chats)
    for some in forgetting.chunks(numbers):
        work.conn.execute(delete(WebMessage).where(WebMessage.id.in_(some)))
    return len(numbers)


def _recordings(work: Work) -> int:
    """Files made for somebody, and recordings that belong to no request."""
    kept = work.rules.retention
    ours = or_(Media.kind == MediaKind.FILE, Media.channel == documents.CHANNEL)
    made = ours & (Media.created_at < work.now - kept.documents)
    old = (
        select(Media.id)
        .where(~forgetting.HELD, or_(made, Media.created_at < work.now - kept.requests))
        .order_by(Media.id)
    )
    numbers = work.conn.scalars(old.limit(kept.batch)).all()
    forgetting.recordings(work.conn, Media.id, numbers)
    return len(numbers)


def _positions(work: Work) -> int:
    old = Steward.live_at < work.now - work.rules.retention.positions
    nothing: dict[str, Any] = dict.fromkeys(("live_lat", "live_lon", "live_at"))
    return work.conn.execute(update(Steward).where(old).values(**nothing)).rowcount


def _details(work: Work) -> int:
    """The audit trail names nobody but by number; what was written beside it goes."""
    span = work.rules.retention.details
    seen = marks.get(work.conn, _SEEN)
    after = int(seen[0]) if seen else 0
    numbers = _oldest(work, (Audit.id, Audit.at), Audit.id > after, span)
    for some in forgetting.chunks(numbers):
        work.conn.execute(update(Audit).where(Audit.id.in_(some)).values(detail={}))
    if numbers:
        marks.put(work.conn, _SEEN, str(numbers[-1]), work.now)
    return len(numbers)


_SEEN = "retention.audit"


def _invitations(work: Work) -> int:
    before = work.now - work.rules.retention.requests
    claimed = exists().where(Claim.code_hash == Invitation.code_hash)
    return work.conn.execute(delete(Invitation).where(Invitation.expires_at < before, ~claimed)).rowcount


def _visits(work: Work) -> int:
    """What was said at the steps of visits; when, where and of what kind they were stays."""
    numbers = _oldest(work, (VisitNote.id, VisitNote.at), VisitNote.id > 0, work.rules.retention.visits)
    for some in forgetting.chunks(numbers):
        forgetting.visits(work.conn, VisitNote.id.in_(some))
    return len(numbers)


def _gatherings(work: Work) -> int:
    """Reasons and material of gatherings that are long over. Each has many seats, so few of them make a batch."""
    before = work.now - work.rules.retention.gatherings
    over = (Gathering.forgotten_at.is_(None), Gathering.begins_at < before, Gathering.due_at.is_(None))
    old = select(Gathering.id).where(*over).order_by(Gathering.begins_at)
    numbers = work.conn.scalars(old.limit(1 + work.rules.retention.batch // SEATS)).all()
    forgetting.gatherings(work.conn, numbers, work.now)
    return len(numbers)


def _points(work: Work) -> int:
    """Why points were given by hand or reversed, and objections with their answers, after the year's end evaluation."""
    kept = work.rules.retention
    notes = _oldest(work, (EntryNote.id, EntryNote.at), EntryNote.text != "", kept.points)
    for some in forgetting.chunks(notes):
        forgetting.entry_notes(work.conn, EntryNote.id.in_(some))
    answered = (Objection.words != "") & Objection.answered_at.is_not(None)
    objections = _oldest(work, (Objection.id, Objection.answered_at), answered, kept.points)
    for some in forgetting.chunks(objections):
        work.conn.execute(update(Objection).where(Objection.id.in_(some)).values(words="", answer=None))
    return len(notes) + len(objections)


def _claims(work: Work) -> int:
    """Who showed a contact card long ago, and codes that were wrong. An open claim is not that old: it lapses."""
    before = work.now - work.rules.retention.claims
    old = select(Claim.token).where(Claim.state != ClaimState.OPEN, Claim.asked_at < before).order_by(Claim.asked_at)
    tokens = work.conn.scalars(old.limit(work.rules.retention.batch)).all()
    for some in forgetting.chunks(tokens):
        work.conn.execute(delete(Claim).where(Claim.token.in_(some)))
    tried = _oldest(work, (CodeTry.id, CodeTry.at), CodeTry.id > 0, work.rules.retention.claims)
    for some in forgetting.chunks(tried):
        work.conn.execute(delete(CodeTry).where(CodeTry.id.in_(some)))
    return len(tokens) + len(tried)


def _guardianships(work: Work) -> int:
    """Who looked after whom, long after it ended or was refused."""
    return parting.forget(work, Guardianship.ended_at < work.now - work.rules.retention.requests)


def _strangers(work: Work) -> int:
    """Whom no roster knows, and who has not been heard of for long."""
    before = work.now - work.rules.retention.strangers
    on_roster = or_(
        Person.household_id.is_not(None),
        exists().where(Steward.person_id == Person.id),
        exists().where(Admin.person_id == Person.id),
    )
    lately = exists().where(Route.person_id == Person.id, or_(Route.proven_at.is_(None), Route.proven_at >= before))
    open_ = exists().where(
        or_(Request.requester_id == Person.id, Request.owner_id == Person.id), Request.state.in_(OPEN_STATES)
    )
    known = Person.name != NOBODY
    old = select(Person.id).where(known, Person.created_at < before, ~on_roster, ~lately, ~open_).limit(STRANGERS)
    numbers = work.conn.scalars(old).all()
    for person_id in numbers:
        tombstones.stand(work.conn, person_id, work.now)
        erase(work, person_id)
    return len(numbers)


KINDS: tuple[Callable[[Work], int], ...] = (
    _requests, _letters, _posts, _chats, _recordings, _positions, _details, _visits, _gatherings, _points, _claims,
    _invitations, _guardianships, village_life.forget_ballots, village_life.forget_deeds, _strangers,
)  # fmt: skip
