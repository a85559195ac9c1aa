"""A store that remembers years: no statement of the circle may walk through all that ever was.

Each statement that a story executes on SQLite is explained once. Without rows SQLite plans as it does with a million.
"""

import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from models.tables import metadata

ROOT = Path(__file__).resolve().parents[2]
GROWING = {
    "requests", "offers", "searches", "notes", "audit", "inbox", "outbox", "cards", "media", "web_messages",
    "visits", "visit_notes", "point_entries", "routes",
}  # fmt: skip
SELDOM = {
    "dispatch/rights/": "by night, in small batches; whoever is erased is looked for in everything",
    "dispatch/backups.py": "reads all of it",
    "dispatch/ledger/verifying.py": "checks every seal",
    "dispatch/chats.py moved": "a group gets another address once",
    "dispatch/views.py status": "counts all that ever was",
    "web/figures.py": "counts all that ever was",
}
OWN = {"dispatch/visits/calls.py find"}  # Takes any condition; tests hand it one of their own.
_MOST = {"ix_requests_ended", "ix_requests_kept"}  # Of these two conditions nearly every request fulfils one.
_FEW = {index.name for table in metadata.tables.values() for index in table.indexes if "where" in index.info} - _MOST
_WALK = re.compile(r"SCAN (\w+?)(?:_\d+)?(?: USING (?:COVERING )?INDEX (\w+))?$")
_ALIAS = re.compile(r"\b(\w+) AS (\w+)\b")
_explained: set[str] = set()


class Watch:
    """Listens to an engine's statements; `walks` says which of them walk through a growing table, and where from."""

    def __init__(self) -> None:
        self.walks: list[str] = []

    def __call__(
        self, conn: Connection, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool
    ) -> None:
        if conn.dialect.name != "sqlite" or statement in _explained:
            return
        if not _reads(statement):
            _explained.add(statement)
            return
        places = list(_places())
        if set(places) <= OWN or any(place.startswith(seldom) for place in places for seldom in SELDOM):
            return  # A test that asks for itself, or what may take its time.
        _explained.add(statement)
        assert conn.connection.driver_connection is not None
        plan = conn.connection.driver_connection.execute(
            f"EXPLAIN QUERY PLAN {statement}", parameters[0] if many else parameters
        )
        aliases = {alias: table for table, alias in _ALIAS.findall(statement)}
        for _, _, _, step in plan.fetchall():
            walk = _WALK.match(step)
            if walk and aliases.get(walk[1], walk[1]) in GROWING and walk[2] not in _FEW:
                self.walks.append(f"{step}: {' < '.join(places)}\n{statement}")


def _reads(statement: str) -> bool:
    """An INSERT of values is explained with tables that it never looks at: those which refer to its own."""
    verb = statement.lstrip().partition(" ")[0]
    return verb in {"SELECT", "WITH", "UPDATE", "DELETE"} or (verb == "INSERT" and "SELECT" in statement)


def _places() -> Iterator[str]:
    """Where in our own code the statement comes from, innermost first, up to the test."""
    frame = sys._getframe(2)
    while frame is not None:
        place = _place(frame.f_code.co_filename)
        if place.startswith("tests/"):
            return
        if place:
            yield f"{place} {frame.f_code.co_name}"
        frame = frame.f_back  # type: ignore[assignment]


@cache
def _place(file: str) -> str:
    """The file's path in the project; nothing for what is not ours."""
    path = Path(file)
    ours = path.is_relative_to(ROOT) and ".venv" not in path.parts
    return path.relative_to(ROOT).as_posix() if ours else ""
