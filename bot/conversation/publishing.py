"""What is published in conversation: the list, each with its answers, an objection, and the branch's answer to it."""

from bot.conversation import lists
from bot.conversation.flow import Line, Step, Turn, command, tapped, wrote
from bot.conversation.understanding import Meaning, clean
from dispatch import errors
from dispatch.messages import Button, Message, text
from dispatch.publishing import looking, objecting, publishing
from dispatch.publishing.publishing import Published
from dispatch.taps import Verb, data, new_token

LINES = 40  # Lines of what is published in one message.
WORDS = 1000  # Characters of an objection and of an answer that are kept.
_OWN_WORDS = (Meaning.CANCEL, Meaning.EMERGENCY)  # They are never an objection's words.


def published(turn: Turn) -> Step | None:
    """`/published`: the newest where I live. `/published N`: one of them, with the answers to its objections."""
    number = clean(turn.said.arguments).strip().lstrip("№#")
    if number:
        return _one(turn, looking.one(turn.work.conn, turn.actor, _number(number)))
    found = looking.newest(turn.work.conn, turn.actor)
    if not found:
        turn.say("publishing.nothing")
        return None
    titles = publishing.shown(turn.work.conn, [one.title for one in found])
    lines = [
        text("publishing.line", number=one.id, day=_day(turn, one), title=title, standing=_standing(turn, one))
        for one, title in zip(found, titles, strict=True)
    ]
    turn.send(lists.listed("publishing.list", lines))
    return None


def _number(word: str) -> int:
    if not word.isdecimal() or len(word) > 9:
        raise errors.BadValue("publishing.number_needed")
    return int(word)


def _day(turn: Turn, one: Published) -> str:
    return f"{turn.work.rules.local(one.published_at):%m-%d}"


def _standing(turn: Turn, one: Published) -> dict[str, object]:
    if one.objections_until is None:
        return text("publishing.standing.plain")
    if one.closed_at is not None:
        return text("publishing.standing.closed")
    if turn.work.now >= one.objections_until:
        return text("publishing.standing.waiting")
    return text("publishing.standing.open", until=f"{turn.work.rules.local(one.objections_until):%m-%d}")


def _one(turn: Turn, one: Published) -> Step | None:
    """Everything of it, in as many messages as it takes; the last has the way to object."""
    title, *body = publishing.shown(turn.work.conn, [one.title, *one.body])
    for start in range(0, len(body), LINES):
        turn.send(lists.listed("publishing.body", [dict(line) for line in body[start : start + LINES]]))
    answered, waiting = objecting.answers(turn.work.conn, one.id)
    said = [
        text(
            "publishing.answer_upheld" if each.upheld else "publishing.answer_stands",
            day=f"{turn.work.rules.local(each.answered_at):%m-%d}" if each.answered_at else "",
            words=each.answer or "—",
        )
        for each in answered
    ]
    message = lists.listed("publishing.shown", said)
    standing = _standing(turn, one)
    waits = text("publishing.waits" if waiting else "publishing.none_waits")  # How many is told to nobody.
    if waiting and standing["key"] == "publishing.standing.waiting":
        waits = text("list.end")
    params = {**message.params, "number": one.id, "title": title, "standing": standing, "waiting": waits}
    if not looking.open_to(turn.actor, one, turn.work.now):
        turn.send(Message(message.key, params))
        return None
    token = new_token()
    turn.send(Message(message.key, params, ((Button("button.object", data(Verb.CHOOSE, token)),),)))
    return Step("published", {"number": one.id, "token": token})


def why(turn: Turn) -> Step | None:
    """It is not right: in which way?"""
    if turn.token != turn.memo.get("token"):
        raise errors.NotFound("error.button")
    objecting.open_for(turn.work, turn.actor, int(turn.memo["number"]))
    turn.say("publishing.why", number=turn.memo["number"])
    return Step("published.why", turn.memo)


def because(turn: Turn) -> Step | None:
    """The words of the objection."""
    return _object(turn, int(turn.memo["number"]), turn.text)


def object_(turn: Turn) -> Step | None:
    """`/object N REASON`."""
    number, _, words = clean(turn.said.arguments).strip().lstrip("№#").partition(" ")
    if not words.strip():
        turn.say("publishing.object_how")
        return None
    return _object(turn, _number(number), words)


def _object(turn: Turn, number: int, words: str) -> Step | None:
    objecting.object_to(turn.work, turn.actor, number, clean(words).strip()[:WORDS])
    days = turn.work.rules.publishing.answer_within.days
    turn.say("publishing.objected", number=number, days=days)
    return None


def judge(turn: Turn) -> Step | None:
    """Right or not, says the branch: and in which words?"""
    upheld = turn.said.tap is not None and turn.said.tap.verb is Verb.OBJECTION_UPHELD
    objected = objecting.held(turn.work, turn.actor, turn.token)
    turn.say(
        "publishing.answer_upheld_ask" if upheld else "publishing.answer_stands_ask", number=objected.publication_id
    )
    return Step("objection", {"token": turn.token, "upheld": upheld})


def answer(turn: Turn) -> Step | None:
    """The answer's words: everybody can read them."""
    objected = objecting.answer(
        turn.work, turn.actor, str(turn.memo["token"]), clean(turn.text)[:WORDS], upheld=bool(turn.memo["upheld"])
    )  # fmt: skip
    turn.say("publishing.you_answered", number=objected.publication_id)
    return None


def _explains(turn: Turn) -> bool:
    return wrote(turn) and bool(turn.text) and turn.understanding.meaning(turn.text) not in _OWN_WORDS


SCRIPT = (
    Line(None, command("published"), published),
    Line("published", tapped(Verb.CHOOSE), why),
    Line("published.why", _explains, because),
    Line(None, command("object"), object_),
    Line(None, tapped(Verb.OBJECTION_UPHELD, Verb.OBJECTION_STANDS), judge),
    Line("objection", _explains, answer),
)
