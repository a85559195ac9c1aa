"""A ballot as its voters see it: the choices without their votes. How many each has is known only when it is closed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from dispatch import errors
from dispatch.areas import Located
from dispatch.ballots import voters
from dispatch.taps import new_token
from dispatch.work import Work
from models.ballots import Ballot, BallotChoice, BallotVoter
from models.habits import TieRule

NONE_OF_THEM = 0  # The place of the choice that is against all others.


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the paper."""

    id: int
    token: str
    place: int
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """One ballot. The fields are the table's columns, and its choices in their order, “none of them” last."""

    id: int
    token: str
    county_code: str | None
    township_code: str | None
    village_code: str | None
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None
    entitled: int
    quorum: int
    tie: TieRule
    choices: tuple[Choice, ...]


_BALLOT: Any = select(*(Ballot.__table__.c[one.name] for one in fields(Paper)[:-1]))
_CHOICES = select(*(BallotChoice.__table__.c[one.name] for one in fields(Choice)))


def hand_out(work: Work, place: Located, count: int) -> Paper:
    """Open a ballot with so many choices, and “none of them” besides, for the villagers of a place."""
    rules, village_code = work.rules.ballots, place.village_code or ""
    entitled = voters.count(work.conn, village_code)
    codes = {"county_code": place.county_code, "township_code": place.township_code, "village_code": village_code}
    row = {
        **codes,
        "token": new_token(),
        "opened_at": work.now,
        "closes_at": work.now + rules.open_for,
        "entitled": entitled,
        "quorum": max(math.ceil(rules.quorum * entitled), rules.fewest),
        "tie": rules.tie,
        "voted": 0,
    }
    ballot_id = work.conn.execute(insert(Ballot).returning(Ballot.id), [row]).scalar_one()
    lines = {"ballot_id": ballot_id, "votes": 0, "withdrawn": False, **codes}
    work.conn.execute(insert(BallotChoice), [{**lines, "place": n, "token": new_token()} for n in range(count + 1)])
    return by_id(work.conn, ballot_id)


def by_id(conn: Connection, ballot_id: int) -> Paper:
    """The ballot with this number."""
    return _paper(conn, Ballot.id == ballot_id)


def by_token(conn: Connection, token: str) -> Paper:
    """The ballot whose button carries this token.

    Raises:
        NotFound: there is none.
    """
    return _paper(conn, Ballot.token == token)


def of_choice(conn: Connection, token: str) -> tuple[Paper, Choice]:
    """The choice whose button carries this token, with its ballot.

    Raises:
        NotFound: there is none.
    """
    here = select(BallotChoice.ballot_id).where(BallotChoice.token == token).scalar_subquery()
    paper = _paper(conn, Ballot.id == here)
    return paper, next(one for one in paper.choices if one.token == token)


def _paper(conn: Connection, which: ColumnElement[bool]) -> Paper:
    row: Any = conn.execute(_BALLOT.where(which)).one_or_none()
    if row is None:
        raise errors.NotFound("error.button")
    rows = conn.execute(_CHOICES.where(BallotChoice.ballot_id == row.id).order_by(BallotChoice.place))
    against, *named = (Choice(*one) for one in rows)
    values = (*row, (*named, against))
    return Paper(*values)


def has_voted(conn: Connection, paper: Paper, person_id: int) -> bool:
    """Whether this person's vote is in it."""
    mine = (BallotVoter.ballot_id == paper.id, BallotVoter.person_id == person_id)
    return conn.execute(select(BallotVoter.person_id).where(*mine)).first() is not None


def withdraw(work: Work, choices: Sequence[int]) -> None:
    """These can win no more. What was voted for them stays counted, or a vote could be told by what is missing."""
    work.conn.execute(update(BallotChoice).where(BallotChoice.id.in_(choices)).values(withdrawn=True))
