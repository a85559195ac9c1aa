"""Carries python-telegram-bot's calls over aiohttp, which costs a fraction of what its default transport does."""

from typing import Any
from urllib.request import getproxies, proxy_bypass

import aiohttp
import orjson
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

READ_TIMEOUT = 20.0  # Seconds without a byte of the answer.
CONNECT_TIMEOUT = 10.0  # Seconds for a connection, a free place in the pool included.
KEEPALIVE = 25.0  # Below what servers allow, or a call now and then runs into a connection that was just closed.
JSON_TYPE = {"Content-Type": "application/json"}


class Transport(BaseRequest):
    """A pool of connections. Failures come out as the library's, with aiohttp's as `__cause__`.

    No exception and no log line of ours holds an address, since Telegram's addresses hold the token.
    """

    __slots__ = ("_pool_size", "_proxies", "_read_timeout", "_session")

    def __init__(self, pool_size: int = 100, read_timeout: float = READ_TIMEOUT) -> None:
        self._pool_size = pool_size
        self._read_timeout = read_timeout
        self._session: aiohttp.ClientSession | None = None
        self._proxies: dict[str, str | None] = {}  # By server. Left to aiohttp, two threads look them up for each call.

    @property
    def read_timeout(self) -> float | None:
        """Seconds that an answer may take where a call does not say otherwise."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the pool; connections are made when they are needed."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._pool_size, keepalive_timeout=KEEPALIVE, ttl_dns_cache=60)
            self._session = aiohttp.ClientSession(
                connector=connector, headers={"User-Agent": self.USER_AGENT}, cookie_jar=aiohttp.DummyCookieJar()
            )

    async def shutdown(self) -> None:
        """Close all connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make one call; returns the status and the body.

        Raises:
            TimedOut: connecting or answering took too long; the cause tells which.
            NetworkError: anything else between here and the server.
        """
        if self._session is None:
            raise NetworkError("the connection is closed") from aiohttp.ClientConnectionError("closed")
        reading = self._read_timeout if not isinstance(read_timeout, int | float) else read_timeout
        timeout = aiohttp.ClientTimeout(connect=CONNECT_TIMEOUT, sock_connect=CONNECT_TIMEOUT, sock_read=reading)
        body, headers = _body(request_data)
        proxy = self._proxy(url)
        try:
            async with self._session.request(
                method, url, data=body, headers=headers, timeout=timeout, proxy=proxy
            ) as answer:
                return answer.status, await answer.read()
        except TimeoutError as cause:
            raise TimedOut(type(cause).__name__) from cause
        except (aiohttp.ClientError, OSError) as cause:
            raise NetworkError(type(cause).__name__) from cause

    def _proxy(self, url: str) -> str | None:
        """The proxy that the environment names for a server."""
        scheme, _, rest = url.partition("://")
        server = rest.partition("/")[0]
        if server not in self._proxies:
            self._proxies[server] = None if proxy_bypass(server) else getproxies().get(scheme)
        return self._proxies[server]


def _body(request_data: RequestData | None) -> tuple[Any, dict[str, str] | None]:
    if request_data is None:
        return None, None
    if not request_data.contains_files:
        return orjson.dumps(request_data.parameters), JSON_TYPE
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form, None
