"""Rows of many requests written with one statement: what is new is handed over as one parameter, the rest is theirs."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import JSON, Insert, bindparam, column, func, insert, select

from models.requests import Request


def given(name: str) -> Any:
    """A mapping bound under this name, as rows of `key` (text) and `value` (JSON); on SQLite in its own order."""
    return func.json_each(bindparam(name, type_=JSON)).table_valued(column("key"), column("value", JSON), name=name)


def insert_given(table: Any, rows: Any, request_id: Any, columns: Mapping[Any, Any]) -> Insert:
    """An INSERT of one row for each of the given, with the number, round and place of the request that it is about."""
    every = {
        table.request_id: Request.id,
        table.round: Request.round,
        table.county_code: Request.county_code,
        table.township_code: Request.township_code,
        table.village_code: Request.village_code,
        **columns,
    }
    found = select(*every.values()).select_from(rows).join(Request, Request.id == request_id)
    return insert(table).from_select([one.key for one in every], found, include_defaults=False)
