"""Erases a person on request: first the stone and the goodbye, and once that is sent, everything about them."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, delete, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from dispatch import escalation, invitations, lifecycle, marks, telling, trail
from dispatch.cases import CASES, Case
from dispatch.desk import helping
from dispatch.gatherings import answering
from dispatch.guardians import parting
from dispatch.messages import Message, text
from dispatch.rights import forgetting, tombstones, village_life
from dispatch.rights.traces import Traces, gather
from dispatch.work import Work
from models.claims import Claim, CodeTry
from models.gatherings import Gathering, Seat, Session
from models.ledger import EntryNote
from models.mail import Card, Dialog, Inbox, Outbox, WebMessage, unsent
from models.people import Admin, Invitation, Link, Person, Route, Steward
from models.places import Area, Household
from models.publishing import Objection
from models.reports import Order
from models.requests import Audit, Media, Note, Offer, Request
from models.rights import Tombstone
from models.visits import Visit, VisitNote
from models.words import HELD_STATES, OPEN_STATES, Answer, Ending, Event, Lane, Mail

NOBODY = "—"  # Instead of a name.
PATIENCE = timedelta(hours=1)  # So long a goodbye may be on its way.
SCRUB = "scrub"  # Mark: something was deleted that is to leave the files as well. "now", or "night".
AT_ONCE = 20  # People looked at in one run.
_unsent = unsent(Outbox.person_id).c

# Every table that can hold a word is in one of these two: here it is emptied of the person's, and there is why not.
EMPTIED = frozenset({
    "people", "households", "stewards", "admins", "routes", "invitations", "links", "requests", "notes", "media",
    "offers", "searches", "audit", "inbox", "outbox", "cards", "dialogs", "web_messages", "claims", "code_tries",
    "visits", "visit_notes", "guardianships", "gatherings", "sessions", "seats", "entry_notes", "objections",
    "ballot_voters", "nominations", "income_leaders", "mentor_pairs", "mentor_deeds", "jobs_found",
    "cooperative_members", "orders",
})  # fmt: skip
UNTOUCHED = {
    "areas": "the county's map, by official codes",
    "grids": "the map of a village",
    "volunteer_groups": "a group's name is nobody's",
    "ballots": "how many could vote and did; nobody by name",
    "ballot_choices": "counts of votes that nobody can be found by",
    "award_rounds": "which honour was given when",
    "cooperatives": "a cooperative's name is nobody's",
    "leases": "which process of the service holds what",
    "marks": "the service's own clock and counters",
    "chains": "the ends of the ledger: numbers and hashes",
    "point_entries": "figures by number under a seal; whose they are is gone with the person's name",
    "hand_entries": "figures by number",
    "point_months": "numbers and hashes of what was published",
    "publications": "people stand in it by number, and are named when it is shown",
    "tombstones": "what is needed to erase the person again from an older backup, unreadable",
}


def obstacles(conn: Connection, person_id: int) -> list[dict[str, Any]]:
    """What has to end before the person can be erased, each as a text with its reason; nothing: it may be done."""
    open_ = Request.state.in_(OPEN_STATES)
    asked = conn.scalars(select(Request.id).where(Request.requester_id == person_id, open_).order_by(Request.id))
    found = [text("erase.open_request", number=number) for number in asked]
    held = conn.scalars(select(Request.id).where(Request.owner_id == person_id, open_).order_by(Request.id))
    found += [text("erase.open_task", number=number) for number in held]
    other = aliased(Admin)
    alone = ~exists().where(other.area_code == Admin.area_code, other.person_id != person_id)
    offices = select(Area.name).join(Admin, Admin.area_code == Area.code).where(Admin.person_id == person_id, alone)
    return found + [text("erase.only_admin", area=name) for name in conn.scalars(offices)]


def ask(work: Work, person_id: int) -> None:
    """Set the stone. What is about the person goes within minutes, after the goodbye has been sent."""
    tombstones.stand(work.conn, person_id, work.now)


def finish(work: Work) -> None:
    """Erase the first whose goodbye is sent. Who has begun something new meanwhile is told what is in the way.

    One in a run: they are looked for in everything, which takes seconds in a store of years, and others wait to write.
    """
    stones = select(Tombstone.person_id, Tombstone.asked_at).where(Tombstone.done_at.is_(None)).limit(AT_ONCE)
    for person_id, asked_at in work.conn.execute(stones).all():
        on_its_way = select(_unsent.person_id).where(_unsent.person_id == person_id).limit(1)
        if work.conn.scalar(on_its_way) and work.now - asked_at < PATIENCE:
            continue
        reasons = obstacles(work.conn, person_id)
        if reasons:
            work.conn.execute(delete(Tombstone).where(Tombstone.person_id == person_id))
            work.post(person_id, Message("erase.called_off", {"reason": reasons[0]}, loud=True), Lane.ANSWER)
            continue
        erase(work, person_id)
        return


def replay(work: Work) -> int:
    """Erase again whom a backup brought back; their open requests are withdrawn. Returns how many people there were."""
    people = tombstones.risen(work.conn)
    for person_id in people:
        _let_go(work, person_id)
        erase(work, person_id)
    escalation.start(work)
    work.flush()
    return len(people)


def _let_go(work: Work, person_id: int) -> None:
    """Withdraw what they asked, and give what they had taken back to the circle."""
    open_ = Request.state.in_(OPEN_STATES)
    for row in work.conn.execute(CASES.where(Request.requester_id == person_id, open_)).all():
        case = Case(*row)
        after = lifecycle.move(work, case, Event.CANCEL, None, ending=Ending.WITHDRAWN)
        telling.tell(work, case, after, Event.CANCEL, actor_id=person_id)
    held = Request.state.in_(HELD_STATES)
    for row in work.conn.execute(CASES.where(Request.owner_id == person_id, held)).all():
        helping.back_to_circle(work, Case(*row), Event.LEAVE, None)


def erase(work: Work, person_id: int) -> None:
    """Take everything about a person out of all tables. Their number stays, so that the figures do."""
    asked = select(Offer.token).where(Offer.person_id == person_id, Offer.answer == Answer.OPEN)
    for token in work.conn.scalars(asked).all():
        helping.unreachable(work, token)  # The next one is asked at once.
    work.flush()
    traces = gather(work.conn, person_id)
    _tell_branch(work, traces)
    parting.erased(work, person_id)
    _words(work, traces)
    _places(work, traces)
    village_life.erase(work, person_id)
    _self(work.conn, person_id)
    work.conn.execute(update(Tombstone).where(Tombstone.person_id == person_id).values(done_at=work.now))
    marks.put(work.conn, SCRUB, "now", work.now)
    trail.write(work, person_id, traces, "erase", person_id)


def _tell_branch(work: Work, traces: Traces) -> None:
    """A helper is gone, without a name: whom they looked after needs somebody else."""
    homes = select(func.count()).where(Link.steward_id.in_(traces.posts))
    if traces.posts:
        params = {"count": work.conn.scalar(homes) or 0}
        here = (Admin.area_code == traces.village_code, Admin.person_id != traces.person_id)
        admins = select(Admin.person_id).where(*here)
        for admin in work.conn.scalars(admins):
            work.post(admin, Message("erase.helper_left", params), Lane.STATUS)


def _words(work: Work, traces: Traces) -> None:
    """What they said, what was said to them, and what was said of them."""
    conn, me = work.conn, traces.person_id
    forgetting.recordings(conn, Media.token, traces.recordings)
    forgetting.requests(conn, traces.requests, work.now)
    forgetting.notes(conn, Note.person_id == me)
    for some in forgetting.chunks(traces.visits):
        forgetting.visits(conn, VisitNote.visit_id.in_(some))
    forgetting.material(conn, Session.written_by == me)
    conn.execute(update(Session).where(Session.speaker_id == me).values(speaker_id=None))
    conn.execute(update(Seat).where(Seat.person_id == me).values(reason=""))
    conn.execute(update(Gathering).where(Gathering.planned_by == me).values(planned_by=None, safety=""))
    forgetting.entry_notes(conn, EntryNote.id.in_(traces.entry_notes))
    conn.execute(update(Objection).where(Objection.person_id == me).values(words=""))
    conn.execute(update(Objection).where(Objection.answered_by == me).values(answer=None))
    conn.execute(delete(Claim).where(or_(Claim.speaker_id == me, Claim.person_id == me)))
    conn.execute(delete(CodeTry).where(CodeTry.person_id == me))
    conn.execute(delete(Order).where(Order.person_id == me))
    conn.execute(update(Audit).where(or_(Audit.actor_id == me, Audit.person_id == me)).values(detail={}))
    conn.execute(update(Offer).where(Offer.person_id == me).values(metres=None, reason=None))
    conn.execute(delete(Card).where(Card.person_id == me))
    conn.execute(delete(Dialog).where(Dialog.person_id == me))
    conn.execute(delete(Outbox).where(Outbox.person_id == me))
    conn.execute(delete(Inbox).where(Inbox.sender.in_(traces.senders)))
    conn.execute(delete(WebMessage).where(WebMessage.address.in_(traces.addresses)))
    forgetting.recordings(conn, Media.token, traces.recordings)
    for needles, among in ((traces.strong, None), (traces.weak, traces.contacts)):
        for some in forgetting.chunks(needles):
            _mentions(conn, some, among)


def _mentions(conn: Connection, needles: list[str], among: list[int] | None) -> None:
    """Whatever else holds their words: in everybody's messages, or in those of the people who had to do with them."""
    chats = select(Route.address).where(Route.person_id.in_(among or ()))
    senders = select(Route.channel + ":" + Route.address).where(Route.person_id.in_(among or ()))
    whose: dict[str, Any] = {
        "posts": Outbox.person_id.in_(among) if among is not None else True,
        "lines": WebMessage.address.in_(chats) if among is not None else True,
        "letters": Inbox.sender.in_(senders) if among is not None else True,
        "trail": Audit.actor_id.in_(among) if among is not None else True,
        "dialogs": Dialog.person_id.in_(among) if among is not None else True,
    }
    said = forgetting.holds(Outbox.message, needles)
    forgetting.posts(conn, conn.scalars(select(Outbox.id).where(whose["posts"], said)).all())
    conn.execute(delete(WebMessage).where(whose["lines"], forgetting.holds(WebMessage.body, needles)))
    heard = (Inbox.state != Mail.NEW, forgetting.holds(Inbox.payload, needles))
    conn.execute(update(Inbox).where(whose["letters"], *heard).values(payload={}, error=None))
    conn.execute(update(Audit).where(whose["trail"], forgetting.holds(Audit.detail, needles)).values(detail={}))
    conn.execute(delete(Dialog).where(whose["dialogs"], forgetting.holds(Dialog.memo, needles)))


