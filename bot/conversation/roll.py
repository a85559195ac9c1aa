"""A list of who was there, kept on paper: one person types it in, a second one compares it."""

import re
import unicodedata
from datetime import datetime, time

from bot.conversation import gathering, keeping, lists
from bot.conversation.flow import Line, Step, Turn, tapped
from bot.conversation.understanding import clean
from dispatch import cards, errors
from dispatch.gatherings import meetings, roll, telling
from dispatch.gatherings.meetings import Meeting
from dispatch.gatherings.roll import Entry
from dispatch.messages import Message, joined, text
from dispatch.permissions import Action
from dispatch.taps import Verb
from models.habits import GatheringKind

MOST = 60  # Lines of one message.
_LINES = re.compile(r"[\n;；]+")
_TIME = re.compile(r"([01]?\d|2[0-3])[:：点.]([0-5]\d)")


def paper(turn: Turn, kind: GatheringKind, words: str) -> Step | None:
    """With a number: type its list in. Without: what waits for a second person."""
    if words:
        meeting, rest = keeping.which(turn, kind, words)
        if rest:
            return _type_in(turn, meeting, rest)
        turn.say("roll.how", **telling.about(turn.work.rules, meeting))
        return Step("roll", {"gathering": meeting.token})
    found = roll.waiting(turn.work, turn.actor)
    for meeting in found:
        turn.send(_to_compare(turn, meeting))
    if not found:
        turn.say("roll.none_waits")
    return None


def lines(turn: Turn) -> Step | None:
    """The list itself, a line each."""
    return _type_in(turn, keeping.held(turn), turn.text)


def _type_in(turn: Turn, meeting: Meeting, words: str) -> Step | None:
    written = [line.strip() for line in _LINES.split(clean(words)) if line.strip()]
    if not 1 <= len(written) <= MOST:
        raise errors.BadValue("roll.how_many", most=MOST)
    typed = roll.type_in(turn.work, turn.actor, meeting, [_entry(turn, meeting, line) for line in written])
    known = text("roll.known", names=joined(list(typed.known))) if typed.known else ""
    turn.say("roll.typed", **telling.about(turn.work.rules, meeting), count=len(typed.written), known=known)
    return None


def _entry(turn: Turn, meeting: Meeting, line: str) -> Entry:
    """`NAME [CAME [LEFT]]`; without times somebody was there from the beginning to the end.

    Raises:
        BadValue: not a name with at most two times.
    """
    plain = unicodedata.normalize("NFKC", line)
    name = _TIME.split(plain, maxsplit=1)[0].strip(" ,、:-")
    times = [time(int(hour), int(minute)) for hour, minute in _TIME.findall(plain)]
    if not name or len(times) > 2:
        raise errors.BadValue("roll.form", line=line[:60])
    local = turn.work.rules.local(meeting.begins_at)
    at = [datetime.combine(local.date(), one, local.tzinfo) for one in times]
    if not at:
        return Entry(name, meeting.begins_at, meeting.ends_at)
    return Entry(name, at[0], at[1] if len(at) > 1 else None)


def _to_compare(turn: Turn, meeting: Meeting) -> Message:
    made = [
        text("roll.entry", name=cards.shown_name(one), span=gathering.span(turn, one))
        for one in roll.lines(turn.work, turn.actor, meeting)
    ]
    row = telling.buttons(meeting.token, Verb.LIST_RIGHT, Verb.LIST_WRONG)
    head = lists.listed("roll.to_compare", made)
    return Message(head.key, {**head.params, **telling.about(turn.work.rules, meeting)}, (tuple(row),))


def compared(turn: Turn) -> Step | None:
    """The second person's word."""
    right = turn.said.tap is not None and turn.said.tap.verb is Verb.LIST_RIGHT
    meeting = meetings.by_token(turn.work.conn, turn.actor, turn.token, Action.CHECK_LIST)
    count = roll.check(turn.work, turn.actor, meeting, right=right)
    turn.say("roll.right" if right else "roll.wrong", count=count, **telling.about(turn.work.rules, meeting))
    return None


SCRIPT = (
    Line("roll", gathering.says, lines),
    Line(None, tapped(Verb.LIST_RIGHT, Verb.LIST_WRONG), compared),
)
