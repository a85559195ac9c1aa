"""What the keeper of a gathering does, the branch or the leader of a group: open, enter who is there, move, close."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.conversation import dates, gathering, lists, moments
from bot.conversation.flow import Line, Step, Turn, tapped
from bot.conversation.understanding import clean, simple
from dispatch import cards, errors
from dispatch.gatherings import attending, habits, meetings, overview, planning, roll, seats, telling
from dispatch.gatherings.meetings import Meeting
from dispatch.gatherings.seats import Guest
from dispatch.messages import Button, Message, joined, text
from dispatch.permissions import Action
from dispatch.taps import Verb, data, new_token
from models.habits import GatheringKind, Reply, Standing
from models.words import Level

COLUMNS = 3  # Names in a row of buttons.
NAMES = 60  # Names that are offered to be tapped; any other is typed.


def subcommand(turn: Turn, table: Mapping[str, tuple[str, ...]]) -> tuple[str, str]:
    """Which of a command's words is said first, and the rest; "" and everything where it is none of them."""
    first, _, rest = turn.said.arguments.strip().partition(" ")
    word = next((name for name, words in table.items() if first.casefold() in words), "")
    return (word, rest.strip()) if word else ("", turn.said.arguments.strip())


def which(turn: Turn, kind: GatheringKind, words: str) -> tuple[Meeting, str]:
    """The gathering that a keeper means, by its number or as the next one of theirs, and the rest of the words.

    Raises:
        NotFound: there is none.
        BadValue: there are several, and no number is said.
    """
    first, _, rest = words.partition(" ")
    number = first.lstrip("№#")
    if number.isdecimal():
        return meetings.numbered(turn.work.conn, turn.actor, int(number), Action.RUN_GATHERING, kind), rest.strip()
    at, words = ground(turn, words)
    found = overview.kept(turn.work, at, kind)
    if not found:
        raise errors.NotFound("gather.none_planned")
    if len(found) > 1 and kind is GatheringKind.SERVICE:
        raise errors.BadValue("gather.which", numbers=joined([str(one.id) for one in found]))
    return meetings.by_token(turn.work.conn, turn.actor, found[0].token, Action.RUN_GATHERING), words


def one_ground(turn: Turn) -> bool:
    """Whether the actor plans in one place only: a branch, or the leader of a group; of many villages one is named."""
    areas = turn.actor.areas
    return len(areas) == 1 and areas[0][0] is Level.BRANCH if areas else bool(turn.actor.leads)


def ground(turn: Turn, words: str) -> tuple[planning.Ground, str]:
    """Where the actor plans, and the rest of the words: who has several villages names one first."""
    if one_ground(turn) or not words:
        return planning.ground(turn.work, turn.actor), words
    name, _, rest = words.partition(" ")
    return planning.ground(turn.work, turn.actor, name), rest.strip()


def card(turn: Turn, meeting: Meeting) -> None:
    """How a gathering stands, with what can be done about it."""
    counts = seats.counts(turn.work.conn, meeting)
    rows = [telling.buttons(meeting.token, Verb.GATHER_OPEN, Verb.GATHER_LIST, Verb.GATHER_CLOSE)]
    if habits.HABITS[meeting.kind].material:
        rows.append(telling.buttons(meeting.token, Verb.GATHER_PROGRAMME))
    turn.say(
        "gather.card",
        buttons=rows,
        **telling.about(turn.work.rules, meeting),
        standing=text(f"gather.standing.{meeting.standing}"),
        invited=counts.invited,
        yes=counts.yes,
        no=counts.no,
        waiting=counts.waiting,
        there=counts.there,
    )


def _kept(do: Callable[[Turn, Meeting], Step | None]) -> Callable[[Turn], Step | None]:
    """A handler on the gathering whose button was tapped; a borrowed or forged button is refused."""

    def handle(turn: Turn) -> Step | None:
        return do(turn, meetings.by_token(turn.work.conn, turn.actor, turn.token, Action.RUN_GATHERING))

    return handle


