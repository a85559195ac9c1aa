"""What a helper says instead of tapping: short words that do what a button does, and words for whoever is helped."""

import re
from dataclasses import replace

from bot.conversation import passing, resident, steward
from bot.conversation.flow import Line, Step, Turn, spoke, wrote
from bot.conversation.understanding import Meaning
from dispatch import appointments, cards
from dispatch.cases import Case
from dispatch.desk import helping, holding, requesting
from dispatch.desk.holding import Held
from dispatch.gatherings import seats
from dispatch.taps import Tap, Verb
from models.words import HELD_STATES, State

_CLAUSE = re.compile(r"[,，.。!！;；\n]")


def _helped(turn: Turn) -> list[Case]:
    """The requests to whose requesters plain words can be meant: those at hand, else what was done just now.

    Whoever comes along with somebody has it at hand as well.
    """
    if not turn.actor.kinds and not turn.actor.areas:
        return []
    mine = [one.case for one in holding.mine(turn.work, turn.actor.id) if not one.case.drill]
    mine += holding.along(turn.work, turn.actor.id)
    held = _at_hand(turn, mine)
    return held or [case for case in mine if case.state is State.DONE and passing.about(turn, case)][:1]


def _at_hand(turn: Turn, cases: list[Case]) -> list[Case]:
    rules, now = turn.work.rules, turn.work.now
    return [case for case in cases if case.state in HELD_STATES and not appointments.ahead(rules, case, now)]


def _own(turn: Turn) -> list[Case]:
    """Their own requests that somebody is on the way to."""
    return _at_hand(turn, requesting.running(turn.work, turn.actor.id))


_STEPS = {
    Verb.ACCEPT: steward.on_offer(steward.accept),
    Verb.DECLINE: steward.on_offer(steward.decline),
    Verb.ARRIVE: steward.on_offer(steward.arrive),
    Verb.SOLVE: steward.on_offer(steward.solve),
    Verb.COME: steward.come,
}
_ANSWERS = (Verb.ACCEPT, Verb.DECLINE)


def _step(turn: Turn) -> Verb | None:
    if not wrote(turn):
        return None
    return turn.understanding.step(turn.text) or (Verb.DECLINE if turn.understanding.says_no(turn.text) else None)


def _fitting(turn: Turn, verb: Verb) -> list[Held]:
    """The cards on which the button stands that the words mean: of tasks, those that have begun come before others."""
    if verb in _ANSWERS:
        return holding.asked(turn.work, turn.actor.id)
    held = [one for one in holding.mine(turn.work, turn.actor.id) if one.case.state in HELD_STATES]
    held = [one for one in held if _at_hand(turn, [one.case])] or held
    on_the_way = [one for one in held if one.case.state is State.ACCEPTED]
    return (verb is Verb.ARRIVE and on_the_way) or held


def _says_step(turn: Turn) -> bool:
    verb = _step(turn)
    if verb is None:
        return False
    if _fitting(turn, verb) or _calls(turn, verb):
        return True
    invited = bool(passing.unsolved(turn)) and seats.unanswered(turn.work, turn.actor.id)
    return turn.understanding.says_no(turn.text) and invited


def _calls(turn: Turn, verb: Verb) -> list[Held]:
    """The calls to come along that wait for a yes or no."""
    return holding.calls(turn.work, turn.actor.id) if verb in _ANSWERS and turn.actor.kinds else []


def step(turn: Turn) -> Step | None:
    """Short words do what the button does that they mean; where they may be about another thing, one tap decides."""
    verb = _step(turn)
    if verb is None:
        return None
    fits, calls, unsolved = _fitting(turn, verb), _calls(turn, verb), passing.unsolved(turn)
    others = [*_at_hand(turn, _helped(turn)), *(passing.besides(turn, verb) or _own(turn))]
    if verb not in _ANSWERS:
        others = [case for case in others if case.owner_id != turn.actor.id]
    done = [one for one in requesting.running(turn.work, turn.actor.id) if one.state is State.DONE]
    elsewhere = seats.unanswered(turn.work, turn.actor.id) if verb in _ANSWERS else not _at_hand(turn, [fits[0].case])
    one = len(fits + calls) == 1 or (verb is Verb.DECLINE and not fits and bool(calls))
    if done and (verb is Verb.SOLVE or turn.understanding.says_yes(turn.text)):  # The answer about their own as well?
        resident.still_asked(turn)
    elif one and not (others or elsewhere or unsolved) and turn.understanding.step(turn.text):
        return _do(turn, verb, (fits + calls)[0], called=bool(calls))
    rows = [passing.step_row(verb, one.token, one.case) for one in fits[: passing.KEPT]]
    if verb is Verb.ACCEPT:
        rows += [passing.step_row(Verb.COME, one.token, one.case) for one in calls[: passing.KEPT]]
    else:  # "I cannot come" may be said of what they have accepted.
        held = holding.mine(turn.work, turn.actor.id) if verb is Verb.DECLINE else []
        rows += [passing.step_row(Verb.HAND_OVER, one.token, one.case) for one in held if one.case in others]
    rows += [passing.step_row(Verb.DISPUTE, one.token, one) for one in unsolved]
    return passing.ask_whom(turn, "step.which", others, tuple(rows))


