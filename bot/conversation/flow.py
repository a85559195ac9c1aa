"""The engine under the scripts: a turn, a line, a step; and what happens around each of them."""

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.conversation import gate
from bot.conversation.said import Kind, Said
from bot.conversation.understanding import Understanding
from dispatch import dialogs, errors, spots, trail
from dispatch.actors import Actor
from dispatch.messages import Message, practice
from dispatch.rights import consent
from dispatch.spots import Spot
from dispatch.taps import Verb
from dispatch.work import Work
from models.words import Lane


@dataclass(frozen=True, slots=True)
class Step:
    """Where a dialog goes next, and what it has learned so far."""

    name: str
    memo: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Turn:
    """One thing said, by whom, and the means to answer. Handlers speak in text keys only."""

    work: Work
    said: Said
    actor: Actor
    understanding: Understanding
    step: str | None = None
    memo: dict[str, Any] = field(default_factory=dict)
    drill: bool = False  # It is about a practice: every answer says so.
    secret: bool = False  # What was said is nobody's business: `Reception` forgets it, whatever becomes of it.

    def say(self, key: str, *, buttons: Any = (), **params: Any) -> None:
        """Answer the person in the second lane; `buttons` are rows of `Button`."""
        self.send(Message(key, params, tuple(tuple(row) for row in buttons)))

    def send(self, message: Message, lane: Lane = Lane.ANSWER) -> None:
        """Answer with a whole message."""
        self.work.post(self.actor.id, practice(message) if self.drill else message, lane)

    def record(self, action: str, person_id: int | None, **detail: Any) -> None:
        """One line of the audit trail about a person, or about no one in particular."""
        trail.write(self.work, self.actor.id, self.actor, action, person_id, **detail)

    @property
    def home(self) -> Spot | None:
        """The spot of the person's own household."""
        household = self.actor.household_id
        if household is None:
            return None
        if household not in self.work.homes:
            self.work.homes |= spots.homes(self.work.conn, [household])
        return self.work.homes.get(household)

    @property
    def text(self) -> str:
        """What was written, without the space around it."""
        return self.said.text.strip()

    @property
    def token(self) -> str:
        """The token of the button that was tapped."""
        return self.said.tap.token if self.said.tap else ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a script: at which step (None: at any), when it applies, what is done; and whether it is secret."""

    step: str | None
    when: Callable[[Turn], bool]
    do: Callable[[Turn], Step | None]
    secret: bool = False


def command(*names: str) -> Callable[[Turn], bool]:
    """When one of these commands was given.

    Raises:
        ValueError: the table in `gate` does not say who may.
    """
    _known(names, gate.COMMANDS)
    return lambda turn: turn.said.kind is Kind.COMMAND and turn.said.command in names


def tapped(*verbs: Verb) -> Callable[[Turn], bool]:
    """When a button with one of these verbs was tapped.

    Raises:
        ValueError: the table in `gate` does not say who may.
    """
    _known(verbs, gate.TAPS)
    return lambda turn: turn.said.tap is not None and turn.said.tap.verb in verbs


def _known(names: Iterable[str], table: Container[str]) -> None:
    missing = [str(name) for name in names if name not in table]
    if missing:
        raise ValueError(f"bot/conversation/gate.py says of no right for {', '.join(missing)}")


def wrote(turn: Turn) -> bool:
    """When the person wrote plain words."""
    return turn.said.kind is Kind.TEXT


def spoke(turn: Turn) -> bool:
    """When the person sent anything that can be a need: words, a recording, or a place."""
    return turn.said.kind in (Kind.TEXT, Kind.RECORDING, Kind.PLACE, Kind.LIVE_PLACE)


def always(_turn: Turn) -> bool:
    """Whatever was said."""
    return True


_SILENT = (Kind.BLOCKED, Kind.UNBLOCKED, Kind.MOVED)  # Nobody said anything, and nothing is answered.
PAUSED = {
    "visiting": "visit.paused",
    "visiting.need": "visit.paused",
}  # What is kept elsewhere is not lost with its step.
UNASKED = frozenset(
    {"passed_on", "published", "figures"}
)  # Steps at which nobody was asked anything: they end without a word.


def run(turn: Turn, script: Iterable[Line]) -> None:
    """Play the first line that applies.

    Raises:
        StewardError: a refusal; whoever called rolls back and answers with `refuse`.
    """
    _play(turn, script)
    if turn.said.kind not in _SILENT and not turn.said.chat:
        consent.tell(turn.work, turn.actor)
    _acknowledge(turn)


def refuse(turn: Turn, refusal: errors.StewardError) -> None:
    """Answer a refusal in the person's words."""
    turn.say(refusal.key, **refusal.params)
    _acknowledge(turn)


def _acknowledge(turn: Turn) -> None:
    if turn.said.tap_id is not None:
        turn.send(Message("", ack=turn.said.tap_id))


def _play(turn: Turn, script: Iterable[Line]) -> None:
    for line in script:
        if line.step is not None and line.step != turn.step:
            continue
        if line.when(turn):
            turn.secret = line.secret
            if turn.said.kind is Kind.COMMAND and turn.said.command in gate.COMMANDS and not turn.said.chat:
                gate.require_command(turn.said, turn.actor)
            following = line.do(turn)
            if following is not None:
                dialogs.keep(turn.work, turn.actor.id, following.name, following.memo)
            elif line.step is not None:
                leave(turn)
            return


def leave(turn: Turn) -> bool:
    """End the dialog; whether the person was in the middle of one."""
    asked = dialogs.end(turn.work.conn, [turn.actor.id]) and turn.step not in UNASKED
    turn.step, turn.memo = None, {}
    return asked


def expire(work: Work, limit: int = 200) -> int:
    """End dialogs left half-way, each with a note; returns how many."""
    late = dialogs.take_late(work, limit)
    for person_id, step in ((person_id, step) for person_id, step in late.items() if step not in UNASKED):
        message = Message(PAUSED.get(step, "dialog.expired"))
        work.post(person_id, message, Lane.STATUS, key=_note_key(person_id, work.now))
    return len(late)


def _note_key(person_id: int, now: datetime) -> str:
    return f"dialog:{person_id}:{now.isoformat()}"
