"""The two cards of a request as they read: the offer on a steward's screen and the requester's own."""

from collections import deque
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, select

from dispatch import appointments
from dispatch.cases import Case
from dispatch.messages import Attachment, Button, Message, text
from dispatch.rules import Rules
from dispatch.taps import Verb, data
from models.people import Person
from models.words import HELD_STATES, OPEN_STATES, Answer, State, Urgency

OFFER, OWN = "offer", "own"
SHOWN = 400  # Characters of a need on a card; the whole of it is on the timeline.
# UTF-16 units for what was said on an offer's card, so that place, distance and standing fit beside it everywhere; the
# fewer where it may stand below a recording, as Telegram's captions are short.
_ROOM, _ROOM_BELOW = 2500, 600
LEFT_OUT = "…"

# Label and verb of each button, by what the offer is worth at the moment.
_OFFER_BUTTONS: dict[str, tuple[tuple[Verb, ...], ...]] = {
    "open": ((Verb.ACCEPT, Verb.DECLINE),),
    "second": ((Verb.ACCEPT, Verb.DECLINE),),  # Somebody has it, and a second one is wanted.
    "accepted": ((Verb.ARRIVE, Verb.SOLVE), (Verb.NEED_HELP, Verb.HAND_OVER), (Verb.ADDRESS,)),
    "arrived": ((Verb.SOLVE, Verb.NEED_HELP), (Verb.HAND_OVER, Verb.ADDRESS)),
    "done": ((Verb.ADDRESS,),),
    "closed": ((Verb.ADDRESS,),),  # Phone and address stay open for a while after the end.
    "cancelled": ((Verb.ADDRESS,),),
}
DATED_ROW = (Verb.START_NOW, Verb.OTHER_DAY)  # What can still be changed about the time of an appointment.
_DATED = {
    State.WAITING: "dated.own.waiting",
    State.OFFERED: "dated.own.offered",
    State.ACCEPTED: "dated.own.accepted",
}
_OWN_BUTTONS: dict[State, tuple[tuple[Verb, ...], ...]] = {
    State.WAITING: ((Verb.CANCEL, Verb.FOR_OTHER),),
    State.OFFERED: ((Verb.CANCEL, Verb.FOR_OTHER),),
    State.ACCEPTED: ((Verb.CANCEL, Verb.CONFIRM),),
    State.ARRIVED: ((Verb.CANCEL, Verb.CONFIRM),),
}


def buttons(rows: tuple[tuple[Verb, ...], ...], token: str) -> tuple[tuple[Button, ...], ...]:
    """Buttons of these verbs, all carrying the same token."""
    return tuple(tuple(Button(_LABELS[verb], data(verb, token)) for verb in row) for row in rows)


_LABELS = {verb: f"button.{verb.name.lower()}" for verb in Verb}


def done_rows(rules: Rules, case: Case) -> tuple[tuple[Verb, ...], ...]:
    """How a requester can answer "is it solved?"; after the township had it, disputing again leads nowhere."""
    if case.disputes > rules.disputes:
        return ((Verb.CONFIRM, Verb.HALF),)
    return ((Verb.CONFIRM, Verb.DISPUTE), (Verb.HALF,))


def shorten(words: str, limit: int = SHOWN) -> str:
    """The words, cut with an ellipsis where they are longer than the limit."""
    return words if len(words) <= limit else words[: limit - 1] + "…"


def _units(words: str) -> int:
    return len(words.encode("utf-16-le", "surrogatepass")) // 2


def _fit(words: str, room: int) -> str:
    """The words within so many UTF-16 units."""
    if _units(words) <= room:
        return words
    return words.encode("utf-16-le", "surrogatepass")[: 2 * (room - 1)].decode("utf-16-le", "ignore") + LEFT_OUT


