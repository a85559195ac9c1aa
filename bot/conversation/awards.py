"""Awards in conversation: a branch opens a round, neighbours name and second, the named say yes or no."""

from typing import Any

from bot.conversation import admin, ballots, lists
from bot.conversation.flow import Line, Step, Turn, command, tapped, wrote
from bot.conversation.understanding import Meaning, clean
from dispatch import cards, errors
from dispatch.awards import announcing, nominating, nominees, rounds
from dispatch.awards.nominees import Nominee
from dispatch.awards.rounds import Round
from dispatch.ballots import counting, papers, voters
from dispatch.division import standing
from dispatch.messages import Button, Message, joined, text
from dispatch.permissions import Action, can
from dispatch.taps import Verb, data, new_token
from models.habits import Consent

WHY_MOST = 300  # Characters of what is said for somebody.


def award(turn: Turn) -> Step | None:
    """`/award KIND [VILLAGE]`: open a round after one more yes, having said how many hear of it."""
    admin.require(turn, Action.AWARD)
    words = clean(turn.said.arguments).split()
    if not words:
        _overview(turn)
        return None
    kinds = turn.work.rules.awards.kinds
    kind = rounds.kind_named(kinds, words[0])
    if kind is None:
        raise errors.BadValue("award.which_kind", kinds=_kinds(turn), word=words[0][:40])
    village = standing.village_of(turn.work.conn, turn.actor, " ".join(words[1:]), Action.AWARD)
    count, token = voters.count(turn.work.conn, village.code), new_token()
    called = rounds.called(turn.work.rules, kind.name)
    rows = [[Button("button.award_open", data(Verb.CONFIRM_ALL, token), {"count": count})]]
    days = turn.work.rules.awards.nominate_for.days
    turn.say("award.open_ask", buttons=rows, kind=called, village=village.name, count=count, days=days)
    return Step("award", {"token": token, "kind": kind.name, "village": village.code})


def _kinds(turn: Turn) -> Any:
    return joined([rounds.called(turn.work.rules, kind.name) for kind in turn.work.rules.awards.kinds])


def award_go(turn: Turn) -> Step | None:
    """The second yes: the village is told that names are taken."""
    if turn.token != turn.memo.get("token"):
        raise errors.NotFound("error.button")
    village = standing.village_of(turn.work.conn, turn.actor, str(turn.memo["village"]), Action.AWARD)
    kind = rounds.kind_of(turn.work.rules, str(turn.memo["kind"]))
    it = rounds.begin(turn.work, turn.actor, village, kind)
    count = announcing.take_names(turn.work, it)
    turn.say("award.opened_told", kind=rounds.called(turn.work.rules, it.kind), count=count)
    return None


def _overview(turn: Turn) -> None:
    """What is under way in the actor's areas, and the counts of what ended last."""
    running, ended = rounds.within(turn.work.conn, turn.actor)
    turn.say("award.how", kinds=_kinds(turn))
    for it in running:
        named = nominees.of_round(turn.work.conn, it.id)
        key = "award.state_names" if it.ballot_id is None else "award.state_vote"
        counts = {"named": len(named), "standing": sum(one.standing for one in named)}
        turn.say(key, **announcing.wanted(turn.work, it), village=ballots.village(turn, it), **counts)
    for it in reversed(ended):
        turn.send(_result(turn, it))


def _result(turn: Turn, it: Round) -> Message:
    """The count of a round that has ended, a line for each choice: together they are all votes."""
    lines, voted, entitled = [], 0, 0
    if it.ballot_id is not None:
        paper = papers.by_id(turn.work.conn, it.ballot_id)
        count = counting.count(turn.work.conn, paper)
        names = ballots.names(turn, it, paper)
        voted, entitled = count.voted, paper.entitled
        lines = [
            text("award.count_line", name=names[one.id], votes=count.votes[one.id])
            for one in paper.choices
            if voted >= paper.quorum  # What too few voted for would be no secret.
        ]
    message = lists.listed("award.result", lines)
    about = {"kind": rounds.called(turn.work.rules, it.kind), "village": ballots.village(turn, it)}
    ending = text(f"award.ending.{it.ending}")
    return Message(message.key, {**message.params, **about, "ending": ending, "voted": voted, "entitled": entitled})


def nominate(turn: Turn) -> Step | None:
    """The rounds of my village in which names are taken, with who agreed so far."""
    found = [
        it
        for it in rounds.running(turn.work.conn, turn.actor.village_code)
        if it.nominating(turn.work.now) and can(turn.actor, Action.NOMINATE, it)
    ]
    if not found:
        turn.say("award.no_round")
    for it in found:
        _show_names(turn, it)
    return None


