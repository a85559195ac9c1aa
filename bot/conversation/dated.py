"""Appointments in conversation: now after all, another time, still on; and two people instead of one."""

from bot.conversation import everyone, gate, moments
from bot.conversation.flow import Line, Step, Turn, command, leave, tapped
from bot.conversation.understanding import Meaning
from dispatch import appointments, cards, errors, views
from dispatch.cases import Case, by_token
from dispatch.desk import appointing, holding, pairs, requesting
from dispatch.permissions import Action
from dispatch.taps import Verb
from models.words import HELD_STATES, State


def start_now(turn: Turn) -> Step | None:
    """Not on that day: at once."""
    case = _case(turn)
    after = appointing.start_now(turn.work, turn.actor, case)
    if after.state is State.ACCEPTED:
        name = cards.shown_name(cards.person(turn.work.conn, after.owner_id))
        turn.say("dated.asked_to_come", name=name, number=case.id)
    else:
        turn.say("dated.started", number=case.id)
    return None


def other_day(turn: Turn) -> Step | None:
    """On another day: which?"""
    case = _case(turn)
    turn.say("dated.ask")
    return Step("dated.when", {"case": case.token})


def when(turn: Turn) -> Step | None:
    """The new day and time; asked again until it is one that can be planned."""
    rules, now = turn.work.rules, turn.work.now
    case = by_token(turn.work.conn, str(turn.memo["case"]))
    at = moments.written(turn.text, rules.local(now))
    if at is None:
        turn.say("dated.unclear")
    elif at <= now:
        turn.say("dated.not_past")
    elif (at.date() - rules.local(now).date()).days > rules.appointments.farthest:
        turn.say("dated.not_far", days=rules.appointments.farthest)
    else:
        appointing.put_on(turn.work, turn.actor, case, at)
        turn.say("dated.changed", number=case.id, when=appointments.shown(rules, at))
        return None
    return Step("dated.when", turn.memo)


def still_on(turn: Turn) -> Step | None:
    """The requester: it holds."""
    appointing.still_on(turn.work, turn.actor, _case(turn))
    turn.say("dated.thanks")
    return None


def keep(turn: Turn) -> Step | None:
    """Whoever has it: it holds."""
    appointing.keep(turn.work, turn.actor, holding.by_token(turn.work, turn.actor, turn.token))
    turn.say("dated.thanks")
    return None


def two(turn: Turn) -> Step | None:
    """Two people are to come, says the requester's button."""
    return _two(turn, _case(turn))


def two_by_number(turn: Turn) -> Step | None:
    """Two people are to go: of my own request or task, or with a number of one of my area."""
    number = turn.said.arguments.strip().lstrip("№#")
    if number and not (number.isdecimal() and len(number) <= 12):
        raise errors.BadValue("pair.which")
    mine = requesting.running(turn.work, turn.actor.id)
    mine += [one.case for one in holding.mine(turn.work, turn.actor.id) if one.case.state in HELD_STATES]
    fitting = [case for case in mine if not number or case.id == int(number)]
    if not fitting and number:
        return _two(turn, views.case(turn.work.conn, turn.actor, int(number), Action.ASK_TWO))
    if len(fitting) != 1:
        turn.say("pair.which")
        return None
    return _two(turn, fitting[0])


def _two(turn: Turn, case: Case) -> Step | None:
    pairs.ask_two(turn.work, turn.actor, case)
    turn.say("pair.asked", number=case.id)
    return None


def _case(turn: Turn) -> Case:
    case = by_token(turn.work.conn, turn.token)
    gate.require_tap(turn.said, turn.actor, case)
    return case


def _answers(turn: Turn) -> bool:
    """Whether the words can be the day that was asked for. Another need ends the question, and is heard as one."""
    if not everyone.means(Meaning.NEED, Meaning.EMPTY, Meaning.GREETING)(turn):
        return False
    now = turn.work.rules.local(turn.work.now)
    if turn.understanding.category(turn.text).name == "other" or moments.written(turn.text, now) is not None:
        return True
    leave(turn)
    return False


DIALOG = (Line("dated.when", _answers, when),)

SCRIPT = (
    Line(None, tapped(Verb.START_NOW), start_now),
    Line(None, tapped(Verb.OTHER_DAY), other_day),
    Line(None, tapped(Verb.STILL_ON), still_on),
    Line(None, tapped(Verb.KEEP), keep),
    Line(None, tapped(Verb.TWO), two),
    Line(None, command("two"), two_by_number),
)
