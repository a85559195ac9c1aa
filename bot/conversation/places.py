"""Where help is needed, in conversation: found without a question where that can be, else asked once."""

import re
from datetime import timedelta
from typing import NamedTuple

from bot.conversation import everyone
from bot.conversation.flow import Step, Turn
from bot.conversation.understanding import Meaning, simple
from dispatch import cards, geo, naming, spots
from dispatch.cases import Case, by_token
from dispatch.desk import requesting, timeline
from dispatch.desk.timeline import Words
from dispatch.messages import Message
from dispatch.spots import Spot
from dispatch.taps import Verb
from models.words import NoteKind, State, Urgency

ANSWERED_WITHIN = timedelta(hours=1)  # So long after somebody was last heard "here or at home?" may be answered.
_CLAUSES = re.compile(r"[,，.。;；!！?？、\n]+")
_BEFORE, _AFTER = "(?:我|俺|咱|就|还是|是|去|到|来|上|回|在|搁)*", "(?:呢|吧|啊|呀|哈|来|去|了)*"
_ENGLISH = "(?:i am |i m |come )?"  # As `simple` writes it.
_ANSWERS = {
    Verb.AT_HOME: re.compile(rf"{_BEFORE}(?:家|家里|家里头|屋里|自己家){_AFTER}|{_ENGLISH}(?:at |to )?(?:my )?home"),
    Verb.HERE: re.compile(rf"{_BEFORE}(?:这里|这儿|这边|这块儿?|这个地方){_AFTER}|{_ENGLISH}(?:right |over )?here"),
}


class Where(NamedTuple):
    """Where help is needed; `far`: the point sent lies far from home; `guessed`: only the person's village is known."""

    spot: Spot
    far: bool = False
    guessed: bool = False


def where(turn: Turn, words: str, point: geo.Point | None, home: Spot | None) -> Where:
    """The point sent, the household's own, a village named in the words, the person's village, the county."""
    if point is not None:
        conn = turn.work.conn
        return Where(spots.at_point(conn, point, home) or spots.county(conn), far(turn, point))
    if home is not None and home.point is not None:
        return Where(home)  # Without touching the connection: see `Work.conn`.
    conn = turn.work.conn
    named = naming.village(conn, words) if words else None
    if home is not None and (named is None or named.village_code == home.village_code):
        return Where(home)
    if named is not None:
        return Where(named)
    own = spots.village(conn, turn.actor.village_code)
    return Where(own, guessed=True) if own is not None else Where(spots.county(conn))


def far(turn: Turn, point: geo.Point) -> bool:
    """Whether a point lies far from the person's home, as far as that is known."""
    home = turn.home
    if home is None or home.point is None:
        return False
    return geo.metres(point, home.point) > turn.work.rules.far_from_home


def ask_here_or_home(turn: Turn, case: Case) -> None:
    """Where somebody is to go: to the point that was sent, or home?"""
    requesting.asked_where(turn.work, turn.actor, case)
    rows = cards.buttons(((Verb.HERE, Verb.AT_HOME),), case.token)
    turn.say("ask.here_or_home", buttons=rows, place=turn.home.place if turn.home else "")


def answered(turn: Turn) -> bool:
    """Whether it was asked "here or at home?", and the words, or one clause of them, answer that."""
    return everyone.means(Meaning.NEED)(turn) and _answer(turn.text) is not None and _asked(turn) is not None


def go_where_said(turn: Turn, words: Words) -> None:
    """Do what the button does that says the same; what is said besides is added."""
    case, verb = _asked(turn), _answer(turn.text)
    if case is None or verb is None:
        return
    if len(_clauses(turn.text)) == 1:  # Where to go is no need, and would be the words of a mere place.
        timeline.note(turn.work, case, turn.actor.id, NoteKind.REMARK, words)
    else:
        requesting.add(turn.work, turn.actor, case, words, category=turn.understanding.category(words.text))
    go = at_home if verb is Verb.AT_HOME else here
    go(turn, by_token(turn.work.conn, case.token))


def _answer(words: str) -> Verb | None:
    clauses = _clauses(words)
    found = [verb for verb, known in _ANSWERS.items() if any(known.fullmatch(clause) for clause in clauses)]
    return found[0] if len(found) == 1 else None


def _clauses(words: str) -> list[str]:
    return [plain for plain in map(simple, _CLAUSES.split(words)) if plain]


def _asked(turn: Turn) -> Case | None:
    """The request of which it was asked, and not answered, whether help is needed at the point sent, or at home.

    Once it is answered, or a helper is there, such words are for the helper.
    """
    for case in requesting.running(turn.work, turn.actor.id):
        if case.state not in (State.WAITING, State.OFFERED, State.ACCEPTED) or case.urgency is not Urgency.NORMAL:
            continue
        if case.helped_name is None and turn.work.now - case.heard_at <= ANSWERED_WITHIN:
            point = timeline.newest_point(turn.work.conn, case.id)
            if point is not None and far(turn, point) and requesting.where_is_open(turn.work, case):
                return case
    return None


def ask_place(turn: Turn, case: Case) -> Step | None:
    """Asked once, after the request is recorded; without an answer its ladder goes on all the same."""
    turn.send(Message("ask.place", ask_place=True))
    return everyone.ask_township(turn, case.id)


def outside(turn: Turn) -> Step | None:
    """A point outside the county: say so, and whom to call."""
    known = turn.work.rules.numbers
    params = {"county": turn.work.rules.county_name, "police": known.police, "ambulance": known.ambulance}
    turn.send(Message("ask.outside", {**params, "fire": known.fire}))
    return None


def here(turn: Turn, case: Case) -> None:
    """Help is needed where the point is."""
    point = timeline.newest_point(turn.work.conn, case.id)
    _go(turn, case, spots.at_point(turn.work.conn, point, turn.home) if point is not None else None)


def at_home(turn: Turn, case: Case) -> None:
    """Help is needed at home."""
    _go(turn, case, turn.home)


def _go(turn: Turn, case: Case, spot: Spot | None) -> None:
    """Whoever is on the way there already hears of no other place."""
    requesting.said_where(turn.work, turn.actor, case)
    if spot is not None and (spot.lat, spot.lon) != (case.lat, case.lon):
        requesting.relocate(turn.work, turn.actor, case, spot)
    else:
        requesting.begin(turn.work, turn.actor, case)
    turn.say("ask.place_added", number=case.id)
