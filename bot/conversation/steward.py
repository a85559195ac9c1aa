"""What a steward or volunteer can do: accept, decline, arrive, solve, call for help, hand over; duty, leave, tasks."""

import re
from collections.abc import Callable
from dataclasses import replace

from bot.conversation import dates, gate, lists, passing, resident
from bot.conversation.flow import Line, Step, Turn, command, spoke, tapped, wrote
from bot.conversation.said import Kind
from bot.conversation.understanding import Meaning, simple
from dispatch import appointments, cards, drawing, errors, history, spots, views
from dispatch.cases import Case
from dispatch.desk import hands, helping, holding, requesting
from dispatch.desk.duty import note_position, set_duty, set_leave
from dispatch.desk.holding import Held
from dispatch.gatherings import seats
from dispatch.messages import text
from dispatch.taps import Tap, Verb
from models.words import HELD_STATES, Answer, State

_ON = {"on", "上岗", "上班", "开", "在岗"}
_OFF = {"off", "下岗", "下班", "关", "休息"}
_WHY_ME = {"为什么是我", "为什么找我", "怎么是我", "why me"}


# What whoever taps in a practice learns: that it was one, that it went well, and what comes next.
_PRAISE = {Verb.ACCEPT: "drill.well_accepted", Verb.ARRIVE: "drill.well_arrived", Verb.SOLVE: "drill.well_solved"}


def _on_offer(do: Callable[[Turn, Held], None]) -> Callable[[Turn], Step | None]:
    """A handler on the offer whose button was tapped; a borrowed or forged button is refused."""

    def handle(turn: Turn) -> Step | None:
        held = holding.by_token(turn.work, turn.actor, turn.token)
        turn.drill = held.case.drill
        try:
            gate.require_tap(turn.said, turn.actor, held, "error.not_yours")
            do(turn, held)
            if turn.drill and turn.said.tap is not None and turn.said.tap.verb in _PRAISE:
                turn.say(_PRAISE[turn.said.tap.verb])
        except (errors.NotNow, errors.NotAllowed) as refusal:
            raise _became(held, refusal) from refusal
        return None

    return handle


def _became(held: Held, refusal: errors.StewardError) -> errors.StewardError:
    """A tap on an old card is refused with what became of it."""
    if refusal.key not in (errors.NotNow.key, "error.not_yours"):
        return refusal
    gave_back = held.answer is Answer.GAVE_BACK
    return errors.NotNow("offer.gave_back" if gave_back else f"offer.late.{held.case.state}")


def accept(turn: Turn, held: Held) -> None:
    """I have it; or a kind word, or what became of it."""
    try:
        case = helping.accept(turn.work, turn.actor, held)
    except errors.Taken:
        turn.say("offer.taken")
        return
    except errors.NotNow as refusal:
        turn.say(refusal.key if refusal.key != "error.not_now" else f"offer.late.{held.case.state}")
        return
    if case is not held.case:
        if case.wanted_at is not None and appointments.ahead(turn.work.rules, case, turn.work.now):
            when = appointments.shown(turn.work.rules, case.wanted_at)
            turn.say("dated.offer_accepted", number=case.id, when=when)
        else:
            turn.say("offer.accepted", number=case.id, minutes=case.minutes or 0)
        if case.round:  # It came back to the circle: what happened before goes along.
            for part in lists.timeline(turn.work.rules, history.timeline(turn.work.conn, case.id)):
                turn.send(part)


def decline(turn: Turn, held: Held) -> None:
    """Not now; somebody else is asked at once."""
    if held.case.owner_id not in (None, turn.actor.id) and held.case.hands == 1:
        turn.say("offer.taken")
        return
    try:
        helping.decline(turn.work, turn.actor, held)
    except errors.NotNow:
        own = held.case.owner_id == turn.actor.id and held.case.state in HELD_STATES
        turn.say("offer.yours" if own else f"offer.late.{held.case.state}")
        return
    turn.say("offer.declined")


def arrive(turn: Turn, held: Held) -> None:
    """I am there."""
    helping.arrive(turn.work, turn.actor, held)
    turn.say("offer.arrived")


def on_my_way(turn: Turn, held: Held) -> None:
    """On the way; the clock starts anew."""
    helping.on_my_way(turn.work, turn.actor, held)
    turn.say("offer.on_my_way")


def solve(turn: Turn, held: Held) -> None:
    """It is solved, says the steward; the resident is asked."""
    helping.solve(turn.work, turn.actor, held)
    turn.say("offer.solved")


def need_help(turn: Turn, held: Held) -> None:
    """A second pair of hands."""
    count = hands.need_help(turn.work, turn.actor, held)
    turn.say("help.asked" if count else "help.nobody", count=count)


def come(turn: Turn) -> Step | None:
    """I come along and help."""
    try:
        case = hands.come(turn.work, turn.actor, turn.token)
    except errors.NotNow as refusal:
        turn.say(f"offer.late.{refusal.params['state']}")
        return None
    turn.say("help.thanks", number=case.id)
    return None


