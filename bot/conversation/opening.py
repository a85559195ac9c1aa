"""Opening a request: where, of which kind, for when and for whom; and what is asked once it is on its way."""

import re
from dataclasses import replace
from datetime import datetime

from bot.conversation import moments, places
from bot.conversation.flow import Step, Turn
from bot.conversation.understanding import Meaning
from dispatch import appointments, cards, geo, spots
from dispatch.cases import Case
from dispatch.desk import needs, pairs, requesting
from dispatch.desk.needs import Helped, Need
from dispatch.desk.timeline import Words
from dispatch.messages import Message
from dispatch.spots import Spot
from dispatch.taps import Verb
from models.words import Urgency

_TWO = re.compile(
    r"(?:来|派|请|叫|要|找)(?:上|过来)?(?:两|2|俩)个?(?:人|位)|(?:来|派|请|叫|找)俩(?!钱)"
    r"|\b(?:send|need|want)\b.{0,20}\b(?:two|2) (?:people|stewards|helpers|persons)\b|\bsend two\b"
)


def open_case(turn: Turn, urgency: Urgency, words: Words, whom: tuple[Helped, Spot] | None = None) -> Step | None:
    """Record a request and ask nothing first that can be asked later. `whom` is for somebody else, at their place."""
    point = words.point
    if point is not None and spots.outside(turn.work.rules, point):
        if urgency is Urgency.NORMAL:
            return places.outside(turn)
        point = None
    home = turn.home
    spot, far, guessed = places.where(turn, words.text, point, home)
    if whom is not None:  # How far it is from the asker's home says nothing about theirs.
        spot, far, guessed = places.Where(_theirs(turn, whom[1], point))
    category = turn.understanding.category(words.text)
    wait = turn.work.rules.here_or_home if far and urgency is Urgency.NORMAL else None
    start_at = turn.work.now + wait if wait is not None else None
    asked_at = _moment(turn, words.text) if urgency is Urgency.NORMAL else None
    wanted_at = asked_at if asked_at is not None and _plannable(turn, asked_at) else None
    if asked_at is not None and _too_far(turn, asked_at):
        start_at = turn.work.now + turn.work.rules.dialog_valid
    hands = pairs.PAIR if _TWO.search(words.text.casefold()) else 1
    matter = turn.understanding.matter(words.text, category)
    helped = whom[0] if whom else None
    need = Need(words, spot, category.name, category.skill, urgency, start_at, wanted_at, hands, helped, matter)
    case = needs.ask(turn.work, turn.actor, need)
    if helped is not None:
        turn.say("behalf.opened", number=case.id, name=helped.name, place=spot.place)
    if asked_at is not None:
        say_when(turn, case, asked_at)
    elif wait is not None:
        places.ask_here_or_home(turn, case)
    _offer_two(turn, case)
    if spot.village_code is None:
        return places.ask_place(turn, case)
    if guessed:
        turn.send(Message("ask.place_in", {"village": spot.place}, ask_place=True))
    elif spot.point is None:
        turn.send(Message("ask.place", ask_place=True))
    return None


def ask_perhaps(turn: Turn, words: str) -> None:
    """Words that may be of an emergency: that is asked of what they opened or were added to, which is on its way."""
    if turn.understanding.meaning(words) is Meaning.PERHAPS:
        for case in requesting.running(turn.work, turn.actor.id)[:1]:
            if case.urgency is Urgency.NORMAL:
                turn.say("emergency.perhaps", buttons=cards.buttons(((Verb.ALARM, Verb.CALM),), case.token))


def _theirs(turn: Turn, home: Spot, point: geo.Point | None) -> Spot:
    """The home of whoever is helped, at the point that was sent; what is known of their door stays."""
    spot = spots.at_point(turn.work.conn, point, home) if point is not None else None
    if spot is None:
        return home
    address = spot.address if home.household_id is not None else f"{home.address} ({spot.address})"
    return replace(spot, household_id=home.household_id, address=address)


def _moment(turn: Turn, words: str) -> datetime | None:
    """The instant for which the words ask; None where they ask for now, which an hour's notice is as well."""
    if turn.understanding.meaning(words) is Meaning.PERHAPS:
        return None
    rules, now = turn.work.rules, turn.work.now
    found = moments.asked_for(words, rules.local(now))
    return None if found is None or now < found <= now + rules.appointments.soon else found


def _plannable(turn: Turn, at: datetime) -> bool:
    return at > turn.work.now and not _too_far(turn, at)


def _too_far(turn: Turn, at: datetime) -> bool:
    days = (turn.work.rules.local(at).date() - turn.work.rules.local(turn.work.now).date()).days
    return days > turn.work.rules.appointments.farthest


def say_when(turn: Turn, case: Case, asked_at: datetime) -> None:
    """What was understood of day and time, with buttons to have it now or on another day instead."""
    rules = turn.work.rules
    shown = appointments.shown(rules, asked_at)
    both = cards.buttons((cards.DATED_ROW, (Verb.CANCEL, Verb.FOR_OTHER)), case.token)
    if asked_at <= turn.work.now:
        turn.say("dated.past", buttons=cards.buttons(((Verb.OTHER_DAY,),), case.token), when=shown, number=case.id)
    elif case.wanted_at is None:
        turn.say("dated.far", buttons=both, when=shown, number=case.id, days=rules.appointments.farthest)
    else:
        soon = appointments.start(rules, asked_at, turn.work.now) is None
        key = "dated.understood_soon" if soon else "dated.understood"
        turn.say(key, buttons=both, when=shown, number=case.id, need=cards.need(case.words, 60))


def _offer_two(turn: Turn, case: Case) -> None:
    at = turn.work.rules.local(case.wanted_at or turn.work.now)
    if case.hands == 1 and case.urgency is Urgency.NORMAL and turn.work.rules.pairs.offered(case.category, at):
        turn.say("pair.offer", buttons=cards.buttons(((Verb.TWO,),), case.token))
