"""The interface behind the chat page: open a chat, say something, hear what is said, see what was sent."""

import asyncio
import hashlib
import re
import secrets
import unicodedata

from sqlalchemy import select
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from dispatch.taps import Verb
from models.requests import Media
from web.deps import Deps
from web.hub import Hub
from web.language import preferences
from web.limits import FORMS, JSON_BYTES, ROOM, Paces, read_body, replay
from web.lines import record
from web.recordings import SHOWN
from web.refusals import Refusal
from web.said import Said, from_form, from_json

_KEY = re.compile(r"[A-Za-z0-9_-]{32,128}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,22}")
_RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")
_MEDIA = (Media.id, Media.token, Media.kind, Media.channel, Media.file_ref, Media.mime, Media.content)
_ENDINGS = {
    "text/plain": "txt",
    "text/csv": "csv",
    "application/pdf": "pdf",
    "application/x-xlsx": "xlsx",
}  # Of files that the service makes.
_MEDIA_HEADERS = {
    "Cache-Control": "private, max-age=86400",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Accept-Ranges": "bytes",
}
_STREAM_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}  # A proxy must pass each line on at once.


def new_key() -> str:
    """The secret of one chat: 256 random bits. Who has it is that chat."""
    return secrets.token_urlsafe(32)


def address_of(key: str) -> str:
    """The address of the chat with this key: what is stored, and from which nobody gets back to the key."""
    return hashlib.sha256(key.encode()).hexdigest()[:40]


class Chat:
    """The endpoints of one service; who said how much lately is all that they keep in memory."""

    def __init__(self, deps: Deps, hub: Hub) -> None:
        self._deps = deps
        self._hub = hub
        self._paces = Paces(deps.says_per_minute)
        self._forms = asyncio.Semaphore(FORMS)

    def routes(self) -> list[Route]:
        """Where they are reached."""
        return [
            Route("/api/chat/open", self.open, methods=["POST"]),
            Route("/api/chat/say", self.say, methods=["POST"]),
            Route("/api/chat/events", self.events),
            Route("/media/{token}", self.media),
        ]

    async def open(self, _request: Request) -> Response:
        """A new key. Nothing is stored before somebody says something with it."""
        return JSONResponse({"key": new_key()}, headers={"Cache-Control": "no-store"})

    async def say(self, request: Request) -> Response:
        """Take what a person says. It is on disk when the answer goes out; the same id again changes nothing."""
        address = _address(request)
        if request.headers.get("content-type", "").startswith("multipart/form-data"):
            self._paces.take(
                address
            )  # Before it is read, and whatever it says: words can cry for help, files are large.
            said = await self._form(request)
        else:
            said = from_json(await read_body(request, JSON_BYTES))
            if not self._cries_for_help(said):
                self._paces.take(address)
        language = next(iter(preferences(request)), None)
        now = self._deps.clock.now()
        if await self._hub.write(lambda conn: record(conn, address, said, language, now)):
            self._deps.arrived()
        return JSONResponse({"accepted": True}, 202)

    def _cries_for_help(self, said: Said) -> bool:
        """Whoever does is never told to slow down, however the words are written."""
        if said.data and said.data.startswith(f"{Verb.ALARM}:"):
            return True
        plain = unicodedata.normalize("NFKC", said.text).casefold()
        words = (re.split(r"\*|<who>", word.casefold()) for word in self._deps.rules.emergency_words)
        return any(all(part in plain for part in parts) for parts in words)

    async def events(self, request: Request) -> Response:
        """All lines of the chat after an id, for as long as the page listens."""
        address = _address(request)
        after = request.query_params.get("after", "0")
        if not re.fullmatch(r"\d{1,18}", after):
            raise Refusal(400, "web.error.bad_request", part="after")
        stream = self._hub.stream(address, int(after))
        return StreamingResponse(stream, media_type="text/event-stream", headers=_STREAM_HEADERS)

    async def media(self, request: Request) -> Response:
        """A recording by its token, from the store or from the channel it came by."""
        token = request.path_params["token"]
        if not _TOKEN.fullmatch(token):
            raise HTTPException(404)
        found = await self._hub.read(
            lambda conn: conn.execute(select(*_MEDIA).where(Media.token == token)).one_or_none()
        )
        if found is None:
            raise HTTPException(404)
        content = found.content if found.content is not None else await self._deps.fetch_media(found)
        if content is None:
            raise HTTPException(404)
        shown = found.mime in SHOWN
        ending = _ENDINGS.get(found.mime)
        named = f'attachment; filename="red-steward.{ending}"' if ending else "attachment"
        headers = {**_MEDIA_HEADERS, "Content-Disposition": "inline" if shown else named}
        return _part(request, content, found.mime if shown else "application/octet-stream", headers)

    async def _form(self, request: Request) -> Said:
        most = self._deps.rules.media_bytes
        async with self._forms:
            body = await read_body(request, most + ROOM)
            try:
                async with replay(request, body).form(max_files=1, max_fields=8, max_part_size=JSON_BYTES) as form:
                    return await from_form(form, most)
            except (MultiPartException, HTTPException) as cause:
                raise Refusal(400, "web.error.bad_request", part="form") from cause


def _address(request: Request) -> str:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not _KEY.fullmatch(key):
        raise Refusal(401, "web.error.no_key", {"WWW-Authenticate": "Bearer"})
    return address_of(key)


def _part(request: Request, content: bytes, mime: str, headers: dict[str, str]) -> Response:
    """The whole, or the one range of bytes that a player asks for."""
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    if asked is None or asked[1] == asked[2] == "":
        return Response(content, media_type=mime, headers=headers)
    size = len(content)
    first, last = asked[1], asked[2]
    begin = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if begin > end:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    headers = {**headers, "Content-Range": f"bytes {begin}-{end}/{size}"}
    return Response(content[begin : end + 1], 206, media_type=mime, headers=headers)
