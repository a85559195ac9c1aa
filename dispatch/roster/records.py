"""The record of what a village does together, to be read by people: attendance, points, awards, publications."""

from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import Connection, Select, String, and_, case, func, select, type_coerce
from sqlalchemy.orm import aliased

from dispatch.figures import small
from dispatch.gatherings import seats
from dispatch.roster.exporting import ZONE
from models.awards import AwardRound, Nomination
from models.ballots import Ballot
from models.gatherings import Gathering, Seat
from models.habits import AwardEnding, Consent, Standing
from models.ledger import PointEntry
from models.people import Person
from models.publishing import Objection, Publication

_taken_back = aliased(PointEntry)
_won = and_(Nomination.round_id == AwardRound.id, Nomination.won, Nomination.consent == Consent.AGREED)
_told = and_(AwardRound.ending == AwardEnding.AWARDED, Ballot.voted >= small.LEAST)
_answered = (
    select(func.count())
    .where(Objection.publication_id == Publication.id, Objection.answered_at.is_not(None))
    .correlate(Publication)
    .scalar_subquery()
)
# In the order of their keys, so that however many there are, none are sorted and few are in memory.
_STATEMENTS: dict[str, Select[*tuple[Any, ...]]] = {
    "attendance": select(
        Seat.village_code, Gathering.id.label("number"), Gathering.kind, Gathering.begins_at.label("begins"),
        Person.name, Seat.invited_at.is_not(None).label("invited"), Seat.reply,
        case((seats.there, Seat.came_at)).label("came"), case((seats.there, Seat.went_at)).label("went"),
        Seat.stayed.label("minutes"),
    ).join(Gathering, Gathering.id == Seat.gathering_id).join(Person, Person.id == Seat.person_id)
    .where(Gathering.standing != Standing.CANCELLED).order_by(Seat.id),
    "points": select(
        PointEntry.area_code, PointEntry.number, Person.name, PointEntry.deed, PointEntry.points, PointEntry.at,
        _taken_back.number.label("reverses"),
    ).join(Person, Person.id == PointEntry.person_id)
    .outerjoin(_taken_back, _taken_back.id == PointEntry.reverses_id)
    .order_by(PointEntry.area_code, PointEntry.number),
    "awards": select(
        AwardRound.village_code, AwardRound.id.label("number"), AwardRound.kind, AwardRound.ended_at.label("ended"),
        AwardRound.ending, Person.name.label("winner"), case((_told, Ballot.voted)).label("votes"),
    ).outerjoin(Nomination, _won).outerjoin(Person, Person.id == Nomination.person_id)
    .outerjoin(Ballot, Ballot.id == AwardRound.ballot_id)
    .where(AwardRound.ended_at.is_not(None)).order_by(AwardRound.id, Nomination.id),
    "publications": select(
        Publication.area_code, Publication.id.label("number"), Publication.kind, Publication.title,
        Publication.published_at.label("day"), Publication.closed_at.is_(None).label("open"),
        _answered.label("answered"),
    ).order_by(Publication.id),
}  # fmt: skip


def export_records(conn: Connection, within: str = "", zone: tzinfo = ZONE) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each row as (sheet, values by column), as `export_rows` does. A publication's title is a text by key.

    Whoever was erased has no name in it, and stands among no winners.
    """
    for sheet, statement in _STATEMENTS.items():
        first = type_coerce(statement.selected_columns[0], String)
        chosen = statement.where(first.startswith(within, autoescape=True)) if within else statement
        for row in conn.execute(chosen.execution_options(yield_per=1000)):
            yield sheet, {name: _local(name, value, zone) for name, value in row._mapping.items()}


def _local(name: str, value: Any, zone: tzinfo) -> Any:
    if not isinstance(value, datetime):
        return value
    return value.astimezone(zone).date() if name == "day" else value.astimezone(zone)
