"""What everybody does at a gathering, whichever it is: answer, come by the code, leave, and read what was said."""

from typing import Any

from bot.conversation.flow import Line, Step, Turn, tapped, wrote
from bot.conversation.understanding import Meaning, clean, simple
from dispatch import errors
from dispatch.gatherings import answering, attending, habits, programme, seats, telling
from dispatch.gatherings.seats import Guest
from dispatch.messages import Button, Message, text
from dispatch.taps import Verb, data
from models.habits import Reply, SessionKind

NO_REASON = "none"  # What the button carries.
LONGEST_CODE = 2 * attending.DIGITS  # With signs around it; longer words are not looked at.


def yes(turn: Turn) -> Step | None:
    """I come, or I wait."""
    said_yes(turn, answering.yes(turn.work, seats.by_token(turn.work.conn, turn.actor, turn.token)))
    return None


def said_yes(turn: Turn, guest: Guest) -> None:
    """What a yes came to."""
    meeting, guest = answering.of_seat(turn.work, guest)
    about = telling.about(turn.work.rules, meeting)
    if guest.reply is Reply.WAITING:
        turn.say("gather.waits", **about, ahead=answering.ahead(turn.work, guest))
    else:
        turn.say("gather.comes", buttons=[telling.buttons(guest.token, Verb.SEAT_NO)], **about)


def no(turn: Turn) -> Step | None:
    """I cannot come; a reason may follow, and need not."""
    return said_no(turn, answering.no(turn.work, seats.by_token(turn.work.conn, turn.actor, turn.token)))


def said_no(turn: Turn, guest: Guest) -> Step:
    """Ask for the reason, once."""
    turn.say("gather.reason", buttons=[[Button("button.no_reason", data(Verb.CHOOSE, NO_REASON))]])
    return Step("gather.reason", {"seat": guest.token})


def reason(turn: Turn) -> Step | None:
    """Why I cannot come."""
    words = "" if turn.token == NO_REASON else clean(turn.text)
    guest = answering.no(turn.work, seats.by_token(turn.work.conn, turn.actor, str(turn.memo["seat"])), words)
    turn.say("gather.excused" if guest.reason else "gather.not_coming", reason=guest.reason)
    return None


def _code(turn: Turn) -> str:
    words = simple(turn.text) if wrote(turn) and len(turn.text) <= LONGEST_CODE else ""
    return words if words.isascii() and words.isdecimal() and len(words) == attending.DIGITS else ""


def _shows_code(turn: Turn) -> bool:
    return bool(_code(turn)) and bool(attending.open_for(turn.work, turn.actor))


def show_code(turn: Turn) -> Step | None:
    """The six digits that are shown on the spot."""
    among = attending.open_for(turn.work, turn.actor)
    shown = attending.show_code(turn.work, turn.actor, turn.said.channel, _code(turn), among)
    if shown.refusal is not None or shown.meeting is None or shown.guest is None:
        refusal = shown.refusal or errors.NotFound("gather.wrong_code")
        turn.say(refusal.key, **refusal.params)
        return None
    leaves = habits.HABITS[shown.meeting.kind].hours
    rows = [telling.buttons(shown.guest.token, Verb.SEAT_GO)] if leaves else []
    about = telling.about(turn.work.rules, shown.meeting)
    turn.say("gather.came_hours" if leaves else "gather.came", buttons=rows, **about)
    return None


def go(turn: Turn) -> Step | None:
    """I leave."""
    guest = seats.by_token(turn.work.conn, turn.actor, turn.token)
    after = attending.go(turn.work, turn.actor.id, *answering.of_seat(turn.work, guest))
    turn.say("gather.left", span=span(turn, after))
    return None


def material(turn: Turn) -> Step | None:
    """What was said there, to be read on the phone."""
    guest = seats.by_token(turn.work.conn, turn.actor, turn.token)
    found = [part for part in programme.parts(turn.work, guest.gathering_id) if part.material or part.media]
    if not found:
        turn.say("theme.no_material")
    for part in found:
        params = {"session": session(part.kind), "title": part.title, "words": part.material or ""}
        turn.send(Message("theme.material", params, media=(part.media,) if part.media else ()))
    if found:
        turn.say("theme.read_ask", buttons=[telling.buttons(guest.token, Verb.SEAT_READ)])
    return None


def read(turn: Turn) -> Step | None:
    """I have read it."""
    programme.read(turn.work, seats.by_token(turn.work.conn, turn.actor, turn.token))
    turn.say("theme.read_thanks")
    return None


def span(turn: Turn, guest: Guest) -> Any:
    """From when until when somebody was there."""
    if guest.came_at is None:
        return text("roll.absent")
    went_at = turn.work.rules.hhmm(guest.went_at) if guest.went_at else "…"
    return text("roll.span", came=turn.work.rules.hhmm(guest.came_at), left=went_at)


def session(kind: SessionKind) -> dict[str, Any]:
    """What a session is called."""
    return text(f"session.{kind}")


def says(turn: Turn) -> bool:
    """When the words answer what was asked: anything but that one has changed one's mind."""
    return wrote(turn) and turn.understanding.meaning(turn.text) is not Meaning.CANCEL


SCRIPT = (
    Line(None, tapped(Verb.SEAT_YES), yes),
    Line(None, tapped(Verb.SEAT_NO), no),
    Line("gather.reason", tapped(Verb.CHOOSE), reason),
    Line("gather.reason", says, reason),
    Line(None, _shows_code, show_code),
    Line(None, tapped(Verb.SEAT_GO), go),
    Line(None, tapped(Verb.SEAT_MATERIAL), material),
    Line(None, tapped(Verb.SEAT_READ), read),
)
