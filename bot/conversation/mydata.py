"""Everything about a person as one readable text in their language."""

import json
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

from bot.texts import Texts
from dispatch.rights.holdings import Section
from dispatch.rules import Rules
from models.words import Language

MIME = "text/plain"

_NAMED = frozenset({"state", "ending", "category"})  # Columns whose words have texts of their own.


@cache
def _texts() -> Texts:
    return Texts()


def document(rules: Rules, language: Language, name: str, now: datetime, sections: list[Section]) -> bytes:
    """The file, UTF-8 with a mark at its beginning, since some phones would guess otherwise."""
    head = _texts().say(language, "mydata.head", name=name, county=rules.county_name, at=_local(rules, now))
    lines = [head, *(line for section in sections for line in _section(rules, language, section))]
    return ("\ufeff" + "\n".join(lines) + "\n").encode("utf-8", "replace")


def _section(rules: Rules, language: Language, section: Section) -> Iterator[str]:
    yield ""
    yield _label(language, f"mydata.table.{section.name}", section.name)
    for number, row in enumerate(section.rows, 1):
        yield f"  {number}."
        for name, value in row.items():
            yield f"     {_label(language, f'mydata.column.{name}', name)}: {_value(rules, language, name, value)}"


def _value(rules: Rules, language: Language, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _texts().say(language, "mydata.yes" if value else "mydata.no")
    if isinstance(value, datetime):
        return _local(rules, value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    known = name in _NAMED and _label(language, f"{name}.{value}", "")
    return known or str(value)


def _label(language: Language, key: str, otherwise: str) -> str:
    return _texts().say(language, key) if key in _keys() else otherwise


@cache
def _keys() -> frozenset[str]:
    return _texts().keys()


def _local(rules: Rules, at: datetime) -> str:
    return rules.local(at).strftime("%Y-%m-%d %H:%M")
