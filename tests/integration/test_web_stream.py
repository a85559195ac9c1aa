"""The events of the web chat: each line once and in order, over restarts and on both engines."""

import asyncio
import itertools
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from dispatch.rules import Rules
from models.mail import Inbox, WebMessage
from models.store import Store
from models.tables import metadata
from tests.integration.webroom import Room, hear, new_store, words
from web import hub as hubs
from web.chat import address_of

KEY = "k" * 40
OTHER = "o" * 40


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    store = new_store(tmp_path)
    room = Room(store, rules=Rules(media_bytes=100_000)).start()
    yield room
    room.stop()
    store.close()


def test_a_stream_goes_on_where_it_ended(room: Room) -> None:
    first = [room.bot(KEY, f"line {number}") for number in range(3)]
    room.bot(OTHER, "not yours")
    edit = room.bot(KEY, "line 1, edited", replaces=first[1])
    lines = hear(room, KEY, 4)
    assert [line["id"] for line in lines] == [*first, edit]
    assert lines[-1]["replaces"] == first[1]
    assert [line["id"] for line in hear(room, KEY, 2, after=first[1])] == [first[2], edit]


def test_a_new_page_sees_the_last_two_hundred_lines(room: Room) -> None:
    ids = [room.bot(KEY, f"line {number}") for number in range(205)]
    assert hear(room, KEY, 1, after=ids[-2])[0]["id"] == ids[-1]  # By now the reader has seen them all.
    assert [line["id"] for line in hear(room, KEY, 200)] == ids[5:]


def test_lines_are_heard_once_and_in_order_while_they_are_written(room: Room) -> None:
    heard: list[int] = []
    listener = threading.Thread(target=lambda: heard.extend(line["id"] for line in hear(room, KEY, 60)))
    ids = [room.bot(KEY, str(number)) for number in range(10)]
    listener.start()
    ids += [room.bot(KEY if number % 2 else OTHER, str(number)) for number in range(100)][1::2]
    listener.join(60)
    assert heard == ids


def test_a_silent_stream_says_that_it_is_alive(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "HEARTBEAT", 0.1)
    with room.client(KEY) as client, client.stream("GET", "/api/chat/events") as answer:
        lines = [line for line in itertools.islice(answer.iter_lines(), 8) if line]
    assert lines[:2] == [": hello", ": ready"]
    assert set(lines[2:]) == {": alive"}


def test_after_a_restart_nothing_is_missed_and_nothing_twice(room: Room) -> None:
    before = room.bot(KEY, "before")
    assert hear(room, KEY, 1)[0]["id"] == before
    room.stop()
    during = room.bot(KEY, "while it was down")
    room.start()
    behind = room.bot(KEY, "after")
    assert [line["id"] for line in hear(room, KEY, 2, after=before)] == [during, behind]


def test_whoever_knows_a_line_that_is_not_there_begins_anew(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a restore ids go on from the backup's: the page may know later ones, or that of another's line."""
    monkeypatch.setattr(hubs, "HEARTBEAT", 0.1)
    kept, theirs = room.bot(KEY, "in the backup"), room.bot(OTHER, "not yours")
    hear(room, OTHER, 1)  # By now the reader has seen both.
    assert _stream(room, 4, after=kept) == [": hello", ": ready", ": alive", ": alive"]
    for unknown in (theirs, theirs + 500):
        hello, forget, number, data, ready = _stream(room, 5, after=unknown)
        assert (hello, forget, number, ready) == (": hello", ": forget", f"id: {kept}", ": ready")
        assert json.loads(data.removeprefix("data: "))["text"] == "in the backup"


def test_what_comes_after_a_restore_is_heard_by_a_page_that_is_ahead(room: Room) -> None:
    kept = room.bot(KEY, "in the backup")
    heard: list[str] = []
    with room.client(KEY) as client, client.stream("GET", f"/api/chat/events?after={kept + 500}") as answer:
        for line in answer.iter_lines():
            if line == ": ready":
                room.bot(KEY, "张三接单了")
            heard += [json.loads(line[6:])["text"]] if line.startswith("data: ") else []
            if len(heard) == 2:
                break
    assert heard == ["in the backup", "张三接单了"]


def _stream(room: Room, count: int, after: int) -> list[str]:
    """The first lines of a stream as they come."""
    with room.client(KEY) as client, client.stream("GET", f"/api/chat/events?after={after}") as answer:
        return list(itertools.islice((line for line in answer.iter_lines() if line), count))


def test_stopping_ends_open_streams_at_once(room: Room) -> None:
    ended = threading.Event()

    def listen() -> None:
        with room.client(KEY) as client, client.stream("GET", "/api/chat/events") as answer:
            started.set()
            list(answer.iter_lines())
        ended.set()

    started = threading.Event()
    threading.Thread(target=listen, daemon=True).start()
    assert started.wait(60)
    room.stop()
    assert ended.wait(60)
    room.start()


def test_on_postgresql_a_late_commit_is_not_passed_over(postgresql_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids are given before the commit there: a lower one may appear after a higher one."""
    store = Store(postgresql_url)
    metadata.create_all(store.engine)
    monkeypatch.setattr(hubs, "GAP_PATIENCE", 60)
    room = Room(store).start()
    heard: list[str] = []
    listener = threading.Thread(target=lambda: heard.extend(line["text"] for line in hear(room, KEY, 3)))
    room.bot(KEY, "first")
    hear(room, KEY, 1)  # The reader has looked: what comes next it reads as it appears.
    listener.start()
    row = {"address": address_of(KEY), "key": "late", "body": {"from": "bot", "text": "second"}, "at": room.clock.now()}
    with store.write() as conn:
        conn.execute(insert(WebMessage), row)
        room.bot(KEY, "third")
        conn.execute(text("SELECT pg_sleep(0.5)"))
    listener.join(60)
    assert heard == ["first", "second", "third"]
    with room.client(KEY) as client:
        assert {client.post("/api/chat/say", json=words("灯")).status_code for _ in range(3)} == {202}
    assert room.count(Inbox) == 1
    room.stop()
    store.close()


def test_the_reader_outlives_a_store_that_is_away(tmp_path: Path) -> None:
    async def watch() -> None:
        store = Store(f"sqlite:///{tmp_path / 'late.db'}")
        hub = hubs.Hub(store)
        reader = asyncio.create_task(hub.run())
        stream = hub.stream(address_of(KEY), 0)
        assert await anext(stream) == b": hello\n\n"
        await asyncio.sleep(0.4)
        metadata.create_all(store.engine)
        assert await anext(stream) == b": ready\n\n"
        hub.close()
        assert [frame async for frame in stream] == []
        await reader
        store.close()

    asyncio.run(watch())
