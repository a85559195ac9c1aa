"""Photos, voices and videos of the web chat: told by their bytes, kept, shown and fetched."""

import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert

from dispatch.rules import Rules
from models.mail import Inbox, WebMessage
from models.requests import Media
from models.words import MediaKind
from tests.integration.webroom import Room, hear, new_store
from web.recordings import sniff
from web.refusals import Refusal

KEY = "k" * 40
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 50
WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm" + b"\0" * 30
MP4 = struct.pack(">I", 24) + b"ftypisom" + b"\0" * 40


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    store = new_store(tmp_path)
    room = Room(store, rules=Rules(media_bytes=100_000)).start()
    yield room
    room.stop()
    store.close()


def test_recordings_are_kept_and_shown(room: Room) -> None:
    form = {"id": "photo-0001", "kind": "photo", "text": "就是这盏灯"}
    with room.client(KEY) as client:
        for _ in range(2):
            files = {"file": ("../../x.exe", PNG, "application/x-msdownload")}
            assert client.post("/api/chat/say", data=form, files=files).status_code == 202
        assert room.count(Media) == 1
        [payload] = room.inbox()
        assert (payload["kind"], payload["text"]) == ("photo", "就是这盏灯")
        [line] = hear(room, KEY, 1)
        assert line["media"] == [{"kind": "photo", "url": f"/media/{payload['media']}"}]
        shown = client.get(line["media"][0]["url"])
        assert (shown.content, shown.headers["content-type"]) == (PNG, "image/png")
        assert shown.headers["content-disposition"] == "inline"
        assert shown.headers["x-content-type-options"] == "nosniff"
        assert shown.headers["cache-control"].startswith("private")
        for asked, status, content in [
            ("bytes=0-3", 206, PNG[:4]),
            ("bytes=8-", 206, PNG[8:]),
            ("bytes=-5", 206, PNG[-5:]),
            ("bytes=999-", 416, b""),
            ("lines=1-2", 200, PNG),
        ]:
            part = client.get(line["media"][0]["url"], headers={"Range": asked})
            assert (part.status_code, part.content) == (status, content)


@pytest.mark.parametrize(
    ("form", "file", "status", "error"),
    [
        ({"kind": "photo"}, b"GIF nonsense", 415, "web.error.not_photo"),
        ({"kind": "voice"}, PNG, 415, "web.error.not_voice"),
        ({"kind": "video"}, b"<html>", 415, "web.error.not_video"),
        ({"kind": "video"}, MP4 + b"\0" * 100_000, 413, "web.error.too_big"),
        ({"kind": "video"}, MP4 + b"\0" * 300_000, 413, "web.error.too_big"),
        ({"kind": "dance"}, PNG, 400, "web.error.bad_request"),
        ({"kind": "photo", "text": "长" * 4097}, PNG, 413, "web.error.text_too_long"),
        ({"kind": "photo"}, None, 400, "web.error.bad_request"),
    ],
)
def test_bad_recordings_leave_nothing(room: Room, form: dict[str, str], file: bytes, status: int, error: str) -> None:
    files = {"file": ("x", file)} if file is not None else {"other": ("x", PNG)}
    with room.client(KEY) as client:
        answer = client.post("/api/chat/say", data={"id": "photo-0001", **form}, files=files)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert room.count(WebMessage) == room.count(Inbox) == room.count(Media) == 0


@pytest.mark.parametrize(
    ("content", "kind", "mime"),
    [
        (b"\xff\xd8\xff\xe0", MediaKind.PHOTO, "image/jpeg"),
        (b"GIF89a", MediaKind.PHOTO, "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", MediaKind.PHOTO, "image/webp"),
        (b"\0\0\0\x18ftypheic", MediaKind.PHOTO, "image/heic"),
        (b"OggS\0", MediaKind.VOICE, "audio/ogg"),
        (b"RIFF\0\0\0\0WAVEfmt ", MediaKind.VOICE, "audio/wav"),
        (b"ID3\x04", MediaKind.VOICE, "audio/mpeg"),
        (b"\xff\xfb\x90\x44", MediaKind.VOICE, "audio/mpeg"),
        (b"\xff\xf1\x50\x80", MediaKind.VOICE, None),
        (WEBM, MediaKind.VOICE, "audio/webm"),
        (WEBM, MediaKind.VIDEO, "video/webm"),
        (WEBM.replace(b"webm", b"mkv "), MediaKind.VIDEO, None),
        (MP4, MediaKind.VOICE, "audio/mp4"),
        (MP4, MediaKind.VIDEO, "video/mp4"),
        (MP4.replace(b"isom", b"qt  "), MediaKind.VIDEO, "video/quicktime"),
        (MP4.replace(b"isom", b"avif"), MediaKind.PHOTO, None),
        (b"<svg onload=alert(1)>", MediaKind.PHOTO, None),
        (b"", MediaKind.PHOTO, None),
    ],
)
def test_a_recording_is_what_its_bytes_say(content: bytes, kind: MediaKind, mime: str | None) -> None:
    if mime is None:
        with pytest.raises(Refusal):
            sniff(content, kind)
    else:
        assert sniff(content, kind) == mime


def test_recordings_of_other_channels_are_fetched(room: Room) -> None:
    row = {"kind": MediaKind.PHOTO, "channel": "telegram", "mime": "image/jpeg", "created_at": room.clock.now()}
    rows = [{**row, "token": letter * 22, "file_ref": f"file-{letter}"} for letter in "abc"]
    rows[2]["mime"] = "text/html"
    with room.store.write() as conn:
        conn.execute(insert(Media), rows)
    room.fetched = {"file-a": b"\xff\xd8\xff", "file-c": b"<script>"}
    with room.client() as client:
        assert client.get("/media/" + "a" * 22).content == b"\xff\xd8\xff"
        assert client.get("/media/" + "b" * 22).status_code == 404
        strange = client.get("/media/" + "c" * 22)
        assert strange.headers["content-disposition"] == "attachment"
        assert strange.headers["content-type"] == "application/octet-stream"
        assert client.get("/media/" + "d" * 22).status_code == 404
        assert client.get("/media/x").status_code == 404
