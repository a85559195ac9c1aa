"""How the tests of the stand-in call it: with a real `telegram.Bot`, or by plain HTTP."""

import asyncio
import http.client
import json
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from telegram import Bot

from tests.standin import Json, StandIn

Found = TypeVar("Found")
KEYS = {"inline_keyboard": [[{"text": "接单", "callback_data": "take:1"}, {"text": "不方便", "callback_data": "no:1"}]]}
OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


def with_bot(standin: StandIn, work: Callable[[Bot], Awaitable[Found]]) -> Found:
    """Run some work with a real client."""

    async def run() -> Found:
        base = standin.api_url
        async with Bot(standin.token, base_url=f"{base}/bot", base_file_url=f"{base}/file/bot") as bot:
            return await work(bot)

    return asyncio.run(run())


def ask(standin: StandIn, method: str, token: str = "", **params: Any) -> tuple[int, Any]:
    """Call a method by plain HTTP; returns the status and the parsed body (the text when it is no JSON)."""
    line = http.client.HTTPConnection("127.0.0.1", int(standin.api_url.rpartition(":")[2]), timeout=60)
    try:
        body = json.dumps(params)
        line.request("POST", f"/bot{token or standin.token}/{method}", body, {"Content-Type": "application/json"})
        answer = line.getresponse()
        text = answer.read().decode()
    finally:
        line.close()
    return answer.status, json.loads(text) if text.startswith("{") else text


def result(standin: StandIn, method: str, **params: Any) -> Any:
    status, body = ask(standin, method, **params)
    assert status == 200, body
    return body["result"]


@contextmanager
def given_up(standin: StandIn, call: str) -> Iterator[None]:
    """A call whose caller leaves without an answer when the block ends."""
    with socket.create_connection(("127.0.0.1", int(standin.api_url.rpartition(":")[2]))) as line:
        line.sendall(f"GET /bot{standin.token}/{call} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        yield


def ids(updates: list[Json]) -> list[int]:
    return [update["update_id"] for update in updates]


def in_background(work: Callable[[], Any]) -> tuple[threading.Thread, list[Any]]:
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    return thread, found
