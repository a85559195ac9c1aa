"""`/service`, `/join`, `/leave N`: the service day. For everybody what is on; for branch and leaders planning it."""

from datetime import datetime

from bot.conversation import admin, gathering, keeping, lists, roll
from bot.conversation.flow import Line, Step, Turn, command, tapped
from bot.conversation.understanding import clean, simple
from dispatch import appointments, cards, errors
from dispatch.gatherings import answering, calling, habits, meetings, overview, planning, seats, serving, telling
from dispatch.messages import Button, Message, joined, text
from dispatch.permissions import Action, can
from dispatch.taps import Verb, data
from models.habits import MOST_NEEDED, GatheringKind

SERVICE = GatheringKind.SERVICE
WORDS = {
    **keeping.WORDS,
    "need": ("need", "人数"),
    "leader": ("leader", "组长"),
    "most": ("most", "先优"),
}
NUMBERS = (10, 20, 30)  # Of people, as buttons.
PROPOSED, EVERYONE, NOTHING = "proposed", "everyone", "nothing"  # What the buttons of the planning carry.
FIRST = {"honours": "service.first_honours", "help": "service.first_help"}  # What somebody may come first in.


def service(turn: Turn) -> Step | None:
    """By its first word one of the keeper's tasks; without one, what is on."""
    word, rest = keeping.subcommand(turn, WORDS)
    if not word:
        return _show(turn)
    if word == "paper":
        return roll.paper(turn, SERVICE, rest)
    alone = {"plan": _plan, "leader": _leader, "most": _most}
    return alone[word](turn, rest) if word in alone else keeping.task(turn, SERVICE, word, rest)


def _show(turn: Turn) -> Step | None:
    """What I come to, what I may join, and for a keeper how each of theirs stands."""
    own = overview.mine(turn.work, turn.actor, SERVICE)
    for meeting, token, reply in own:
        rows = [list(row) for row in telling.answers(token)]
        answer = text(f"roll.reply.{reply or 'none'}")
        turn.say("service.mine", buttons=rows, **telling.about(turn.work.rules, meeting), reply=answer)
    free = overview.joinable(turn.work, turn.actor, SERVICE)
    for meeting in free:
        turn.say("service.joinable", **telling.about(turn.work.rules, meeting))
    kept = []
    if keeping.one_ground(turn):
        kept = overview.kept(turn.work, planning.ground(turn.work, turn.actor), SERVICE)
        for meeting in kept:
            keeping.card(turn, meeting)
        turn.say("service.plan_how")
    if not own and not free and not kept:
        turn.say("service.none")
    return None


def _number(turn: Turn) -> str:
    """The number of a gathering that stands alone behind the command."""
    words = turn.said.arguments.strip().lstrip("№#")
    return words if words.isdecimal() and len(words) <= 9 else ""


def join(turn: Turn) -> Step | None:
    """`/join N`: I come too."""
    number = _number(turn)
    if not number:
        turn.say("service.join_how")
        return None
    meeting = meetings.numbered(turn.work.conn, turn.actor, int(number), Action.JOIN_GATHERING)
    gathering.said_yes(turn, answering.join(turn.work, turn.actor, meeting))
    return None


def _leaves(turn: Turn) -> bool:
    return command("leave")(turn) and bool(_number(turn))


def leave(turn: Turn) -> Step | None:
    """`/leave N`: I cannot come after all. With days or "off" it is the steward's leave."""
    meeting = meetings.numbered(turn.work.conn, turn.actor, int(_number(turn)), Action.JOIN_GATHERING)
    guest = seats.of_person(turn.work.conn, meeting, turn.actor.id)
    if guest is None:
        raise errors.NotFound("gather.no_such", number=meeting.id)
    return gathering.said_no(turn, answering.no(turn.work, guest))


# --- planning, step by step


def _answers(turn: Turn) -> bool:
    return tapped(Verb.CHOOSE)(turn) or gathering.says(turn)


