"""People's rights in chat: what is kept and why, everything about me as a file, and erasing me."""

from bot.conversation import lists, mydata
from bot.conversation.flow import Line, Step, Turn, command, tapped
from dispatch import errors
from dispatch.messages import Button, Message
from dispatch.rights import consent, documents, erasing, holdings
from dispatch.taps import Verb, data, new_token

_KEEP = "keep"  # What the other button carries.


def my_data(turn: Turn) -> Step | None:
    """Everything about me, as one file."""
    rules, actor = turn.work.rules, turn.actor
    turn.work.flush()
    plain = not actor.kinds and not actor.areas
    sections = holdings.held(turn.work.conn, actor.id, plain=plain)
    content = mydata.document(rules, actor.language or rules.language, actor.name, turn.work.now, sections)
    attachment = documents.keep(turn.work, content, mydata.MIME)
    days = rules.retention.documents.days
    turn.send(Message("mydata.here" if plain else "mydata.here_helper", {"days": days}, media=(attachment,)))
    return None


def erase(turn: Turn) -> Step | None:
    """What goes, what stays and why; one confirmation. What is open has to end first."""
    reasons = erasing.obstacles(turn.work.conn, turn.actor.id)
    if reasons:
        turn.send(lists.listed("erase.blocked", reasons))
        return None
    token = new_token()
    rows = [[Button("button.erase", data(Verb.CHOOSE, token))], [Button("button.keep_all", data(Verb.CHOOSE, _KEEP))]]
    turn.say("erase.ask", buttons=rows)
    return Step("erase", {"token": token})


def erase_go(turn: Turn) -> Step | None:
    """The one confirmation: the goodbye goes out, and then everything goes."""
    if turn.token == _KEEP:
        turn.say("erase.kept")
        return None
    if turn.token != turn.memo.get("token"):
        raise errors.NotFound("error.button")
    reasons = erasing.obstacles(turn.work.conn, turn.actor.id)
    if reasons:
        turn.send(lists.listed("erase.blocked", reasons))
        return None
    erasing.ask(turn.work, turn.actor.id)
    turn.say("erase.begun")
    return None


def agree(turn: Turn) -> Step | None:
    """Read and understood: recorded once."""
    if consent.agree(turn.work, turn.actor.id):
        turn.record("agree", turn.actor.id)
    turn.say("consent.thanks")
    return None


SCRIPT = (
    Line(None, command("mydata"), my_data),
    Line(None, command("erase"), erase),
    Line("erase", tapped(Verb.CHOOSE), erase_go),
    Line(None, tapped(Verb.AGREE), agree),
)
