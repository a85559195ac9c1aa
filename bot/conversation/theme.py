"""`/theme`: the theme day. For everybody what is on and what can be read; for the branch planning and programme."""

from datetime import datetime

from bot.conversation import gathering, keeping, lists, roll
from bot.conversation.flow import Line, Step, Turn, command, tapped
from bot.conversation.said import Kind
from bot.conversation.understanding import clean
from dispatch import appointments, errors
from dispatch.gatherings import calling, meetings, overview, planning, programme, telling
from dispatch.gatherings.meetings import Meeting
from dispatch.messages import Button, Message, text
from dispatch.permissions import Action
from dispatch.taps import Verb, data
from models.habits import GatheringKind, SessionKind

THEME = GatheringKind.THEME
SESSIONS = {
    SessionKind.LECTURE: ("微党课", "lecture"),
    SessionKind.SERVICE: ("微服务", "service"),
    SessionKind.READING: ("微读书", "reading"),
    SessionKind.AFFAIRS: ("微党务", "affairs"),
}
DONE = "done"


def theme(turn: Turn) -> Step | None:
    """By its first word one of the branch's tasks; without one, what is on."""
    word, rest = keeping.subcommand(turn, keeping.WORDS)
    if not word:
        return _show(turn)
    if word == "plan":
        return _plan(turn, rest)
    return roll.paper(turn, THEME, rest) if word == "paper" else keeping.task(turn, THEME, word, rest)


def _show(turn: Turn) -> Step | None:
    """My next theme day with my answer, and the last one's material; the branch sees how its next one stands."""
    own = overview.mine(turn.work, turn.actor, THEME)
    for meeting, token, reply in own:
        rows = [list(row) for row in telling.answers(token)]
        answer = text(f"roll.reply.{reply or 'none'}")
        turn.say("theme.mine", buttons=rows, **telling.about(turn.work.rules, meeting), reply=answer)
    read = overview.to_read(turn.work, turn.actor)
    if read is not None:
        rows = [telling.buttons(read[1], Verb.SEAT_MATERIAL)]
        turn.say("theme.last", buttons=rows, **telling.about(turn.work.rules, read[0]))
    kept = overview.kept(turn.work, planning.ground(turn.work, turn.actor), THEME) if keeping.one_ground(turn) else []
    for meeting in kept[:1]:
        keeping.card(turn, meeting)
    if not own and read is None and not kept:
        turn.say("theme.none")
    return None


def _plan(turn: Turn, words: str) -> Step | None:
    """`/theme plan [VILLAGE] [DAY TIME] [@PLACE]`: put on this time; without one the next one is shown or proposed.

    Raises:
        BadValue: no day and time, or the month has its theme day.
    """
    at, words = keeping.ground(turn, words)
    kept = overview.kept(turn.work, at, THEME)
    if kept and not words:
        keeping.card(turn, kept[0])
        turn.say("theme.plan_how", number=kept[0].id)
        return None
    begins_at, place = planning.first_fridays_turn(turn.work, at)
    if words:
        begins_at, named = keeping.moment(turn, words)
        place = named or place
    planning.check_theme(turn.work, at, begins_at)
    count = len(calling.invitees(turn.work, THEME, at.village_code, None))
    when = appointments.shown(turn.work.rules, begins_at)
    memo = {"village": at.village_code, "at": begins_at.isoformat(), "place": place}
    params = {"village": at.name, "when": when, "place": place, "count": count}
    return keeping.once_more(turn, "theme_plan", "theme.plan_ask", count, params, **memo)


def plan_go(turn: Turn) -> Step | None:
    """The second yes."""
    keeping.confirmed(turn)
    memo = turn.memo
    at = planning.ground(turn.work, turn.actor, str(memo["village"]))
    begins_at = datetime.fromisoformat(str(memo["at"]))
    meeting = planning.plan(turn.work, turn.actor, at, THEME, begins_at, place=str(memo["place"]))
    turn.say("gather.planned", **telling.about(turn.work.rules, meeting))
    keeping.card(turn, meeting)
    return None


def show_programme(turn: Turn) -> Step | None:
    """The sessions, each with a button for its material; a line of words says who speaks about what."""
    return _programme(turn, meetings.by_token(turn.work.conn, turn.actor, turn.token, Action.RUN_GATHERING))


def _programme(turn: Turn, meeting: Meeting) -> Step | None:
    lines = []
    for part in programme.parts(turn.work, meeting.id):
        has = text("theme.has_material") if part.material or part.media else ""
        speaker, title = part.speaker or "—", part.title or "—"
        lines.append(text("theme.part", session=gathering.session(part.kind), speaker=speaker, title=title, has=has))
    made = [Button(f"session.{kind}", data(Verb.CHOOSE, kind)) for kind in SessionKind]
    head = lists.listed("theme.programme", lines)
    params = {**head.params, **telling.about(turn.work.rules, meeting)}
    turn.send(Message(head.key, params, (tuple(made[:2]), tuple(made[2:]))))
    return Step("theme.programme", {"gathering": meeting.token})


def put(turn: Turn) -> Step | None:
    """`SESSION SPEAKER TITLE`."""
    meeting = keeping.held(turn)
    first, _, rest = clean(turn.text).strip().partition(" ")
    speaker, _, title = rest.strip().partition(" ")
    kind = next((one for one, words in SESSIONS.items() if first.casefold() in words), None)
    if kind is None or not speaker:
        raise errors.BadValue("theme.part_how")
    programme.put(turn.work, turn.actor, meeting, kind, speaker, title.strip())
    return _programme(turn, meeting)


def choose(turn: Turn) -> Step | None:
    """The material of this session comes next."""
    if turn.token not in list(SessionKind):
        return _programme(turn, keeping.held(turn))
    turn.say("theme.material_ask", session=gathering.session(SessionKind(turn.token)))
    return Step("theme.material", {**turn.memo, "session": turn.token})


def add_material(turn: Turn) -> Step | None:
    """Words, a picture, a recording: each is added, until the keeper is done."""
    meeting = keeping.held(turn)
    words = turn.said.words()
    recording = words.recordings[0] if words.recordings else None
    kind = SessionKind(str(turn.memo["session"]))
    programme.add_material(turn.work, turn.actor, meeting, kind, clean(words.text).strip(), recording)
    turn.say("theme.material_kept", buttons=[[Button("button.material_done", data(Verb.CHOOSE, DONE))]])
    return Step("theme.material", turn.memo)


def material_done(turn: Turn) -> Step | None:
    """Back to the programme."""
    return _programme(turn, keeping.held(turn))


def _shows(turn: Turn) -> bool:
    return turn.said.kind is Kind.RECORDING or gathering.says(turn)


SCRIPT = (
    Line(None, command("theme"), theme),
    Line("theme_plan", tapped(Verb.CONFIRM_ALL), plan_go),
    Line(None, tapped(Verb.GATHER_PROGRAMME), show_programme),
    Line("theme.programme", tapped(Verb.CHOOSE), choose),
    Line("theme.programme", gathering.says, put),
    Line("theme.material", tapped(Verb.CHOOSE), material_done),
    Line("theme.material", _shows, add_material),
)
