"""What a resident can say to "the same?", and as one who follows a neighbour's request."""

from bot.conversation.flow import Line, Step, Turn, tapped
from dispatch.cases import by_token
from dispatch.desk import following
from dispatch.taps import Verb


def follow(turn: Turn) -> Step | None:
    """The same: one request for both, and the end is told to both."""
    following.follow(turn.work, turn.actor, by_token(turn.work.conn, turn.token))
    return None


def part(turn: Turn) -> Step | None:
    """Another matter, or not solved here: it goes on by itself."""
    case = by_token(turn.work.conn, turn.token)
    after = following.part(turn.work, turn.actor, case)
    if after.id != case.id:
        turn.say("follow.reopened", number=after.id)
    else:
        turn.say("follow.apart")
    return None


SCRIPT = (
    Line(None, tapped(Verb.FOLLOW), follow),
    Line(None, tapped(Verb.APART, Verb.STILL), part),
)
