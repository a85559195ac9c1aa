"""What a steward or volunteer can do: accept, decline, arrive, solve, call for help, hand over; duty, leave, tasks."""

from collections.abc import Callable

from bot.conversation import dates, gate, lists
from bot.conversation.flow import Line, Step, Turn, command, tapped, wrote
from bot.conversation.said import Kind
from bot.conversation.understanding import simple
from dispatch import appointments, cards, drawing, errors, history, spots, views
from dispatch.desk import hands, helping, holding
from dispatch.desk.duty import note_position, set_duty, set_leave
from dispatch.desk.holding import Held
from dispatch.messages import text
from dispatch.taps import Verb
from models.words import HELD_STATES, Answer

_ON = {"on", "上岗", "上班", "开", "在岗"}
_OFF = {"off", "下岗", "下班", "关", "休息"}
_WHY_ME = {"为什么是我", "为什么找我", "怎么是我", "why me"}


# What whoever taps in a practice learns: that it was one, that it went well, and what comes next.
_PRAISE = {Verb.ACCEPT: "drill.well_accepted", Verb.ARRIVE: "drill.well_arrived", Verb.SOLVE: "drill.well_solved"}


def on_offer(do: Callable[[Turn, Held], None]) -> Callable[[Turn], Step | None]:
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


def _moves(turn: Turn) -> bool:
    return turn.said.kind is Kind.MOVED or (turn.said.kind is Kind.LIVE_PLACE and bool(turn.actor.kinds))


def _asks_why(turn: Turn) -> bool:
    return wrote(turn) and simple(turn.text) in _WHY_ME


SCRIPT = (
    Line(None, tapped(Verb.ACCEPT), on_offer(accept)),
    Line(None, tapped(Verb.DECLINE), on_offer(decline)),
    Line(None, tapped(Verb.ARRIVE), on_offer(arrive)),
    Line(None, tapped(Verb.ON_MY_WAY), on_offer(on_my_way)),
    Line(None, tapped(Verb.SOLVE), on_offer(solve)),
    Line(None, tapped(Verb.NEED_HELP), on_offer(need_help)),
    Line(None, tapped(Verb.COME), come),
    Line(None, tapped(Verb.HAND_OVER), on_offer(hand_over)),
    Line(None, tapped(Verb.ADDRESS), on_offer(address)),
    Line(None, command("duty"), duty),
    Line(None, command("leave"), leave),
    Line(None, command("tasks"), tasks),
    Line(None, _moves, position),
    Line(None, _asks_why, why_me),
)
