"""What a reader of files hands on, whatever the format: pages of numbered lines of cells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST_ROWS = 500_000  # That are not blank, in one sheet.
LAST_ROW = 1_048_576  # A spreadsheet has no more, blank ones included.
MOST_COLUMNS = 100  # What stands further right is not looked at.

Cell = str | list[str]  # A text; or what no text can say: the fault's key and what the spreadsheet shows.
Line = tuple[int, Sequence[Cell]]  # Number of the row, from 1, and its cells from the left; short rows are short.


@dataclass(slots=True)
class Page:
    """One sheet or CSV file while it is read; the lines come only once."""

    source: str
    merged: tuple[str, ...]  # The ranges of merged cells.
    lines: Iterator[Line]
    is_file: bool = False  # An empty sheet between others says nothing; an empty file was to say something.
