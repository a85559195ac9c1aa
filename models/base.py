"""What all tables share: the naming of constraints, instants in UTC, and closed sets of words."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Connection, DateTime, Dialect, Index, MetaData, String, Table, TypeDecorator, event, text
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Parent of all tables. Rows are read and written through Core statements; no ORM session is ever opened."""

    metadata = MetaData(naming_convention=NAMING)


def partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index over those rows alone of which the condition holds, on every engine."""
    return Index(name, *columns, unique=unique, info={"where": where})


@event.listens_for(Table, "before_create")
def _conditions(table: Table, connection: Connection, **_: Any) -> None:
    """Say it to the engine at hand alone: an index that names both engines when it is declared loads both dialects."""
    for index in table.indexes:
        if "where" in index.info:
            index.dialect_options[connection.dialect.name]["where"] = text(index.info["where"])


class Instant(TypeDecorator[datetime]):
    """An aware UTC time. PostgreSQL keeps timestamptz; SQLite keeps its ISO text, which sorts as time does.

    Raises:
        ValueError: a naive time was handed in.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive time {value!r}: hand in an aware UTC time from the clock")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """On SQLite straight from its text: by way of a naive time it cost a tenth of a large sweep."""
        if dialect.name == "sqlite":
            return _from_text
        return super().result_processor(dialect, coltype)


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(f"{value}+00:00")


class Shared(TypeDecorator[Any]):
    """JSON that is alike in very many rows and that nobody changes: what reads alike is one object.

    Building the same ladder anew for each request took half the time of reading ten thousand of them.
    """

    impl = JSON
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """By its text on SQLite; the driver of PostgreSQL hands over objects."""
        process = super().result_processor(dialect, coltype)
        return lru_cache(maxsize=256)(process) if process and dialect.name == "sqlite" else process


class WordOf(TypeDecorator[Any]):
    """A column that holds one value of an enum as its short text; unknown values are refused on the way in."""

    impl = String(24)
    cache_ok = True

    def __init__(self, words: type[Enum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else self.words(value).value

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """A look into a table of all words. Asking the enum each time cost a twentieth of a large sweep."""
        return _Words(self.words).__getitem__


class _Words(dict[Any, Any]):
    """Every word by its text; what is no word is refused as the enum refuses it."""

    def __init__(self, words: type[Enum]) -> None:
        super().__init__({word.value: word for word in words})
        self[None] = None
        self._words = words

    def __missing__(self, text: Any) -> Any:
        return self._words(text)
