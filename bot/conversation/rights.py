"""People's rights in chat: what is kept and why, everything about me as a file, and erasing me."""

from bot.conversation import lists, mydata
from bot.conversation.flow import Line, Step, Turn, command, tapped
from dispatch import actors, errors
from dispatch.guardians import bonds, wards
from dispatch.guardians.bonds import Bond
from dispatch.messages import Button, Message
from dispatch.permissions import Action
from dispatch.rights import consent, documents, erasing, holdings
from dispatch.taps import Verb, data, new_token

_KEEP = "keep"  # What the other button carries.


def my_data(turn: Turn) -> Step | None:
    """Everything about me, or about whom I look after, as one file."""
    bond = _ward(turn, Action.SEE_WARD)
    rules = turn.work.rules
    turn.work.flush()
    whom = actors.load(turn.work.conn, [bond.ward_id])[bond.ward_id] if bond is not None else turn.actor
    plain = not whom.kinds and not whom.areas and not bonds.ever_guarded(turn.work.conn, whom.id)
    sections = holdings.held(turn.work.conn, whom.id, plain=plain)
    content = mydata.document(rules, turn.actor.language or rules.language, whom.name, turn.work.now, sections)
    attachment = documents.keep(turn.work, content, mydata.MIME)
    days = rules.retention.documents.days
    if bond is not None:
        bonds.trail(turn.work, turn.actor.id, bond, "mydata_for")
        wards.told(turn.work, bond, "guardian.mydata_told")
        turn.send(Message("guardian.mydata", {"ward": bond.ward, "days": days}, media=(attachment,)))
        return None
    turn.send(Message("mydata.here" if plain else "mydata.here_helper", {"days": days}, media=(attachment,)))
    return None


def _ward(turn: Turn, action: Action) -> Bond | None:
    """Whom the words behind the command name; None where there are none and it is about oneself."""
    name = turn.said.arguments.strip()
    return wards.named(turn.work, turn.actor, name, action) if name else None


def erase(turn: Turn) -> Step | None:
    """What goes, what stays and why; one confirmation. What is open has to end first."""
    bond = _ward(turn, Action.ERASE_WARD)
    if bond is not None:
        return _erase_ward(turn, bond)
    reasons = erasing.obstacles(turn.work.conn, turn.actor.id)
    if reasons:
        turn.send(lists.listed("erase.blocked", reasons))
        return None
    token = new_token()
    rows = [[Button("button.erase", data(Verb.CHOOSE, token))], [Button("button.keep_all", data(Verb.CHOOSE, _KEEP))]]
    turn.say("erase.ask", buttons=rows)
    return Step("erase", {"token": token})


def _erase_ward(turn: Turn, bond: Bond) -> Step | None:
    reasons = erasing.obstacles(turn.work.conn, bond.ward_id)
    if reasons:
        turn.send(lists.listed("erase.blocked", reasons))
        return None
    token = new_token()
    rows = [[Button("button.erase", data(Verb.CHOOSE, token))], [Button("button.keep_all", data(Verb.CHOOSE, _KEEP))]]
    turn.say("guardian.erase_ask", buttons=rows, ward=bond.ward)
    return Step("erase_ward", {"token": token, "name": bond.ward})


def erase_ward_go(turn: Turn) -> Step | None:
    """The one confirmation; a ward with a chat of their own has the last word there."""
    if turn.token == _KEEP:
        turn.say("erase.kept")
        return None
    if turn.token != turn.memo.get("token"):
        raise errors.NotFound("error.button")
    bond = wards.named(turn.work, turn.actor, str(turn.memo["name"]), Action.ERASE_WARD)
    begun = wards.erase(turn.work, turn.actor, bond)
    turn.say("guardian.erase_begun" if begun else "guardian.erase_asked", ward=bond.ward)
    return None


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
    Line("erase_ward", tapped(Verb.CHOOSE), erase_ward_go),
    Line(None, tapped(Verb.AGREE), agree),
)
