"""All tables in one place, for migrations and for tests that look at everything."""

from models.awards import AwardRound, Nomination
from models.ballots import Ballot, BallotChoice, BallotVoter
from models.base import Base
from models.claims import Claim, CodeTry
from models.cooperatives import Cooperative, Member
from models.gatherings import Gathering, Seat, Session
from models.guardians import Guardianship
from models.ledger import Chain, EntryNote, PointEntry
from models.mail import Card, Dialog, Inbox, Lease, Mark, Outbox, WebMessage
from models.mentoring import IncomeLeader, JobFound, MentorDeed, Pair
from models.people import Admin, Invitation, Link, Person, Route, Steward, VolunteerGroup
from models.places import Area, Grid, Household
from models.points import HandEntry, PointMonth
from models.publishing import Objection, Publication
from models.reports import Order
from models.requests import Audit, Media, Note, Offer, Request, Search
from models.rights import Tombstone
from models.visits import Visit, VisitNote

metadata = Base.metadata

__all__ = [
    "Admin", "Area", "Audit", "AwardRound", "Ballot", "BallotChoice", "BallotVoter", "Card", "Chain", "Claim",
    "CodeTry", "Cooperative", "Dialog", "EntryNote", "Gathering", "Grid", "Guardianship", "HandEntry", "Household",
    "Inbox", "IncomeLeader", "Invitation", "JobFound", "Lease", "Link", "Mark", "Media", "Member", "MentorDeed",
    "Nomination", "Note", "Objection", "Offer", "Order", "Outbox", "Pair", "Person", "PointEntry", "PointMonth",
    "Publication", "Request", "Route", "Search", "Seat", "Session", "Steward", "Tombstone", "Visit", "VisitNote",
    "VolunteerGroup", "WebMessage", "metadata",
]  # fmt: skip
