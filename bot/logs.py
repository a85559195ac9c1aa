"""Logging: one line an event on stderr, for people or as JSON.

Two things never show, whoever logs them: a bot token, and what an exception says, since it may quote what people wrote.
"""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from time import monotonic
from typing import Any

import structlog

from bot.config import Log
from models.store import reason

_log = structlog.get_logger()
_TOKEN = re.compile(r"\b\d{5,}:[A-Za-z0-9_-]{10,}")
AGAIN = 10.0  # Seconds between two lines about the same trouble.
_QUIET = ("alembic", "apscheduler", "httpx", "httpcore", "aiohttp", "telegram", "uvicorn.access")


def _without_tokens(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = _TOKEN.sub("…", value)
    return event


def _where(exc_info: structlog.typing.ExcInfo) -> str:
    """An exception as a log tells of it: its kind, and the lines of our code and others' that it came through."""
    kind, fault, frames = exc_info
    told = []
    for before in (fault.__cause__, None if fault.__suppress_context__ else fault.__context__):
        if before is not None:
            told.append(_where((type(before), before, before.__traceback__)))
            break
    lines = "".join(traceback.format_list(traceback.extract_tb(frames))).rstrip()
    return "\n".join([*told, *([lines] if lines else []), f"{kind.__module__}.{kind.__qualname__}"])


class Trouble:
    """What fails again and again, told once in full and then in one line every `AGAIN` seconds, until it is over."""

    def __init__(self, event: str) -> None:
        self._event = event
        self._met: set[str] = set()
        self._times = 0
        self._told = 0.0

    def meet(self, fault: Exception) -> None:
        """It has failed once more."""
        kind, why, now = type(fault).__name__, reason(fault), monotonic()
        is_new = f"{kind} {why}" not in self._met
        self._met.add(f"{kind} {why}")
        self._times += 1
        if is_new or now - self._told >= AGAIN:
            _log.warning(self._event, fault=kind, why=why, times=self._times, exc_info=is_new)
            self._told = now

    def over(self) -> None:
        """It works."""
        if self._times:
            _log.info(f"{self._event}: over", times=self._times)
            self._met.clear()
            self._times = 0


def configure(log: Log) -> None:
    """Send our own events and those of all libraries one way. Libraries speak from warnings on."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    ending: list[structlog.typing.Processor] = [structlog.processors.ExceptionRenderer(_where), _without_tokens]
    if log.as_json:
        ending.append(structlog.processors.JSONRenderer(ensure_ascii=False))
    else:
        ending.append(
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
        )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ending]
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(log.level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(root.level, logging.WARNING))
    # It warns of each tick that comes while the one before is still at work, and in a storm there are four a second.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(root.level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
