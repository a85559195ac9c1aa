"""Everything that is kept about one person, table by table, without what belongs to others.

A table is either here or among those that hold nothing of anybody; a test sees to it that a new one is sorted in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, false, or_, select, true
from sqlalchemy.sql.selectable import FromClause

from dispatch.rights import village_life
from models.awards import Nomination
from models.ballots import BallotVoter
from models.claims import Claim, CodeTry
from models.cooperatives import Member
from models.gatherings import Gathering, Seat, Session
from models.guardians import Guardianship
from models.ledger import EntryNote, PointEntry
from models.mail import Card, Dialog, Inbox, Outbox, WebMessage
from models.mentoring import IncomeLeader, JobFound, MentorDeed, Pair
from models.people import Admin, Invitation, Link, Person, Route, Steward
from models.places import Household
from models.points import HandEntry
from models.publishing import Objection
from models.reports import Order
from models.requests import Audit, Media, Note, Offer, Request
from models.tables import metadata
from models.visits import Visit, VisitNote
from models.words import NoteKind

# Tables in which nothing is about a person: the county's map, its groups, and the service's own bookkeeping.
IMPERSONAL = frozenset({
    "areas", "grids", "volunteer_groups", "leases", "marks", "chains", "point_months", "ballots", "ballot_choices",
    "cooperatives",
})  # fmt: skip
# About a person, and nothing of it can be read: who was considered or published, by number, and the prints of those
# erased. What is published of somebody's points is among their entries.
NUMBERS_ONLY = frozenset({"searches", "tombstones", "publications", "award_rounds"})
# Columns that say nothing to a reader: numbers of rows, secrets, and how distances are reckoned.
TECHNICAL = frozenset({
    "token", "code_hash", "typed_hash", "key", "k1", "k2", "k3", "ladder", "lease_epoch", "attempts", "said_ref",
    "message_ref", "replaces", "tries", "content", "file_ref", "position", "retry_at", "due", "due_at", "rung", "round",
    "repeats", "why", "part", "raw_lat", "raw_lon", "lane", "step", "offer_token", "county_code", "township_code",
    "forgotten_at", "made_up", "drill", "answered_by", "typed_by", "named_by", "confirmed_by", "checked_by",
    "objected_by",
    "series", "code", "planned_by", "written_by", "came_by", "went_by",
    "nominated_by", "seconded_by",
    "turn", "salt", "note_hash", "previous", "hash", "number",
})  # fmt: skip
_OF_A_TASK = frozenset({"category", "state", "ending", "rating", "accepted_at", "arrived_at", "done_at", "ended_at"})


@dataclass(frozen=True, slots=True)
class Section:
    """What one table holds about the person: `name` is the table's, or "tasks" for others' requests that they took."""

    name: str
    rows: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Mine:
    """What belongs to the person, as conditions and subqueries."""

    person_id: int
    plain: bool  # Neither helper, admin nor guardian: nobody else's words ever stood in their chat.
    household: Any
    requests: Any
    calls: Select[Any]  # Visits at their household.
    gatherings: Select[Any]  # Those at which they have a seat.
    posts: Any
    chats: Select[Any]
    senders: Select[Any]


_Which = Callable[[_Mine], Any]
_BY: Mapping[type[Any], _Which] = {
    Person: lambda me: Person.id == me.person_id,
    Household: lambda me: Household.id == me.household,
    Steward: lambda me: Steward.person_id == me.person_id,
    Link: lambda me: or_(Link.household_id == me.household, Link.steward_id.in_(me.posts)),
    Admin: lambda me: Admin.person_id == me.person_id,
    Route: lambda me: Route.person_id == me.person_id,
    Invitation: lambda me: or_(
        Invitation.person_id == me.person_id,
        Invitation.household_id == me.household,
        Invitation.steward_id.in_(me.posts),
    ),
    Claim: lambda me: or_(Claim.speaker_id == me.person_id, Claim.person_id == me.person_id),
    CodeTry: lambda me: CodeTry.person_id == me.person_id,
    Guardianship: lambda me: or_(Guardianship.ward_id == me.person_id, Guardianship.guardian_id == me.person_id),
    Visit: lambda me: or_(Visit.household_id == me.household, Visit.person_id == me.person_id),
    VisitNote: lambda me: VisitNote.visit_id.in_(me.calls),  # What is said at another's door is that household's.
    Gathering: lambda me: or_(Gathering.planned_by == me.person_id, Gathering.id.in_(me.gatherings)),
    Session: lambda me: or_(Session.speaker_id == me.person_id, Session.written_by == me.person_id),
    Seat: lambda me: Seat.person_id == me.person_id,
    BallotVoter: lambda me: BallotVoter.person_id == me.person_id,
    Nomination: lambda me: or_(Nomination.person_id == me.person_id, Nomination.nominated_by == me.person_id),
    IncomeLeader: lambda me: IncomeLeader.person_id == me.person_id,
    Pair: lambda me: village_life.pairs(me.person_id),
    MentorDeed: lambda me: MentorDeed.pair_id.in_(select(Pair.id).where(village_life.pairs(me.person_id))),
    JobFound: lambda me: JobFound.pair_id.in_(select(Pair.id).where(village_life.pairs(me.person_id))),
    Member: lambda me: Member.person_id == me.person_id,
    PointEntry: lambda me: PointEntry.person_id == me.person_id,
    EntryNote: lambda me: or_(
        EntryNote.person_id == me.person_id,
        EntryNote.id.in_(select(PointEntry.note_id).where(PointEntry.person_id == me.person_id)),
    ),
    HandEntry: lambda me: or_(HandEntry.person_id == me.person_id, HandEntry.by_id == me.person_id),
    Objection: lambda me: Objection.person_id == me.person_id,
    Request: lambda me: Request.id.in_(me.requests),
    Note: lambda me: or_(
        Note.person_id == me.person_id,
        and_(Note.request_id.in_(me.requests), or_(Note.kind == NoteKind.SAID_TO_REQUESTER, Note.person_id.is_(None))),
    ),
    Media: lambda me: or_(
        Media.id.in_(
            select(Note.media_id).where(or_(Note.person_id == me.person_id, Note.request_id.in_(me.requests)))
        ),
        Media.id.in_(select(VisitNote.media_id).where(VisitNote.visit_id.in_(me.calls))),
        Media.id.in_(select(Session.media_id).where(Session.written_by == me.person_id)),
    ),
    Offer: lambda me: Offer.person_id == me.person_id,
    Order: lambda me: Order.person_id == me.person_id,
    Audit: lambda me: or_(Audit.actor_id == me.person_id, Audit.person_id == me.person_id),
    Inbox: lambda me: Inbox.sender.in_(me.senders),
    Outbox: lambda me: and_(
        Outbox.person_id == me.person_id,
        or_(Outbox.request_id.in_(me.requests), and_(Outbox.request_id.is_(None), true() if me.plain else false())),
    ),
    Card: lambda me: Card.person_id == me.person_id,
    Dialog: lambda me: Dialog.person_id == me.person_id,
    WebMessage: lambda me: and_(
        WebMessage.address.in_(me.chats),
        true() if me.plain else WebMessage.body["from"].as_string() == "me",
    ),
}
HELD = frozenset(model.__table__.name for model in _BY)


def held(conn: Connection, person_id: int, *, plain: bool) -> list[Section]:
    """All sections that have rows, people first.

    `plain`: the person is neither helper, admin nor guardian. Otherwise what was written to them about others' requests
    is left out, since it holds those people's words.
    """
    real = Request.drill.is_(False)  # A practice is nobody's need.
    requests = select(Request.id).where(Request.requester_id == person_id, real)
    routes = Route.person_id == person_id
    household = select(Person.household_id).where(Person.id == person_id).scalar_subquery()
    me = _Mine(
        person_id,
        plain,
        household,
        requests,
        select(Visit.id).where(Visit.household_id == household),
        select(Seat.gathering_id).where(Seat.person_id == person_id),
        select(Steward.id).where(Steward.person_id == person_id),
        select(Route.address).where(routes),
        select(Route.channel + ":" + Route.address).where(routes),
    )
    sections = [_section(conn, model.__table__, which(me)) for model, which in _BY.items()]
    tasks = _rows(conn, Request.__table__, and_(Request.owner_id == person_id, real), _OF_A_TASK)
    return [one for one in (*sections, Section("tasks", tasks)) if one.rows]


def _section(conn: Connection, table: FromClause, which: Any) -> Section:
    return Section(str(table.name), _rows(conn, table, which, shown(str(table.name))))  # type: ignore[attr-defined]


def shown(table: str) -> frozenset[str]:
    """The columns of a table that a person gets to read."""
    columns = metadata.tables[table].columns
    return frozenset(
        one.name for one in columns if one.name not in TECHNICAL and one.name != "id" and not one.name.endswith("_id")
    )


def _rows(conn: Connection, table: FromClause, which: Any, columns: frozenset[str]) -> list[dict[str, Any]]:
    wanted = [one for one in table.columns if one.name in columns]
    found = conn.execute(select(*wanted).where(which).order_by(*table.primary_key))
    rows = [{name: value for name, value in row._mapping.items() if value not in (None, "", {}, [])} for row in found]
    return [_without_quotes(row) for row in rows if row]


def _without_quotes(row: dict[str, Any]) -> dict[str, Any]:
    """A message as it came, without what it repeats of the bot's: the card that was tapped or answered."""
    if isinstance(row.get("payload"), dict):
        return {**row, "payload": _own(row["payload"])}
    return row


def _own(payload: dict[str, Any]) -> dict[str, Any]:
    tapped = "data" in payload and "message" in payload
    quoted = {"reply_to_message", "message"} if tapped else {"reply_to_message"}
    return {
        name: _own(part) if isinstance(part, dict) else part for name, part in payload.items() if name not in quoted
    }
