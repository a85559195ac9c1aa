"""Statements that each engine spells its own way: an INSERT that knows what to do when the row is there already."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from sqlalchemy import Connection

Insert = Callable[[Any], Any]


@cache
def insert_of(dialect: str) -> Insert:
    """The engine's own `insert`, by the name of its dialect. The other engine's dialect is never loaded."""
    found: Insert = import_module(f"sqlalchemy.dialects.{dialect}").insert
    return found


class Upsert:
    """A statement that is made from the engine's `insert`, once for each engine and when it is first wanted."""

    def __init__(self, make: Callable[[Insert], Any]) -> None:
        self._make = make
        self._made: dict[str, Any] = {}

    def on(self, conn: Connection) -> Any:
        """The statement as this connection's engine takes it."""
        dialect = conn.dialect.name
        if dialect not in self._made:
            self._made[dialect] = self._make(insert_of(dialect))
        return self._made[dialect]
