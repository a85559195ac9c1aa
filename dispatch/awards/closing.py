"""What the calendar does with rounds of awards: from names to the ballot, from the ballot to the published result."""

from typing import Any

from sqlalchemy import update

from dispatch import offices
from dispatch.awards import announcing, nominees, rounds
from dispatch.awards.nominees import Nominee
from dispatch.awards.rounds import Round
from dispatch.ballots import counting, papers
from dispatch.ballots.papers import Paper
from dispatch.figures import small
from dispatch.messages import Message, text
from dispatch.publishing import publishing
from dispatch.work import Work
from models.awards import Nomination
from models.habits import AwardEnding, PublicationKind
from models.words import Lane, Level

AT_ONCE = 5  # Rounds in one run: each may ask a whole village.


def look_after(work: Work) -> None:
    """Bring every round forward whose time has come."""
    for it in rounds.due(work, AT_ONCE):
        if it.ballot_id is None:
            _begin_vote(work, it)
        else:
            _finish(work, it, papers.by_id(work.conn, it.ballot_id))


def _begin_vote(work: Work, it: Round) -> None:
    """Those who are willing and seconded stand on a ballot, in the order in which they were named."""
    standing = [one for one in nominees.of_round(work.conn, it.id) if one.standing]
    if not standing:
        _end(work, it, AwardEnding.NO_NOMINEE)
        return
    paper = papers.hand_out(work, it, len(standing))
    rounds.change(work, it, ballot_id=paper.id)
    for one, choice in zip(standing, paper.choices, strict=False):  # The last choice is “none of them”.
        nominees.change(work, one, choice_id=choice.id)
    rounds.write_down(work, None, it, "award_vote", count=len(standing))
    announcing.call_to_vote(work, it, paper)


def _finish(work: Work, it: Round, paper: Paper) -> None:
    """Count, and publish whoever won and has not refused."""
    count = counting.close(work, paper)
    if count is None:
        return
    named = nominees.of_round(work.conn, it.id)
    winners = [one for one in named if one.choice_id in count.winners and one.standing]
    if not winners:
        _end(work, it, AwardEnding.NOBODY if count.valid else AwardEnding.NO_QUORUM, voted=count.voted)
        return
    numbers = [one.id for one in winners]
    work.conn.execute(update(Nomination).where(Nomination.id.in_(numbers)).values(won=True))
    _end(work, it, AwardEnding.AWARDED, voted=count.voted)
    _publish(work, it, winners, count.voted)
    for one in winners:
        work.post(one.nominee_id, Message("award.congratulations", {"kind": _called(work, it)}, loud=True), Lane.STATUS)


def _publish(work: Work, it: Round, winners: list[Nominee], voted: int) -> None:
    """Thank them before the whole village. People stand in it by number, so that erasing one empties it."""
    counted = [] if small.shown(voted) is None else [text("award.published_count", voted=voted)]
    household = rounds.kind_of(work.rules, it.kind).household
    publishing.publish(
        work,
        PublicationKind.AWARD,
        it,
        title=text("award.published", kind=_called(work, it)),
        body=[
            text("award.published_home" if household else "award.published_one", name=publishing.person(one.nominee_id))
            for one in winners
        ]
        + counted,
        about=f"award:{it.id}",
        objections=work.rules.publishing.objections,
        tell=True,
    )


def _called(work: Work, it: Round) -> dict[str, Any]:
    return rounds.called(work.rules, it.kind)


def _end(work: Work, it: Round, ending: AwardEnding, **detail: Any) -> None:
    rounds.change(work, it, ended_at=work.now, ending=ending)
    rounds.write_down(work, None, it, "award_end", ending=str(ending), **detail)
    message = Message("award.ended", {"kind": _called(work, it), "ending": text(f"award.ending.{ending}")})
    for person_id in offices.answering(work, it, Level.BRANCH):
        work.post(person_id, message, Lane.STATUS, key=f"award:{it.id}:{person_id}")