def _plan(turn: Turn, words: str) -> Step | None:
    at = planning.ground(turn.work, turn.actor, words)
    if not can(turn.actor, Action.RUN_GATHERING, at):
        raise errors.NotAllowed
    known = turn.work.rules.gatherings.service.activities
    made = [Button("button.activity", data(Verb.CHOOSE, one.name), {"zh": one.zh, "en": one.en}) for one in known]
    turn.say("service.ask_activity", buttons=[made], village=at.name)
    return Step("service.activity", {"village": at.village_code if at.group_id is None else ""})


def activity(turn: Turn) -> Step | None:
    """What is done: one of the kinds, or words of one's own."""
    word = turn.token or clean(turn.text).strip()
    known = habits.activity_called(turn.work.rules, word)
    chosen = known.name if known else word[:60]
    day = habits.next_saturday(turn.work.rules.local(turn.work.now))
    at = datetime.combine(day, turn.work.rules.gatherings.service.hour, turn.work.rules.zone)
    button = Button("button.when", data(Verb.CHOOSE, PROPOSED), {"when": appointments.shown(turn.work.rules, at)})
    turn.say("service.ask_when", buttons=[[button]])
    memo = {**turn.memo, "activity": chosen, "at": at.isoformat(), "safety": known.safety if known else ""}
    return Step("service.when", memo)


def when(turn: Turn) -> Step | None:
    """On which day and at which time; asked again until it is one."""
    at = datetime.fromisoformat(str(turn.memo["at"]))
    if turn.token != PROPOSED:
        written = keeping.when(turn, clean(turn.text).strip())
        if written is None:
            turn.say("gather.when")
            return Step("service.when", turn.memo)
        planning.check_time(turn.work, written)
        at = written
    place = turn.work.rules.gatherings.theme.place
    turn.say("service.ask_where", buttons=[[Button("button.plain", data(Verb.CHOOSE, PROPOSED), {"text": place})]])
    return Step("service.where", {**turn.memo, "at": at.isoformat()})


def where(turn: Turn) -> Step | None:
    """Where people meet."""
    place = turn.work.rules.gatherings.theme.place if turn.token == PROPOSED else clean(turn.text).strip()[:120]
    made = [Button("button.plain", data(Verb.CHOOSE, str(one)), {"text": str(one)}) for one in NUMBERS]
    turn.say("service.ask_needed", buttons=[[*made, Button("button.everyone", data(Verb.CHOOSE, EVERYONE))]])
    return Step("service.needed", {**turn.memo, "place": place})


def needed(turn: Turn) -> Step | None:
    """How many people; whoever says yes after them waits."""
    word = turn.token or simple(turn.text)
    count = None if word == EVERYONE else int(word) if word.isdecimal() and len(word) <= 4 else 0
    if count is not None and not 1 <= count <= MOST_NEEDED:
        turn.say("gather.needed_bounds", most=MOST_NEEDED)
        return Step("service.needed", turn.memo)
    rows = [[Button("button.no_safety", data(Verb.CHOOSE, NOTHING))]]
    if turn.memo["safety"]:
        rows[0].insert(0, Button("button.usual_safety", data(Verb.CHOOSE, PROPOSED)))
    known = text("gather.safety", words=turn.memo["safety"]) if turn.memo["safety"] else ""
    turn.say("service.ask_safety", buttons=rows, safety=known)
    return Step("service.safety", {**turn.memo, "needed": count})


def safety(turn: Turn) -> Step | None:
    """What to look out for; then how many are invited, and one more yes."""
    words = {PROPOSED: str(turn.memo["safety"]), NOTHING: ""}.get(turn.token, clean(turn.text).strip())[:500]
    memo = {**turn.memo, "safety": words}
    at = _ground(turn)
    count = len(calling.invitees(turn.work, SERVICE, at.village_code, at.group_id))
    params = {
        "village": at.name,
        "name": habits.name(turn.work.rules, SERVICE, str(memo["activity"])),
        "when": appointments.shown(turn.work.rules, datetime.fromisoformat(str(memo["at"]))),
        "place": memo["place"],
        "needed": text("gather.needed", count=memo["needed"]) if memo["needed"] else text("gather.all_welcome"),
        "safety": text("gather.safety", words=words) if words else "",
        "count": count,
    }
    return keeping.once_more(turn, "service_go", "service.plan_ask", count, params, **memo)


