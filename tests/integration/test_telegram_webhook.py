"""The webhook: committed before it is acknowledged, closed to everybody without the secret, and never choked."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.routing import Route

from bot.channels.telegram.webhook import LARGEST, endpoint
from models.clock import MovableClock
from models.mail import Inbox
from models.store import Store

SECRET = "s3cret_-"
HEADER = {"X-Telegram-Bot-Api-Secret-Token": SECRET}

Post = Callable[..., list[int]]


@pytest.fixture
def post(store: Store, clock: MovableClock) -> Post:
    """Post bodies at the same time; returns the statuses in order."""
    woken: list[int] = []
    receive = endpoint(store, clock, 7001, SECRET, lambda: woken.append(1))
    app = Starlette(routes=[Route("/telegram", receive, methods=["POST"])])

    async def run(bodies: tuple[Any, ...], headers: dict[str, str]) -> list[int]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
            sent = [client.post("/telegram", content=body, headers=headers) for body in bodies]
            return [answer.status_code for answer in await asyncio.gather(*sent)]

    def post(*bodies: Any, headers: dict[str, str] = HEADER) -> list[int]:
        found = asyncio.run(run(bodies, headers))
        assert len(woken) >= found.count(200)
        return found

    return post


def update(number: int) -> str:
    message = {"message_id": number, "chat": {"id": 11}, "from": {"id": 11}, "text": "灯坏了"}
    return json.dumps({"update_id": number, "message": message})


def keys(store: Store) -> list[str]:
    with store.read() as conn:
        return list(conn.execute(select(Inbox.key).order_by(Inbox.id)).scalars())


def test_many_at_once_are_all_on_disk_when_they_are_acknowledged(store: Store, post: Post) -> None:
    assert post(*(update(number) for number in range(1, 51))) == [200] * 50
    assert sorted(keys(store)) == sorted(f"m:7001:11:{number}" for number in range(1, 51))


def test_what_is_delivered_again_is_acknowledged_and_kept_once(store: Store, post: Post) -> None:
    assert post(update(1)) + post(update(1)) == [200, 200]
    assert keys(store) == ["m:7001:11:1"]


@pytest.mark.parametrize("headers", [{}, {"X-Telegram-Bot-Api-Secret-Token": "wrong"}])
def test_without_the_secret_it_is_closed(store: Store, post: Post, headers: dict[str, str]) -> None:
    assert post(update(1), headers=headers) == [403]
    assert keys(store) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [("{", 400), ("[]", 400), ("", 400), ("[" * 100_000, 400), (b"\xff\xfe", 400), ("x" * (LARGEST + 1), 413)],
    ids=["half", "list", "empty", "deep", "bytes", "large"],
)
def test_what_is_no_update_is_refused_and_the_rest_goes_on(store: Store, post: Post, body: Any, status: int) -> None:
    assert post(body) == [status]
    assert post(update(1)) == [200]


def test_nothing_is_acknowledged_while_the_database_is_away(store: Store, post: Post) -> None:
    Inbox.metadata.drop_all(store.engine)
    assert post(update(1)) == [503]
