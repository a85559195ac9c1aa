"""What a button carries: a verb and the 128-bit token of the offer, request or dialog that it belongs to."""

import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from enum import StrEnum, unique


@unique
class Verb(StrEnum):
    """What a tap asks for. Group by group they carry the token of an offer, request, claim, visit, bond, dialog."""

    ACCEPT = "acc"
    DECLINE = "dec"
    ARRIVE = "arr"
    SOLVE = "sol"
    NEED_HELP = "hlp"
    HAND_OVER = "hov"
    ADDRESS = "adr"
    ON_MY_WAY = "omw"
    KEEP = "keep"  # The owner: the appointment holds.
    COME = "come"  # Carries the owner's offer: one who was called to help comes along.

    CANCEL = "can"
    CONFIRM = "yes"
    HALF = "half"
    DISPUTE = "no"
    RATE_1 = "r1"
    RATE_2 = "r2"
    RATE_3 = "r3"
    RATE_4 = "r4"
    RATE_5 = "r5"
    ALARM = "alarm"  # "Yes, it is an emergency."
    CALM = "calm"  # "No, it is not."
    FOR_OTHER = "for"
    HERE = "here"
    AT_HOME = "home"
    FOLLOW = "same"  # "Yes, it is the same as my neighbour's."
    APART = "apart"  # "No, mine is another matter."
    STILL = "still"  # "At mine it is not solved": carried by one who follows another's request.
    START_NOW = "now"  # Not on that day: at once.
    OTHER_DAY = "day"
    STILL_ON = "holds"  # The requester: the appointment holds.
    TWO = "two"  # Two people are to come.
    ANOTHER = "new"  # What I just wrote is a new request, not a word to my helper.

    LET_IN = "in"  # Carries a claim's token and the person's number: this chat is theirs.
    KEEP_OUT = "out"  # Carries a claim's token: nobody of that home.
    SHOW_CODE = "code"  # A steward's code to show to a neighbour.

    VISIT_SKIP = "vskip"  # With the step behind the token, so that a second tap skips nothing more.
    VISIT_END = "vend"  # As it is: the steps that are left stay empty.
    VISIT_ABSENT = "vaway"
    VISIT_REFUSED = "vno"
    VISIT_PHONE = "vtel"
    VISIT_GO_ON = "vgo"
    VISIT_DROP = "vdrop"  # Begun by mistake.
    VISIT_REQUEST = "vask"  # What is not solved becomes a request on the household's behalf.
    VISIT_OBJECT = "vobj"  # The household: it was not so.
    VISIT_UPHELD = "vup"  # The branch: the household is right.
    VISIT_STANDS = "vok"
    PAPER_RIGHT = "pok"  # A second person compared the entry with the paper.
    PAPER_WRONG = "pno"

    GUARD_AGREE = "gyes"  # Carries a guardianship's token: I will look after them.
    GUARD_CONFIRM = "gok"  # The ward, or who speaks for them: so be it.
    GUARD_END = "gend"  # Either side, or the branch: no, or no longer.
    WARD_ERASE = "gdel"  # The ward: yes, everything about me goes.
    SEAT_YES = "syes"  # Carries a seat's token: I come.
    SEAT_NO = "sno"
    SEAT_GO = "sout"  # I leave now.
    SEAT_MATERIAL = "smat"  # Show what was said there.
    SEAT_READ = "sread"
    GATHER_OPEN = "gopen"  # Carries a gathering's token.
    GATHER_CLOSE = "gshut"
    GATHER_LIST = "glist"  # Who comes and who is there, to be entered by hand.
    GATHER_PROGRAMME = "gprog"
    LIST_RIGHT = "lok"  # A second person compared a list that was typed in with the paper.
    LIST_WRONG = "lbad"
    NOMINATE = "nom"  # Carries a round of awards.
    SECOND = "sec"  # Carries a nomination, as the two below do.
    STAND = "stand"  # The named person: I agree.
    NOT_STAND = "stay"
    BALLOT = "paper"  # Carries a ballot: show me the paper.
    JOIN = "join"  # Carries a pair of income leader and villager, as the four below do.
    NOT_JOIN = "nojoin"
    DEED = "deed"  # Something was done for this one.
    FOUND_WORK = "work"
    PART_PAIR = "bye"
    VOTE = "vote"  # Carries a choice of a ballot. What is heard with it is not kept.
    OBJECTION_UPHELD = "oup"  # Carries an objection's token.
    OBJECTION_STANDS = "ook"
    POINTS_YES = "pyes"  # A second admin agrees to an entry by hand.
    POINTS_NO = "pnay"

    CHOOSE = "d"  # An answer within a dialog; the token is the choice.
    AGREE = "agree"  # I have read what is kept about me.
    CONFIRM_ALL = "go"  # The second yes of a command that touches many.


RATINGS = {Verb.RATE_1: 1, Verb.RATE_2: 2, Verb.RATE_3: 3, Verb.RATE_4: 4, Verb.RATE_5: 5}

_VERBS = frozenset(str(verb) for verb in Verb)
_TAP = re.compile(r"([a-z0-9]{1,6}):([A-Za-z0-9_.-]{1,50})")


@dataclass(frozen=True, slots=True)
class Tap:
    """A parsed button."""

    verb: Verb
    token: str


def new_token() -> str:
    """128 random bits as 22 characters of URL-safe base64."""
    return secrets.token_urlsafe(16)


def new_tokens(count: int) -> list[str]:
    """So many tokens for rows that are written together, for a twentieth of the price; in order.

    They begin alike, so that they stand side by side in an index, where scattered ones would make each of its pages be
    written anew, and their order is that of the rows. Whoever knows one has 108 random bits of another to guess.
    """
    drawn = urlsafe_b64encode(secrets.token_bytes(18 * count)).decode()
    return sorted(drawn[:4] + drawn[begin + 4 : begin + 22] for begin in range(0, 24 * count, 24))


def data(verb: Verb, token: str) -> str:
    """What the button sends back; at most 57 bytes."""
    return f"{verb}:{token}"


def parse(raw: str) -> Tap | None:
    """The tap, or None for anything that we did not write."""
    match = _TAP.fullmatch(raw)
    if match is None or match[1] not in _VERBS:
        return None
    return Tap(Verb(match[1]), match[2])
