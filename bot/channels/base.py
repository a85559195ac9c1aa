"""What every channel can be asked: what it is capable of, and to send one message."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from dispatch.messages import Message
from dispatch.outbox import Outcome, Parcel
from models.words import Language, MediaKind


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a channel can do; what it cannot, rendering makes up for."""

    buttons: bool  # Answers to tap; without them they are numbered in the text.
    edits: bool  # A message can be changed later; without it a new one is sent.
    places: bool  # People can be offered a button that shares where they are.
    media: frozenset[MediaKind]
    text_length: int  # In UTF-16 units, as most channels count; longer texts are cut.
    phones: bool = False  # People can be offered a button that shares their own phone number.
    speaks_first_for: timedelta | None = None  # How long after a person's last word we may still speak; None: always.


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message in the reader's words. `buttons` are rows of (label, what comes back)."""

    message: Message
    language: Language
    text: str
    buttons: tuple[tuple[tuple[str, str], ...], ...] = ()
    place_label: str | None = None  # Label of the button that shares a place.
    phone_label: str | None = None  # Label of the button that shares one's phone number.


class Channel(Protocol):
    """One way to reach people. `send` never raises for what a network or a server does: the outcome says it."""

    @property
    def name(self) -> str:
        """The word for it in routes and the inbox."""

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""

    async def start(self) -> None:
        """Get ready to send; must not fail because the other side is away."""

    async def stop(self) -> None:
        """Give back connections."""

    async def send(self, parcel: Parcel, rendered: Rendered) -> Outcome:
        """Send one message, once, and say what became of it."""
