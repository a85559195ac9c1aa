"""Contact cards: how long they work, how many wrong codes are borne, and how long an answer may take."""

from datetime import timedelta

from pydantic import Field

from dispatch.parts import Part, Span


class ContactCards(Part):
    """The clocks and limits of the contact cards."""

    valid: Span = timedelta(days=1095)  # A printed card; printing it anew ends it earlier.
    shown_valid: Span = timedelta(days=1)  # A code that a steward shows in the chat.
    tries: int = Field(default=5, ge=1, le=100)  # Wrong codes of one person within `tries_within`; then locked.
    tries_within: Span = timedelta(minutes=10)
    bot_tries: int = Field(default=50, ge=1, le=100_000)  # Wrong codes on one channel within `bot_tries_within`.
    bot_tries_within: Span = timedelta(hours=1)
    ask_branch_after: Span = timedelta(days=1)  # Without the steward's answer the branch is asked.
    lapse_after: Span = timedelta(days=3)  # Without anybody's answer the card has to be shown again.
    refused_for: Span = timedelta(days=7)  # Who was refused is not asked about again for so long.
