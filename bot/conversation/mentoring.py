"""Income mentoring in conversation: a leader's people, what was done, who found work; the branch's view."""

from collections.abc import Callable
from typing import Any

from bot.conversation import admin, dates, lists
from bot.conversation.flow import Line, Step, Turn, command, tapped, wrote
from bot.conversation.understanding import Meaning, clean
from dispatch import cards, errors, spots
from dispatch.mentoring import figures, leaders, mentoring, pairs
from dispatch.mentoring.leaders import Leader
from dispatch.mentoring.pairs import Both
from dispatch.messages import Button, Message, text
from dispatch.permissions import Action, can
from dispatch.taps import Verb, data, new_token
from models.habits import PairState

LEFT = ("left", "退出")
SHOWN = 40  # Lines of one list.


def mentor(turn: Turn) -> Step | None:
    """With a name: a leader would take that neighbour along. Without: all that concerns me of it."""
    name = clean(turn.said.arguments).strip()
    if name:
        return _ask(turn, name)
    leader = leaders.of_person(turn.work, turn.actor.id)
    leads = leader is not None and leader.left_at is None
    if leader is not None and leads:
        _mine(turn, leader)
    mine = pairs.of_mentored(turn.work.conn, turn.actor.id)
    if mine is not None:
        _my_leader(turn, mine)
    if can(turn.actor, Action.SEE_MENTORING):
        _numbers(turn)
    elif not leads and mine is None:
        turn.say("mentor.none")
    return None


def _ask(turn: Turn, name: str) -> Step | None:
    found = mentoring.neighbour(turn.work, turn.actor, name[:60])
    if not found:
        raise errors.NotFound("mentor.nobody_called", name=name[:60])
    if len(found) > 1:
        raise errors.BadValue("mentor.several_called", name=name[:60])
    pair = mentoring.ask(turn.work, turn.actor, found[0].id)
    turn.say("mentor.was_asked", name=pair.mentored)
    return None


def _mine(turn: Turn, leader: Leader) -> None:
    found, most = pairs.open_of(turn.work.conn, leader.id), turn.work.rules.mentoring.most
    turn.say("mentor.mine", count=len(found), most=most, room=max(0, most - len(found)))
    for pair in found:
        if pair.state is PairState.ACTIVE:
            turn.say(
                "mentor.one", buttons=[_buttons(pair, Verb.DEED, Verb.FOUND_WORK, Verb.PART_PAIR)], name=pair.mentored
            )
        else:
            turn.say("mentor.one_asked", buttons=[_buttons(pair, Verb.PART_PAIR)], name=pair.mentored)


def _my_leader(turn: Turn, pair: Both) -> None:
    if pair.state is PairState.ACTIVE:
        turn.say("mentor.with", buttons=[_buttons(pair, Verb.FOUND_WORK, Verb.PART_PAIR)], name=pair.leader)
    else:
        turn.say("mentor.asks_you", buttons=[_buttons(pair, Verb.JOIN, Verb.NOT_JOIN)], name=pair.leader)


def _buttons(pair: Both, *verbs: Verb) -> list[Button]:
    return [Button(f"button.{verb.name.lower()}", data(verb, pair.token)) for verb in verbs]


def _numbers(turn: Turn) -> None:
    """The villages of my area, their sum, and who waits for another leader."""
    found = figures.by_village(turn.work.conn, turn.actor)
    lines = [_line("mentor.village_line", one) for one in found[:SHOWN]]
    message = lists.listed("mentor.figures", lines)
    together = _line("mentor.together", figures.together(found))
    turn.send(Message(message.key, {**message.params, "villages": len(found), "together": together}))
    waiting, count = pairs.waiting(turn.work.conn, turn.actor, SHOWN)
    if count:
        named = [text("mentor.waiting_line", name=one.mentored, leader=one.leader) for one in waiting]
        message = lists.listed("mentor.waiting", named)
        turn.send(Message(message.key, {**message.params, "count": count}))


def _line(key: str, one: figures.Figures) -> dict[str, Any]:
    return text(
        key,
        village=spots.short(one.village),
        leaders=one.leaders,
        mentored=one.mentored,
        refused=one.refused,
        found_work=one.found_work,
        cooperatives=one.cooperatives,
        members=one.members,
    )


def answer(turn: Turn) -> Step | None:
    """The neighbour's word."""
    agreed = turn.said.tap is not None and turn.said.tap.verb is Verb.JOIN
    pair = mentoring.answer(turn.work, turn.actor, turn.token, agreed=agreed)
    turn.say("mentor.joined" if agreed else "mentor.not_joined", name=pair.leader)
    return None


def deed(turn: Turn) -> Step | None:
    """What was done for one of mine: asked."""
    pair = mentoring.running(turn.work, turn.actor, turn.token, Action.MENTOR)
    turn.say("mentor.what_done", name=pair.mentored)
    return Step("mentoring.deed", {"pair": pair.token})


def deed_said(turn: Turn) -> Step | None:
    """What was done, in words."""
    pair = mentoring.done(turn.work, turn.actor, str(turn.memo["pair"]), clean(turn.text))
    turn.say("mentor.deed_kept", name=pair.mentored)
    return None


