"""Home visits in conversation: the steward's round, the four steps at the door, and what is overdue."""

from collections.abc import Callable

from bot.conversation import lists
from bot.conversation.flow import Line, Step, Turn, command, leave, tapped, wrote
from bot.conversation.said import Kind
from bot.conversation.understanding import Meaning, clean, simple
from dispatch import errors, telling
from dispatch.desk.timeline import Words
from dispatch.messages import Button, Message, text
from dispatch.permissions import Action, can
from dispatch.taps import Verb, data
from dispatch.visits import calls, due, objecting, reminding, visiting
from dispatch.visits.calls import Call
from dispatch.visits.due import Due, Stop
from models.habits import VisitKind, VisitStep
from models.words import Urgency

COLUMNS = 2  # Households in a row of buttons.
_KINDS = {
    Verb.VISIT_ABSENT: VisitKind.ABSENT,
    Verb.VISIT_REFUSED: VisitKind.REFUSED,
    Verb.VISIT_PHONE: VisitKind.BY_PHONE,
}


def visit(turn: Turn) -> Step | None:
    """What was begun and not ended can go on; else choose a household, the most overdue first."""
    homes = _homes(turn)
    for call in visiting.unfinished(turn.work, turn.actor):
        rows = [_buttons(call, Verb.VISIT_GO_ON, Verb.VISIT_END, Verb.VISIT_DROP)]
        turn.say(
            "visit.unfinished", buttons=rows, home=call.home, step=_step(call), day=objecting.day(turn.work.rules, call)
        )
    if not homes:
        turn.say("visit.no_homes")
        return None
    made = [_choice(turn, one) for one in homes]
    turn.say("visit.choose", buttons=[made[start : start + COLUMNS] for start in range(0, len(made), COLUMNS)])
    return Step("visiting.choose")


def _homes(turn: Turn) -> list[Due]:
    if not can(turn.actor, Action.SEE_DUE):
        raise errors.NotAllowed("error.not_a_steward")
    return due.homes(turn.work, turn.actor)


def _choice(turn: Turn, one: Due) -> Button:
    label = "button.home_due" if one.at <= turn.work.now else "button.home"
    return Button(label, data(Verb.CHOOSE, str(one.home.household_id)), {"name": one.home.name})


def choose(turn: Turn) -> Step | None:
    """At this household's door, by a tap or by its name."""
    chosen = _chosen(turn)
    if chosen is None:
        return visit(turn)
    return _ask(turn, visiting.begin(turn.work, turn.actor, chosen.home))


def _chosen(turn: Turn) -> Due | None:
    words = simple(turn.text)
    for one in _homes(turn):
        if turn.token == str(one.home.household_id) or (words and words == simple(one.home.name)):
            return one
    return None


def _names_home(turn: Turn) -> bool:
    return wrote(turn) and _chosen(turn) is not None


def _ask(turn: Turn, call: Call) -> Step | None:
    """Ask the step at which the visit stands; the first also offers what else may have happened at the door."""
    if call.step is None:
        _over(turn, call)
        return None
    rows = [[_skip(call, "button.visit_skip"), *_buttons(call, Verb.VISIT_END)]]
    if call.step is VisitStep.FIND_OUT and call.kind is VisitKind.IN_PERSON:
        rows.append(_buttons(call, *_KINDS))
    if call.step in (VisitStep.SOLVE, VisitStep.REPORT_BACK) and call.request_id is None:
        rows.insert(0, _buttons(call, Verb.VISIT_REQUEST))
    turn.say(f"visit.ask.{call.step}", buttons=rows, home=call.home)
    return Step("visiting", {"visit": call.token})


def _skip(call: Call, label: str) -> Button:
    """Carries its step, so that a second tap on it skips nothing more."""
    return Button(label, data(Verb.VISIT_SKIP, f"{call.token}.{call.step}"))


