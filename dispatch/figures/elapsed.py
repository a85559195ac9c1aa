"""The seconds between two instants, the same on both engines, to the millisecond."""

from typing import Any

from sqlalchemy import Float
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class seconds_between(FunctionElement[float]):  # noqa: N801 - reads like a function of the database.
    """How many seconds passed from the first column to the second; nothing where one of them is missing."""

    name = "seconds_between"
    type = Float()
    inherit_cache = True


@compiles(seconds_between, "sqlite")
def _sqlite(element: seconds_between, compiler: Any, **how: Any) -> str:
    begin, end = (compiler.process(one, **how) for one in element.clauses)
    return f"round((julianday({end}) - julianday({begin})) * 86400, 3)"


@compiles(seconds_between, "postgresql")
def _postgresql(element: seconds_between, compiler: Any, **how: Any) -> str:
    begin, end = (compiler.process(one, **how) for one in element.clauses)
    return f"round(extract(epoch from ({end} - {begin}))::numeric, 3)::float"
