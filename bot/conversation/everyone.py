"""What everyone can say: start, help, my requests, language, stop, cancel; and how a stranger is linked."""

from collections.abc import Callable
from dataclasses import replace

from bot.conversation.flow import Line, Step, Turn, command, leave, tapped, wrote
from bot.conversation.said import Kind
from bot.conversation.understanding import Meaning, simple
from dispatch import cards, chats, history, people, spots, telling, views
from dispatch.cases import Case, load
from dispatch.desk import leaving, requesting
from dispatch.messages import Button, Message, about, opens, text
from dispatch.taps import Verb, data
from models.words import Lane, Language, State, StewardKind

FROM_GROUP = "group"  # What a button in a group says for whoever opens the private chat by it.
COLUMNS = 3  # Buttons in a row when a place is chosen.


def start(turn: Turn) -> Step | None:
    """Say what this is. With a code behind it, it is `contact.begun`."""
    _menu(turn)
    turn.say("start.welcome", county=turn.work.rules.county_name)
    if not turn.actor.linked:
        return ask_township(turn)
    return None


def help_(turn: Turn) -> Step | None:
    """What this person can do here, by role."""
    _menu(turn)
    turn.say("help.resident")
    if turn.actor.kinds:
        turn.say("help.steward")
    if turn.actor.areas:
        turn.say("help.admin")
    return None


def mine(turn: Turn) -> Step | None:
    """My requests as resident and how they stand, and those of whom I look after."""
    conn = turn.work.conn
    latest, followed = views.latest(conn, turn.actor.id), views.followed(conn, turn.actor.id)
    if not latest and not followed:
        turn.say("mine.none")
    for case in reversed(latest):
        turn.send(_shown(turn, case))
    for case in reversed(followed):
        name = case.helped_name or cards.person(conn, case.requester_id).name
        turn.send(about(name, _shown(turn, case)))
    return None


def _shown(turn: Turn, case: Case) -> Message:
    owner = cards.person(turn.work.conn, case.owner_id)
    return replace(cards.own_card(turn.work.rules, case, owner), card=None)


_WHY_NOBODY = {
    "怎么没人来", "怎么还没人来", "怎么没人", "怎么没人接", "怎么还没来", "为什么没人来", "为什么没人", "为什么没人接",
    "why nobody", "why no one", "why is nobody coming", "why does nobody come",
}  # fmt: skip


def _asks_why_nobody(turn: Turn) -> bool:
    return wrote(turn) and simple(turn.text) in _WHY_NOBODY and bool(_looking(turn))


def _looking(turn: Turn) -> list[Case]:
    running = requesting.running(turn.work, turn.actor.id)
    return [case for case in running if case.state in (State.WAITING, State.OFFERED)]


def why_nobody(turn: Turn) -> Step | None:
    """Why nobody has come yet, in one message a request: who may still answer, counts and reasons, no names."""
    for case in _looking(turn):
        sentences, count = history.why(turn.work.conn, case.id, named=False), history.waiting(turn.work.conn, case.id)
        latest = sentences[-1] if sentences else text("why.not_yet")
        if count:  # The last step may have found nobody, while those of an earlier one still have their cards.
            latest = text("why.waiting", count=count, rest=latest)
        turn.say(latest["key"], **latest["params"])
    return None


def language(turn: Turn) -> Step | None:
    """Choose the language; it is remembered."""
    wished = {"zh": Language.ZH, "中文": Language.ZH, "en": Language.EN, "english": Language.EN}
    chosen = wished.get((turn.said.arguments or turn.token).strip().casefold())
    if chosen is None:
        rows = [[Button(f"language.{one}", data(Verb.CHOOSE, str(one))) for one in Language]]
        turn.say("language.ask", buttons=rows)
        return Step("language")
    people.speak(turn.work.conn, turn.actor.id, chosen)
    _menu(turn)
    turn.say("language.set")
    return None


def stop(turn: Turn) -> Step | None:
    """Say nothing more to this chat until the person speaks again; what they were asked or have goes to others."""
    here = turn.said.channel, turn.said.address
    turn.work.post(turn.actor.id, Message("stop.done"), Lane.ANSWER, to=here)  # By no route, since none leads here now.
    chats.stop(turn.work.conn, *here)
    leaving.unreachable(turn.work, turn.actor.id)
    return None


def cancel(turn: Turn) -> Step | None:
    """Leave the dialog; without one, or where it asks for a request's place, withdraw that, or ask which."""
    of_request = (turn.step or "").startswith("link.") and turn.memo.get("case")
    if leave(turn) and not of_request:
        turn.say("dialog.left")
        return None
    running = requesting.running(turn.work, turn.actor.id)
    if not running:
        turn.say("cancel.nothing")
    elif len(running) == 1:
        case = requesting.cancel(turn.work, turn.actor, running[0])
        turn.say("cancel.done", number=case.id)
    else:
        for case in running[:5]:
            rows = cards.buttons(((Verb.CANCEL,),), case.token)
            turn.say("cancel.which", buttons=rows, number=case.id, need=cards.need(case.words, 60))
    return None


