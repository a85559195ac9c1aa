"""Who may use an SQLite file beside whom: locks that the system itself gives back when a process dies."""

import fcntl
from contextlib import ExitStack
from enum import Enum
from pathlib import Path
from types import TracebackType

from dispatch.errors import StoreInUse
from models.store import Store


class Use(Enum):
    """What a process does with the file, and how it locks for that: who dispatches, and that somebody is there."""

    SHOW = (None, fcntl.LOCK_SH)  # Pages only: beside anybody but who is alone.
    DISPATCH = (fcntl.LOCK_EX, fcntl.LOCK_SH)  # One process at a time.
    ALONE = (fcntl.LOCK_EX, fcntl.LOCK_EX)  # Replaces what is in it.


class FileLock:
    """Held from `with` to its end, beside the database file. On PostgreSQL there is nothing to lock.

    Raises:
        StoreInUse: another process uses this file in a way that does not go with ours.
    """

    def __init__(self, store: Store, use: Use = Use.DISPATCH) -> None:
        self._base = store.url.database if store.sqlite else None
        self._use = use
        self._files = ExitStack()

    def __enter__(self) -> "FileLock":
        if self._base is not None:
            with self._files as files:
                for ending, how in zip((".lock", ".open"), self._use.value, strict=True):
                    path = Path(self._base + ending)
                    file = files.enter_context(path.open("a"))
                    try:
                        fcntl.flock(file, (how or fcntl.LOCK_UN) | fcntl.LOCK_NB)
                    except BlockingIOError as cause:
                        raise StoreInUse(path=str(path)) from cause
                self._files = files.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._files.close()
