"""Text for spreadsheets, as text: a cell that begins like a formula is run by whoever opens the file."""

import re

GUARDED = re.compile(r"'+[=+\-@\t\r]")
"""How a text begins that was guarded when it was written."""


def guard(text: str) -> str:
    """The reverse of `bot.roster.cells.trim` for files we write: no spreadsheet takes the text for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") or GUARDED.match(text) else text