def _buttons(call: Call, *verbs: Verb) -> list[Button]:
    return [Button(f"button.{verb.name.lower()}", data(verb, call.token)) for verb in verbs]


def _step(call: Call) -> dict[str, object]:
    return text(f"visit.step.{call.step}")


def _over(turn: Turn, call: Call) -> None:
    """It is written down; what is still needed can become a request."""
    _leave(turn, call)
    offered = call.kind in (VisitKind.IN_PERSON, VisitKind.BY_PHONE) and call.request_id is None
    rows = [_buttons(call, Verb.VISIT_REQUEST)] if offered else []
    turn.say("visit.done", buttons=rows, home=call.home, kind=text(f"visit.kind.{call.kind}"))


def _leave(turn: Turn, call: Call) -> None:
    if turn.memo.get("visit") == call.token:
        leave(turn)


def _answers(turn: Turn) -> bool:
    """Whatever can be an answer to a step; a place is none, and nobody has to send one."""
    if wrote(turn):
        return turn.understanding.meaning(turn.text) is not Meaning.CANCEL
    return turn.said.kind in (Kind.RECORDING, Kind.PLACE)


def answer(turn: Turn) -> Step | None:
    """What was found out, is needed, was solved, was reported back: in words, voice or pictures."""
    call = _current(turn)
    if call is None:
        return None
    if turn.said.kind is Kind.PLACE:
        turn.say("visit.no_place")
        return Step("visiting", turn.memo)
    after = visiting.say(turn.work, call, _words(turn))
    if after.step is call.step:
        turn.say("visit.shown", buttons=[[_skip(call, "button.visit_next")]])
        return Step("visiting", turn.memo)
    return _ask(turn, after)


def _current(turn: Turn) -> Call | None:
    """The visit that this dialog is about; None, with a word, when it is over."""
    try:
        call = visiting.held(turn.work, turn.actor, str(turn.memo.get("visit", "")))
    except errors.NotFound:
        call = None
    if call is None or call.step is None:
        turn.say("visit.over")
        return None
    return call


def _words(turn: Turn) -> Words:
    words = turn.said.words()
    return Words(clean(words.text).strip(), words.recordings, None, words.ref)


def _on_call(do: Callable[[Turn, Call], Step | None]) -> Callable[[Turn], Step | None]:
    """A handler on the visit whose button was tapped; a borrowed or forged button is refused."""

    def handle(turn: Turn) -> Step | None:
        return do(turn, visiting.held(turn.work, turn.actor, turn.token.partition(".")[0]))

    return handle


def skip(turn: Turn, call: Call) -> Step | None:
    """Nothing to say here, or enough was shown."""
    step = turn.token.partition(".")[2]
    return _ask(turn, visiting.skip(turn.work, call, VisitStep(step))) if step in calls.STEPS else _ask(turn, call)


def end(turn: Turn, call: Call) -> Step | None:
    """It is over as it is."""
    _over(turn, visiting.end(turn.work, call))
    return None


def turned_out(turn: Turn, call: Call) -> Step | None:
    """Nobody at home, not wanted, or by phone."""
    verb = turn.said.tap.verb if turn.said.tap else Verb.VISIT_END
    return _ask(turn, visiting.turned_out(turn.work, call, _KINDS[verb]))


def drop(turn: Turn, call: Call) -> Step | None:
    """Begun by mistake."""
    visiting.drop(turn.work, turn.actor, call)
    _leave(turn, call)
    turn.say("visit.dropped", home=call.home)
    return None


def request(turn: Turn, call: Call) -> Step | None:
    """What is not solved becomes a request in one tap; where nothing was said of it, one word is asked first."""
    words = visiting.need_of(turn.work, call)
    if call.request_id is None and not (words.text or words.recordings):
        turn.say("visit.need_words", home=call.home)
        return Step("visiting.need", {"visit": call.token})
    return _request(turn, call, words)