def _ground(turn: Turn) -> planning.Ground:
    return planning.ground(turn.work, turn.actor, str(turn.memo["village"]))


def plan_go(turn: Turn) -> Step | None:
    """The second yes: it is on the calendar, and the invitations go out."""
    keeping.confirmed(turn)
    begins_at = datetime.fromisoformat(str(turn.memo["at"]))
    values = {name: turn.memo[name] for name in ("activity", "place", "needed", "safety")}
    meeting = planning.plan(turn.work, turn.actor, _ground(turn), SERVICE, begins_at, **values)
    turn.say("gather.planned", **telling.about(turn.work.rules, meeting))
    return None


# --- the keeper's other tasks


def _leader(turn: Turn, words: str) -> Step | None:
    """`/service leader NAME`: this volunteer leads their group."""
    admin.require(turn, Action.NAME_LEADER)
    person_id = admin.one_person(turn, words)
    group = serving.name_leader(turn.work, turn.actor, person_id)
    turn.record("leader", person_id)
    name = cards.shown_name(cards.person(turn.work.conn, person_id))
    turn.say("service.leader", name=name, group=group)
    return None


def _most(turn: Turn, words: str) -> Step | None:
    """Who served most and why they stand there; whom to put first is tapped by hand, nobody is chosen by a number."""
    admin.require(turn, Action.SEE_SERVED)
    at = planning.ground(turn.work, turn.actor, words)
    found = serving.most(turn.work, turn.actor, at)
    if not found:
        turn.say("service.nobody_served", village=at.name)
        return None
    return _choice(turn, at, found, [])


def _choice(turn: Turn, at: planning.Ground, found: list[serving.Served], chosen: list[int]) -> Step | None:
    lines = [
        text(
            "service.served",
            name=cards.shown_name(one),
            times=one.times,
            hours=serving.hours(one),
            frail=text("service.frail") if one.frail else "",
            chosen=text("service.chosen") if one.person_id in chosen else "",
        )
        for one in found
    ]
    made = [
        Button("button.plain", data(Verb.CHOOSE, str(place)), {"text": one.name}) for place, one in enumerate(found)
    ]
    rows = [made[start : start + keeping.COLUMNS] for start in range(0, len(made), keeping.COLUMNS)]
    if chosen:
        rows.append([Button(label, data(Verb.CHOOSE, word)) for word, label in FIRST.items()])
    head = lists.listed("service.most", lines)
    turn.send(Message(head.key, {**head.params, "village": at.name}, tuple(tuple(row) for row in rows)))
    people = [one.person_id for one in found]
    return Step("service.most", {"village": at.village_code, "people": people, "chosen": chosen})


def choose(turn: Turn) -> Step | None:
    """A name more or less; or the decision itself, which is written down with its reasons."""
    at = _ground(turn)
    found = serving.most(turn.work, turn.actor, at)
    chosen = [int(one) for one in turn.memo["chosen"]]
    if turn.token in FIRST:
        first = [one for one in found if one.person_id in chosen]
        reasons = [[one.person_id, one.times, one.minutes] for one in first]
        turn.record("priorities", None, first_for=turn.token, people=reasons)
        number = serving.decide(turn.work, turn.actor, at, turn.token, first)
        turn.say("service.decided", number=number, names=joined([cards.shown_name(one) for one in first]))
        return None
    people = [int(one) for one in turn.memo["people"]]
    if turn.token.isdecimal() and int(turn.token) < len(people):
        person_id = people[int(turn.token)]
        chosen = [one for one in chosen if one != person_id] if person_id in chosen else [*chosen, person_id]
    return _choice(turn, at, found, chosen)


SCRIPT = (
    Line(None, command("service"), service),
    Line(None, command("join"), join),
    Line(None, _leaves, leave),
    Line("service.activity", _answers, activity),
    Line("service.when", _answers, when),
    Line("service.where", _answers, where),
    Line("service.needed", _answers, needed),
    Line("service.safety", _answers, safety),
    Line("service_go", tapped(Verb.CONFIRM_ALL), plan_go),
    Line("service.most", tapped(Verb.CHOOSE), choose),
)