def _show_names(turn: Turn, it: Round) -> None:
    kind = rounds.kind_of(turn.work.rules, it.kind)
    agreed = [one for one in nominees.of_round(turn.work.conn, it.id) if one.consent is Consent.AGREED]
    lines = [
        text(
            "award.seconded_line" if one.standing else "award.named_line",
            name=nominees.honoured(kind, one),
            why=cards.shorten(one.reason, WHY_MOST),
        )
        for one in agreed
    ]
    rows = [(_second_button(kind, one),) for one in agreed if not one.standing]
    message = lists.listed("award.names" if lines else "award.no_names", lines)
    turn.send(
        Message(
            message.key, {**message.params, **announcing.wanted(turn.work, it)}, (*rows, (announcing.to_the_names(it),))
        )
    )


def _second_button(kind: Any, one: Nominee) -> Button:
    return Button("button.second_one", data(Verb.SECOND, one.token), {"name": nominees.honoured(kind, one)})


def begin(turn: Turn) -> Step | None:
    """Whom?"""
    it = nominating.open_round(turn.work, turn.actor, turn.token)
    turn.say("award.whom", kind=rounds.called(turn.work.rules, it.kind))
    return Step("nominating.who", {"round": it.token})


def who(turn: Turn) -> Step | None:
    """The name of a neighbour; where several have it, which of them."""
    it = nominating.open_round(turn.work, turn.actor, str(turn.memo["round"]))
    name = clean(turn.text)[:60]
    found = nominating.villager(turn.work, it, name)
    if not found:
        turn.say("award.nobody_called", name=name)
        return Step("nominating.who", turn.memo)
    if len(found) == 1:
        return _why(turn, found[0].id, found[0].name)
    tokens = {new_token(): one for one in found}
    rows = [
        [Button("button.villager", data(Verb.CHOOSE, token), {"name": one.name, "home": one.home or "—"})]
        for token, one in tokens.items()
    ]
    turn.say("award.which_one", buttons=rows, name=name)
    known = {token: [one.id, one.name] for token, one in tokens.items()}
    return Step("nominating.who", {**turn.memo, "known": known})


def which(turn: Turn) -> Step | None:
    """One of those who are called so."""
    known = turn.memo.get("known", {}).get(turn.token)
    if known is None:
        raise errors.NotFound("error.button")
    return _why(turn, *known)


def _why(turn: Turn, person_id: int, name: str) -> Step | None:
    turn.say("award.why", name=name)
    return Step("nominating.why", {"round": turn.memo["round"], "person": person_id, "name": name})


def why(turn: Turn) -> Step | None:
    """What is to be said for them; with that they are asked."""
    it = nominating.open_round(turn.work, turn.actor, str(turn.memo["round"]))
    nominating.nominate(turn.work, turn.actor, it, int(turn.memo["person"]), clean(turn.text)[:WHY_MOST])
    turn.say("award.named", name=turn.memo["name"])
    return None


def _answers(turn: Turn) -> bool:
    return wrote(turn) and turn.understanding.meaning(turn.text) is not Meaning.CANCEL


def second(turn: Turn) -> Step | None:
    """I say so too."""
    one = nominating.second(turn.work, turn.actor, turn.token)
    kind = rounds.kind_of(turn.work.rules, rounds.by_id(turn.work.conn, one.round_id).kind)
    turn.say("award.seconded", name=nominees.honoured(kind, one))
    return None


def answer(turn: Turn) -> Step | None:
    """The named person's word; a yes comes with the way back."""
    agreed = turn.said.tap is not None and turn.said.tap.verb is Verb.STAND
    it = nominating.answer(turn.work, turn.actor, turn.token, agreed=agreed)
    other = Button("button.not_stand", data(Verb.NOT_STAND, turn.token))
    key = "award.thanks_yes" if agreed else "award.thanks_no"
    turn.say(key, buttons=[[other]] if agreed else [], kind=rounds.called(turn.work.rules, it.kind))
    return None


SCRIPT = (
    Line(None, command("award"), award),
    Line("award", tapped(Verb.CONFIRM_ALL), award_go),
    Line(None, command("nominate"), nominate),
    Line(None, tapped(Verb.NOMINATE), begin),
    Line("nominating.who", tapped(Verb.CHOOSE), which),
    Line("nominating.who", _answers, who),
    Line("nominating.why", _answers, why),
    Line(None, tapped(Verb.SECOND), second),
    Line(None, tapped(Verb.STAND, Verb.NOT_STAND), answer),
)
