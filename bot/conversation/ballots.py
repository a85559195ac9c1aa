"""The secret vote for an award in conversation: the paper, a name, the same name once more. The taps are not kept."""

from typing import Any

from bot.conversation.flow import Line, Step, Turn, command, leave, tapped, wrote
from bot.conversation.understanding import simple
from dispatch import cards, spots
from dispatch.areas import Located
from dispatch.awards import announcing, nominees, rounds
from dispatch.awards.rounds import Round
from dispatch.ballots import papers, voting
from dispatch.ballots.papers import NONE_OF_THEM, Choice, Paper
from dispatch.messages import Button, Message, listed, text
from dispatch.permissions import Action, can
from dispatch.taps import Verb, data

WHY_MOST = 200  # Characters of what is said for somebody.


def vote(turn: Turn) -> Step | None:
    """The ballots of my village that are open, each with the way to its paper."""
    found = [it for it in rounds.running(turn.work.conn, turn.actor.village_code) if it.ballot_id is not None]
    asked = [(it, papers.by_id(turn.work.conn, it.ballot_id)) for it in found if it.ballot_id is not None]
    shown = [(it, paper) for it, paper in asked if can(turn.actor, Action.VOTE, paper)]
    if not shown:
        turn.say("ballot.none")
    for it, paper in shown:
        if papers.has_voted(turn.work.conn, paper, turn.actor.id):
            about = announcing.asked(turn.work, it, paper)
            turn.say("ballot.voted", kind=about["kind"], until=about["until"])
        else:
            turn.send(announcing.invitation(turn.work, it, paper))
    return None


def paper_(turn: Turn) -> Step | None:
    """The paper. Before anybody chooses it is said that a vote is secret, counts once and is for good."""
    return _hand(turn, voting.paper(turn.work, turn.actor, turn.token), "ballot.paper")


def _hand(turn: Turn, paper: Paper, key: str, **memo: Any) -> Step | None:
    """Show the choices. The message is the same for everybody, whatever they tapped before."""
    it = rounds.of_ballot(turn.work.conn, paper.id)
    known, whys, numbered = names(turn, it, paper), _whys(turn, it), _numbered(paper)
    lines = [
        text("ballot.line", number=number, name=known[one.id], why=whys[one.id])
        for number, one in numbered
        if one.id in whys
    ]
    rows = tuple(
        (Button("button.choice", data(Verb.VOTE, one.token), {"number": number, "name": known[one.id]}),)
        for number, one in numbered
    )
    turn.send(Message(key, {**announcing.asked(turn.work, it, paper), "lines": listed(lines)}, rows))
    return Step("voting", {"ballot": paper.token, **memo})


def _numbered(paper: Paper) -> list[tuple[int, Choice]]:
    """What can be chosen, as it is numbered; whoever withdrew leaves a gap."""
    return [(number, one) for number, one in enumerate(paper.choices, 1) if not one.withdrawn]


def names(turn: Turn, it: Round, paper: Paper) -> dict[int, Any]:
    """What each choice of a round's ballot is called."""
    kind = rounds.kind_of(turn.work.rules, it.kind)
    found = {one.choice_id: nominees.honoured(kind, one) for one in nominees.of_round(turn.work.conn, it.id)}
    return {
        one.id: text("ballot.none_of_them") if one.place == NONE_OF_THEM else found.get(one.id, "—")
        for one in paper.choices
    }


def _whys(turn: Turn, it: Round) -> dict[int, str]:
    named = nominees.of_round(turn.work.conn, it.id)
    return {one.choice_id: cards.shorten(one.reason, WHY_MOST) for one in named if one.choice_id is not None}


def village(turn: Turn, place: Located) -> str:
    """The short name of a village."""
    spot = spots.village(turn.work.conn, place.village_code)
    return spots.short(spot.place) if spot is not None else "—"


def pick(turn: Turn) -> Step | None:
    """A tap on a name. The first asks for a second one on the same name; that one is the vote."""
    paper, choice = papers.of_choice(turn.work.conn, turn.token)
    return _pick(turn, voting.paper(turn.work, turn.actor, paper.token), choice)


def _pick(turn: Turn, paper: Paper, choice: Choice) -> Step | None:
    begun = turn.step == "voting" and turn.memo.get("ballot") == paper.token
    first = turn.memo.get("first") if begun else None
    if first != choice.token:
        return _hand(turn, paper, "ballot.again" if first is None else "ballot.another", first=choice.token)
    voting.vote(turn.work, turn.actor, choice.token)
    leave(turn)  # With it goes what was tapped first.
    turn.say("ballot.counted")
    return None


def _typed(turn: Turn) -> Choice | None:
    """The choice whose number or name was typed."""
    if not wrote(turn):
        return None
    paper = papers.by_token(turn.work.conn, str(turn.memo["ballot"]))
    known, words = names(turn, rounds.of_ballot(turn.work.conn, paper.id), paper), simple(turn.text)
    for number, one in _numbered(paper):
        if words in (str(number), simple(str(known[one.id]))):
            return one
    return None


def typed(turn: Turn) -> Step | None:
    """The same in words, for whoever would rather type."""
    choice = _typed(turn)
    if choice is None:
        return None
    return _pick(turn, voting.paper(turn.work, turn.actor, str(turn.memo["ballot"])), choice)


SCRIPT = (
    Line(None, command("vote"), vote),
    Line(None, tapped(Verb.BALLOT), paper_),
    Line(None, tapped(Verb.VOTE), pick, secret=True),
    Line("voting", lambda turn: _typed(turn) is not None, typed, secret=True),
)