def hand_over(turn: Turn, held: Held) -> None:
    """Back to the circle."""
    helping.hand_over(turn.work, turn.actor, held)
    turn.say("offer.handed_over")


def address(turn: Turn, held: Held) -> None:
    """Phone, exact address and a pin."""
    turn.send(helping.address(turn.work, turn.actor, held))


def duty(turn: Turn) -> Step | None:
    """On or off duty."""
    word = simple(turn.said.arguments) or simple(turn.text.removeprefix("/duty"))
    if word not in _ON | _OFF:
        turn.say("duty.how")
        return None
    on_duty = word in _ON
    set_duty(turn.work, turn.actor.id, on_duty)
    turn.record("duty_on" if on_duty else "duty_off", turn.actor.id)
    turn.say("duty.on" if on_duty else "duty.off")
    return None


def leave(turn: Turn) -> Step | None:
    """On leave from one day until another, both included; `/leave off` ends it."""
    today = turn.work.rules.local(turn.work.now).date()
    if simple(turn.said.arguments) in _OFF | {"取消", "结束", "end"}:
        first = last = None
        turn.say("leave.ended")
    else:
        days = dates.span(turn.said.arguments, today)
        if days is None:
            turn.say("leave.how", example=f"/leave {today:%m-%d} {today:%m-%d}")
            return None
        first, last = days
        if last < first or last < today or first > today + dates.FARTHEST or last > today + dates.FARTHEST:
            raise errors.BadValue("leave.out_of_bounds")
        turn.say("leave.set", first=first.isoformat(), last=last.isoformat())
    set_leave(turn.work, turn.actor.id, first, last)
    turn.record("leave", turn.actor.id, leave_from=str(first), leave_until=str(last))
    return None


def tasks(turn: Turn) -> Step | None:
    """My tasks, each with its buttons."""
    held = holding.mine(turn.work, turn.actor.id)
    if not held:
        turn.say("tasks.none", waiting=views.waiting_offers(turn.work.conn, turn.actor.id))
    added = drawing.added(turn.work.conn, [one.case.id for one in held])
    for one in held:
        lines = added[one.case.id].lines if one.case.id in added else ()
        turn.send(cards.offer_card(turn.work.rules, one.case, one, lines))
    return None


def position(turn: Turn) -> Step | None:
    """A helper's live position: used for matching while it is fresh."""
    point = turn.said.point
    if point is None or not turn.actor.kinds or spots.outside(turn.work.rules, point):
        return None
    note_position(turn.work, turn.actor.id, point)
    if turn.said.kind is Kind.LIVE_PLACE:
        turn.say("position.on")
    return None


def why_me(turn: Turn) -> Step | None:
    """Why the last offer came to me, in one sentence."""
    found = history.why_me(turn.work.conn, turn.actor.id, turn.work.now)
    if found is None:
        turn.say("why.never_asked")
        return None
    turn.drill, metres = found.drill, found.metres
    distance = text("card.no_distance") if metres is None else text("why.metres", metres=round(metres))
    turn.say(found.key, distance=distance, name=found.name)
    return None


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
    Verb.ACCEPT: _on_offer(accept),
    Verb.DECLINE: _on_offer(decline),
    Verb.ARRIVE: _on_offer(arrive),
    Verb.SOLVE: _on_offer(solve),
    Verb.COME: come,
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
        arrive(turn, held[0])
    return following


_CLAUSE = re.compile(r"[,，.。!！;；\n]")


def _moves(turn: Turn) -> bool:
    return turn.said.kind is Kind.MOVED or (turn.said.kind is Kind.LIVE_PLACE and bool(turn.actor.kinds))


def _asks_why(turn: Turn) -> bool:
    return wrote(turn) and simple(turn.text) in _WHY_ME


SCRIPT = (
    Line(None, tapped(Verb.ACCEPT), _on_offer(accept)),
    Line(None, tapped(Verb.DECLINE), _on_offer(decline)),
    Line(None, tapped(Verb.ARRIVE), _on_offer(arrive)),
    Line(None, tapped(Verb.ON_MY_WAY), _on_offer(on_my_way)),
    Line(None, tapped(Verb.SOLVE), _on_offer(solve)),
    Line(None, tapped(Verb.NEED_HELP), _on_offer(need_help)),
    Line(None, tapped(Verb.COME), come),
    Line(None, tapped(Verb.HAND_OVER), _on_offer(hand_over)),
    Line(None, tapped(Verb.ADDRESS), _on_offer(address)),
    Line(None, command("duty"), duty),
    Line(None, command("leave"), leave),
    Line(None, command("tasks"), tasks),
    Line(None, _moves, position),
    Line(None, _asks_why, why_me),
    Line(None, _says_step, step),
    Line(None, _only_fine, only_fine),
    Line(None, _says_step_of_none, step_of_none),
)

TALK = (Line(None, _talks, talk),)
