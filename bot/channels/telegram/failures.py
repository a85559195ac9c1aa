"""What a failed call means: tried again, in doubt, or final for the message or for the chat. One table says it."""

from datetime import timedelta

import aiohttp
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from dispatch.outbox import Fate, Outcome, Parcel

# The server never saw these calls. Every other failure on the way may have come after it had acted.
UNSEEN = (
    aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorDNSError,
    aiohttp.ClientHttpProxyError,
)  # fmt: skip

FIRST_WAIT, LONGEST_WAIT = 0.2, 30.0  # Seconds; doubled with every attempt.
BOT_REFUSED_WAIT = 30.0  # The token is wrong or the bot is in use elsewhere: nothing of the message's making.

# Telegram's words in a 400, in lower case, and what they mean; the first that is found counts.
WORDS: tuple[tuple[str, Fate], ...] = (
    ("message is not modified", Fate.SENT),
    ("query is too old", Fate.SENT),
    ("query id is invalid", Fate.SENT),
    ("chat not found", Fate.DEAD),
    ("user not found", Fate.DEAD),
    ("peer_id_invalid", Fate.DEAD),
    ("chat_id is empty", Fate.DEAD),
    ("chat_id_invalid", Fate.DEAD),
    ("user is deactivated", Fate.DEAD),
    ("user_is_blocked", Fate.DEAD),
    ("input_user_deactivated", Fate.DEAD),
    ("bot was blocked", Fate.DEAD),
    ("bot was kicked", Fate.DEAD),
    ("bot is not a member", Fate.DEAD),
    ("have no rights to send", Fate.DEAD),
    ("not enough rights to send", Fate.DEAD),
    ("chat_write_forbidden", Fate.DEAD),
    ("group chat was deactivated", Fate.DEAD),
    ("too many requests", Fate.AGAIN),
)

# An edit that cannot be made: the message is gone or of another kind, so a new one is sent instead.
NOT_EDITABLE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "there is no text in the message",
    "there is no caption in the message",
)
# Telegram's words when it is the recording that is at fault: the words go without it.
BAD_FILE = (
    "wrong file identifier",
    "wrong remote file",
    "wrong type of",
    "invalid file_id",
    "file reference",
    "file_reference",
    "failed to get http url content",
    "voice_messages_forbidden",
    "image_process_failed",
    "photo_invalid",
    "can't use file of type",
)


def classify(error: TelegramError, parcel: Parcel) -> Outcome:
    """What became of a parcel whose sending raised this."""
    reason = str(error.message)[:200]
    match error:
        case RetryAfter():
            return Outcome(parcel, Fate.AGAIN, wait=seconds(error), reason=reason, crowded=True)
        case ChatMigrated():
            return Outcome(parcel, Fate.MIGRATED, address=str(error.new_chat_id), reason=reason)
        case Forbidden():
            return Outcome(parcel, Fate.DEAD, reason=reason)
        case InvalidToken() | EndPointNotFound() | Conflict():
            return Outcome(parcel, Fate.AGAIN, wait=BOT_REFUSED_WAIT, reason=reason)
        case BadRequest():
            return Outcome(parcel, _by_words(reason), reason=reason, wait=_back_off(parcel))
        case NetworkError():
            return _on_the_way(error, parcel, reason)
        case _:
            return Outcome(parcel, Fate.IN_DOUBT, reason=reason)


def _on_the_way(error: NetworkError, parcel: Parcel, reason: str) -> Outcome:
    cause = error.__cause__
    if isinstance(cause, UNSEEN):
        return Outcome(parcel, Fate.AGAIN, wait=_back_off(parcel), reason=reason)
    if cause is not None and not isinstance(cause, TelegramError):
        return Outcome(parcel, Fate.IN_DOUBT, reason=f"{reason}: {type(cause).__name__}")
    if "too large" in reason.lower():
        return Outcome(parcel, Fate.REFUSED, reason=reason)
    return Outcome(parcel, Fate.AGAIN, wait=_back_off(parcel), reason=reason)  # A 5xx: it said that it did not do it.


def _by_words(reason: str) -> Fate:
    said = reason.lower()
    return next((fate for words, fate in WORDS if words in said), Fate.REFUSED)


def _back_off(parcel: Parcel) -> float:
    return float(min(FIRST_WAIT * 2 ** min(parcel.attempts, 20), LONGEST_WAIT))


def not_editable(error: BadRequest) -> bool:
    """Whether an edit failed for the message that it was to change."""
    return any(words in error.message.lower() for words in NOT_EDITABLE)


def bad_file(error: BadRequest) -> bool:
    """Whether a message failed for the recording that goes with it."""
    return any(words in error.message.lower() for words in BAD_FILE)


def seconds(error: RetryAfter) -> float:
    """How long Telegram asks us to wait."""
    span = error.retry_after
    return span.total_seconds() if isinstance(span, timedelta) else float(span)
