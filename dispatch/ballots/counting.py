"""The end of a ballot: closed once, counted, and decided by the rules that it began with."""

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from dispatch.ballots.papers import NONE_OF_THEM, Paper
from dispatch.work import Work
from models.ballots import Ballot, BallotChoice
from models.habits import TieRule


@dataclass(frozen=True, slots=True)
class Count:
    """What a closed ballot came to: the votes by choice, and which of them won; none where it is not valid."""

    votes: dict[int, int]
    voted: int
    valid: bool  # As many voted as the quorum asks for.
    winners: tuple[int, ...]


def close(work: Work, paper: Paper) -> Count | None:
    """Close a ballot and count it; None where that was done already, by this process or another."""
    still_open = (Ballot.id == paper.id, Ballot.closed_at.is_(None))
    statement = update(Ballot).where(*still_open).values(closed_at=work.now)
    if work.conn.execute(statement, execution_options={"preserve_rowcount": True}).rowcount != 1:
        return None
    return count(work.conn, paper)


def count(conn: Connection, paper: Paper) -> Count:
    """The count of a closed ballot. While it is open nobody may be shown this: two looks would tell a vote."""
    rows = conn.execute(
        select(BallotChoice.id, BallotChoice.place, BallotChoice.votes, BallotChoice.withdrawn)
        .where(BallotChoice.ballot_id == paper.id)
        .order_by(BallotChoice.place)
    ).all()
    votes = {row.id: row.votes for row in rows}
    voted = sum(votes.values())
    valid = voted >= paper.quorum
    against = next(row.votes for row in rows if row.place == NONE_OF_THEM)
    standing = [row for row in rows if row.place != NONE_OF_THEM and not row.withdrawn]
    most = max((row.votes for row in standing), default=0)
    first = [row.id for row in standing if row.votes == most > against] if valid else []
    return Count(votes, voted, valid, tuple(first[:1] if paper.tie is TieRule.EARLIER else first))