def open_(turn: Turn, meeting: Meeting, _words: str = "") -> Step | None:
    """Show the code."""
    opened = attending.open_(turn.work, turn.actor, meeting)
    rows = [telling.buttons(opened.token, Verb.GATHER_LIST, Verb.GATHER_CLOSE)]
    turn.say("gather.opened", buttons=rows, **telling.about(turn.work.rules, opened), code=opened.code)
    return None


def list_(turn: Turn, meeting: Meeting, _words: str = "") -> Step | None:
    """Who comes and who is there; a name tapped or typed enters them, the second time lets them go."""
    guests = seats.of(turn.work.conn, meeting)
    lines = [
        text(
            "roll.line",
            name=cards.shown_name(one),
            reply=_reply(one),
            span=gathering.span(turn, one),
            reason=one.reason,
        )
        for one in guests
        if one.reply is not None or one.came_at is not None
    ]
    made = [
        Button("button.plain", data(Verb.CHOOSE, one.token), {"text": one.name})
        for one in guests
        if one.went_at is None and one.reply is not Reply.NO
    ][:NAMES]
    rows = tuple(tuple(made[start : start + COLUMNS]) for start in range(0, len(made), COLUMNS))
    head = lists.listed("roll.list", lines)
    opened = meeting.standing is Standing.OPEN
    params = {**head.params, **telling.about(turn.work.rules, meeting), "count": len(lines)}
    turn.send(Message(head.key, params, rows if opened else ()))
    return Step("gather.list", {"gathering": meeting.token}) if opened else None


def _reply(guest: Guest) -> Any:
    return text(f"roll.reply.{guest.reply or 'none'}")


def held(turn: Turn) -> Meeting:
    """The gathering that this dialog is about."""
    token = str(turn.memo.get("gathering", ""))
    return meetings.by_token(turn.work.conn, turn.actor, token, Action.RUN_GATHERING)


def enter(turn: Turn) -> Step | None:
    """Somebody is there, or leaves."""
    meeting = held(turn)
    tapped_on = next((one for one in seats.of(turn.work.conn, meeting) if one.token == turn.token), None)
    guest = tapped_on or roll.seat_of(turn.work, meeting, clean(turn.text).strip())
    guest, leaves = roll.enter(turn.work, turn.actor, meeting, guest)
    turn.say("roll.left" if leaves else "roll.came", name=cards.shown_name(guest), span=gathering.span(turn, guest))
    return Step("gather.list", turn.memo)


def close_ask(turn: Turn, meeting: Meeting, _words: str = "") -> Step | None:
    """Say first whom it settles."""
    meetings.require_running(meeting)
    counts = seats.counts(turn.work.conn, meeting)
    about = telling.about(turn.work.rules, meeting)
    params = {**about, "count": counts.there}
    return once_more(turn, "gather_close", "gather.close_ask", counts.there, params, gathering=meeting.token)


def once_more(turn: Turn, step: str, key: str, count: int, params: dict[str, Any], **memo: Any) -> Step:
    """Whatever touches many says how many, and asks one more yes."""
    token = new_token()
    button = Button("button.gather_go", data(Verb.CONFIRM_ALL, token), {"count": count})
    turn.send(Message(key, params, ((button,),)))
    return Step(step, {"token": token, **memo})


def confirmed(turn: Turn) -> None:
    """Refuse a yes to another question.

    Raises:
        NotFound: it is one.
    """
    if turn.token != turn.memo.get("token"):
        raise errors.NotFound("error.button")


