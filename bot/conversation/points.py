"""Points in conversation: mine with each entry, another's as far as one may see them, by hand, and reversed."""

from bot.conversation import lists
from bot.conversation.admin import one_person
from bot.conversation.flow import Line, Step, Turn, command, tapped
from bot.conversation.understanding import clean
from dispatch import cards, errors
from dispatch.ledger.chain import Entry
from dispatch.messages import Message, text
from dispatch.permissions import Action, can
from dispatch.points import hand, mine, months, reversing
from dispatch.points.mine import Sheet
from dispatch.taps import Verb
from models.habits import Deed

LINES = 40  # Entries in one message.
WORDS = 200  # Characters of a reason that are kept.


def points(turn: Turn) -> Step | None:
    """`/points`: mine of this year. `/points 2026-03`: of a month. `/points NAME`: another's, where I may see them."""
    words = clean(turn.said.arguments).split()
    span = words.pop() if words and _is_span(words[-1]) else months.of(turn.work, turn.work.now)[:4]
    if words:
        person_id, published = mine.whose(turn.work.conn, turn.actor, " ".join(words))
    else:
        person_id, published = turn.actor.id, False
    _show(turn, mine.sheet(turn.work.conn, person_id, span, published=published), span)
    return None


def _is_span(word: str) -> bool:
    year, _, month = word.partition("-")
    return year.isdecimal() and len(year) == 4 and (not month or (month.isdecimal() and len(month) == 2))


def _show(turn: Turn, sheet: Sheet, span: str) -> None:
    if not sheet.count:
        turn.say("points.none", name=sheet.name, span=span)
        return
    lines = [_line(turn, one) for one in sheet.entries]
    first = lists.listed("points.sheet", lines[:LINES])
    params = {"name": sheet.name, "span": span, "points": sheet.points, "count": sheet.count, "shown": len(lines)}
    turn.send(Message(first.key, {**first.params, **params}))
    for start in range(LINES, len(lines), LINES):
        turn.send(lists.listed("points.more", lines[start : start + LINES]))
    if sheet.count > len(lines):
        turn.say("points.by_month", month=sheet.entries[0].month)


def _line(turn: Turn, entry: Entry) -> dict[str, object]:
    """An entry: its number, the day, the points, what for, and what is remarkable about it."""
    remark = None
    if not entry.stands:
        remark = text("points.reverses", number=entry.reverses_id)
    elif entry.cut is not None:
        remark = text(f"points.cut.{entry.cut}")
    elif entry.deed is Deed.BY_HAND:
        remark = text("points.reason", words=cards.shorten(mine.note(turn.work.conn, entry), 60) or "—")
    line = text(
        "points.entry", number=entry.id, day=f"{entry.day:%m-%d}", points=f"{entry.points:+d}",
        deed=text(f"points.deed.{entry.deed}"),
    )  # fmt: skip
    return line if remark is None else text("points.remarked", entry=line, remark=remark)


def give(turn: Turn) -> Step | None:
    """`/give NAME POINTS REASON`: by hand; a second admin has to agree."""
    words = clean(turn.said.arguments).split()
    place = next((index for index, word in enumerate(words) if index and word.lstrip("+").isdecimal()), None)
    if place is None or place + 1 >= len(words):
        raise errors.BadValue("points.give_how", most=turn.work.rules.points.by_hand_most)
    person_id = one_person(turn, " ".join(words[:place]), only_helpers=False)
    number = int(words[place].lstrip("+")[:9])
    asked = hand.enter(turn.work, turn.actor, person_id, number, " ".join(words[place + 1 :])[:WORDS])
    hours = round(turn.work.rules.points.second_within.total_seconds() / 3600)
    turn.say("points.proposed", name=" ".join(words[:place]), points=number, count=asked, hours=hours)
    return None


def second(turn: Turn) -> Step | None:
    """The second name: yes or no."""
    agrees = turn.said.tap is not None and turn.said.tap.verb is Verb.POINTS_YES
    hand.second(turn.work, turn.actor, turn.token, agrees=agrees)
    turn.say("points.you_seconded" if agrees else "points.you_refused")
    return None


def reverse(turn: Turn) -> Step | None:
    """`/reverse N REASON`: an entry was a mistake."""
    if not can(turn.actor, Action.REVERSE_POINTS):
        raise errors.NotAllowed
    number, _, words = clean(turn.said.arguments).strip().lstrip("№#").partition(" ")
    if not number.isdecimal() or len(number) > 12 or not words.strip():
        raise errors.BadValue("points.reverse_how")
    entry = reversing.reverse(turn.work, turn.actor, int(number), words.strip()[:WORDS])
    name = cards.shown_name(cards.person(turn.work.conn, entry.person_id))
    turn.say("points.you_reversed", number=entry.id, name=name, points=entry.points)
    return None


SCRIPT = (
    Line(None, command("points"), points),
    Line(None, command("give"), give),
    Line(None, tapped(Verb.POINTS_YES, Verb.POINTS_NO), second),
    Line(None, command("reverse"), reverse),
)
