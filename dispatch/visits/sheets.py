"""What stands on the printed visit sheets of a village: each steward with the households to call at."""

from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import Connection, select

from dispatch import spots
from dispatch.rules import Rules
from dispatch.visits.due import HOMES, frail
from models.people import Person, Steward
from models.places import Area, Grid, Household


@dataclass(frozen=True, slots=True)
class Row:
    """One household, and how many visits a month it is to have: so many lines to write on."""

    home: str
    address: str
    times: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One steward's month."""

    steward: str
    village: str
    grid: str
    rows: tuple[Row, ...]


def of_village(conn: Connection, rules: Rules, code: str, steward: str = "") -> list[Sheet]:
    """The sheets of a village in the order of grid and name; `steward`: only this person's, by number or name."""
    statement = (
        HOMES.with_only_columns(
            Person.id, Person.name, Area.name, Grid.name, Household.name, Household.address, frail.label("frail")
        )
        .join(Person, Person.id == Steward.person_id)
        .join(Area, Area.code == Household.village_code)
        .outerjoin(Grid, Grid.id == Steward.grid_id)
        .where(Household.village_code == code)
        .order_by(Grid.name, Person.name, Person.id, Household.name)
    )
    if steward:
        numbered = steward.isdecimal() and len(steward) < 10  # Ten figures are beyond PostgreSQL's numbers.
        statement = statement.where(Person.id == int(steward) if numbered else Person.name == steward)
    often = {True: rules.visits.a_month_frail, False: rules.visits.a_month}
    sheets = []
    for _, found in groupby(conn.execute(statement).all(), key=lambda row: row[0]):
        rows = list(found)
        _, name, village, grid, *_ = rows[0]
        homes = tuple(Row(row[4], row[5], often[row.frail]) for row in rows)
        sheets.append(Sheet(name, spots.short(village), grid or "", homes))
    return sheets


def is_village(conn: Connection, code: str) -> bool:
    """Whether there is an area of this code."""
    return conn.execute(select(Area.code).where(Area.code == code)).first() is not None