def close_go(turn: Turn) -> Step | None:
    """The second yes."""
    confirmed(turn)
    meeting = held(turn)
    done = attending.close(turn.work, turn.actor, meeting)
    hours = text("gather.hours", hours=done.minutes // 60, minutes=done.minutes % 60)
    missing = text("gather.missing", names=joined(list(done.missing))) if done.missing else ""
    key = "gather.closed_hours" if habits.HABITS[meeting.kind].hours else "gather.closed"
    turn.say(key, **telling.about(turn.work.rules, meeting), there=done.there, hours=hours, missing=missing)
    return None


def move_ask(turn: Turn, meeting: Meeting, words: str) -> Step | None:
    """To another time: how many are told?"""
    begins_at, place = moment(turn, words)
    planning.check_move(turn.work, meeting, begins_at)
    count = len(telling.hears(meeting, seats.reached(turn.work.conn, meeting)))
    when = telling.about(turn.work.rules, planning.moved(meeting, begins_at, place))
    memo = {"gathering": meeting.token, "at": begins_at.isoformat(), "place": place}
    return once_more(turn, "gather_move", "gather.move_ask", count, {**when, "count": count}, **memo)


def move_go(turn: Turn) -> Step | None:
    """The second yes."""
    confirmed(turn)
    begins_at = datetime.fromisoformat(str(turn.memo["at"]))
    count = planning.move(turn.work, turn.actor.id, held(turn), begins_at, str(turn.memo["place"]))
    turn.say("gather.moved_done", count=count)
    return None


def moment(turn: Turn, words: str) -> tuple[datetime, str]:
    """The time that the words name, and the place behind an @.

    Raises:
        BadValue: no day and time in them.
    """
    before, _, place = words.partition("@")
    at = when(turn, before.strip())
    if at is None:
        raise errors.BadValue("gather.when")
    return at, clean(place).strip()[:120]


def when(turn: Turn, words: str) -> datetime | None:
    """The day and time that the words name, also a day in figures such as 4-10; None where they name none."""
    local = turn.work.rules.local(turn.work.now)
    first, _, rest = words.partition(" ")
    day = dates.day(first, local.date())
    if day is None or not rest:
        return moments.written(words, local) if words else None
    return moments.written(f"{day:%Y-%m-%d} {rest}", local)


def call_off_ask(turn: Turn, meeting: Meeting, words: str) -> Step | None:
    """It does not take place: why, and how many are told?"""
    meetings.require_running(meeting)
    why = clean(words).strip()[:200]
    if not why:
        raise errors.BadValue("gather.call_off_how", number=meeting.id)
    count = len(telling.hears(meeting, seats.reached(turn.work.conn, meeting)))
    params = {**telling.about(turn.work.rules, meeting), "reason": why, "count": count}
    memo = {"gathering": meeting.token, "reason": why}
    return once_more(turn, "gather_call_off", "gather.call_off_ask", count, params, **memo)


def call_off_go(turn: Turn) -> Step | None:
    """The second yes."""
    confirmed(turn)
    count = planning.call_off(turn.work, turn.actor, held(turn), str(turn.memo["reason"]))
    turn.say("gather.called_off_done", count=count)
    return None


def need(turn: Turn, meeting: Meeting, words: str) -> Step | None:
    """So many people are needed from now on."""
    count = simple(words)
    planning.need(turn.work, turn.actor, meeting, int(count) if count.isdecimal() and len(count) <= 4 else 0)
    card(turn, meetings.numbered(turn.work.conn, turn.actor, meeting.id, Action.RUN_GATHERING))
    return None


WORDS = {
    "plan": ("plan", "安排"),
    "move": ("move", "改期"),
    "cancel": ("cancel", "取消"),
    "open": ("open", "开始"),
    "close": ("close", "结束"),
    "list": ("list", "名单"),
    "paper": ("paper", "补录"),
}
_TASKS: dict[str, Callable[[Turn, Meeting, str], Step | None]] = {
    "move": move_ask,
    "cancel": call_off_ask,
    "need": need,
    "open": open_,
    "close": close_ask,
    "list": list_,
}


def task(turn: Turn, kind: GatheringKind, word: str, words: str) -> Step | None:
    """One of the keeper's tasks, on the gathering that the words name or on the next one."""
    meeting, rest = which(turn, kind, words)
    return _TASKS[word](turn, meeting, rest)


SCRIPT = (
    Line(None, tapped(Verb.GATHER_OPEN), _kept(open_)),
    Line(None, tapped(Verb.GATHER_LIST), _kept(list_)),
    Line("gather.list", tapped(Verb.CHOOSE), enter),
    Line("gather.list", gathering.says, enter),
    Line(None, tapped(Verb.GATHER_CLOSE), _kept(close_ask)),
    Line("gather_close", tapped(Verb.CONFIRM_ALL), close_go),
    Line("gather_move", tapped(Verb.CONFIRM_ALL), move_go),
    Line("gather_call_off", tapped(Verb.CONFIRM_ALL), call_off_go),
)
