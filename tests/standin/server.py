"""The HTTP side: reads a call, lets the faults have their way, runs the method, records it and answers."""

import asyncio
import contextlib
import dataclasses
import json
import time
from collections.abc import Callable
from inspect import isawaitable
from typing import Any
from urllib.parse import parse_qsl, unquote

from aiohttp import web

from . import params
from .chats import Call, Upload
from .desk import DESK, counters
from .editing import EDITING
from .errors import ApiError, Json, Silence
from .faults import GATEWAY_PAGE, Fault
from .receiving import RECEIVING, end_poll
from .sending import SENDING
from .webhook import Webhook
from .world import World

METHODS = {name.lower(): (name, method) for name, method in (SENDING | EDITING | RECEIVING).items()}
LARGEST_UPLOAD = 60 * 1024 * 1024
JSON_TYPE = {"Content-Type": "application/json"}
GATEWAY = "502 Bad Gateway"


def plain(thing: Any) -> Any:
    """Turn records into what JSON can say."""
    if isinstance(thing, Upload):
        return {"name": thing.name, "size": len(thing.content)}
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        return {field.name: getattr(thing, field.name) for field in dataclasses.fields(thing)}
    return repr(thing)


def answer(body: Any, status: int = 200) -> web.Response:
    """Answer with JSON."""
    return web.Response(body=json.dumps(body, default=plain).encode(), status=status, headers=JSON_TYPE)


class Server:
    """One Bot API server for one bot on one port of this machine."""

    def __init__(self, world: World) -> None:
        """Serve this world once started."""
        self.world = world
        self.port = 0
        self._handlers = web.Server(
            self.handle, request_factory=self._request, handler_cancellation=True, access_log=None
        )
        self._runner = web.ServerRunner(self._handlers, handle_signals=False, shutdown_timeout=0.2)
        self._site: web.TCPSite | None = None
        self._webhook: asyncio.Task[None] | None = None

    def _request(self, message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
        loop = asyncio.get_running_loop()
        return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=LARGEST_UPLOAD)

    async def start(self, port: int = 0) -> int:
        """Begin to serve on 127.0.0.1 and return the port."""
        self.world.queue.wake = self._wake
        await self._runner.setup()
        self.port = port
        await self.listen()
        self._webhook = asyncio.create_task(Webhook(self.world).run())
        return self.port

    async def listen(self) -> None:
        """Accept connections, on the same port as before when there was one."""
        self._site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await self._site.start()
        self.port = int(self._runner.addresses[-1][1])

    async def vanish(self) -> None:
        """Refuse new connections and break those that are open: what a machine without network sees."""
        if self._site is not None:
            await self._site.stop()
            self._site = None
        for connection in self._handlers.connections:
            if connection.transport is not None:
                connection.transport.abort()

    async def stop(self) -> None:
        """End everything."""
        if self._webhook is not None:
            self._webhook.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._webhook
        end_poll(self.world, None)
        await self.vanish()
        await self._runner.cleanup()

    def _wake(self) -> None:
        if self.world.webhook["url"]:
            self.world.webhook_changed.set()
        else:
            end_poll(self.world, None)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Send a request where it belongs by the beginning of its path."""
        path = request.raw_path.partition("?")[0]
        if path.startswith("/bot"):
            token, _, method = path[4:].partition("/")
            return await self._method(request, token, method.lower())
        if path.startswith("/file/bot"):
            return self._file(*path[9:].partition("/")[::2])
        if path.startswith("/control/"):
            return await self._control(request, path[9:])
        return answer({"ok": False, "error_code": 404, "description": "Not Found"}, 404)

    def _known(self, token: str) -> bool:
        return token == self.world.token or unquote(token) == self.world.token

    def _file(self, token: str, path: str) -> web.Response:
        if not self._known(token):
            return answer({"ok": False, "error_code": 401, "description": "Unauthorized"}, 401)
        file = self.world.paths.get(unquote(path))
        if file is None:
            return answer({"ok": False, "error_code": 404, "description": "Not Found"}, 404)
        return web.Response(body=file.content, headers={"Content-Type": "application/octet-stream"})

    async def _method(self, request: web.BaseRequest, token: str, method: str) -> web.StreamResponse:
        call = Call(0.0, method, None, {})
        try:
            try:
                if not self._known(token):
                    raise ApiError(401, "Unauthorized")
                call.params = await params.read(request)
                result = await self._run(call, method)
            except ApiError as error:
                call.error = str(error)
                return answer(error.body(), error.code)
            except (ValueError, TypeError, LookupError, AttributeError) as error:
                call.error = f"400 Bad Request: {error!r}"
                return answer({"ok": False, "error_code": 400, "description": call.error[4:]}, 400)
            except Silence:
                call.error = "no answer"
                return self._hang_up(request)
            if call.error == GATEWAY:
                return web.Response(body=GATEWAY_PAGE, status=502, headers={"Content-Type": "text/html"})
            call.result = result
            return web.Response(body=b'{"ok":true,"result":' + json.dumps(result).encode() + b"}", headers=JSON_TYPE)
        finally:
            call.at = call.at or time.time()
            self.world.record(call)

    async def _run(self, call: Call, method: str) -> Any:
        call.at = time.time()
        if method not in METHODS:
            raise ApiError(404, "Not Found: method not found")
        call.method, run = METHODS[method]
        chat = call.params.get("chat_id")
        call.chat_id = chat if isinstance(chat, int) else None
        fault = self._fault(call) if self.world.faults else None
        if fault is None:
            result = run(self.world, call.params)
            return await result if isawaitable(result) else result
        return await asyncio.shield(self._suffer(fault, call, run))

    async def _suffer(self, fault: Fault, call: Call, run: Callable[[World, Json], Any]) -> Any:
        """Run a method under a fault. It goes on when the caller has given up: the effect still comes."""
        await self._before(fault, call)
        result = None
        if not fault.gateway or fault.effect:
            result = run(self.world, call.params)
            call.result = result = await result if isawaitable(result) else result
        await self._after(fault, call)
        return result

    def _fault(self, call: Call) -> Fault | None:
        return next((rule for rule in self.world.faults if rule.meets(call.method, call.chat_id)), None)

    async def _before(self, fault: Fault, call: Call) -> None:
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.drop:
            raise Silence
        if fault.error and not fault.effect:
            raise fault.error

    async def _after(self, fault: Fault, call: Call) -> None:
        if fault.late:
            await asyncio.sleep(fault.late)
        if fault.lose:
            raise Silence
        if fault.error:
            raise fault.error
        if fault.gateway:
            call.error = GATEWAY

    def _hang_up(self, request: web.BaseRequest) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _control(self, request: web.BaseRequest, what: str) -> web.Response:
        """Answer `counters`, `do` (one thing or a list of things, as JSON) and any single thing by its name."""
        if what == "counters":
            return answer(counters(self.world))
        body = await request.read()
        try:
            wanted = json.loads(body) if body else {k: _guess(v) for k, v in parse_qsl(request.query_string)}
            if what != "do":
                return answer(self._do({"do": what, **wanted}))
            if isinstance(wanted, list):
                return answer([self._do(one) for one in wanted])
            return answer(self._do(wanted))
        except (ApiError, LookupError, TypeError, ValueError) as error:
            return answer({"error": f"{type(error).__name__}: {error}"}, 400)

    def _do(self, wanted: Json) -> Any:
        details = dict(wanted)
        return DESK[details.pop("do")](self.world, **details)


def _guess(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value
