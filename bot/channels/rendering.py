"""Turns a message into the reader's words, within what a channel can do."""

import unicodedata
from collections.abc import Iterable
from typing import Any, Protocol

from bot.channels.base import Capabilities, Rendered
from dispatch.messages import Message
from models.words import Language

AGAIN = "sent_again"  # Text key; {text} is the message that may have arrived already.
SHARE_PLACE = "button.share_place"
SHARE_PHONE = "button.share_phone"
ELLIPSIS = "…"
_TIES = {"\u200d", "\ufe0e", "\ufe0f", "\u20e3"}  # They belong to the character before, or tie it to the next.
_SKIN_TONES = range(0x1F3FB, 0x1F400)

Rows = tuple[tuple[tuple[str, str], ...], ...]


class Speaks(Protocol):
    """Whatever knows our texts."""

    def say(self, language: Language, key: str, /, **params: Any) -> str:
        """One sentence; parameters that are texts themselves are said first."""


def render(
    message: Message, texts: Speaks, language: Language, capabilities: Capabilities, *, again: bool = False
) -> Rendered:
    """Say a message in a language. `again` marks it as one that may have arrived before.

    Raises:
        KeyError: there is no such text, or it lacks a parameter.
    """
    buttons: Rows = tuple(
        tuple((texts.say(language, button.label, **button.params), button.data) for button in row)
        for row in message.buttons
    )
    text = texts.say(language, message.key, **message.params) if message.key else ""
    if again and text and message.ack is None:
        text = texts.say(language, AGAIN, text=text)
    choices = "" if capabilities.buttons else _numbered(buttons)
    text = cut(text, capabilities.text_length - units(choices)) + choices
    place_label = texts.say(language, SHARE_PLACE) if message.ask_place and capabilities.places else None
    phone_label = texts.say(language, SHARE_PHONE) if message.ask_phone and capabilities.phones else None
    return Rendered(message, language, text, buttons, place_label, phone_label)


def _numbered(rows: Rows) -> str:
    labels: Iterable[str] = (label for row in rows for label, _ in row)
    return "".join(f"\n{number}. {label}" for number, label in enumerate(labels, 1))


def units(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text) + sum(char > "\uffff" for char in text)


def cut(text: str, limit: int) -> str:
    """The text within a number of UTF-16 units, ending with an ellipsis where it was cut; no character is torn."""
    if units(text) <= limit:
        return text
    room, end = max(limit - 1, 0), 0
    while end < len(text) and (size := 1 + (text[end] > "\uffff")) <= room:
        room -= size
        end += 1
    while end and (_belongs(text[end]) or text[end - 1] == "\u200d"):
        end -= 1
    return text[:end] + ELLIPSIS


def _belongs(char: str) -> bool:
    """Whether a code point is part of the character before it."""
    return char in _TIES or bool(unicodedata.combining(char)) or ord(char) in _SKIN_TONES
