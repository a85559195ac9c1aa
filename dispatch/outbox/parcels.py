"""A message on its way: the parcel that a sender carries, and the words for what became of it."""

from dataclasses import dataclass
from enum import StrEnum

from dispatch.messages import Message
from models.words import Lane, Language

GROUP = 0  # Stands for the route of what goes to an address by no route: to a group, or to a chat that was stopped.


@dataclass(frozen=True, slots=True)
class Parcel:
    """A claimed message with the route it takes. `(lane, id)` is its place in its chat's order."""

    id: int
    key: str
    lane: Lane
    person_id: int
    request_id: int | None
    offer_token: str | None
    message: Message  # For an edit: the card as it should read now.
    language: Language | None  # None: the county's.
    channel: str
    address: str
    route_id: int  # Or GROUP.
    attempts: int  # How often it was tried before.
    again: bool  # It may have arrived already, and says so.
    edit_ref: str | None  # The channel's name of the message to be edited; None: something new is said.
    part: str | None  # The part of the request whose card this message is, or brings up to date.

    @property
    def order(self) -> tuple[Lane, int]:
        """What goes first: the lower lane, then the older message."""
        return self.lane, self.id


class Fate(StrEnum):
    """What became of one attempt to send."""

    SENT = "sent"  # The channel has it (or what was asked for is so already).
    AGAIN = "again"  # The channel did not take it: try again after the wait.
    IN_DOUBT = "in_doubt"  # Nobody knows whether it arrived.
    DEAD = "dead"  # This route is dead for good; another may work.
    REFUSED = "refused"  # The channel will never take this message, and the route is fine.
    MIGRATED = "migrated"  # The chat has a new address.
    DROPPED = "dropped"  # Nothing is left that could be done with it.


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a parcel, as its channel tells."""

    parcel: Parcel
    fate: Fate
    message_ref: str | None = None  # The channel's name of what was sent; at most 40 characters.
    wait: float = 0.0  # Seconds, with AGAIN.
    reason: str | None = None  # In the channel's words.
    address: str | None = None  # The new one, with MIGRATED.
    crowded: bool = False  # With AGAIN: the channel itself says that it is sent too much.


@dataclass(frozen=True, slots=True)
class Lost:
    """A message that no route took: its person cannot be reached by it."""

    person_id: int
    request_id: int | None
    offer_token: str | None
    lane: Lane
    reason: str
