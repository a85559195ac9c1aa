"""Somebody named for an honour, as dispatch holds them in hand."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, update

from dispatch import cards, errors
from dispatch.awards.rules import Kind
from dispatch.work import Work
from models.awards import Nomination
from models.habits import Consent
from models.people import Person
from models.places import Household


@dataclass(frozen=True, slots=True)
class Nominee:
    """One nomination. The fields are the table's columns, `nominee_id` its `person_id`; the last are the person's."""

    id: int
    token: str
    county_code: str | None
    township_code: str | None
    village_code: str | None
    round_id: int
    nominated_by: int
    reason: str
    at: datetime
    consent: Consent
    seconded_by: int | None
    choice_id: int | None
    won: bool
    nominee_id: int
    name: str
    made_up: bool
    household_id: int | None
    home: str | None

    @property
    def standing(self) -> bool:
        """Whether they can be voted for."""
        return self.consent is Consent.AGREED and self.seconded_by is not None


_COLUMNS = tuple(Nomination.__table__.c[one.name] for one in fields(Nominee)[:-5])
_NOMINEES: Any = (
    select(*_COLUMNS, Nomination.person_id, Person.name, Person.made_up, Person.household_id, Household.name)
    .join(Person, Person.id == Nomination.person_id)
    .outerjoin(Household, Household.id == Person.household_id)
)


def find(conn: Connection, *conditions: ColumnElement[bool]) -> list[Nominee]:
    """The nominations that fulfil the conditions, in their order."""
    return [Nominee(*row) for row in conn.execute(_NOMINEES.where(*conditions).order_by(Nomination.id))]


def of_round(conn: Connection, round_id: int) -> list[Nominee]:
    """Everybody who was named in a round."""
    return find(conn, Nomination.round_id == round_id)


def by_token(conn: Connection, token: str) -> Nominee:
    """The nomination whose button carries this token, locked where the engine locks rows.

    Raises:
        NotFound: there is none.
    """
    row = conn.execute(_NOMINEES.where(Nomination.token == token).with_for_update(of=Nomination)).one_or_none()
    if row is None:
        raise errors.NotFound("error.button")
    return Nominee(*row)


def change(work: Work, one: Nominee, **values: Any) -> None:
    """Write columns of a nomination."""
    work.conn.execute(update(Nomination).where(Nomination.id == one.id).values(**values))


def honoured(kind: Kind, one: Nominee) -> Any:
    """Whom the honour names: the person, or the household where it is for one."""
    return one.home if kind.household and one.home else cards.shown_name(one)