def ask_township(turn: Turn, case_id: int | None = None) -> Step | None:
    """The first of two taps that link a stranger to a village."""
    townships = spots.townships(turn.work.conn)
    if not townships:
        turn.say("link.no_villages")
        return None
    turn.say("link.township", buttons=_choices(townships))
    return Step("link.township", {"case": case_id})


def choose_township(turn: Turn) -> Step | None:
    """The second tap: the village."""
    villages = spots.villages(turn.work.conn, turn.token)
    if not villages:
        return ask_township(turn, turn.memo.get("case"))
    turn.say("link.village", buttons=_choices(villages))
    return Step("link.village", turn.memo)


def choose_village(turn: Turn) -> Step | None:
    """Linked: the village is remembered, and a request that waited for its place goes there."""
    spot = spots.village(turn.work.conn, turn.token)
    if spot is None:
        return ask_township(turn, turn.memo.get("case"))
    people.live_at(turn.work.conn, turn.actor.id, spot)
    turn.say("link.done", village=spot.place)
    if turn.memo.get("case"):
        case = load(turn.work.conn, int(turn.memo["case"]))
        if case.ended_at is None:
            requesting.relocate(turn.work, turn.actor, case, spot)
    return None


def _choices(options: list[tuple[str, str]]) -> list[list[Button]]:
    made = [Button("button.plain", data(Verb.CHOOSE, code), {"text": name}) for code, name in options]
    return [made[start : start + COLUMNS] for start in range(0, len(made), COLUMNS)]


def _menu(turn: Turn) -> None:
    turn.send(Message("", menu=True, params={"menu": menu_of(turn)}), Lane.STATUS)


def menu_of(turn: Turn) -> str:
    """Which command menu fits the person."""
    if turn.actor.areas:
        return "admin"
    return "steward" if turn.actor.kinds & set(StewardKind) else "resident"


def greet(turn: Turn) -> Step | None:
    """A greeting opens no request; it gets a fitting answer."""
    turn.say("greeting.answer")
    return None


def thank(turn: Turn) -> Step | None:
    """Thanks are heard."""
    turn.say("thanks.answer")
    return None


def sticker(turn: Turn) -> Step | None:
    """A sticker is a greeting."""
    turn.say("greeting.sticker")
    return None


def gone(turn: Turn) -> Step | None:
    """The person blocked the bot: nothing can be sent here until they come back."""
    chats.block(turn.work.conn, turn.said.channel, turn.said.address)
    leaving.unreachable(turn.work, turn.actor.id)
    return None


def in_group(turn: Turn) -> Step | None:
    """In a group only what is addressed to the bot is answered, there, with a way into the private chat.

    Whoever tells of an emergency has the numbers at once, since they may not be looking at another chat.
    """
    if turn.said.tap is not None:
        return None
    to = turn.said.channel, turn.said.chat
    if turn.understanding.meaning(turn.text) is Meaning.EMERGENCY:
        turn.work.post(turn.actor.id, telling.numbers(turn.work.rules), Lane.ANSWER, to=to)
    button = Button("button.private_chat", opens(FROM_GROUP))
    turn.work.post(turn.actor.id, Message("group.private", buttons=((button,),)), Lane.ANSWER, to=to)
    return None


def nothing(_turn: Turn) -> Step | None:
    """Heard, and rightly without an answer."""
    return None


def unknown_tap(turn: Turn) -> Step | None:
    """A button we did not write, or of a dialog that is over."""
    turn.say("error.button")
    return None


def unknown_command(turn: Turn) -> Step | None:
    """A command that does not exist."""
    turn.say("error.command", command=turn.said.command[:32])
    return None


def unreadable(turn: Turn) -> Step | None:
    """Something nobody can make sense of: said so, never silence."""
    turn.say("error.unreadable")
    return None


def means(*meanings: Meaning) -> Callable[[Turn], bool]:
    """When the words mean one of these."""
    return lambda turn: wrote(turn) and turn.understanding.meaning(turn.text) in meanings


BEGIN = (
    Line(None, lambda turn: turn.said.kind is Kind.BLOCKED, gone),
    Line(None, lambda turn: turn.said.kind is Kind.UNBLOCKED, nothing),
    Line(None, lambda turn: bool(turn.said.chat), in_group),
    Line(None, command("start"), start),
    Line(None, command("help"), help_),
    Line(None, means(Meaning.HELP), help_),
    Line(None, command("mine"), mine),
    Line(None, _asks_why_nobody, why_nobody),
    Line(None, command("lang"), language),
    Line("language", tapped(Verb.CHOOSE), language),
    Line(None, command("stop"), stop),
    Line(None, command("cancel"), cancel),
    Line("link.township", tapped(Verb.CHOOSE), choose_township),
    Line("link.village", tapped(Verb.CHOOSE), choose_village),
)

END = (
    Line(None, lambda turn: turn.said.kind is Kind.TAP, unknown_tap),
    Line(None, lambda turn: turn.said.kind is Kind.COMMAND, unknown_command),
    Line(None, lambda turn: turn.said.kind is Kind.STICKER, sticker),
    Line(None, lambda turn: turn.said.kind in (Kind.MOVED, Kind.EDITED), nothing),
    Line(None, lambda _: True, unreadable),
)
