"""Words passed on to the other side of a request, each with a button that makes a request of its own of them."""

from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any

from bot.conversation import opening
from bot.conversation.flow import Line, Step, Turn, tapped
from bot.conversation.understanding import clean, simple
from dispatch import cards, errors, views
from dispatch.cases import Case, by_token
from dispatch.desk import helping, requesting
from dispatch.desk.timeline import Recording, Words
from dispatch.messages import Button, text
from dispatch.taps import Verb, data, new_token
from models.words import Ending, MediaKind, State, Urgency

SPOKEN_OF = timedelta(hours=1)  # For so long after "done" words of no other kind are about what was done.
STEP, WHOM = "passed_on", "talk.whom"
KEPT = 10  # So many of a person's last words can still become a request.
_SHORT = 6  # Signs of a token that tells apart what one person said within one dialog.


def said(turn: Turn) -> Words:
    """What was said, as it is passed on."""
    return replace(turn.said.words(), text=clean(turn.said.text).strip())


def about(turn: Turn, done: Case) -> bool:
    """Whether words are about what was done just now, and not another need."""
    if turn.said.point is not None or done.done_at is None or turn.work.now - done.done_at > SPOKEN_OF:
        return False
    return turn.understanding.category(turn.text).name in ("other", done.category)


def passed_on(turn: Turn, key: str, rows: tuple[tuple[Button, ...], ...] = (), **params: Any) -> Step:
    """Say that it was passed on, or added; the last button makes a request of it."""
    memo, token = _remember(turn, STEP)
    turn.say(key, buttons=(*rows, *cards.buttons(((Verb.ANOTHER,),), token)), **params)
    return Step(STEP, memo)


def ask_whom(turn: Turn, key: str, cases: list[Case], rows: tuple[tuple[Button, ...], ...] = ()) -> Step:
    """Several are waiting for a word: ask for whom it is, since it may not be told to another.

    Before them stand the `rows` for what it may mean besides. Whoever taps one of those never answers which.
    """
    step = STEP if rows else WHOM
    memo, token = _remember(turn, step)
    whom = tuple((Button("button.whom", data(Verb.CHOOSE, f"{case.token}.{token}"), named(case)),) for case in cases)
    turn.say(key, buttons=(*rows, *whom, *cards.buttons(((Verb.ANOTHER,),), token)))
    return Step(step, memo)


def step_row(verb: Verb, token: str, case: Case) -> tuple[Button, ...]:
    """What words may mean, as a button that names the request."""
    return (Button("button.step", data(verb, token), {"step": text(f"button.{verb.name.lower()}"), **named(case)}),)


def named(case: Case) -> dict[str, Any]:
    """A request as it is named on a button."""
    return {"number": case.id, "need": cards.need(case.words, 20)}


def unsolved(turn: Turn) -> list[Case]:
    """Their own requests of which a mere no may say that they are not solved: what is done, and what ended last."""
    if not turn.understanding.says_no(turn.text):
        return []
    now, span = turn.work.now, turn.work.rules.contact_for
    latest = [case for case in views.latest(turn.work.conn, turn.actor.id) if not case.drill]
    done = [case for case in latest if case.state is State.DONE]
    ended = [case for case in latest if case.ended_at is not None and case.ending is not Ending.WITHDRAWN]
    return done + [case for case in ended if helping.contact_open(case, now, span)][:1]


def besides(turn: Turn, verb: Verb) -> list[Case]:
    """Their own requests that words for a helper's button may be about as well, whether somebody has come or not.

    “It works” and “it is back” may be said of the power; what is done is asked about on its own.
    """
    back = simple(turn.text).startswith("来了")
    if not (back or verb is Verb.SOLVE or turn.understanding.says_no(turn.text)):
        return []
    return [case for case in requesting.running(turn.work, turn.actor.id) if case.state is not State.DONE]


def to_chosen(turn: Turn) -> Step | None:
    """The words go to this one's other side: to the helper from whoever asked, to whoever asked from the helper.

    Raises:
        BadValue: the words are not known any more.
    """
    token, _, which = turn.token.partition(".")
    if _late(turn, which):
        turn.say("talk.late")
        return None
    case, words = by_token(turn.work.conn, token), _recall(turn, which)
    if turn.actor.id == case.requester_id and case.state in (State.WAITING, State.OFFERED):  # Nobody has it any more.
        requesting.add(turn.work, turn.actor, case, words)
        works = turn.understanding.outcome(words.text) is Verb.CONFIRM or simple(words.text).startswith("来了")
        rows = cards.buttons(((Verb.CANCEL,),), case.token) if works else ()  # Nobody need come any more.
        turn.say("ask.added", buttons=rows, number=case.id)
        return without(turn, which)
    if turn.actor.id == case.requester_id:
        helping.talk_to_owner(turn.work, turn.actor, case, words)
    else:
        helping.talk_to_requester(turn.work, turn.actor, case, words)
    turn.say("talk.passed_to_chosen")
    return without(turn, which)


def another(turn: Turn) -> Step | None:
    """What was said is a new request after all; what is not known any more has to be said again."""
    if _late(turn, turn.token):
        turn.say("talk.late_another")
        return None
    if turn.token in turn.memo.get("dealt", ()):  # A double tap.
        turn.say("ask.same")
        return None
    words = _recall(turn, turn.token)
    following = opening.open_case(turn, Urgency.NORMAL, words) or without(turn, turn.token)
    opening.ask_perhaps(turn, words.text)
    return following


def without(turn: Turn, which: str) -> Step:
    """Where the dialog stands when this one of the words has been dealt with: the others still have their buttons."""
    rest = {other: one for other, one in turn.memo["said"].items() if other != which}
    dealt = [*turn.memo.get("dealt", ()), which][-KEPT:]
    return Step((turn.step if rest else None) or STEP, {"said": rest, "dealt": dealt})


def _late(turn: Turn, which: str) -> bool:
    """Whether nothing is known of these words any more: their dialog has ended, or many were said since."""
    if turn.step not in (STEP, WHOM):
        return True
    return which not in turn.memo["said"] and which not in turn.memo.get("dealt", ())


def _chose(turn: Turn) -> bool:
    """Whether for whom words are was tapped: only such a choice names two things."""
    return tapped(Verb.CHOOSE)(turn) and "." in turn.token


def _remember(turn: Turn, step: str) -> tuple[dict[str, Any], str]:
    token = new_token()[:_SHORT]
    memo = turn.memo if turn.step == step else {}
    earlier = dict(list(memo.get("said", {}).items())[1 - KEPT :])
    return {"said": {**earlier, token: asdict(said(turn))}, "dealt": memo.get("dealt", [])}, token


def _recall(turn: Turn, which: str) -> Words:
    kept = turn.memo.get("said", {}).get(which)
    if kept is None:
        raise errors.BadValue("error.button")
    recordings = tuple(Recording(**{**one, "kind": MediaKind(one["kind"])}) for one in kept["recordings"])
    return Words(kept["text"], recordings, ref=kept["ref"])


SCRIPT = (
    Line(None, tapped(Verb.ANOTHER), another),
    Line(None, _chose, to_chosen),
)
