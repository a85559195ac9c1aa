"""Reads one workbook in a process of its own, within limits: `python -m bot.roster.unpacking PATH`.

What it finds goes to standard output, one JSON value a line: first `{"seconds"}`, the time until rows may be expected;
then for every sheet `{"sheet", "merged"}` followed by its rows `[number, cells]`, or `{"unknown"}`; at last `{"end"}`.
`{"fault", "allowed", "value"}` may come at any time and ends it.
"""

import datetime
import json
import sys
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

import openpyxl
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet.worksheet import Worksheet

from bot.roster.archives import Contents, look_over
from bot.roster.faults import ReadingError
from bot.roster.pages import LAST_ROW, MOST_COLUMNS, Cell
from bot.roster.sheets import sheet_named, spelling

if sys.platform != "win32":
    import resource

MEMORY_MB = 448  # Of address space; the county's workbook needs about half.
CPU_SECONDS = 240  # Only ends a process whose parent is gone; the parent watches the clock.
SECONDS = 10  # Until the first row, of any workbook, and then for each shared string:
SECONDS_PER_STRING = 15e-6
LONGEST_CELL = 1_000  # Characters; what is longer is refused anyway, whole or cut.

_NOTES = frozenset(map(spelling, ("说明", "填写说明", "填表说明", "notes", "readme")))  # Sheets for people, not for us.
_ERRORS = frozenset(("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"))
_LOSSLESS = 1e15  # Whole numbers below it are exact in a spreadsheet.

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def main(path: str) -> None:
    """Everything of the workbook, or why not, to standard output."""
    _limit()
    warnings.simplefilter("ignore")  # openpyxl's remarks on decorations that it leaves out.
    out = sys.stdout.buffer
    try:
        for line in _report(Path(path)):
            out.write(_encode(line).encode("utf-8", "surrogatepass") + b"\n")
            if type(line) is dict:  # The parent's clock runs by these words.
                out.flush()
        return
    except MemoryError:
        error = ReadingError("roster.fault.workbook_memory", str(MEMORY_MB))
    except ReadingError as raised:
        error = raised
    except Exception as raised:  # Damaged workbooks fail in a hundred ways, all of which mean the same to their owner.
        error = ReadingError("roster.fault.workbook_broken", value=f"{type(raised).__name__}: {raised}")
    fault = {"fault": error.key, "allowed": error.allowed, "value": error.value[:LONGEST_CELL]}
    out.write(_encode(fault).encode("utf-8", "replace") + b"\n")
    out.flush()


def _limit() -> None:
    if sys.platform == "win32":  # It has no such limits; the clock and the look over the archive still hold.
        return
    limits = (
        (resource.RLIMIT_AS, MEMORY_MB << 20),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_CORE, 0),
    )
    for kind, most in limits:
        try:
            resource.setrlimit(kind, (most, most))
        except (ValueError, OSError):  # Not every system has every limit; the clock holds on all of them.
            continue


def _report(path: Path) -> Iterator[object]:
    with path.open("rb") as file:
        with zipfile.ZipFile(file) as archive:
            contents = look_over(archive)
        yield {"seconds": round(SECONDS + SECONDS_PER_STRING * contents.strings)}
        yield from _sheets(file, contents)
    yield {"end": True}


def _sheets(file: IO[bytes], contents: Contents) -> Iterator[object]:
    # A sheet's claim about its size is never believed; and where it makes none, all of it would be read to find out.
    ReadOnlyWorksheet._get_size = lambda _sheet: None  # type: ignore[attr-defined]
    parts: set[str] = set()
    book = openpyxl.load_workbook(file, read_only=True, keep_links=False)
    for sheet in cast("list[ReadOnlyWorksheet]", book.worksheets):
        part = str(getattr(sheet, "_worksheet_path", ""))
        if part in parts:  # Otherwise a small file could be made as long as one likes.
            raise ReadingError("roster.fault.workbook_broken", value=f"{part} is named twice")
        parts.add(part)
        if sheet_named(sheet.title) is not None:
            yield {"sheet": sheet.title, "merged": contents.merged.get(part, [])}
            yield from _rows(sheet)
        elif sheet.sheet_state == "visible" and spelling(sheet.title) not in _NOTES and next(_rows(sheet), None):
            yield {"unknown": sheet.title}


def _rows(sheet: ReadOnlyWorksheet) -> Iterator[list[object]]:
    """The rows that hold anything, with their numbers."""
    width = 0
    rows = cast("Worksheet", sheet).iter_rows(max_col=MOST_COLUMNS, values_only=True)
    for number, row in enumerate(rows, 1):
        if number > LAST_ROW:
            raise ReadingError("roster.fault.too_many_rows", str(LAST_ROW))
        cells = row[:width]
        if any(row[width:]):
            cells = row[: max(column for column, value in enumerate(row, 1) if value)]
            width = width or len(cells)
        if any(cells):
            yield [number, [_cell(value) for value in cells]]


def _cell(value: object) -> Cell:
    if value is None:
        return ""
    if isinstance(value, str):
        return ["roster.fault.error", value] if value in _ERRORS else value[:LONGEST_CELL]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _LOSSLESS else repr(value)
    if isinstance(value, (datetime.date, datetime.time, datetime.timedelta)):
        return ["roster.fault.date", str(value)]
    return ["roster.fault.formula", str(getattr(value, "text", "=")) or "="]


if __name__ == "__main__":
    main(sys.argv[1])
