"""A vote: once, for good, and written so that nobody who reads the tables can tell whose it is."""

from typing import Any

from sqlalchemy import bindparam, case, select, update

from dispatch import errors, marks
from dispatch.actors import Actor
from dispatch.ballots import papers
from dispatch.ballots.papers import Paper
from dispatch.permissions import Action, can
from dispatch.rights import erasing
from dispatch.work import Work
from models.ballots import Ballot, BallotChoice, BallotVoter
from models.upsert import Upsert

_ballot: Any = bindparam("ballot")
_OPEN = (
    select(Ballot.id)
    .where(Ballot.id == _ballot, Ballot.closed_at.is_(None), Ballot.closes_at > bindparam("now"))
    .with_for_update()
)
_ONE_MORE = update(Ballot).where(Ballot.id == _ballot).values(voted=Ballot.voted + 1)
# Every choice is written, the others with what they had: the rows of one ballot are always of the same age.
_COUNT = (
    update(BallotChoice)
    .where(BallotChoice.ballot_id == _ballot)
    .values(votes=BallotChoice.votes + case((BallotChoice.id == bindparam("choice"), 1), else_=0))
)
_VOTED = Upsert(lambda insert: insert(BallotVoter).on_conflict_do_nothing())


def paper(work: Work, actor: Actor, token: str) -> Paper:
    """The ballot with this token, for somebody who may vote in it and has not yet.

    Raises:
        NotFound: no such ballot, or the actor is not of its village.
        NotNow: it is over, or their vote is in it.
    """
    found = papers.by_token(work.conn, token)
    if not can(actor, Action.VOTE, found):
        raise errors.NotFound("error.button")
    if found.closed_at is not None or found.closes_at <= work.now:
        raise errors.NotNow("ballot.over")
    if papers.has_voted(work.conn, found, actor.id):
        raise errors.NotNow("ballot.voted_already")
    return found


def vote(work: Work, actor: Actor, token: str) -> None:
    """Count the actor's one vote for the choice with this token. No trail is left of it but that they voted.

    Raises:
        NotFound: no such choice, or the actor is not of its village.
        NotNow: the ballot is over, the choice is withdrawn, or their vote is in it.
    """
    found, choice = papers.of_choice(work.conn, token)
    paper(work, actor, found.token)
    if choice.withdrawn:
        raise errors.NotNow("ballot.withdrawn")
    # The ballot's row is held first: on PostgreSQL votes of one ballot, and its closing, wait for each other here.
    if work.conn.execute(_OPEN, {"ballot": found.id, "now": work.now}).first() is None:
        raise errors.NotNow("ballot.over")
    codes = {name: getattr(found, name) for name in ("county_code", "township_code", "village_code")}
    voter = {"ballot_id": found.id, "person_id": actor.id, **codes}
    first = work.conn.execute(_VOTED.on(work.conn), voter, execution_options={"preserve_rowcount": True})
    if first.rowcount != 1:
        raise errors.NotNow("ballot.voted_already")
    work.conn.execute(_ONE_MORE, {"ballot": found.id})
    work.conn.execute(_COUNT, {"ballot": found.id, "choice": choice.id})
    if marks.get(work.conn, erasing.SCRUB) is None:  # The write-ahead log still has the pages from before.
        marks.put(work.conn, erasing.SCRUB, "night", work.now)
