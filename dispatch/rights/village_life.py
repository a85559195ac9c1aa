"""What awards, ballots and mentoring keep of a person: erased on request, and forgotten after its time. Counts stay."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, exists, or_, select, update

from dispatch.rights import forgetting
from dispatch.work import Work
from models.awards import AwardRound, Nomination
from models.ballots import Ballot, BallotChoice, BallotVoter
from models.cooperatives import Member
from models.habits import Consent, PairState
from models.mentoring import IncomeLeader, JobFound, MentorDeed, Pair
from models.people import Person

_OPEN = (PairState.ASKED, PairState.ACTIVE)
BALLOTS_AT_ONCE = 20


def pairs(person_id: Any) -> ColumnElement[bool]:
    """The pairs of somebody, on either side."""
    leads = select(IncomeLeader.id).where(IncomeLeader.person_id == person_id)
    return or_(Pair.person_id == person_id, Pair.leader_id.in_(leads))


def texts(conn: Connection, person_id: int) -> list[str]:
    """What they said for others, was said for them, and was written of their pairs."""
    mine = select(Pair.id).where(pairs(person_id))
    named = or_(Nomination.person_id == person_id, Nomination.nominated_by == person_id)
    statements = (
        select(Nomination.reason).where(named),
        select(MentorDeed.text).where(MentorDeed.pair_id.in_(mine)),
        select(JobFound.work).where(JobFound.pair_id.in_(mine)),
    )
    return [found for statement in statements for found in conn.scalars(statement)]


def contacts(person: Any) -> tuple[Any, ...]:
    """Who had to do with them, as statements: the other of a pair, and all who may have read their name on a ballot."""
    named = exists().where(or_(Nomination.person_id == person.id, Nomination.nominated_by == person.id))
    both = select(Pair.person_id).join(IncomeLeader, IncomeLeader.id == Pair.leader_id)
    return (
        both.where(IncomeLeader.person_id == person.id),
        both.with_only_columns(IncomeLeader.person_id).where(Pair.person_id == person.id),
        select(Person.id).where(Person.village_code == person.village_code, named),
    )


def erase(work: Work, person_id: int) -> None:
    """Take them off lists and ballots, end their pairs, empty what was written. Votes and counts stay."""
    conn = work.conn
    named = or_(Nomination.person_id == person_id, Nomination.nominated_by == person_id)
    conn.execute(update(Nomination).where(named).values(reason=""))
    theirs = select(Nomination.choice_id).where(Nomination.person_id == person_id)
    conn.execute(update(BallotChoice).where(BallotChoice.id.in_(theirs)).values(withdrawn=True))
    conn.execute(update(Nomination).where(Nomination.person_id == person_id).values(consent=Consent.REFUSED))
    conn.execute(delete(BallotVoter).where(BallotVoter.person_id == person_id))
    conn.execute(delete(Member).where(Member.person_id == person_id))
    mine = select(Pair.id).where(pairs(person_id))
    conn.execute(delete(MentorDeed).where(MentorDeed.pair_id.in_(mine)))
    conn.execute(update(JobFound).where(JobFound.pair_id.in_(mine)).values(work=""))
    gone = {"state": PairState.ENDED, "ended_at": work.now}
    leader = update(IncomeLeader).where(IncomeLeader.person_id == person_id)
    conn.execute(leader.where(IncomeLeader.left_at.is_(None)).values(left_at=work.now))
    conn.execute(leader.values(field=""))
    conn.execute(update(Pair).where(pairs(person_id), Pair.state.in_(_OPEN)).values(**gone))


def forget_ballots(work: Work) -> int:
    """Who voted in ballots that closed long ago, and what was said for the named. The counts stay."""
    before = work.now - work.rules.retention.ballots
    kept = exists().where(BallotVoter.ballot_id == Ballot.id)
    old = work.conn.scalars(select(Ballot.id).where(Ballot.closed_at < before, kept).limit(BALLOTS_AT_ONCE)).all()
    for number in old:
        work.conn.execute(delete(BallotVoter).where(BallotVoter.ballot_id == number))
    said = (
        select(Nomination.id)
        .join(AwardRound, AwardRound.id == Nomination.round_id)
        .where(AwardRound.ended_at < before, Nomination.reason != "")
        .limit(work.rules.retention.batch)
    )
    words = work.conn.scalars(said).all()
    for some in forgetting.chunks(words):
        work.conn.execute(update(Nomination).where(Nomination.id.in_(some)).values(reason=""))
    return len(old) + len(words)


def forget_deeds(work: Work) -> int:
    """What was done in pairs long ago, in words. Numbers rise with time, so only the first are looked at."""
    before = work.now - work.rules.retention.mentoring
    first = select(MentorDeed.id, MentorDeed.at).order_by(MentorDeed.id).limit(work.rules.retention.batch)
    old = [row.id for row in work.conn.execute(first) if row.at < before]
    for some in forgetting.chunks(old):
        work.conn.execute(delete(MentorDeed).where(MentorDeed.id.in_(some)))
    return len(old)
