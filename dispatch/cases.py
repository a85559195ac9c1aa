"""A request as dispatch holds it in hand: the row of `models.requests.Request` as a value."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from dispatch import errors
from models.requests import Request
from models.words import Due, Ending, State, Urgency


class Case(NamedTuple):
    """One request. The fields are the table's columns, in its words; see there for their meaning.

    A tuple, since a sweep makes and replaces them by the ten thousand: a tenth of a frozen dataclass's price.
    """

    id: int
    token: str
    county_code: str | None
    township_code: str | None
    village_code: str | None
    requester_id: int
    guardian_id: int | None
    helped_name: str | None
    helped_phone: str | None
    household_id: int | None
    grid_id: int | None
    lat: float | None
    lon: float | None
    k1: float | None
    k2: float | None
    k3: float | None
    place: str
    address: str
    words: str
    category: str
    skill: str | None
    matter: str | None
    hands: int
    wanted_at: datetime | None
    drill: bool
    urgency: Urgency
    state: State
    ladder: Any
    round: int
    rung: int
    repeats: int
    due_at: datetime | None
    due: Due | None
    owner_id: int | None
    minutes: int | None
    disputes: int
    rating: int | None
    ending: Ending | None
    reason: str | None
    like_id: int | None
    leader_id: int | None
    followers: int
    opened_at: datetime
    heard_at: datetime
    accepted_at: datetime | None
    arrived_at: datetime | None
    done_at: datetime | None
    ended_at: datetime | None

    def but(self, values: dict[str, Any]) -> "Case":
        """The same with these values; a tenth of what `_replace` takes for so many fields."""
        fields: list[Any] = list(self)
        for name, value in values.items():
            fields[_PLACES[name]] = value
        return Case._make(fields)


_PLACES = {name: place for place, name in enumerate(Case._fields)}
COLUMNS = tuple(Request.__table__.c[name] for name in Case._fields)
CASES = select(*COLUMNS)  # Add a `where`, and hand the rows to `Case(*row)`.


def load(conn: Connection, request_id: int) -> Case:
    """The request, locked until the end of the transaction where the engine locks rows.

    Raises:
        NotFound: there is no such request.
    """
    row = conn.execute(CASES.where(Request.id == request_id).with_for_update()).one_or_none()
    if row is None:
        raise errors.NotFound
    return Case(*row)


def by_token(conn: Connection, token: str) -> Case:
    """The request whose requester's buttons carry this token.

    Raises:
        NotFound: there is none.
    """
    row = conn.execute(CASES.where(Request.token == token).with_for_update()).one_or_none()
    if row is None:
        raise errors.NotFound
    return Case(*row)
