"""What all tables share: the naming of constraints, instants in UTC, and closed sets of words."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from sqlalchemy import Connection, DateTime, Dialect, Index, MetaData, String, Table, TypeDecorator, event, text
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


class WordOf(TypeDecorator[Any]):
    """A column that holds one value of an enum as its short text; unknown values are refused on the way in."""

    impl = String(24)
    cache_ok = True

    def __init__(self, words: type[Enum]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else self.words(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else self.words(value)
