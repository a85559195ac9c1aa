"""A pair of leader and villager as dispatch holds it in hand, and the only functions that read and write its row."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, func, insert, select, update
from sqlalchemy.orm import aliased

from dispatch import errors
from dispatch.actors import Actor
from dispatch.areas import Located, scope
from dispatch.taps import new_token
from dispatch.work import Work
from models.habits import PairState
from models.mentoring import IncomeLeader, Pair
from models.people import Person

OPEN = (PairState.ASKED, PairState.ACTIVE)


@dataclass(frozen=True, slots=True)
class Both:
    """One pair. The fields are the table's columns; the last are the two people, by number and by name."""

    id: int
    token: str
    county_code: str | None
    township_code: str | None
    village_code: str | None
    leader_id: int
    state: PairState
    asked_at: datetime
    agreed_at: datetime | None
    ended_at: datetime | None
    mentored_id: int
    leading_id: int
    mentored: str
    leader: str


_mentored, _leading = aliased(Person), aliased(Person)
_COLUMNS = tuple(Pair.__table__.c[one.name] for one in fields(Both)[:-4])
_PAIRS: Any = (
    select(*_COLUMNS, Pair.person_id, IncomeLeader.person_id, _mentored.name, _leading.name)
    .join(IncomeLeader, IncomeLeader.id == Pair.leader_id)
    .join(_mentored, _mentored.id == Pair.person_id)
    .join(_leading, _leading.id == IncomeLeader.person_id)
)


def find(conn: Connection, *conditions: ColumnElement[bool], limit: int = 100) -> list[Both]:
    """The pairs that fulfil the conditions, oldest first."""
    return [Both(*row) for row in conn.execute(_PAIRS.where(*conditions).order_by(Pair.id).limit(limit))]


def by_token(conn: Connection, token: str) -> Both:
    """The pair whose buttons carry this token, locked where the engine locks rows.

    Raises:
        NotFound: there is none.
    """
    row = conn.execute(_PAIRS.where(Pair.token == token).with_for_update(of=Pair)).one_or_none()
    if row is None:
        raise errors.NotFound("error.button")
    return Both(*row)


def open_of(conn: Connection, leader_id: int) -> list[Both]:
    """Whom a leader takes along now, and who has yet to answer."""
    return find(conn, Pair.leader_id == leader_id, Pair.state.in_(OPEN))


def of_mentored(conn: Connection, person_id: int) -> Both | None:
    """The open pair that somebody belongs to."""
    found = find(conn, Pair.person_id == person_id, Pair.state.in_(OPEN))
    return found[0] if found else None


def create(work: Work, place: Located, leader_id: int, person_id: int) -> Both:
    """A new pair that waits for an answer."""
    row = {
        "token": new_token(),
        "county_code": place.county_code,
        "township_code": place.township_code,
        "village_code": place.village_code,
        "leader_id": leader_id,
        "person_id": person_id,
        "state": PairState.ASKED,
        "asked_at": work.now,
    }
    work.conn.execute(insert(Pair), [row])
    return by_token(work.conn, str(row["token"]))


def change(work: Work, pair: Both, **values: Any) -> Both:
    """Write columns of a pair."""
    work.conn.execute(update(Pair).where(Pair.id == pair.id).values(**values))
    return replace(pair, **values)


def end_all(work: Work, leader_id: int) -> list[Both]:
    """End a leader's open pairs; returns those that were running."""
    running = open_of(work.conn, leader_id)
    mine = (Pair.leader_id == leader_id, Pair.state.in_(OPEN))
    work.conn.execute(update(Pair).where(*mine).values(state=PairState.ENDED, ended_at=work.now))
    return [pair for pair in running if pair.state is PairState.ACTIVE]


def waiting(conn: Connection, actor: Actor, limit: int = 40) -> tuple[list[Both], int]:
    """Whose leader is gone and who has no other one yet, in an admin's areas; and how many they are in all."""
    newer = aliased(Pair)
    alone = ~exists().where(newer.person_id == Pair.person_id, newer.id > Pair.id)
    gone = (IncomeLeader.left_at.is_not(None), Pair.state == PairState.ENDED, Pair.ended_at >= IncomeLeader.left_at)
    which = (scope(actor, Pair), Pair.agreed_at.is_not(None), *gone, alone)
    counted = select(func.count()).select_from(Pair).join(IncomeLeader, IncomeLeader.id == Pair.leader_id)
    return find(conn, *which, limit=limit), conn.execute(counted.where(*which)).scalar_one()
