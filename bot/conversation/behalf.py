"""On behalf of another: who is helped, where they live, which phone; for those who have none or cannot write."""

import re
import unicodedata
from dataclasses import replace
from typing import Any

from bot.conversation import everyone, gate, opening
from bot.conversation.flow import Line, Step, Turn, command, spoke, tapped
from bot.conversation.understanding import Meaning, clean
from dispatch import errors, naming, spots
from dispatch.areas import below
from dispatch.cases import by_token
from dispatch.desk import requesting, timeline
from dispatch.desk.needs import Helped
from dispatch.desk.timeline import Words
from dispatch.guardians import bonds
from dispatch.messages import Button
from dispatch.spots import Spot
from dispatch.taps import Verb, data
from models.words import NoteKind, Urgency

_PHONE = re.compile(r"(?<!\d)(?:\+?86)?[- ]?(1\d{10}|0\d{2,3}-?\d{7,8})(?!\d)")
_BETWEEN = re.compile(r"[\s,，、。;；]+")
HOMES = 6  # So many homes of one name are offered to choose from.


def for_other(turn: Turn) -> Step | None:
    """What runs is for somebody else: who, where, which phone?"""
    case = by_token(turn.work.conn, turn.token)
    gate.require_tap(turn.said, turn.actor, case)
    turn.say("for.ask")
    return Step("for.who", {"case": case.token})


def for_whom(turn: Turn) -> Step | None:
    """Name, address and phone of the person helped, in any order; the household is looked up in the village."""
    case = by_token(turn.work.conn, str(turn.memo["case"]))
    name, phone, rest = _parsed(turn.text)
    homes = naming.homes(turn.work.conn, [case.village_code], _parts(rest), HOMES) if case.village_code else []
    if case.ended_at is not None:  # For whom the next one is, or a need of their own, which is not lost in here.
        if (phone or homes or len(_parts(rest)) > 1) and turn.understanding.category(turn.text).name == "other":
            return _named(turn, clean(turn.text))
        return opening.open_case(turn, Urgency.NORMAL, _words(turn))
    spot = homes[0] if len(homes) == 1 else None
    address = rest if spot is None and (homes or len(_parts(rest)) > 1) else None
    requesting.for_other(turn.work, turn.actor, case, Helped(name, phone), spot, address)
    timeline.note(turn.work, case, turn.actor.id, NoteKind.REMARK, _words(turn))  # Name, door, phone: on no card.
    if len(homes) > 1:
        turn.say("behalf.which", buttons=[[_choice(name, home)] for home in homes])
        known = {"case": case.token, "name": name, "phone": phone}
        return Step("for.which", {**known, "homes": [home.household_id for home in homes]})
    turn.say("for.done", name=name)
    return None


def for_home(turn: Turn) -> Step | None:
    """Which of the homes of that name what runs is for."""
    case, home = by_token(turn.work.conn, str(turn.memo["case"])), _chosen(turn)
    if home is None:
        raise errors.NotFound("error.button")
    name, phone = str(turn.memo["name"]), turn.memo["phone"]
    if case.ended_at is not None:
        return _ask_what(turn, {"name": name, "phone": phone, "household": home.household_id}, home)
    requesting.for_other(turn.work, turn.actor, case, Helped(name, phone), home)
    turn.say("for.done", name=name)
    return None


def begin(turn: Turn) -> Step | None:
    """`/for`: a new request on behalf of somebody, who is named first so that the right door is asked for."""
    if clean(turn.said.arguments).strip():
        return _named(turn, clean(turn.said.arguments))
    own = bonds.wards(turn.work.conn, turn.actor.id)
    rows = [[Button("button.plain", data(Verb.CHOOSE, bond.token), {"text": bond.ward})] for bond in own]
    turn.say("behalf.who", buttons=rows)
    return Step("behalf.who")


def ward(turn: Turn) -> Step | None:
    """One of those whom the person looks after: name, home and phone are known."""
    bond = next((one for one in bonds.wards(turn.work.conn, turn.actor.id) if one.token == turn.token), None)
    home = spots.home(turn.work.conn, bond.household_id) if bond is not None else None
    if bond is None or home is None:
        raise errors.NotFound("error.button")
    return _ask_what(turn, {"name": bond.ward, "phone": bond.phone, "household": bond.household_id}, home)


def who(turn: Turn) -> Step | None:
    """Name, address and phone, in any order."""
    return _named(turn, clean(turn.text))


