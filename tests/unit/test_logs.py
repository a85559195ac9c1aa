"""A log says where something went wrong and never what anybody wrote."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

SAID = "厨房水龙头漏得满地都是水"
# Logs in a process of its own, since logging is configured once in a process.
_PROGRAM = """
import logging, structlog
from bot import logs
from bot.config import Log

logs.configure(Log(level="debug", **{more}))
log = structlog.get_logger()
said = {said!r}

def inner():
    raise ValueError(said)

def outer():
    try:
        inner()
    except ValueError as cause:
        raise RuntimeError("of " + said) from cause

for tell in (log.exception, logging.getLogger("uvicorn.error").exception):
    try:
        outer()
    except RuntimeError:
        tell("letter failed")
try:
    {{}}[said]
except KeyError as fault:
    log.warning("update cannot be read", fault=type(fault).__name__, exc_info=True)
log.info("polling", token="123456:" + "A" * 35)
ticks = logging.getLogger("apscheduler.scheduler")
ticks.warning("tick skipped")
ticks.error("tick broken")
"""


@pytest.fixture(params=[{}, {"json": True}], ids=["for people", "as JSON"])
def told(request: pytest.FixtureRequest) -> Iterator[str]:
    program = _PROGRAM.format(more=request.param, said=SAID)
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, timeout=60)
    yield run.stderr.decode()


def test_an_exception_is_told_by_kind_and_place(told: str) -> None:
    assert told.count("letter failed") == 2, "ours, and a library's"
    assert all(part in told for part in ("ValueError", "RuntimeError", "KeyError", "inner", "outer"))


def test_no_word_and_no_token(told: str) -> None:
    assert SAID not in told
    assert SAID[:4] not in told
    assert "A" * 35 not in told


def test_a_tick_that_comes_too_early_is_not_told(told: str) -> None:
    assert "tick broken" in told
    assert "tick skipped" not in told
