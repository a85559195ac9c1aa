"""Where a person's traces are: their chats, requests, recordings, and the texts by which others' messages know them."""

import json
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, exists, or_, select

from dispatch.rights import village_life
from dispatch.rights.forgetting import chunks
from models.claims import Claim
from models.gatherings import Gathering, Seat, Session
from models.guardians import Guardianship
from models.ledger import EntryNote, PointEntry
from models.mail import Inbox, Outbox, WebMessage
from models.people import Admin, Link, Person, Route, Steward
from models.places import Household
from models.points import HandEntry
from models.publishing import Objection
from models.requests import Note, Offer, Request
from models.visits import Visit, VisitNote
from models.words import OPEN_STATES

_STRONG, _WEAK = 8, 2  # Characters from which a text is sought everywhere, or among those who had to do with them.
_BEGINNING = 20  # Cards shorten what was said: its beginning is sought.
_URL = re.compile(r"/media/([A-Za-z0-9_-]{16,22})")


@dataclass(frozen=True, slots=True)
class Traces:
    """What has to be known of a person before anything of them is deleted."""

    person_id: int
    phone: str | None
    household_id: int | None
    lived_alone: bool
    county_code: str | None
    township_code: str | None
    village_code: str | None
    posts: list[int]  # Their rows as a steward or volunteer.
    requests: list[int]  # What they asked, and what was asked for their household at a visit, when it has ended.
    visits: list[int]  # At their household, by them, or typed in by them.
    entry_notes: list[int]  # Why points were given them by hand or taken back, and what they wrote so of others.
    senders: list[str]
    addresses: list[str]
    recordings: list[str]  # Tokens.
    contacts: list[int]  # Who had to do with them.
    strong: list[str]  # Texts as JSON writes them: phone, address, longer words.
    weak: list[str]  # Name and short words.


def gather(conn: Connection, person_id: int) -> Traces:
    """All traces of a person."""
    person = conn.execute(select(Person).where(Person.id == person_id)).one()
    routes = conn.execute(select(Route.channel, Route.address).where(Route.person_id == person_id)).all()
    others = exists().where(Person.household_id == Household.id, Person.id != person_id)
    alone = select(~others).where(Household.id == person.household_id)
    requests, visits, notes = _requests(conn, person), _visits(conn, person), _entry_notes(conn, person_id)
    senders = [f"{route.channel}:{route.address}" for route in routes]
    addresses = [route.address for route in routes]
    lived_alone = bool(conn.scalar(alone))
    strong, weak = _needles(_texts(conn, person, requests, visits, lived_alone=lived_alone))
    return Traces(
        person_id=person_id,
        phone=person.phone,
        household_id=person.household_id,
        lived_alone=lived_alone,
        county_code=person.county_code,
        township_code=person.township_code,
        village_code=person.village_code,
        posts=list(conn.scalars(select(Steward.id).where(Steward.person_id == person_id))),
        requests=requests,
        visits=visits,
        entry_notes=notes,
        senders=senders,
        addresses=addresses,
        recordings=_recordings(conn, person_id, senders, addresses),
        contacts=_contacts(conn, person),
        strong=strong,
        weak=weak,
    )


def _requests(conn: Connection, person: Any) -> list[int]:
    at_home = select(Visit.request_id).where(Visit.household_id == person.household_id)
    theirs = or_(
        Request.requester_id == person.id,
        and_(Request.id.in_(at_home), Request.state.not_in(OPEN_STATES)),
    )
    return list(conn.scalars(select(Request.id).where(theirs)))


def _visits(conn: Connection, person: Any) -> list[int]:
    whose = (Visit.household_id == person.household_id, Visit.person_id == person.id, Visit.typed_by == person.id)
    return list(conn.scalars(select(Visit.id).where(or_(*whose))))


def _entry_notes(conn: Connection, person_id: int) -> list[int]:
    of_theirs = (
        select(PointEntry.note_id).where(PointEntry.person_id == person_id),
        select(HandEntry.note_id).where(HandEntry.person_id == person_id),
    )
    mine = or_(EntryNote.person_id == person_id, *(EntryNote.id.in_(one) for one in of_theirs))
    return list(conn.scalars(select(EntryNote.id).where(mine)))