def _named(turn: Turn, said: str) -> Step | None:
    """The one home that fits goes on; of several one is chosen; none: the words are the address, in the village."""
    conn = turn.work.conn
    name, phone, rest = _parsed(said)
    memo = {"name": name, "phone": phone}
    own = [turn.actor.village_code] if turn.actor.village_code else []
    homes = naming.homes(conn, own, _parts(rest), HOMES) if own else []
    if not homes and turn.actor.areas:
        homes = naming.homes(conn, below(turn.actor), _parts(rest), HOMES)
    if len(homes) == 1:
        return _ask_what(turn, {**memo, "household": homes[0].household_id}, homes[0])
    if homes:
        rows = [[_choice(name, home)] for home in homes]
        turn.say("behalf.which", buttons=rows)
        return Step("behalf.which", {**memo, "homes": [home.household_id for home in homes]})
    village = naming.village(conn, rest) or spots.village(conn, turn.actor.village_code)
    if village is None:
        turn.say("behalf.no_village")
        return None
    return _ask_what(turn, {**memo, "village": village.village_code, "address": rest}, village)


def _choice(name: str, home: Spot) -> Button:
    shown = {"name": name, "place": home.place}
    return Button("button.helped_home", data(Verb.CHOOSE, str(home.household_id)), shown)


def choose(turn: Turn) -> Step | None:
    """Which of the homes of that name."""
    home = _chosen(turn)
    if home is None:
        turn.say("behalf.who")
        return Step("behalf.who")
    known = {"name": turn.memo["name"], "phone": turn.memo["phone"]}
    return _ask_what(turn, {**known, "household": home.household_id}, home)


def _chosen(turn: Turn) -> Spot | None:
    """The home behind the button, if it is one of those that were offered."""
    offered = {str(one): one for one in turn.memo.get("homes", ())}
    return spots.home(turn.work.conn, offered.get(turn.token))


def _ask_what(turn: Turn, memo: dict[str, Any], spot: Spot) -> Step | None:
    turn.say("behalf.what", name=memo["name"], place=spot.place)
    return Step("behalf.what", memo)


def what(turn: Turn) -> Step | None:
    """The need itself, by any means; it goes to the door of the person helped."""
    step = opening.open_case(turn, Urgency.NORMAL, _words(turn), helped(turn))
    opening.ask_perhaps(turn, turn.text)
    return step


def helped(turn: Turn) -> tuple[Helped, Spot] | None:
    """Whom the dialog is about and where they live, once both are known; an emergency may name the home."""
    memo, conn = turn.memo, turn.work.conn
    if turn.step in ASKED and spoke(turn):
        return _named_in_passing(turn)
    if turn.step != "behalf.what":
        return None
    spot = spots.home(conn, memo.get("household")) or spots.village(conn, memo.get("village"))
    if spot is None:
        return None
    if spot.household_id is None:
        spot = replace(spot, address=str(memo.get("address") or spot.address)[:200])
    return Helped(str(memo["name"]), memo.get("phone")), spot


def _named_in_passing(turn: Turn) -> tuple[Helped, Spot] | None:
    """The one home whose name stands in the words, somebody else's than the asker's own."""
    conn, words = turn.work.conn, unicodedata.normalize("NFKC", clean(turn.text))
    running = requesting.running(turn.work, turn.actor.id)
    own = {turn.actor.village_code, *(case.village_code for case in running)} - {None}
    homes = naming.within(conn, own, words) if own else []
    if not homes and turn.actor.areas:
        homes = naming.within(conn, below(turn.actor), words)
    if len(homes) != 1 or homes[0][1].household_id == turn.actor.household_id:
        return None
    name, home = homes[0]
    return Helped(name, _parsed(words)[1]), home


def _parsed(said: str) -> tuple[str, str | None, str]:
    """Name, phone and all words but the phone."""
    words = unicodedata.normalize("NFKC", clean(said))
    phone = _PHONE.search(words)
    rest = _PHONE.sub(" ", words).strip()
    return _BETWEEN.split(rest)[0][:60] or "—", phone[1] if phone else None, rest


def _parts(words: str) -> list[str]:
    return [part for part in _BETWEEN.split(words) if len(part) >= 2]


def _words(turn: Turn) -> Words:
    words = turn.said.words()
    return Words(clean(words.text).strip(), words.recordings, words.point, words.ref)


def _needs(turn: Turn) -> bool:
    return spoke(turn) and (not turn.text or everyone.means(Meaning.NEED, Meaning.PERHAPS, Meaning.EMPTY)(turn))


DIALOG = (
    Line("behalf.who", tapped(Verb.CHOOSE), ward),
    Line("behalf.who", everyone.means(Meaning.NEED), who),
    Line("behalf.which", tapped(Verb.CHOOSE), choose),
    Line("behalf.which", everyone.means(Meaning.NEED), who),
    Line("behalf.what", _needs, what),
    Line("for.who", everyone.means(Meaning.NEED), for_whom),
    Line("for.which", tapped(Verb.CHOOSE), for_home),
    Line("for.which", everyone.means(Meaning.NEED), for_whom),
)
ASKED = {line.step for line in DIALOG} - {"behalf.what"}  # The steps at which it is asked who is helped.

SCRIPT = (
    Line(None, command("for"), begin),
    Line(None, tapped(Verb.FOR_OTHER), for_other),
)
