"""What we say, before any channel: a text key with its parameters, and what goes with it. Rendered when it is sent."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from operator import attrgetter
from typing import Any, NamedTuple

from models.words import MediaKind

# A parameter is a plain value, or {"key": ..., "params": ...} where it is itself a text in the reader's language.
Params = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Button:
    """One tap: a label's text key, and what comes back (`verb:token`, at most 64 bytes), or what `opens` says."""

    label: str
    data: str
    params: Params = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pin:
    """A point to navigate by: WGS-84 degrees and the plain words beside it."""

    lat: float
    lon: float
    title: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A recording that goes with a message. `file_ref` is its name at `channel`; elsewhere it is fetched by `token`."""

    token: str
    kind: MediaKind
    channel: str
    file_ref: str | None


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to say to one person.

    `card` names the part of a request that this message shows ("offer" or "own") and that later edits keep true;
    with no key beside it, it is drawn when it is sent. `edit` means: bring the card of that part up to date instead of
    saying something new.
    """

    key: str
    params: Params = field(default_factory=dict)
    buttons: tuple[tuple[Button, ...], ...] = ()
    pin: Pin | None = None
    media: tuple[Attachment, ...] = ()
    loud: bool = False  # Worth waking a pocket: never sent silently.
    ask_place: bool = False  # Offer the channel's own way to share a location.
    ask_phone: bool = False  # Offer the channel's own way to share one's phone number.
    ack: str | None = None  # Answers a tap at once, by the channel's id of the tap.
    card: str | None = None
    edit: str | None = None
    menu: bool = False  # Bring the command menu of this chat up to date instead of saying something.

    def as_dict(self) -> dict[str, Any]:
        """The shape stored in the outbox; empty fields are left out. By hand: `asdict` took a third of a sweep."""
        stored: dict[str, Any] = {name: value for name, value in zip(_PLAIN, _plain(self), strict=True) if value}
        if self.buttons:
            stored["buttons"] = [
                [{"label": one.label, "data": one.data, "params": one.params} for one in row] for row in self.buttons
            ]
        if self.pin is not None:
            stored["pin"] = asdict(self.pin)
        if self.media:
            stored["media"] = [asdict(one) for one in self.media]
        return stored


class CardOf(NamedTuple):
    """Which card is to be drawn: the part of a request that a person sees; of several offers the one with the token."""

    request_id: int
    person_id: int
    part: str
    offer_token: str | None = None


_PLAIN = ("key", "params", "loud", "ask_place", "ask_phone", "ack", "card", "edit", "menu")
_plain = attrgetter(*_PLAIN)


def from_dict(stored: dict[str, Any]) -> Message:
    """The message that `as_dict` stored."""
    pin, media, buttons = stored.get("pin"), stored.get("media", ()), stored.get("buttons", ())
    return Message(
        key=stored.get("key", ""),
        params=stored.get("params", {}),
        buttons=tuple(tuple(Button(**button) for button in row) for row in buttons),
        pin=Pin(**pin) if pin else None,
        media=tuple(Attachment(**{**one, "kind": MediaKind(one["kind"])}) for one in media),
        loud=stored.get("loud", False),
        ask_place=stored.get("ask_place", False),
        ask_phone=stored.get("ask_phone", False),
        ack=stored.get("ack"),
        card=stored.get("card"),
        edit=stored.get("edit"),
        menu=stored.get("menu", False),
    )


OPENS = "private:"  # A button with such data opens the private chat with us; for channels that have groups.


def opens(word: str) -> str:
    """The data of a button that opens the private chat with us, where the word comes as `/start word`."""
    return OPENS + word


def text(key: str, **params: Any) -> dict[str, Any]:
    """A parameter that is itself a text in the reader's language."""
    return {"key": key, "params": params}


def practice(message: Message) -> Message:
    """The same message marked as part of a practice; what speaks of practices itself carries the mark already."""
    if not message.key or message.key.startswith("drill."):
        return message
    return replace(message, key="drill.marked", params={"said": text(message.key, **message.params)})


def about(name: str, message: Message) -> Message:
    """The same message for whoever looks after the person of this name."""
    return replace(message, key="guardian.heard", params={"name": name, "said": text(message.key, **message.params)})


def joined(parts: Sequence[Any]) -> Any:
    """Several parameters as one, with the reader's comma between them."""
    *before, found = parts or ("",)
    for part in reversed(before):
        found = text("list.joined", first=part, rest=found)
    return found


def listed(lines: Sequence[Any]) -> Any:
    """Several lines as one parameter, one below the other; a dash where there is none."""
    *before, found = lines or (text("list.end"),)
    for line in reversed(before):
        found = text("list.line", line=line, rest=found)
    return found
