"""The contact card in chat: whose it is, how a household gets in by it, and how it is cut off again."""

from collections.abc import Callable
from dataclasses import replace

from bot.conversation import admin, everyone
from bot.conversation.flow import Line, Step, Turn, command, tapped, wrote
from bot.conversation.said import Kind
from bot.conversation.understanding import Meaning
from dispatch import actors, cards, errors, invitations
from dispatch.contact import admission, claims, codes, entering, faces, revoking
from dispatch.messages import Button, Message
from dispatch.permissions import Action, can
from dispatch.taps import Verb, data, new_token

_UNNAMED = "?"  # How a stranger is called whose channel knows no name.


def card(turn: Turn) -> Step | None:
    """A steward's own card, with a code to show; a resident's steward; or, with a code behind it, that code."""
    words = turn.said.arguments.strip()
    return _enter(turn, words) if words else _show(turn)


def _show(turn: Turn) -> Step | None:
    conn, rules = turn.work.conn, turn.work.rules
    mine = faces.of_person(conn, rules, turn.actor.id) if can(turn.actor, Action.SHOW_CARD) else None
    theirs = faces.of_home(conn, rules, turn.actor.household_id)
    if mine is not None:
        rows = ((Button("button.show_code", data(Verb.SHOW_CODE, "me")),),)
        turn.send(replace(faces.message(rules, mine), buttons=rows))
    if theirs is not None and theirs.person_id != turn.actor.id:
        turn.say("contact.your_steward")
        turn.send(faces.message(rules, theirs))
    elif mine is None and turn.actor.household_id is None:
        turn.say("contact.how")
    elif mine is None:
        area = (turn.actor.county_code, turn.actor.township_code, turn.actor.village_code)
        turn.say("contact.nobody_yet", phone=faces.office_phone(conn, rules, area) or "—")
    return None


def show_code(turn: Turn) -> Step | None:
    """A fresh code for a neighbour who stands beside the steward; the one shown before no longer works."""
    mine = faces.of_person(turn.work.conn, turn.work.rules, turn.actor.id)
    if mine is None or not can(turn.actor, Action.SHOW_CARD):
        raise errors.NotAllowed
    code = invitations.card(turn.work, mine.steward_id, None, printed=False, actor_id=turn.actor.id)
    until = turn.work.rules.local(turn.work.now + turn.work.rules.cards.shown_valid)
    turn.say("contact.code", code=codes.shown(code.typed), until=f"{until:%m-%d %H:%M}")
    return None


def begun(turn: Turn) -> Step | None:
    """The link of an invitation or a card was opened."""
    return _enter(turn, turn.said.arguments.strip())


def typed(turn: Turn) -> Step | None:
    """The eight characters of a card were typed."""
    return _enter(turn, turn.text)


def _enter(turn: Turn, code: str) -> Step | None:
    return _entered(turn, entering.enter(turn.work, turn.actor, _chat(turn), code, _name(turn)))


def _entered(turn: Turn, entry: entering.Entry) -> Step | None:
    if entry.refusal is not None:
        turn.say(entry.refusal.key, **entry.refusal.params)
        return Step(turn.step, turn.memo) if turn.step == "which_home" else None
    if entry.person_id is not None:
        turn.actor = actors.load(turn.work.conn, [entry.person_id])[entry.person_id]
        turn.say("start.bound", name=turn.actor.name)
        return everyone.help_(turn)
    if entry.claimed is not None:
        who = cards.person(turn.work.conn, entry.claimed.responsible_id)
        name = cards.shown_name(who) if who is not None else "—"
        turn.send(Message("contact.asked", {"household": entry.claimed.household, "name": name}, ask_phone=True))
        return None
    if entry.card is None:
        turn.say("contact.at_home")
        return _show(turn)
    memo = {"card": entry.card.code_hash, "household": entry.household_id}
    if entry.household_id is None:
        turn.say("contact.which_home")
        return Step("which_home", memo)
    turn.say("contact.which_name")
    return Step("which_name", memo)


def door(turn: Turn) -> Step | None:
    """Which of the steward's homes it is: a name, a door number, an address."""
    shown = entering.card_of(turn.work, str(turn.memo["card"]))
    return _entered(turn, entering.at_door(turn.work, turn.actor, _chat(turn), shown, turn.text, _name(turn)))


