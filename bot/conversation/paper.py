"""Visits on paper in conversation: one person types an entry in, a second one compares it."""

from datetime import timedelta

from bot.conversation import dates, lists, visited
from bot.conversation.flow import Line, Step, Turn, command, tapped
from bot.conversation.understanding import clean, simple
from dispatch import cards, errors
from dispatch.messages import Button, Message
from dispatch.taps import Verb, data
from dispatch.visits import objecting, paper
from dispatch.visits.calls import Call
from models.habits import VisitKind

_KINDS = {
    **dict.fromkeys(("上门", "在家", "visit", "home"), VisitKind.IN_PERSON),
    **dict.fromkeys(("没人", "不在", "absent", "nobody"), VisitKind.ABSENT),
    **dict.fromkeys(("不愿", "谢绝", "refused"), VisitKind.REFUSED),
    **dict.fromkeys(("电话", "phone"), VisitKind.BY_PHONE),
}


def paper_(turn: Turn) -> Step | None:
    """With words: type an entry in. Without: what waits for a second person."""
    if turn.said.arguments.strip():
        return _type_in(turn)
    found = paper.waiting(turn.work, turn.actor)
    if not found:
        turn.say("visit.paper_how", example=f"/paper 王奶奶家 {turn.work.rules.local(turn.work.now):%m-%d} 上门 都好")
    for call in found:
        turn.send(_entry(turn, call))
    return None


def _type_in(turn: Turn) -> Step | None:
    """`HOUSEHOLD DAY [KIND] WORDS`: the first word that is a day ends the household's name."""
    words = clean(turn.said.arguments).split()
    today = turn.work.rules.local(turn.work.now).date()
    days = [dates.past(word, today, timedelta(days=paper.OLDEST_DAYS)) for word in words]
    place = next((index for index, one in enumerate(days) if one is not None and index > 0), None)
    on = days[place] if place is not None else None
    if place is None or on is None:
        raise errors.BadValue("visit.paper_form", example="/paper 王奶奶家 11-05 上门 都好")
    kind = _KINDS.get(simple(words[place + 1])) if len(words) > place + 1 else None
    rest = words[place + 1 + (kind is not None) :]
    home = paper.home(turn.work, turn.actor, " ".join(words[:place]))
    call = paper.type_in(turn.work, turn.actor, home, on, kind or VisitKind.IN_PERSON, " ".join(rest))
    turn.say("visit.paper_typed", **objecting.told(turn.work, call))
    return None


def _entry(turn: Turn, call: Call) -> Message:
    message = lists.listed("visit.paper_entry", visited.said_lines(turn, call))
    typed_by = cards.shown_name(cards.person(turn.work.conn, call.typed_by))
    row = (
        Button("button.paper_right", data(Verb.PAPER_RIGHT, call.token)),
        Button("button.paper_wrong", data(Verb.PAPER_WRONG, call.token)),
    )
    return Message(message.key, {**message.params, **objecting.told(turn.work, call), "typed_by": typed_by}, (row,))


def compared(turn: Turn) -> Step | None:
    """The second person's word."""
    right = turn.said.tap is not None and turn.said.tap.verb is Verb.PAPER_RIGHT
    call = paper.check(turn.work, turn.actor, turn.token, right=right)
    turn.say("visit.paper_right" if right else "visit.paper_wrong", **objecting.told(turn.work, call))
    return None


SCRIPT = (
    Line(None, command("paper"), paper_),
    Line(None, tapped(Verb.PAPER_RIGHT, Verb.PAPER_WRONG), compared),
)
