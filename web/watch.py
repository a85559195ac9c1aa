"""What a supervisor asks: is the process alive, is the service ready, and how much is waiting."""

import logging

import anyio.to_thread
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from web.deps import Deps
from web.figures import Figures

_FRESH = {"Cache-Control": "no-store"}


class Watch:
    """The three endpoints for machines."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._figures = Figures(deps.store, deps.clock)

    def routes(self) -> list[Route]:
        """Where they are reached."""
        return [
            Route("/healthz", self.healthz),
            Route("/readyz", self.readyz),
            Route("/metrics", self.metrics),
        ]

    async def healthz(self, _request: Request) -> Response:
        """Alive: the process answers."""
        return JSONResponse("ok", headers=_FRESH)

    async def readyz(self, _request: Request) -> Response:
        """Ready, or 503 with every fault by name and with its reason."""
        faults = await anyio.to_thread.run_sync(self._faults)
        if faults:
            return JSONResponse({"ready": False, "faults": faults}, 503, _FRESH)
        return JSONResponse({"ready": True}, headers=_FRESH)

    async def metrics(self, _request: Request) -> Response:
        """The figures for Prometheus."""
        text = await anyio.to_thread.run_sync(self._figures.text, self._deps.registry)
        return Response(text, media_type=CONTENT_TYPE_LATEST, headers=_FRESH)

    def _faults(self) -> list[dict[str, str]]:
        try:
            return [{"name": fault.name, "detail": fault.detail} for fault in self._deps.health()]
        except Exception as cause:
            logging.getLogger(__name__).exception("the check of the service's health failed")
            return [{"name": "health", "detail": f"the check itself failed: {type(cause).__name__}"}]
