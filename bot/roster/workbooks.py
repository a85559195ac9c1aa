"""Workbooks (.xlsx) behind limits: a process of its own reads them, and ends when it takes too much memory or time."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from time import monotonic
from typing import IO, Any

from bot.roster.faults import ReadingError
from bot.roster.pages import Line, Page
from dispatch import children

LARGEST_WORKBOOK_MB = 100
LOOK_SECONDS = 8  # To start, and to look the archive over.
SECONDS_PER_ROW = 5e-4  # That each row gains for those after it; five times what it takes on a modest machine.
MOST_SECONDS = 240  # In all.
_ZIP = b"PK\x03\x04"
_OLD = b"\xd0\xcf\x11\xe0"  # Both .xls and workbooks with a password are kept in this older container.


@contextmanager
def workbook_pages(path: Path) -> Iterator[Iterator[Page]]:
    """The sheets, each to be read before the next is asked for; raises `ReadingError`, also from the lines.

    Sheets with a name that means nothing to us come without lines, and only when they hold anything.
    """
    _check_file(path)
    with subprocess.Popen(  # noqa: S603 - our own module; the path is one argument and goes through no shell.
        children.command("bot.roster.unpacking", str(path.absolute())),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=children.environment(),
    ) as process:
        watch = _Watch(process)
        try:
            yield _pages(_messages(process, watch))
        finally:
            watch.stop()
            process.kill()


def _check_file(path: Path) -> None:
    if path.stat().st_size > LARGEST_WORKBOOK_MB << 20:
        raise ReadingError("roster.fault.file_size", f"{LARGEST_WORKBOOK_MB} MB")
    with path.open("rb") as file:
        head = file.read(4)
    if head == _OLD:
        raise ReadingError("roster.fault.workbook_old")
    if head != _ZIP:
        raise ReadingError("roster.fault.workbook_broken", value="not a zip archive")


class _Watch:
    """Ends the process when its time is over. The time grows as rows come: what is stuck has little of it."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.rang = False
        self.deadline = 0.0
        self._process = process
        self._began = monotonic()
        self._timer: Timer | None = None
        self.allow(LOOK_SECONDS)

    @property
    def seconds(self) -> int:
        """How long the process may take in all, as far as is known yet."""
        return round(self.deadline - self._began)

    def allow(self, seconds: float) -> None:
        self.deadline = monotonic() + seconds
        self._look_again(seconds)

    def gain(self, seconds: float) -> None:
        self.deadline = min(self.deadline + seconds, self._began + MOST_SECONDS)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _look_again(self, seconds: float) -> None:
        self.stop()
        self._timer = Timer(seconds, self._ring)
        self._timer.daemon = True
        self._timer.start()

    def _ring(self) -> None:
        left = self.deadline - monotonic()
        if left > 0:
            self._look_again(left)
        else:
            self.rang = True
            self._process.kill()


def _messages(process: subprocess.Popen[bytes], watch: _Watch) -> Iterator[Any]:
    """What the process says, up to its last word; raises `ReadingError` where it refuses or falls silent."""
    output: IO[bytes] | None = process.stdout
    for line in output or ():
        if not line.endswith(b"\n"):
            break
        message = json.loads(line)
        if type(message) is dict:
            if "seconds" in message:
                watch.allow(message["seconds"])
                continue
            if "fault" in message:
                raise ReadingError(message["fault"], message["allowed"], message["value"])
            if "end" in message:
                return
        else:
            watch.gain(SECONDS_PER_ROW)
        yield message
    if watch.rang:
        raise ReadingError("roster.fault.workbook_time", str(watch.seconds))
    raise ReadingError("roster.fault.workbook_broken", value=f"the reader ended with {process.wait()}")


def _pages(messages: Iterator[Any]) -> Iterator[Page]:
    header = next(messages, None)
    while header is not None:
        if "unknown" in header:
            yield Page(header["unknown"], (), iter(()))
            header = next(messages, None)
            continue
        rows = _Rows(messages)
        yield Page(header["sheet"], tuple(header["merged"]), rows)
        for _ in rows:  # Whatever the reader left.
            pass
        header = rows.following


class _Rows(Iterator[Line]):
    """The rows of one sheet; afterwards `following` is the header of the next."""

    def __init__(self, messages: Iterator[Any]) -> None:
        self._messages = messages
        self.following: dict[str, Any] | None = None

    def __next__(self) -> Line:
        if self.following is None:
            message = next(self._messages)
            if type(message) is list:
                return message[0], message[1]
            self.following = message
        raise StopIteration
