"""`column among many values`, handed over as one parameter: a list of ten thousand ids costs no text of a statement."""

from typing import Any

from sqlalchemy import ARRAY, BigInteger, Dialect, String, TypeDecorator, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.sqltypes import Boolean
from sqlalchemy.sql.visitors import InternalTraversal

from models.store import dumps


class _Many(TypeDecorator[Any]):
    """A list as one parameter: an array on PostgreSQL, JSON text on SQLite."""

    impl = String
    cache_ok = True

    def __init__(self, text: bool) -> None:
        super().__init__()
        self.text = text

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(String() if self.text else BigInteger()))
        return dialect.type_descriptor(String())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        values = list(value)
        return values if dialect.name == "postgresql" else dumps(values)


class among(ColumnElement[bool]):  # noqa: N801 - reads like `in_`.
    """Whether a column of numbers (or of short texts) is one of the values bound under `name`, any collection."""

    type = Boolean()
    inherit_cache = True
    _traverse_internals = [  # noqa: RUF012 - SQLAlchemy's own way to say what belongs to the cache key.
        ("column", InternalTraversal.dp_clauseelement),
        ("values", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, column: Any, name: str) -> None:
        self.column = column.__clause_element__() if hasattr(column, "__clause_element__") else column
        self.values = bindparam(name, type_=_Many(isinstance(self.column.type, String)))

    def self_group(self, against: Any = None) -> "among":
        """As it is. Otherwise SQLAlchemy writes `… = 1` behind it on SQLite, which then uses no index."""
        return self


@compiles(among, "sqlite")
def _sqlite(element: among, compiler: Any, **how: Any) -> str:
    column, values = (compiler.process(part, **how) for part in (element.column, element.values))
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - compiled parts of a statement.


@compiles(among, "postgresql")
def _postgresql(element: among, compiler: Any, **how: Any) -> str:
    column, values = (compiler.process(part, **how) for part in (element.column, element.values))
    return f"{column} = ANY ({values})"
