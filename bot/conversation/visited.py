"""What a household sees of the visits to it, its objection, and the branch's answer."""

from bot.conversation import lists
from bot.conversation.flow import Line, Step, Turn, command, tapped
from dispatch import cards
from dispatch.guardians import bonds
from dispatch.messages import Button, Message, about, text
from dispatch.taps import Verb, data
from dispatch.visits import calls, objecting
from dispatch.visits.calls import Call

SHOWN = 200  # Characters of what was said at a step.


def of_home(turn: Turn) -> Step | None:
    """The visits at my household and at those of whom I look after, each with a way to say that it was not so."""
    found = objecting.of_home(turn.work, turn.actor)
    wards = {bond.household_id: bond.ward for bond in bonds.wards(turn.work.conn, turn.actor.id)}
    if not found:
        turn.say("visit.none_yet" if turn.actor.household_id is not None else "visit.no_home")
    for call in reversed(found):
        rows = [] if call.objected_at else [(Button("button.visit_object", data(Verb.VISIT_OBJECT, call.token)),)]
        message = lists.listed("visit.line", said_lines(turn, call))
        params = {**message.params, **objecting.told(turn.work, call), "standing": _standing(call)}
        message = Message(message.key, params, tuple(rows))
        own = call.household_id == turn.actor.household_id
        turn.send(message if own else about(wards[call.household_id], message))
    return None


def said_lines(turn: Turn, call: Call) -> list[dict[str, object]]:
    """What was said at each step, a line each; a recording by its kind."""
    return [
        text(
            "visit.said",
            step=text(f"visit.step.{one.step}"),
            words=cards.shorten(one.text, SHOWN) or text(f"visit.media.{one.media}"),
        )
        for one in calls.lines(turn.work.conn, call)
        if one.text or one.media
    ]


def _standing(call: Call) -> dict[str, object]:
    if call.objected_at is not None:
        word = "pending" if call.upheld is None else "upheld" if call.upheld else "stands"
    else:
        word = "paper" if call.typed_by is not None and call.checked_by is None else "plain"
    return text(f"visit.standing.{word}")


def object_to(turn: Turn) -> Step | None:
    """This visit was not so."""
    objecting.object_to(turn.work, turn.actor, calls.by_token(turn.work.conn, turn.token))
    turn.say("visit.objected")
    return None


def judge(turn: Turn) -> Step | None:
    """The branch's answer to an objection."""
    upheld = turn.said.tap is not None and turn.said.tap.verb is Verb.VISIT_UPHELD
    objecting.answer(turn.work, turn.actor, calls.by_token(turn.work.conn, turn.token), upheld=upheld)
    turn.say("visit.judged_upheld" if upheld else "visit.judged_stands")
    return None


SCRIPT = (
    Line(None, command("visits"), of_home),
    Line(None, tapped(Verb.VISIT_OBJECT), object_to),
    Line(None, tapped(Verb.VISIT_UPHELD, Verb.VISIT_STANDS), judge),
)
