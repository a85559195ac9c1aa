"""Puts the web room together: routes, headers, what is told when something is not right, and the hub's life."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from sqlalchemy.exc import OperationalError, TimeoutError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from models.words import Language
from web import language, refusals
from web.assets import Assets
from web.chat import Chat
from web.deps import DemoControls, Deps, Fault, FetchMedia, Phone, Say
from web.headers import SecurityHeaders, security_headers
from web.hub import Hub
from web.pages import Pages
from web.public import Public
from web.refusals import Refusal
from web.watch import Watch

__all__ = ["DemoControls", "Deps", "Fault", "FetchMedia", "Phone", "Say", "create_app"]


def create_app(deps: Deps) -> Starlette:
    """The web application. `app.state.hub` can be nudged after a commit of new lines, and is closed before the end."""
    hub = Hub(deps.store)
    assets = Assets()
    pages = Pages(deps, assets)
    headers = security_headers(framed=deps.demo is not None)
    faults = _Faults(deps, pages, headers)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        reader = asyncio.create_task(hub.run())
        yield
        hub.close()
        await reader

    app = Starlette(
        routes=[
            *pages.routes(),
            *Public(deps, hub, pages).routes(),
            *Chat(deps, hub).routes(),
            *Watch(deps).routes(),
            assets.route(),
            *deps.webhook,
        ],
        middleware=[Middleware(SecurityHeaders, headers=headers)],
        exception_handlers={
            Refusal: faults.refused,
            HTTPException: faults.not_here,
            OperationalError: faults.busy,
            TimeoutError: faults.busy,
            ClientDisconnect: faults.gone,
            Exception: faults.broken,
        },
        lifespan=lifespan,
    )
    app.state.hub = hub
    return app


class _Faults:
    """Turns what went wrong into an answer: JSON for the interface, a page in both languages for people."""

    def __init__(self, deps: Deps, pages: Pages, headers: dict[str, str]) -> None:
        self._deps = deps
        self._pages = pages
        self._headers = headers

    async def refused(self, request: Request, refusal: Exception) -> Response:
        if not isinstance(refusal, Refusal):
            raise refusal
        return refusals.answer(refusal, self._deps.say, self._language(request))

    async def not_here(self, request: Request, fault: Exception) -> Response:
        if not isinstance(fault, HTTPException):
            raise fault
        return self._told(request, fault.status_code, "web.error.not_here", dict(fault.headers or {}), fault.detail)

    async def busy(self, request: Request, fault: Exception) -> Response:
        logging.getLogger(__name__).warning("the store does not answer: %s", type(fault).__name__)
        return self._told(request, 503, "web.error.busy", {"Retry-After": "2"})

    async def gone(self, _request: Request, _fault: Exception) -> Response:
        return Response(status_code=400)  # Nobody is there to read it: a phone lost its network, and sends again.

    async def broken(self, request: Request, _fault: Exception) -> Response:
        answer = self._told(request, 500, "web.error.broken", {})
        answer.headers.update(self._headers)  # This one leaves by the outermost door, past the middleware.
        return answer

    def _told(self, request: Request, status: int, key: str, headers: dict[str, str], name: str = "") -> Response:
        if request.url.path.startswith("/api/"):
            return refusals.answer(Refusal(status, key, headers), self._deps.say, self._language(request))
        return self._pages.fault(status, self._language(request), headers, name)

    def _language(self, request: Request) -> Language:
        return language.chosen(request, self._deps.rules.language)
