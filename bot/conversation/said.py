"""What a person said, before any channel: every channel turns what it receives into this."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dispatch.desk.timeline import Recording, Words
from dispatch.geo import Point
from dispatch.taps import Tap


class Kind(StrEnum):
    """The kinds of things that people say."""

    TEXT = "text"
    COMMAND = "command"
    TAP = "tap"
    PLACE = "place"
    LIVE_PLACE = "live_place"  # The first of a position that moves.
    MOVED = "moved"  # It moved on; never answered.
    RECORDING = "recording"
    CONTACT = "contact"
    STICKER = "sticker"
    EDITED = "edited"
    BLOCKED = "blocked"  # The person blocked the bot, or removed it.
    UNBLOCKED = "unblocked"
    GROUP_MOVED = "group_moved"  # The address is the group's; its new one is the text.
    GROUP_LEFT = "group_left"  # We were put out of the group with this address.
    OTHER = "other"  # Something this channel delivers and nobody can make sense of; it gets an answer all the same.


@dataclass(frozen=True, slots=True)
class Said:
    """One message, tap or event of one person in one chat."""

    channel: str
    address: str
    kind: Kind
    at: datetime
    name: str = ""
    language: str = ""  # The language tag of the person's app.
    text: str = ""
    command: str = ""  # Without the slash, in lower case.
    arguments: str = ""
    tap: Tap | None = None
    tap_id: str | None = None
    point: Point | None = None
    recordings: tuple[Recording, ...] = ()
    phone: str = ""  # Of a contact, where the channel vouches that it is the sender's own.
    ref: str | None = None  # channel:chat:message
    chat: str = ""  # The group in which it was said; empty: in private.

    def words(self) -> Words:
        """The same as words on a timeline."""
        return Words(self.text, self.recordings, self.point, self.ref)