def _ends(lines: Sequence[str], room: int) -> str:
    """The lines within so many UTF-16 units: the first of them, an ellipsis, and as many of the newest as fit."""
    whole = "\n".join(lines)
    if _units(whole) <= room or len(lines) == 1:
        return _fit(whole, room)
    first, newest = _fit(lines[0], room // 2), deque[str]()
    left = room - _units(f"{first}\n{LEFT_OUT}\n")
    for line in reversed(lines[1:]):
        if newest and _units(line) > left:
            break
        newest.appendleft(_fit(line, left))
        left -= _units(newest[0]) + 1
    return "\n".join((first, *((LEFT_OUT,) if len(newest) < len(lines) - 1 else ()), *newest))


def need(words: str, limit: int = SHOWN) -> Any:
    """The words of a need, shortened; a text of its own where there are none (only a photo, a voice, a place)."""
    return shorten(words, limit) if words else text("need.none")


def shown_name(person: Any) -> Any:
    """A person's name, marked where it is made up."""
    return text("name.made_up", name=person.name) if person.made_up else person.name


def offer_card(
    rules: Rules,
    case: Case,
    offer: Any,
    added: tuple[str, ...] = (),
    media: tuple[Attachment, ...] = (),
    reports: tuple[str, ...] = (),
) -> Message:
    """The offer as its person should see it now. `offer` has token, metres, answer, why and person_id.

    `added` are further words of the requester, `reports` those of the people whose reports joined it; of many words
    some are left out.
    """
    standing = _standing(case, offer)
    room = _ROOM_BELOW if media else _ROOM
    reported = _fit("\n".join(f"· {line}" for line in reports), room // 2)
    said = [line for line in dict.fromkeys(map(shorten, (case.words, *added))) if line]
    return Message(
        _offer_key(case),
        {
            "count": case.followers + 1,
            "reports": reported,
            "number": case.id,
            "need": _marked(rules, case, _ends(said, room - _units(reported))),
            "category": text(f"category.{case.category}"),
            "place": case.place,
            "distance": _distance(rules, offer.metres),
            "standing": text(f"card.standing.{standing}", ending=text(f"ending.{case.ending or 'none'}")),
        },
        buttons(_OFFER_BUTTONS.get(standing, ()) if _theirs(case, offer) else (), offer.token),
        media=media,
        loud=standing in ("open", "second"),
        card=OFFER,
    )


def _offer_key(case: Case) -> str:
    if case.drill:
        return "drill.offer"
    if case.urgency is Urgency.URGENT:
        return "card.urgent_offer"
    return "card.incident_offer" if case.followers else "card.offer"


def _marked(rules: Rules, case: Case, words: str) -> Any:
    """The words of an offer; before them when it is to be, and that two are to come."""
    marked: Any = words or text("drill.need" if case.drill else "need.none")
    if case.wanted_at is not None:
        marked = text("dated.need", when=appointments.shown(rules, case.wanted_at), need=marked)
    return text("pair.need", need=marked) if case.hands > 1 else marked


def _distance(rules: Rules, metres: float | None) -> dict[str, Any]:
    if metres is None:
        return text("card.no_distance")
    return text("card.distance", metres=round(metres), minutes=rules.travel.minutes(metres))


def _theirs(case: Case, offer: Any) -> bool:
    """Whether the person may still act on it: their answer is open, or they have the request."""
    if case.drill and case.ended_at is not None:
        return False
    return (offer.answer is Answer.OPEN and (case.owner_id is None or _second(case))) or _owns(case, offer)


def _second(case: Case) -> bool:
    """Whether an offer that is still open asks to come along: once somebody does, the others are closed."""
    return case.hands > 1 and case.state in HELD_STATES


def _owns(case: Case, offer: Any) -> bool:
    return offer.answer is Answer.ACCEPTED and case.owner_id == offer.person_id


def _standing(case: Case, offer: Any) -> str:
    if _owns(case, offer):
        return str(case.state)
    if offer.answer is Answer.OPEN:
        if case.state in (State.WAITING, State.OFFERED):
            return "open"
        if _second(case):
            return "second"
        return str(case.state) if case.ended_at is not None else str(Answer.TAKEN)
    if offer.answer is Answer.OVER and case.state in (State.CLOSED, State.CANCELLED):
        return str(case.state)
    return str(offer.answer)


def own_card(rules: Rules, case: Case, owner: Any = None, asked: int = 0) -> Message:
    """The requester's card as it should read now. `owner` is the person row of whoever has it."""
    if case.drill:
        return _drill_card(case, owner, asked)
    state = str(case.state) if case.state is not State.CLOSED else f"closed.{case.ending}"
    standing = text(
        f"own.standing.{state}",
        count=asked,
        until=rules.hhmm(case.due_at) if case.due_at else "",
        name=shown_name(owner) if owner is not None else "",
        minutes=case.minutes or 0,
        reason=case.reason or "",
    )
    rows = done_rows(rules, case) if case.state is State.DONE else _OWN_BUTTONS.get(case.state, ())
    if case.wanted_at is not None and case.state in _DATED:
        when = appointments.shown(rules, case.wanted_at)
        name = shown_name(owner) if owner is not None else ""
        standing = text(_DATED[case.state], when=when, name=name, count=asked)
        rows = (DATED_ROW, *rows)
    params = {"number": case.id, "need": need(case.words, 120), "standing": standing}
    return Message("own.card", params, buttons(rows, case.token), card=OWN)


def _drill_card(case: Case, owner: Any, asked: int) -> Message:
    """The card of whoever ordered a practice: how it stands, and the way to stop it."""
    name = shown_name(owner) if owner is not None else ""
    params = {
        "number": case.id,
        "place": case.place,
        "need": shorten(case.words, 120) or text("drill.need"),
        "standing": text(f"drill.standing.{case.state}", count=asked, name=name),
    }
    rows = buttons(((Verb.CANCEL,),), case.token) if case.state in OPEN_STATES else ()
    return Message("drill.own", params, rows, card=OWN)


_PERSON = select(Person.id, Person.name, Person.phone, Person.made_up)


def person(conn: Connection, person_id: int | None) -> Any:
    """Name and phone of a person, with the mark of made-up data."""
    return conn.execute(_PERSON.where(Person.id == person_id)).one_or_none()
