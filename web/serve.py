"""Runs the web application inside the service's own process."""

import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.applications import Starlette

GRACE = 5  # Seconds that answers under way have when the service stops.
_IDLE = 75  # Seconds that an idle connection is kept: longer than a proxy's 60, so that it is never we who hang up.


class Server(uvicorn.Server):
    """Serves until `should_exit` is set. It leaves the signals to the process, and ends open streams when it stops."""

    def __init__(self, app: Starlette, host: str, port: int) -> None:
        self._app = app
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            access_log=False,  # Addresses of media and invitations are secrets.
            log_config=None,
            server_header=False,
            lifespan="on",
            timeout_keep_alive=_IDLE,
            timeout_graceful_shutdown=GRACE,
        )
        super().__init__(config)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The process itself decides what a signal means."""
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Streams never end by themselves: let them end first, then wait for the rest."""
        self._app.state.hub.close()
        await super().shutdown(sockets)
