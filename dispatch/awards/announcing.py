"""What a village hears of a round of awards: that names are taken, and that there is a vote and by which rules."""

from typing import Any

from dispatch.awards import rounds
from dispatch.awards.rounds import Round
from dispatch.ballots import voters
from dispatch.ballots.papers import Paper
from dispatch.messages import Button, Message, text
from dispatch.taps import Verb, data
from dispatch.work import Work
from models.words import Lane

PART = 1000  # Messages that are held in memory at once.


def wanted(work: Work, it: Round) -> dict[str, Any]:
    """What is said of a round while names are taken."""
    return {"kind": rounds.called(work.rules, it.kind), "until": _at(work, it.nominate_until)}


def asked(work: Work, it: Round, paper: Paper) -> dict[str, Any]:
    """What is said of a ballot beforehand: for what, until when, how many have to vote, and what a tie means."""
    return {
        "kind": rounds.called(work.rules, it.kind),
        "until": _at(work, paper.closes_at),
        "quorum": paper.quorum,
        "entitled": paper.entitled,
        "tie": text(f"ballot.tie.{paper.tie}"),
    }


def _at(work: Work, instant: Any) -> str:
    return f"{work.rules.local(instant):%m-%d %H:%M}"


def to_the_names(it: Round) -> Button:
    """Somebody is named by this."""
    return Button("button.nominate", data(Verb.NOMINATE, it.token))


def invitation(work: Work, it: Round, paper: Paper) -> Message:
    """The vote, with the way to the paper."""
    return Message(
        "ballot.invited", asked(work, it, paper), ((Button("button.ballot", data(Verb.BALLOT, paper.token)),),)
    )


def take_names(work: Work, it: Round) -> int:
    """Tell the village that names are taken; returns how many hear of it."""
    return _tell(work, it, Message("award.opened", wanted(work, it), ((to_the_names(it),),)), f"names:{it.id}")


def call_to_vote(work: Work, it: Round, paper: Paper) -> int:
    """Tell the village that there is a vote; returns how many hear of it."""
    return _tell(work, it, invitation(work, it, paper), f"ballot:{paper.id}")


def _tell(work: Work, it: Round, message: Message, key: str) -> int:
    """Everybody who may vote, each once."""
    people = voters.entitled(work.conn, it.village_code or "")
    for person_id in people:
        work.post(person_id, message, Lane.BROADCAST, key=f"{key}:{person_id}")
        if len(work.posts) >= PART:
            work.flush()
    return len(people)
