"""What an admin of a branch, township or county can do, within that area and below."""

import re

from bot.conversation import lists
from bot.conversation.flow import Line, Step, Turn, command, tapped
from bot.conversation.understanding import clean
from dispatch import broadcasts, cards, chats, errors, history, invitations, lifecycle, reach, spots, telling, views
from dispatch.cases import Case
from dispatch.desk import duty, helping, requesting
from dispatch.messages import Button, Message, practice, text
from dispatch.permissions import Action, can
from dispatch.taps import Verb, data, new_token
from models.words import Ending, Event, Lane, State

# How an admin may end a request, in the words that people type.
ENDINGS = {
    Ending.REFERRED: ("referred", "转办", "转给别处"),
    Ending.SAME_AS_ANOTHER: ("same_as_another", "重复", "同一件"),
    Ending.CANNOT_BE_DONE: ("cannot_be_done", "办不了"),
    Ending.NOT_OURS: ("not_ours", "不归我们管"),
    Ending.FALSE_ALARM: ("false_alarm", "虚惊一场", "虚惊"),
}
_NUMBER = re.compile(r"\d{3}")  # To call, be it as short as 110.


def status(turn: Turn) -> Step | None:
    """How many requests stand where, and who is on duty."""
    require(turn, Action.SEE_STATUS)
    counts = views.status(turn.work.conn, turn.actor)
    everyone, on_duty, reachable = views.duty(turn.work.conn, turn.actor)
    params = {str(state): counts.get(state, 0) for state in State}
    turn.say("admin.status", **params, helpers=everyone, on_duty=on_duty, reachable=reachable)
    _drills(turn)
    return None


def open_(turn: Turn) -> Step | None:
    """The open requests, oldest first."""
    require(turn, Action.SEE_STATUS)
    found, total = views.open_cases(turn.work.conn, turn.actor)
    if found:
        turn.say("admin.open", count=total)
    else:
        turn.say("admin.open_none")
    for case in found:
        turn.say("admin.open_line", **_summary(turn, case))
    _drills(turn)
    return None


def _drills(turn: Turn) -> None:
    """The practices that run, apart from all that is counted."""
    for case in views.drills(turn.work.conn, turn.actor):
        turn.send(practice(Message("admin.open_line", _summary(turn, case))))


def _summary(turn: Turn, case: Case) -> dict[str, object]:
    owner = cards.person(turn.work.conn, case.owner_id)
    return {
        "number": case.id,
        "need": cards.need(case.words, 80),
        "state": text(f"state.{case.state}"),
        "place": case.place,
        "since": turn.work.rules.local(case.opened_at).strftime("%m-%d %H:%M"),
        "until": turn.work.rules.hhmm(case.due_at) if case.due_at else "—",
        "name": cards.shown_name(owner) if owner else "—",
    }


def show(turn: Turn) -> Step | None:
    """One request with its timeline."""
    case, _ = _numbered(turn, Action.SEE_REQUEST)
    turn.say("admin.show", **_summary(turn, case))
    for part in lists.timeline(turn.work.rules, history.timeline(turn.work.conn, case.id)):
        turn.send(part)
    return None


def why(turn: Turn) -> Step | None:
    """Who was asked and why, or why nobody: one sentence a step, all in one message."""
    case, _ = _numbered(turn, Action.SEE_REQUEST)
    sentences = history.why(turn.work.conn, case.id)
    if not sentences:
        turn.say("why.not_yet")
    elif len(sentences) == 1:
        turn.say(sentences[0]["key"], **sentences[0]["params"])
    else:
        for part in lists.parts("admin.why", sentences, number=case.id):
            turn.send(part)
    return None


def assign(turn: Turn) -> Step | None:
    """Give a request to a person by name or phone."""
    case, name = _numbered(turn, Action.ASSIGN)
    person_id = one_person(turn, name)
    person = cards.person(turn.work.conn, person_id)
    if not chats.reachable(turn.work.conn, person_id):
        raise errors.BadValue("admin.no_chat", name=person.name)
    helping.assign(turn.work, turn.actor, case, person_id)
    if case.round or case.owner_id is not None:  # Somebody was there before: what happened goes along.
        for part in lists.timeline(turn.work.rules, history.timeline(turn.work.conn, case.id)):
            turn.work.post(person_id, part, Lane.ANSWER)
    turn.say("admin.assigned", number=case.id, name=cards.shown_name(person))
    return None


def cancel(turn: Turn) -> Step | None:
    """Call a request off, with a reason that the requester hears."""
    case, reason = _numbered(turn, Action.CALL_OFF)
    if not reason:
        raise errors.BadValue("admin.reason_needed")
    requesting.cancel(turn.work, turn.actor, case, clean(reason)[:500])
    turn.say("cancel.done", number=case.id)
    return None


def close(turn: Turn) -> Step | None:
    """End a request with one of the endings and a reason."""
    case, rest = _numbered(turn, Action.CLOSE)
    word, _, reason = rest.partition(" ")
    ending = next((one for one, words in ENDINGS.items() if word.casefold() in words), None)
    if ending is None or not clean(reason).strip():
        raise errors.BadValue("admin.close_how")
    reason = clean(reason).strip()[:500]
    if ending is Ending.REFERRED and _NUMBER.search(reason) is None:
        raise errors.BadValue("admin.referred_where", number=case.id)
    after = lifecycle.move(turn.work, case, Event.CLOSE, turn.actor.id, ending=ending, reason=reason)
    telling.tell(turn.work, case, after, Event.CLOSE, actor_id=turn.actor.id)
    turn.say("admin.closed", number=case.id)
    return None