def _texts(conn: Connection, person: Any, requests: list[int], visits: list[int], *, lived_alone: bool) -> list[str]:
    """Everything personal that is written somewhere as a text of its own."""
    found = [person.name, person.phone]
    if lived_alone:
        home = select(Household.name, Household.address, Household.phone).where(Household.id == person.household_id)
        found += conn.execute(home).one()
    mine = select(Request.words, Request.address, Request.helped_name, Request.helped_phone, Request.reason)
    for some in chunks(requests):
        found += [one for row in conn.execute(mine.where(Request.id.in_(some))) for one in row]
        found += conn.scalars(select(Note.text).where(Note.request_id.in_(some)))
    for some in chunks(visits):
        found += conn.scalars(select(VisitNote.text).where(VisitNote.visit_id.in_(some)))
    found += conn.scalars(select(Note.text).where(Note.person_id == person.id))
    found += conn.scalars(select(Seat.reason).where(Seat.person_id == person.id))
    written = select(Session.title, Session.material).where(Session.written_by == person.id)
    found += [one for row in conn.execute(written) for one in row]
    mine_of_points = select(EntryNote.text).where(EntryNote.id.in_(_entry_notes(conn, person.id)))
    found += conn.scalars(mine_of_points)
    found += conn.scalars(select(Objection.words).where(Objection.person_id == person.id))
    found += conn.scalars(select(Objection.answer).where(Objection.answered_by == person.id))
    found += conn.scalars(select(Claim.name).where(or_(Claim.speaker_id == person.id, Claim.person_id == person.id)))
    found += village_life.texts(conn, person.id)
    return [one for one in found if one]


def _needles(texts: list[str]) -> tuple[list[str], list[str]]:
    strong, weak = set(), set()
    for one in texts:
        beginning = json.dumps(one[:_BEGINNING], ensure_ascii=False)[1:-1]
        if len(one) >= _STRONG:
            strong.add(beginning)
        elif len(one) >= _WEAK:
            weak.add(beginning)
    return sorted(strong), sorted(weak)


def _recordings(conn: Connection, person_id: int, senders: list[str], addresses: list[str]) -> list[str]:
    """Tokens of what they recorded and of files that were made for them."""
    found: set[str] = set()
    for body in conn.scalars(select(WebMessage.body).where(WebMessage.address.in_(addresses))):
        found.update(token for one in body.get("media", ()) for token in _URL.findall(one.get("url", "")))
    for payload in conn.scalars(select(Inbox.payload).where(Inbox.sender.in_(senders))):
        if isinstance(payload, dict) and isinstance(payload.get("media"), str):
            found.add(payload["media"])
    for message in conn.scalars(select(Outbox.message).where(Outbox.person_id == person_id)):
        found.update(one["token"] for one in message.get("media", ()))
    return sorted(found)


def _contacts(conn: Connection, person: Any) -> list[int]:
    """Who was asked for them, helped them, was helped by them, lives with them, looks after them or is looked after

    by them, or answers for where they live.
    """
    mine = select(Request.id).where(Request.requester_id == person.id)
    codes = [code for code in (person.county_code, person.township_code, person.village_code) if code]
    statements = (
        select(Offer.person_id).where(Offer.request_id.in_(mine)),
        select(Request.owner_id).where(Request.requester_id == person.id, Request.owner_id.is_not(None)),
        select(Request.requester_id)
        .join(Offer, Offer.request_id == Request.id)
        .where(or_(Request.owner_id == person.id, Offer.person_id == person.id)),
        select(Person.id).where(Person.household_id == person.household_id, Person.household_id.is_not(None)),
        select(Admin.person_id).where(Admin.area_code.in_(codes)),
        *(
            select(column).where(Visit.household_id == person.household_id)
            for column in (Visit.person_id, Visit.typed_by, Visit.checked_by)
        ),
        select(Steward.person_id)
        .join(Link, Link.steward_id == Steward.id)
        .where(Link.household_id == person.household_id),
        select(Guardianship.guardian_id).where(Guardianship.ward_id == person.id),
        select(Guardianship.ward_id).where(Guardianship.guardian_id == person.id),
        select(Guardianship.named_by).where(
            or_(Guardianship.ward_id == person.id, Guardianship.guardian_id == person.id)
        ),
        select(Gathering.planned_by)
        .join(Seat, Seat.gathering_id == Gathering.id)
        .where(Seat.person_id == person.id, Gathering.planned_by.is_not(None)),
        *(select(column).where(Seat.person_id == person.id) for column in (Seat.came_by, Seat.went_by, Seat.typed_by)),
        *village_life.contacts(person),
        select(Claim.answered_by).where(or_(Claim.speaker_id == person.id, Claim.person_id == person.id)),
    )
    found = {number for statement in statements for number in conn.scalars(statement) if number is not None}
    return sorted(found - {person.id})
