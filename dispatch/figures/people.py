"""Figures of who takes part: stewards, volunteers, income leaders, and those who found work through them."""

from sqlalchemy import func

from dispatch.figures.figure import Figure, figure
from models.mentoring import IncomeLeader, JobFound, Pair
from models.people import Person, Steward
from models.words import StewardKind


def _serving(key: str, kind: StewardKind) -> Figure:
    return figure(
        key, Steward, (Person.name,), Steward.kind == kind, Steward.left_at.is_(None),
        joins=((Person, Person.id == Steward.person_id),),
    )  # fmt: skip


PEOPLE: tuple[Figure, ...] = (
    _serving("stewards", StewardKind.STEWARD),
    _serving("volunteers", StewardKind.VOLUNTEER),
    figure(
        "leaders", IncomeLeader, (Person.name,), IncomeLeader.left_at.is_(None),
        joins=((Person, Person.id == IncomeLeader.person_id),),
    ),
    figure(
        "in_work", JobFound, (func.min(Person.name).label("name"), func.min(JobFound.since).label("since")),
        joins=((Pair, Pair.id == JobFound.pair_id), (Person, Person.id == Pair.person_id)), once=Pair.person_id,
    ),
)  # fmt: skip