def roster(turn: Turn) -> Step | None:
    """Grids with their stewards: how many, on duty, reachable."""
    require(turn, Action.SEE_ROSTER)
    rows = views.roster(turn.work.conn, turn.actor)
    lines = [
        text(
            "admin.roster_line",
            village=spots.short(row.village),
            grid=row.name,
            stewards=row.stewards,
            on_duty=row.on_duty,
            reachable=row.reachable,
        )
        for row in rows
    ]
    turn.send(lists.listed("admin.roster", lines))
    return None


def offduty(turn: Turn) -> Step | None:
    """Take a steward off duty, or back on with `/offduty NAME on`."""
    require(turn, Action.SET_OTHERS_DUTY)
    words = turn.said.arguments.split()
    back = len(words) > 1 and words[-1].casefold() in ("on", "上岗")
    person_id = one_person(turn, " ".join(words[:-1] if back else words))
    duty.set_duty(turn.work, person_id, back)
    person = cards.person(turn.work.conn, person_id)
    turn.record("duty_on" if back else "duty_off", person_id)
    turn.work.post(person_id, Message("duty.on" if back else "duty.off_by_admin"), Lane.STATUS)
    turn.say("admin.duty_on" if back else "admin.duty_off", name=cards.shown_name(person))
    return None


def invite(turn: Turn) -> Step | None:
    """A new single-use code for a person of my area; the old one no longer works."""
    require(turn, Action.INVITE)
    person_id = one_person(turn, turn.said.arguments, only_helpers=False)
    code = invitations.invite(turn.work, person_id, turn.actor.id)
    person = cards.person(turn.work.conn, person_id)
    turn.say("admin.invited", name=cards.shown_name(person), code=code)
    return None


def broadcast(turn: Turn) -> Step | None:
    """Say first how many it reaches; send only after a second yes."""
    require(turn, Action.BROADCAST)
    words = clean(turn.said.arguments).strip()
    if not words:
        raise errors.BadValue("admin.broadcast_how")
    count = len(views.audience(turn.work.conn, turn.actor))
    token = new_token()
    rows = [[Button("button.broadcast", data(Verb.CONFIRM_ALL, token), {"count": count})]]
    turn.say("admin.broadcast_ask", buttons=rows, count=count, words=cards.shorten(words, 200))
    return Step("broadcast", {"words": words, "token": token, "count": count})


def broadcast_go(turn: Turn) -> Step | None:
    """The second yes."""
    require(turn, Action.BROADCAST)
    if turn.token != turn.memo.get("token"):
        raise errors.NotFound("error.button")
    words, count = turn.memo["words"], turn.memo["count"]
    broadcasts.begin(turn.work, turn.actor, turn.token, words)
    turn.record("broadcast", None, count=count, words=words)
    turn.say("admin.broadcast_sent", count=count)
    return None


def unreachable(turn: Turn) -> Step | None:
    """Who cannot be reached and why, and where nobody is on duty: what each branch gets once a week."""
    require(turn, Action.SEE_ROSTER)
    found = reach.sections(turn.work, turn.actor)
    for section in found:
        turn.send(section)
    if not found:
        turn.say("reach.nothing")
    return None


def _numbered(turn: Turn, action: Action) -> tuple[Case, str]:
    """The request whose number begins the arguments, and the rest of them.

    Raises:
        NotAllowed: not an admin.
        BadValue: no number.
        NotFound: no such request in the area.
    """
    require(turn, action)
    number, _, rest = turn.said.arguments.strip().lstrip("№#").partition(" ")
    if not number.isdecimal() or len(number) > 12:
        raise errors.BadValue("admin.number_needed", command=turn.said.command)
    case = views.case(turn.work.conn, turn.actor, int(number), action)
    turn.drill = case.drill
    return case, rest.strip()


def one_person(turn: Turn, name: str, *, only_helpers: bool = True, left: bool = False) -> int:
    """The one person of this name or phone within the actor's areas; see `views.people_named`.

    Raises:
        BadValue: no name, or several have it.
        NotFound: nobody has it.
    """
    if not name.strip():
        number = "12 " if turn.said.command == "assign" else ""
        raise errors.BadValue("admin.name_needed", example=f"/{turn.said.command} {number}张三")
    found = views.people_named(turn.work.conn, turn.actor, name.strip(), only_helpers=only_helpers, left=left)
    if not found:
        raise errors.NotFound("admin.nobody_named", name=name[:60])
    if len(found) > 1:
        known = "; ".join(f"{row.name} {row.phone or ''}".strip() for row in found)
        raise errors.BadValue("admin.several_named", name=name[:60], known=known)
    return int(found[0].id)


def require(turn: Turn, action: Action) -> None:
    """Refuse whoever holds no office that may do this.

    Raises:
        NotAllowed: the permission table says no.
    """
    if not can(turn.actor, action):
        raise errors.NotAllowed


SCRIPT = (
    Line(None, command("status"), status),
    Line(None, command("open"), open_),
    Line(None, command("show"), show),
    Line(None, command("why"), why),
    Line(None, command("assign"), assign),
    Line(None, lambda turn: command("cancel")(turn) and bool(turn.said.arguments.strip()), cancel),
    Line(None, command("close"), close),
    Line(None, command("roster"), roster),
    Line(None, command("offduty"), offduty),
    Line(None, command("invite"), invite),
    Line(None, command("broadcast"), broadcast),
    Line("broadcast", tapped(Verb.CONFIRM_ALL), broadcast_go),
    Line(None, command("unreachable"), unreachable),
)