def _do(turn: Turn, verb: Verb, held: Held, *, called: bool) -> Step | None:
    """The one step that the words mean. No button says no to a call: others were called as well."""
    if called and verb is Verb.DECLINE:
        turn.say("step.not_coming")
        return None
    meant = Verb.COME if called else verb
    turn.said = replace(turn.said, tap=Tap(meant, held.token))
    return _STEPS[meant](turn)


def _only_fine(turn: Turn) -> bool:
    """Whether somebody with one open card, whom nothing else was asked, only says that it is all right."""
    fine = wrote(turn) and turn.understanding.says_fine(turn.text)
    at_rest = turn.step in (None, passing.STEP, passing.WHOM)
    return fine and at_rest and len(holding.asked(turn.work, turn.actor.id)) == 1


def only_fine(turn: Turn) -> Step | None:
    """“All right” is not yet a yes: the card's two buttons once more."""
    resident.still_asked(turn)
    for held in holding.asked(turn.work, turn.actor.id):
        turn.drill = held.case.drill
        rows = cards.buttons((_ANSWERS,), held.token)
        turn.say("step.fine", buttons=rows, number=held.case.id, need=cards.need(held.case.words, 60))
    return None


def _says_step_of_none(turn: Turn) -> bool:
    """Whether a helper says so while nothing waits for it; "it works" is good news all the same."""
    verb, helped = _step(turn), _helped(turn)
    if verb is None or turn.understanding.outcome(turn.text) is not None or not turn.actor.kinds:
        return False
    hear = _at_hand(turn, helped) if verb in _ANSWERS else helped
    return not hear and not requesting.running(turn.work, turn.actor.id)


def step_of_none(turn: Turn) -> Step | None:
    """Such words are no need: say that nothing waits for them."""
    turn.say("step.none")
    return None


def _talks(turn: Turn) -> bool:
    if not spoke(turn) or turn.said.point is not None:
        return False
    helped, meaning = _helped(turn), turn.understanding.meaning(turn.text) if wrote(turn) else Meaning.NEED
    if meaning is Meaning.PERHAPS:  # Long after the task it is rather a need of their own.
        helped = _at_hand(turn, helped)
    elif meaning is not Meaning.NEED:
        return False
    return bool(helped) and not any(
        case.state in (State.WAITING, State.OFFERED) for case in requesting.running(turn.work, turn.actor.id)
    )


def talk(turn: Turn) -> Step | None:
    """What I say goes to the resident I am helping; with several of them, or a helper of my own, I am asked to whom."""
    helped, own = _helped(turn), _own(turn)
    if len(helped + own) > 1:
        return passing.ask_whom(turn, "talk.whom_both" if own else "talk.whom", helped + own)
    helping.talk_to_requester(turn.work, turn.actor, helped[0], passing.said(turn))
    perhaps = turn.understanding.meaning(turn.text) is Meaning.PERHAPS
    key, begins = "talk.passed_perhaps" if perhaps else "talk.passed_to_resident", _CLAUSE.split(turn.text)[0]
    meant = turn.understanding.step(begins)
    held = [one for one in holding.mine(turn.work, turn.actor.id) if one.case.id == helped[0].id]
    if meant is Verb.DECLINE and held and held[0].case.state is State.ACCEPTED:  # "I cannot come, my child is ill."
        rows = cards.buttons(((Verb.HAND_OVER,),), held[0].token)
        return passing.passed_on(turn, key if perhaps else "talk.passed_cannot", rows)
    following = passing.passed_on(turn, key)
    if meant is Verb.ARRIVE and held and held[0].case.state is State.ACCEPTED:  # "I am here, the door is locked".
        steward.arrive(turn, held[0])
    return following


SCRIPT = (
    Line(None, _says_step, step),
    Line(None, _only_fine, only_fine),
    Line(None, _says_step_of_none, step_of_none),
)

TALK = (Line(None, _talks, talk),)