def need(turn: Turn) -> Step | None:
    """The words of what is needed."""
    call = visiting.held(turn.work, turn.actor, str(turn.memo.get("visit", "")))
    words = _words(turn)
    if not (words.text or words.recordings):
        turn.say("visit.need_words", home=call.home)
        return Step("visiting.need", turn.memo)
    calls.note(turn.work, call, VisitStep.ASK, words)
    return _request(turn, call, words)


def _request(turn: Turn, call: Call, words: Words) -> Step | None:
    category = turn.understanding.category(words.text)
    call, case = visiting.ask_for(turn.work, turn.actor, call, words, category)
    turn.say("visit.requested", number=case.id, home=call.home)
    if call.step is None:
        return None
    return _ask(turn, visiting.skip(turn.work, call, VisitStep.SOLVE))


def emergency(turn: Turn) -> Step | None:
    """Words of an emergency at the door: the numbers first, then help is asked for there, not at the steward's home."""
    call = visiting.held(turn.work, turn.actor, str(turn.memo.get("visit", "")))
    turn.send(telling.numbers(turn.work.rules))
    words = _words(turn)
    if call.step is not None:
        calls.note(turn.work, call, call.step, words)
    category = turn.understanding.category(words.text)
    visiting.ask_for(turn.work, turn.actor, call, words, category, Urgency.URGENT)
    leave(turn)  # What is said next is about the emergency; /visit goes on with the visit.
    return None


def _urgent(turn: Turn) -> bool:
    return wrote(turn) and turn.understanding.meaning(turn.text) is Meaning.EMERGENCY


def due_(turn: Turn) -> Step | None:
    """What is due, in walking order from where I stand."""
    _homes(turn)
    stops, later = due.round_of(turn.work, turn.actor)
    if not stops:
        turn.say("visit.nothing_due")
        return None
    lines = [_stop(turn, number, stop) for number, stop in enumerate(stops, 1)]
    if later:
        lines.append(text("visit.later", count=later))
    message = lists.listed("visit.due", lines)
    metres = round(sum(stop.metres or 0 for stop in stops))
    turn.send(Message(message.key, {**message.params, "count": len(stops), "metres": metres}))
    return None


def _stop(turn: Turn, number: int, stop: Stop) -> dict[str, object]:
    last = text("visit.never")
    if stop.due.last is not None:
        days = (turn.work.now - stop.due.last).days
        last = text("visit.last", day=f"{turn.work.rules.local(stop.due.last):%m-%d}", days=days)
    way = text("card.no_distance") if stop.metres is None else text("why.metres", metres=round(stop.metres))
    return text("visit.stop", number=number, home=stop.due.home.name, way=way, last=last)


def overdue(turn: Turn) -> Step | None:
    """The grids of my area in which visits are overdue."""
    if not can(turn.actor, Action.SEE_OVERDUE):
        raise errors.NotAllowed
    grids = due.within(turn.work.conn, turn.work.rules, turn.work.now, turn.actor)
    if grids:
        turn.send(reminding.by_grid(grids))
    else:
        turn.say("visit.nothing_overdue")
    return None


ALARM = (Line("visiting", _urgent, emergency),)

SCRIPT = (
    Line(None, command("visit"), visit),
    Line("visiting.choose", tapped(Verb.CHOOSE), choose),
    Line("visiting.choose", _names_home, choose),
    Line(None, tapped(Verb.VISIT_GO_ON), _on_call(_ask)),
    Line(None, tapped(Verb.VISIT_SKIP), _on_call(skip)),
    Line(None, tapped(Verb.VISIT_END), _on_call(end)),
    Line(None, tapped(*_KINDS), _on_call(turned_out)),
    Line(None, tapped(Verb.VISIT_DROP), _on_call(drop)),
    Line(None, tapped(Verb.VISIT_REQUEST), _on_call(request)),
    Line("visiting", _answers, answer),
    Line("visiting.need", _answers, need),
    Line(None, command("due"), due_),
    Line(None, command("overdue"), overdue),
)
