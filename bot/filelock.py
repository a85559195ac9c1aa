"""One dispatching process per SQLite file: a lock that the system itself gives back when the process dies."""

import fcntl
from pathlib import Path
from types import TracebackType

from dispatch.errors import StoreInUse
from models.store import Store


class FileLock:
    """Held from `with` to its end, beside the database file. On PostgreSQL there is nothing to lock.

    Raises:
        StoreInUse: another process dispatches on this file.
    """

    def __init__(self, store: Store) -> None:
        self._path = Path(f"{store.url.database}.lock") if store.sqlite else None
        self._file = None if self._path is None else self._path.open("a")

    def __enter__(self) -> "FileLock":
        if self._file is not None:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as cause:
                self._file.close()
                raise StoreInUse(path=str(self._path)) from cause
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
