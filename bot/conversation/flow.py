"""The engine under the scripts: a turn, a line, a step; and what happens around each of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.conversation.said import Kind, Said
from bot.conversation.understanding import Understanding
from dispatch import errors
from dispatch.actors import Actor
from dispatch.messages import Message
from dispatch.taps import Verb
from dispatch.work import Work
from models.mail import Dialog
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

    def say(self, key: str, *, buttons: Any = (), **params: Any) -> None:
        """Answer the person in the second lane; `buttons` are rows of `Button`."""
        self.send(Message(key, params, tuple(tuple(row) for row in buttons)))

    def send(self, message: Message, lane: Lane = Lane.ANSWER) -> None:
        """Answer with a whole message."""
        self.work.post(self.actor.id, message, lane)

    def record(self, action: str, person_id: int | None, **detail: Any) -> None:
        """One line of the audit trail about a person, or about no one in particular."""
        self.work.audit.append(
            {
                "at": self.work.now,
                "actor_id": self.actor.id,
                "action": action,
                "request_id": None,
                "person_id": person_id,
                "county_code": self.actor.county_code,
                "township_code": self.actor.township_code,
                "village_code": self.actor.village_code,
                "before": None,
                "after": None,
                "detail": detail,
            }
        )

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
    """One line of a script: at which step (None: at any), when it applies, and what is done."""

    step: str | None
    when: Callable[[Turn], bool]
    do: Callable[[Turn], Step | None]


def command(*names: str) -> Callable[[Turn], bool]:
    """When one of these commands was given."""
    return lambda turn: turn.said.kind is Kind.COMMAND and turn.said.command in names


def tapped(*verbs: Verb) -> Callable[[Turn], bool]:
    """When a button with one of these verbs was tapped."""
    return lambda turn: turn.said.tap is not None and turn.said.tap.verb in verbs


def wrote(turn: Turn) -> bool:
    """When the person wrote plain words."""
    return turn.said.kind is Kind.TEXT


def spoke(turn: Turn) -> bool:
    """When the person sent anything that can be a need: words, a recording, or a place."""
    return turn.said.kind in (Kind.TEXT, Kind.RECORDING, Kind.PLACE, Kind.LIVE_PLACE)


def always(_turn: Turn) -> bool:
    """Whatever was said."""
    return True


UNASKED = frozenset({"passed_on"})  # Steps at which nobody was asked anything: they end without a word.

_DIALOG = select(Dialog.step, Dialog.memo, Dialog.expires_at).where(Dialog.person_id == bindparam("person"))


def run(turn: Turn, script: Iterable[Line]) -> None:
    """Play the first line that applies.

    Raises:
        StewardError: a refusal; whoever called rolls back and answers with `refuse`.
    """
    row = turn.work.conn.execute(_DIALOG, {"person": turn.actor.id}).one_or_none()
    if row is not None and row.expires_at > turn.work.now:
        turn.step, turn.memo = row.step, row.memo
    _play(turn, script)
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
            following = line.do(turn)
            if following is not None:
                _keep(turn, following)
            elif line.step is not None:
                leave(turn)
            return


def _keep(turn: Turn, step: Step) -> None:
    expires_at = turn.work.now + turn.work.rules.dialog_valid
    values = {"person_id": turn.actor.id, "step": step.name, "memo": step.memo, "expires_at": expires_at}
    turn.work.conn.execute(_KEEP[turn.work.conn.dialect.name], values)


def _keeping(dialect: Any) -> Any:
    statement = dialect.insert(Dialog)
    fresh = statement.excluded
    changes = {"step": fresh.step, "memo": fresh.memo, "expires_at": fresh.expires_at}
    return statement.on_conflict_do_update(index_elements=[Dialog.person_id], set_=changes)


_KEEP = {"sqlite": _keeping(sqlite), "postgresql": _keeping(postgresql)}


def leave(turn: Turn) -> bool:
    """End the dialog; whether the person was in the middle of one."""
    left = turn.work.conn.execute(delete(Dialog).where(Dialog.person_id == turn.actor.id)).rowcount > 0
    asked = left and turn.step not in UNASKED
    turn.step, turn.memo = None, {}
    return asked


def expire(work: Work, limit: int = 200) -> int:
    """End dialogs left half-way, each with a note; returns how many."""
    late = select(Dialog.person_id, Dialog.step).where(Dialog.expires_at <= work.now).limit(limit)
    rows = work.conn.execute(late.with_for_update(skip_locked=True)).all()
    people = [row.person_id for row in rows]
    for person_id in (row.person_id for row in rows if row.step not in UNASKED):
        work.post(person_id, Message("dialog.expired"), Lane.STATUS, key=_note_key(person_id, work.now))
    if people:
        work.conn.execute(delete(Dialog).where(Dialog.person_id.in_(people)))
    return len(people)


def _note_key(person_id: int, now: datetime) -> str:
    return f"dialog:{person_id}:{now.isoformat()}"
