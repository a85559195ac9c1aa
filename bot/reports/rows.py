"""The rows behind a figure as a CSV file that no spreadsheet takes for formulas."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from io import StringIO
from typing import Any

from bot.formulas import guard
from bot.texts import Texts
from dispatch.rules import Rules
from models.words import Language

MIME = "text/csv"
_WORDS = {"category": "category.{}", "ending": "ending.{}", "deed": "points.deed.{}"}  # Columns whose words have texts.


@cache
def texts() -> Texts:
    """Read once a process."""
    return Texts()


def document(
    rules: Rules, language: Language, villages: Mapping[str, str], names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> bytes:
    """The file, UTF-8 with the mark by which spreadsheets know it. `villages` are the names by their codes."""
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow([texts().say(language, f"figures.column.{name}") for name in names])
    for row in rows:
        writer.writerow([_cell(rules, language, villages, name, value) for name, value in zip(names, row, strict=True)])
    return file.getvalue().encode("utf-8-sig", "replace")


def _cell(rules: Rules, language: Language, villages: Mapping[str, str], name: str, value: Any) -> str:
    if value is None:
        return ""
    if name == "village":
        return guard(villages.get(value, value))
    if isinstance(value, datetime):
        return f"{rules.local(value):%Y-%m-%d %H:%M:%S}"
    if name in _WORDS:
        key = _WORDS[name].format(value)
        return guard(texts().say(language, key) if key in texts().keys() else str(value))  # noqa: SIM118
    return str(value) if isinstance(value, int) else guard(str(value))