def work(turn: Turn) -> Step | None:
    """Who found work: since when and where, asked."""
    pair = mentoring.running(turn.work, turn.actor, turn.token, Action.FIND_WORK)
    turn.say("mentor.what_work", name=pair.mentored, example=f"{turn.work.rules.local(turn.work.now):%m-%d}")
    return Step("mentoring.work", {"pair": pair.token})


def work_said(turn: Turn) -> Step | None:
    """`[DAY] WHAT AND WHERE`; without a day it is since today."""
    words = clean(turn.text).split()
    today = turn.work.rules.local(turn.work.now).date()
    day = dates.past(words[0], today) if len(words) > 1 else None
    since = day or today
    what = " ".join(words if day is None else words[1:])
    pair = mentoring.found_work(turn.work, turn.actor, str(turn.memo["pair"]), what, since)
    turn.say("mentor.work_kept", name=pair.mentored, day=since.isoformat(), words=cards.shorten(what, 100))
    return None


def part(turn: Turn) -> Step | None:
    """One more yes before a pair ends."""
    pair = mentoring.held(turn.work, turn.actor, turn.token, Action.PART_PAIR)
    token = new_token()
    name = pair.mentored if turn.actor.id == pair.leading_id else pair.leader
    turn.say("mentor.part_sure", buttons=[[Button("button.part_yes", data(Verb.CHOOSE, token))]], name=name)
    return Step("mentoring.part", {"pair": pair.token, "token": token, "name": name})


def part_yes(turn: Turn) -> Step | None:
    """It ends; what was done stays written."""
    if turn.token != turn.memo.get("token"):
        raise errors.NotFound("error.button")
    mentoring.part(turn.work, turn.actor, str(turn.memo["pair"]))
    turn.say("mentor.part_done", name=turn.memo["name"])
    return None


def leader(turn: Turn) -> Step | None:
    """`/leader NAME [FIELD]` makes a leader; `/leader NAME left` says how many pairs end, and asks again."""
    admin.require(turn, Action.APPOINT_LEADER)
    words = clean(turn.said.arguments).split()
    leaves = len(words) > 1 and words[-1].casefold() in LEFT
    person_id, field = _whom(turn, words[:-1] if leaves else words)
    person = cards.person(turn.work.conn, person_id)
    if leaves:
        return _leaves(turn, person_id, person)
    leaders.appoint(turn.work, turn.actor, leaders.place_of(turn.work.conn, person_id), person_id, field[:60])
    turn.say("mentor.leader_made", name=cards.shown_name(person), most=turn.work.rules.mentoring.most)
    return None


def _whom(turn: Turn, words: list[str]) -> tuple[int, str]:
    """The person, and what they live by: the last word, where all words together are nobody's name."""
    try:
        return admin.one_person(turn, " ".join(words), only_helpers=False), ""
    except errors.NotFound:
        if len(words) < 2:
            raise
        return admin.one_person(turn, " ".join(words[:-1]), only_helpers=False), words[-1]


def _leaves(turn: Turn, person_id: int, person: Any) -> Step | None:
    found = leaders.of_person(turn.work, person_id)
    if found is None or found.left_at is not None:
        raise errors.NotFound("mentor.leads_nobody", name=person.name)
    count, token = len(pairs.open_of(turn.work.conn, found.id)), new_token()
    rows = [[Button("button.leader_left", data(Verb.CONFIRM_ALL, token), {"name": person.name})]]
    turn.say("mentor.leader_leaves", buttons=rows, name=person.name, count=count)
    return Step("leader", {"token": token, "person": person_id})


def leader_left(turn: Turn) -> Step | None:
    """The second yes."""
    found = leaders.of_person(turn.work, int(turn.memo["person"]), lock=True)
    if found is None or turn.token != turn.memo.get("token"):
        raise errors.NotFound("error.button")
    count = leaders.leave(turn.work, turn.actor, found)
    turn.say("mentor.leader_gone", name=found.name, count=count)
    return None


def _words(do: Callable[[Turn], Step | None]) -> tuple[Callable[[Turn], bool], Callable[[Turn], Step | None]]:
    """A handler of words that are an answer, which a word that leaves the dialog is not."""
    return lambda turn: wrote(turn) and turn.understanding.meaning(turn.text) is not Meaning.CANCEL, do


SCRIPT = (
    Line(None, command("mentor"), mentor),
    Line(None, tapped(Verb.JOIN, Verb.NOT_JOIN), answer),
    Line(None, tapped(Verb.DEED), deed),
    Line("mentoring.deed", *_words(deed_said)),
    Line(None, tapped(Verb.FOUND_WORK), work),
    Line("mentoring.work", *_words(work_said)),
    Line(None, tapped(Verb.PART_PAIR), part),
    Line("mentoring.part", tapped(Verb.CHOOSE), part_yes),
    Line(None, command("leader"), leader),
    Line("leader", tapped(Verb.CONFIRM_ALL), leader_left),
)