def name(turn: Turn) -> Step | None:
    """What the person calls themselves, so that the steward knows who asks."""
    shown = entering.card_of(turn.work, str(turn.memo["card"]))
    household_id = int(turn.memo["household"])
    return _entered(turn, entering.claim(turn.work, turn.actor, _chat(turn), shown, household_id, turn.text))


def phone(turn: Turn) -> Step | None:
    """One's own number, shared through the channel, proves it where it is the one on the roster."""
    if not turn.said.phone:
        turn.say("contact.not_own_phone")
    elif admission.by_phone(turn.work, turn.actor, turn.said.phone) is None:
        turn.say("contact.phone_differs")
    return None


def let_in(turn: Turn) -> Step | None:
    """Yes, this chat is that person's."""
    token, _, number = turn.token.partition(".")
    after = admission.let_in(turn.work, turn.actor, token, int(number) if number.isdecimal() else claims.NEW)
    who = cards.person(turn.work.conn, after.person_id)
    turn.say("contact.let_in", name=cards.shown_name(who), household=after.household)
    return None


def keep_out(turn: Turn) -> Step | None:
    """No, nobody of that home."""
    before = admission.keep_out(turn.work, turn.actor, turn.token)
    turn.say("contact.kept_out", name=before.name, household=before.household)
    return None


def revoke(turn: Turn) -> Step | None:
    """Cut a person's chats and codes: say first how many, and do it after a second yes."""
    if not can(turn.actor, Action.REVOKE):
        raise errors.NotAllowed
    person_id = admin.one_person(turn, turn.said.arguments, only_helpers=False)
    touched = revoking.reach(turn.work, person_id)
    who, token = cards.person(turn.work.conn, person_id), new_token()
    rows = [[Button("button.revoke", data(Verb.CONFIRM_ALL, token))]]
    turn.say("contact.revoke_ask", buttons=rows, name=cards.shown_name(who), chats=touched.chats, codes=touched.codes)
    return Step("revoke", {"person": person_id, "token": token, "words": turn.said.arguments})


def revoke_go(turn: Turn) -> Step | None:
    """The second yes; whether it is allowed is looked up again."""
    if turn.token != turn.memo.get("token"):
        raise errors.NotFound("error.button")
    person_id = admin.one_person(turn, str(turn.memo["words"]), only_helpers=False)
    if not can(turn.actor, Action.REVOKE) or person_id != turn.memo["person"]:
        raise errors.NotAllowed
    touched = revoking.revoke(turn.work, person_id)
    turn.record("revoke", person_id, chats=touched.chats, codes=touched.codes)
    who = cards.person(turn.work.conn, person_id)
    turn.say("contact.revoked", name=cards.shown_name(who), chats=touched.chats, codes=touched.codes)
    return None


def _chat(turn: Turn) -> entering.Chat:
    return entering.Chat(turn.said.channel, turn.said.address)


def _name(turn: Turn) -> str:
    """What the person is called: on the roster, else in their app; nothing where that knows no name."""
    known = turn.actor.name if turn.actor.linked else turn.said.name
    return "" if known == _UNNAMED else known


_NO_CODE = ("", everyone.FROM_GROUP)  # What may stand behind /start and is no code.


def _alone(when: Callable[[Turn], bool]) -> Callable[[Turn], bool]:
    """When it is said in a private chat: codes and cards are nothing for a group."""
    return lambda turn: not turn.said.chat and when(turn)


def _answers(longest: int) -> Callable[[Turn], bool]:
    """When the words can be the answer to a question for a name, rather than a need that came up meanwhile."""

    def fits(turn: Turn) -> bool:
        if not wrote(turn) or len(turn.text) > longest:
            return False
        known = turn.understanding
        return known.meaning(turn.text) is Meaning.NEED and known.category(turn.text).name == "other"

    return fits


SCRIPT = (
    Line(None, _alone(lambda turn: command("start")(turn) and turn.said.arguments.strip() not in _NO_CODE), begun),
    Line(None, _alone(command("card")), card),
    Line(None, _alone(command("revoke")), revoke),
    Line("revoke", tapped(Verb.CONFIRM_ALL), revoke_go),
    Line(None, _alone(lambda turn: wrote(turn) and codes.typed(turn.text) is not None), typed),
    Line("which_home", _answers(60), door),
    Line("which_name", _answers(20), name),
    Line(None, lambda turn: turn.said.kind is Kind.CONTACT, phone),
    Line(None, tapped(Verb.SHOW_CODE), show_code),
    Line(None, tapped(Verb.LET_IN), let_in),
    Line(None, tapped(Verb.KEEP_OUT), keep_out),
)
