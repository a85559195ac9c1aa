"""CSV files as people save them: UTF-8 or GBK, with or without a byte order mark, parted by comma, tab or semicolon."""

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from bot.roster.faults import ReadingError
from bot.roster.pages import LAST_ROW, MOST_COLUMNS, Line, Page
from bot.roster.sheets import Sheet, spelling

LARGEST_CSV_MB = 100  # The county's largest file has 17.
LONGEST_LINE = 100_000  # Characters; no more is taken into memory at once.
_CHUNK = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ENCODINGS = ("utf-8", "gb18030")  # In this order: GBK text is hardly ever valid UTF-8, the reverse often is.
_DELIMITERS = ",\t;"


def csv_page(path: Path, sheet: Sheet) -> Page:
    """The rows of one file. Raises `ReadingError` for a file that cannot be read at all."""
    if path.stat().st_size > LARGEST_CSV_MB << 20:
        raise ReadingError("roster.fault.file_size", f"{LARGEST_CSV_MB} MB")
    encoding = _encoding_of(path)
    return Page(path.name, (), _lines(path, encoding, _delimiter_of(path, encoding, sheet)), is_file=True)


def _encoding_of(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(4)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return _if_readable(path, encoding)
    for encoding in _ENCODINGS[:-1]:
        try:
            return _if_readable(path, encoding)
        except ReadingError:
            continue
    return _if_readable(path, _ENCODINGS[-1])


def _if_readable(path: Path, encoding: str) -> str:
    try:
        with path.open(encoding=encoding) as file:
            while file.read(_CHUNK):
                pass
    except UnicodeError:
        raise ReadingError("roster.fault.encoding") from None
    return encoding


def _delimiter_of(path: Path, encoding: str, sheet: Sheet) -> str:
    """The delimiter that yields the most known headings in the first line that is not blank."""
    with path.open(encoding=encoding) as file:
        head = next((line for line in file.read(_CHUNK).splitlines() if line.strip(_DELIMITERS + " ")), "")
    known = {spelling(heading) for column in sheet.columns for heading in column.headings}

    def score(delimiter: str) -> int:
        return sum(spelling(cell.strip('" ')) in known for cell in head.split(delimiter))

    return max(_DELIMITERS, key=score)


def _lines(path: Path, encoding: str, delimiter: str) -> Iterator[Line]:
    number = 0
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(_short_lines(file), delimiter=delimiter, strict=True)
        try:
            for number, cells in enumerate(reader, 1):
                if number > LAST_ROW:
                    raise ReadingError("roster.fault.too_many_rows", str(LAST_ROW))
                yield number, cells[:MOST_COLUMNS] if len(cells) > MOST_COLUMNS else cells
        except csv.Error as error:
            raise ReadingError("roster.fault.quotes", value=str(error), row=number + 1) from None


def _short_lines(file: TextIO) -> Iterator[str]:
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise ReadingError("roster.fault.too_long", str(LONGEST_LINE), line)
        yield line
