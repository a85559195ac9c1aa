"""How a play of the permission matrix is tried on its stage, and undone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update

from bot.conversation import flow
from bot.conversation.flow import Turn
from bot.conversation.said import Kind, Said
from bot.conversation.script import SCRIPT
from bot.conversation.understanding import Understanding
from dispatch import actors, cases, dialogs, errors, taps
from dispatch.desk import helping
from dispatch.desk.timeline import Words
from dispatch.division.village import load as load_village
from dispatch.permissions import Action
from dispatch.taps import Verb
from dispatch.work import Work
from models.habits import PairState, VisitStep
from models.mail import Dialog, Outbox
from models.mentoring import Pair
from models.words import Level
from tests.conftest import NOON
from tests.stories.permissions.plays import BUTTONS, COMMANDS, FURTHER, PLACES, PLAYERS, Play
from tests.stories.permissions.stage import Stage

DIALOGS: dict[Verb, tuple[str, dict[str, Any], str]] = {  # Step, memo and token.
    Verb.ANOTHER: ("passed_on", {"said": {"t": {"text": "还有一件", "recordings": [], "ref": None}}}, "t"),
    Verb.CHOOSE: ("language", {}, "zh"),
    Verb.AGREE: ("language", {}, "told"),
    Verb.CONFIRM_ALL: ("broadcast", {"words": "停水", "token": "t", "count": 1}, "t"),
}
_OFFERS = {"offer": "offered", "task": "accepted", "dated task": "dated"}  # Whose offer a button carries.
_SEEN = {"what is seen": "visits", "figures seen": "mentor"}  # Everybody may ask; what is shown differs.


@contextmanager
def undone(stage: Stage) -> Iterator[Any]:
    """A connection on which everything is undone in the end."""
    with stage.world.store.engine.connect() as conn:
        conn.execution_options(red_steward_write=True)
        undo = conn.begin()
        try:
            yield conn
        finally:
            undo.rollback()


def command(name: str, arguments: str = "") -> Said:
    """A command as it is heard."""
    return Said("webchat", "1", Kind.COMMAND, NOON, text=f"/{name}", command=name, arguments=arguments)


def turn_of(stage: Stage, conn: Any, who: int, said: Said) -> Turn:
    """The turn of a person who has said something."""
    work = Work(conn, NOON, stage.world.rules)
    step, memo = dialogs.load(work, [who]).get(who, (None, {}))
    return Turn(work, said, actors.load(conn, [who])[who], Understanding(work.rules), step, memo)


def is_allowed(stage: Stage, play: Play) -> bool:
    """Try it, and undo it; whether it was allowed."""
    with undone(stage) as conn:
        said = _said(stage, conn, play)
        turn = turn_of(stage, conn, stage.people[str(play.who)], said)
        try:
            _do(stage, turn, play)
        except (errors.NotAllowed, errors.NotFound):
            return False
        except errors.NotNow as refusal:
            if isinstance(refusal.__cause__, errors.NotAllowed):
                return False  # A tap on somebody else's card is refused with what became of it.
            raise
        turn.work.flush()
        heard = [str(message) for message in conn.execute(select(Outbox.message)).scalars()]
    assert not [one for one in heard if "'key': 'error." in one], heard
    if play.what == "figures seen":
        return any("'key': 'mentor.figures'" in one for one in heard)
    if play.action is Action.SEE_VISITS:  # Everybody may ask; only the household is shown its visits.
        return any("'key': 'visit.line'" in one for one in heard)
    return True


def _do(stage: Stage, turn: Turn, play: Play) -> None:
    if play.action is not Action.TALK:
        flow.run(turn, SCRIPT)
        return
    case = cases.load(turn.work.conn, stage.numbers[play.place] + 1)  # The accepted one.
    talk = helping.talk_to_owner if play.what == "words to the helper" else helping.talk_to_requester
    talk(turn.work, turn.actor, case, Words("好的"))


def _said(stage: Stage, conn: Any, play: Play) -> Said:
    if play.what in _SEEN:
        return command(_SEEN[play.what])
    if play.what.startswith("/"):
        name, number = play.what[1:].split()[0], stage.numbers[play.place]
        words = FURTHER[play.what][1] if play.what in FURTHER else COMMANDS[name]
        arguments = words.format(
            n=number, who=f"{play.place}的", village=PLACES[play.place][2], accepted=number + 1, ward="李奶奶",
            home=f"{play.place.replace(' ', '')}家", pub=stage.published.get(play.place),
            entry=stage.entries.get(play.place), gathering=stage.gatherings.get(play.place),
            member=f"{play.place}组员",
        )  # fmt: skip
        if name == "assign":
            arguments = f"{number} {_assignable(play)}"
        return replace(command(name, arguments), text=play.what)
    said = Said("webchat", "1", Kind.TEXT, NOON, text="水管漏水")
    if play.what.startswith("["):
        verb = Verb(play.what[1:].partition("]")[0])
        return replace(said, kind=Kind.TAP, text="", tap=taps.Tap(verb, _token(stage, conn, play, verb)))
    return said


def _assignable(play: Play) -> str:
    """Somebody whom the player may give a task to, wherever the request lies."""
    return "张三" if play.who in (*Level, *PLAYERS) else ""


def _token(stage: Stage, conn: Any, play: Play, verb: Verb) -> str:
    on = BUTTONS[verb]
    if verb is Verb.SHOW_CODE:
        return "me"
    if on is None:
        step, memo, token = (*_yes(stage, conn, play), "t") if " " in play.what else DIALOGS[verb]
        values = {"step": step, "memo": memo, "expires_at": NOON + timedelta(minutes=30)}
        conn.execute(insert(Dialog).values(person_id=stage.people[str(play.who)], **values))
        return token
    if on in _OFFERS:
        return stage.offers[play.place, _OFFERS[on]]
    if on == "asked pair":  # Nobody is asked and taken along at once.
        conn.execute(update(Pair).values(state=PairState.ENDED))
        conn.execute(insert(Pair), [stage.asked_pair])
    further = {Verb.LET_IN: ".0", Verb.VISIT_SKIP: f".{VisitStep.FIND_OUT}"}.get(verb, "")
    return stage.tokens[play.place, on] + further


def _yes(stage: Stage, conn: Any, play: Play) -> tuple[str, dict[str, Any]]:
    """The dialog in which a command that touches many waits for its second yes, begun while one was allowed."""
    step, code, at = play.what.partition(" ")[2], PLACES[play.place][2], (NOON + timedelta(days=4)).isoformat()
    memo: dict[str, Any] = {"token": "t", "village": code}
    if step.startswith("gather_"):
        on = "gathering" if step == "gather_close" else "planned gathering"
        memo |= {"gathering": stage.tokens[play.place, on], "at": at, "place": "", "reason": "雨"}
    elif step == "service_go":
        memo |= {"at": at, "activity": "health", "place": "村口", "needed": 10, "safety": ""}
    elif step == "grid.apply":
        known = load_village(conn, str(code)).fingerprint(stage.world.rules.grids)
        memo |= {"fingerprint": known, "changes": []}
    else:
        name = f"{play.place}的"
        memo |= {"person": stage.people[name], "words": name, "kind": "civil", "late": False}
    return step, memo
