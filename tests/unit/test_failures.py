"""What a failed call means, as a table."""

import aiohttp
import pytest
from multidict import CIMultiDict, CIMultiDictProxy
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
    TimedOut,
)
from yarl import URL

from bot.channels.telegram import failures
from dispatch.messages import Message
from dispatch.outbox import Fate, Parcel
from models.words import Lane

REFUSED = OSError(111, "refused")
HOST = URL("https://h")
REQUEST = aiohttp.RequestInfo(HOST, "POST", CIMultiDictProxy(CIMultiDict()), HOST)
KEY = aiohttp.client_reqrep.ConnectionKey("h", 443, True, True, None, None, None)


def parcel(attempts: int = 0) -> Parcel:
    return Parcel(1, "k", Lane.OFFER, 1, 1, "t", Message("m"), None, "telegram", "11", 1, attempts, False, None, None)


def after(error: TelegramError, cause: BaseException) -> TelegramError:
    error.__cause__ = cause
    return error


CASES: list[tuple[TelegramError, Fate]] = [
    (after(NetworkError("x"), aiohttp.ClientConnectorError(KEY, REFUSED)), Fate.AGAIN),
    (after(NetworkError("x"), aiohttp.ClientHttpProxyError(REQUEST, ())), Fate.AGAIN),
    (after(NetworkError("x"), aiohttp.ClientConnectorDNSError(KEY, REFUSED)), Fate.AGAIN),
    (after(TimedOut(), aiohttp.ConnectionTimeoutError()), Fate.AGAIN),
    (after(TimedOut(), aiohttp.SocketTimeoutError()), Fate.IN_DOUBT),
    (after(TimedOut(), TimeoutError()), Fate.IN_DOUBT),
    (after(NetworkError("x"), aiohttp.ServerDisconnectedError()), Fate.IN_DOUBT),
    (after(NetworkError("x"), aiohttp.ClientOSError(104, "reset")), Fate.IN_DOUBT),
    (after(NetworkError("x"), aiohttp.ClientPayloadError()), Fate.IN_DOUBT),
    (NetworkError("Bad Gateway (502)"), Fate.AGAIN),
    (after(NetworkError("Bad Gateway (502)"), TelegramError("Invalid server response")), Fate.AGAIN),
    (NetworkError("Request Entity Too Large"), Fate.REFUSED),
    (RetryAfter(7), Fate.AGAIN),
    (ChatMigrated(-100200), Fate.MIGRATED),
    (Forbidden("Forbidden: bot was blocked by the user"), Fate.DEAD),
    (InvalidToken("Unauthorized"), Fate.AGAIN),
    (EndPointNotFound("sendMessage"), Fate.AGAIN),
    (Conflict("terminated"), Fate.AGAIN),
    (BadRequest("Message is not modified: specified new message content ..."), Fate.SENT),
    (BadRequest("Query is too old and response timeout expired or query ID is invalid"), Fate.SENT),
    (BadRequest("Chat not found"), Fate.DEAD),
    (BadRequest("PEER_ID_INVALID"), Fate.DEAD),
    (BadRequest("Not enough rights to send text messages to the chat"), Fate.DEAD),
    (BadRequest("BUTTON_DATA_INVALID"), Fate.REFUSED),
    (BadRequest("Message is too long"), Fate.REFUSED),
    (TelegramError("something new"), Fate.IN_DOUBT),
]


@pytest.mark.parametrize(("error", "fate"), CASES, ids=lambda one: str(one)[:40])
def test_a_failure_means(error: TelegramError, fate: Fate) -> None:
    assert failures.classify(error, parcel()).fate is fate


def test_a_named_wait_is_kept_and_told_apart_from_our_own() -> None:
    outcome = failures.classify(RetryAfter(7), parcel())
    assert (outcome.wait, outcome.crowded) == (7.0, True)


def test_a_moved_chat_tells_its_new_address() -> None:
    assert failures.classify(ChatMigrated(-100200), parcel()).address == "-100200"


def test_waits_double_up_to_half_a_minute() -> None:
    error = after(NetworkError("x"), aiohttp.ClientConnectorError(KEY, REFUSED))
    waits = [failures.classify(error, parcel(attempts)).wait for attempts in (0, 1, 2, 10, 10_000)]
    assert waits == [0.2, 0.4, 0.8, 30.0, 30.0]