def _places(work: Work, traces: Traces) -> None:
    """Their home, unless others live there; where they stood as a helper; and where others named them as the helped."""
    conn = work.conn
    if traces.phone:
        nobody = {"helped_name": None, "helped_phone": None}
        conn.execute(update(Request).where(Request.helped_phone == traces.phone).values(**nobody))
        theirs = (Household.id == traces.household_id, Household.phone == traces.phone)
        conn.execute(update(Household).where(*theirs).values(phone=None))
    if traces.lived_alone:
        conn.execute(delete(Link).where(Link.household_id == traces.household_id))
        invitations.revoke_cards(work, None, traces.household_id)
        empty = {"name": f"{NOBODY}{traces.household_id}", "address": "", "phone": None, **_NO_POINT}
        conn.execute(update(Household).where(Household.id == traces.household_id).values(**empty))
    conn.execute(delete(Link).where(Link.steward_id.in_(traces.posts)))
    cards = update(Invitation).where(Invitation.steward_id.in_(traces.posts), Invitation.revoked_at.is_(None))
    conn.execute(cards.values(revoked_at=work.now))
    begun = update(Visit).where(Visit.person_id == traces.person_id, Visit.ended_at.is_(None))
    conn.execute(begun.values(step=None, ended_at=work.now))  # It never counted, and does not now.
    answering.step_back(work, traces.person_id)
    off = {**_NO_POST, "left_at": func.coalesce(Steward.left_at, work.now)}
    conn.execute(update(Steward).where(Steward.person_id == traces.person_id).values(**off))


_NO_POINT: dict[str, Any] = dict.fromkeys(("lat", "lon", "raw_lat", "raw_lon", "datum"))
_NOWHERE: dict[str, Any] = dict.fromkeys(("county_code", "township_code", "village_code"))
_NO_LEAVE: dict[str, Any] = dict.fromkeys(("leave_from", "leave_until", "live_lat", "live_lon", "live_at", "asked_at"))
_NO_POST: dict[str, Any] = {
    **_NO_POINT, **_NOWHERE, **_NO_LEAVE, "grid_id": None, "group_id": None, "leads_since": None, "skills": "",
    "on_duty": False,
}  # fmt: skip


def _self(conn: Connection, person_id: int) -> None:
    """Name, phone and chats. The row stays for the figures that count it."""
    for table in (Admin, Route, Invitation):
        conn.execute(delete(table).where(table.person_id == person_id))
    known: dict[str, Any] = dict.fromkeys(("phone", "language", "household_id", "told_at", "agreed_at"))
    conn.execute(update(Person).where(Person.id == person_id).values(name=NOBODY, frail=False, **known, **_NOWHERE))
