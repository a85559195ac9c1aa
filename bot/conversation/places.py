"""Where help is needed, in conversation: found without a question where that can be, else asked once."""

from typing import NamedTuple

from bot.conversation import everyone
from bot.conversation.flow import Step, Turn
from dispatch import cards, geo, naming, spots
from dispatch.cases import Case
from dispatch.desk import requesting, timeline
from dispatch.messages import Message
from dispatch.spots import Spot
from dispatch.taps import Verb


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
    rows = cards.buttons(((Verb.HERE, Verb.AT_HOME),), case.token)
    turn.say("ask.here_or_home", buttons=rows, place=turn.home.place if turn.home else "")


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
    spot = spots.at_point(turn.work.conn, point, turn.home) if point is not None else None
    if spot is not None:
        requesting.relocate(turn.work, turn.actor, case, spot)
    else:
        requesting.begin(turn.work, turn.actor, case)
    turn.say("ask.place_added", number=case.id)


def at_home(turn: Turn, case: Case) -> None:
    """Help is needed at home."""
    home = turn.home
    if home is not None:
        requesting.relocate(turn.work, turn.actor, case, home)
    turn.say("ask.place_added", number=case.id)
