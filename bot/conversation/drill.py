"""Practice: a branch lets people try out what they will tap in earnest, and hears who answered how soon."""

from bot.conversation import admin
from bot.conversation.flow import Line, Step, Turn, command, tapped
from bot.conversation.understanding import Meaning
from dispatch import cards, errors
from dispatch.drills import ordering
from dispatch.messages import Button, text
from dispatch.permissions import Action
from dispatch.taps import Verb, data, new_token

STOP = ("stop", "停", "停止", "结束")


def drill(turn: Turn) -> Step | None:
    """Say first how many would be asked, and begin only after a second yes; with "stop", end the one that runs."""
    admin.require(turn, Action.DRILL)
    first, _, rest = turn.said.arguments.strip().partition(" ")
    if first.casefold() in STOP:
        case = ordering.stop(turn.work, turn.actor, rest)
        turn.say("drill.stopped", number=case.id, village=case.place)
        return None
    return _ask(turn, ordering.planned(turn.work, turn.actor, turn.said.arguments))


def _ask(turn: Turn, order: ordering.Order) -> Step | None:
    if turn.understanding.meaning(order.words) in (Meaning.EMERGENCY, Meaning.PERHAPS):
        raise errors.BadValue("drill.no_emergency")
    hushed, token = turn.work.rules.hushed(turn.work.now), new_token()
    turn.say(
        "drill.ask_late" if hushed else "drill.ask",
        buttons=[[Button("button.drill", data(Verb.CONFIRM_ALL, token), {"count": order.count})]],
        village=order.spot.place,
        count=order.count,
        words=cards.shorten(order.words, 200) or text("drill.need"),
    )
    memo = {"token": token, "village": order.spot.village_code, "words": order.words, "late": hushed}
    return Step("drill", memo)


def go(turn: Turn) -> Step | None:
    """The second yes. One that was given by day is no yes for the night that has come meanwhile."""
    admin.require(turn, Action.DRILL)
    if turn.token != turn.memo.get("token"):
        raise errors.NotFound("error.button")
    village, words = str(turn.memo["village"]), str(turn.memo["words"])
    if turn.work.rules.hushed(turn.work.now) and not turn.memo["late"]:
        return _ask(turn, ordering.planned(turn.work, turn.actor, f"{village} {words}"))
    case = ordering.order(turn.work, turn.actor, village, words)
    turn.record("drill", None, request=case.id, village=village)
    return None


SCRIPT = (
    Line(None, command("drill"), drill),
    Line("drill", tapped(Verb.CONFIRM_ALL), go),
)
