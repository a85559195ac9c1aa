"""Writes rows as the roster files that `read_roster` reads: what was exported and is imported again changes nothing."""

import csv
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime, time
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell

from bot.files import appearing
from bot.formulas import guard
from bot.roster.records import RECORDS
from bot.roster.roster import Row
from bot.roster.sheets import SHEETS, HeadingLanguage, Sheet

_TEXT_FORMAT = "@"  # A spreadsheet then keeps leading zeros and long numbers as they are.


def write_roster(target: Path, rows: Iterable[Row], language: HeadingLanguage = "en") -> None:
    """All sheets, and the records: into one workbook if `target` ends in .xlsx, else into a folder of CSV files.

    A sheet without rows has headings only. Files of the same names are replaced once all is written, and not where that
    fails; only their owner may read them. Rows may come in any order; they are not gathered in memory.
    """
    if target.suffix.casefold() == ".xlsx":
        _write_workbook(target, rows, language)
    else:
        _write_folder(target, rows, language)


def _write_folder(folder: Path, rows: Iterable[Row], language: HeadingLanguage) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    sheets = SHEETS + RECORDS
    with appearing(*(folder / f"{sheet.name}.csv" for sheet in sheets)) as files, ExitStack() as stack:
        writers = {}
        for sheet, file in zip(sheets, files, strict=True):
            # The byte order mark tells spreadsheets that it is UTF-8.
            writer = csv.writer(stack.enter_context(TextIOWrapper(file, "utf-8-sig", newline="")))
            writer.writerow(_headings(sheet, language))
            writers[sheet.row] = (sheet, writer)
        for row in rows:
            sheet, writer = writers[type(row)]
            writer.writerow(_texts(sheet, row))


def _write_workbook(path: Path, rows: Iterable[Row], language: HeadingLanguage) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    book = openpyxl.Workbook(write_only=True)
    with appearing(path) as (file,), ExitStack() as stack:
        sheets = {}
        for sheet in SHEETS + RECORDS:
            page = book.create_sheet(sheet.name if language == "en" else sheet.zh)
            stack.callback(_end, page)
            page.append(_headings(sheet, language))
            sheets[sheet.row] = (sheet, page)
        for row in rows:
            sheet, page = sheets[type(row)]
            cells = []
            for text in _texts(sheet, row):
                cell = WriteOnlyCell(page, value=text or None)
                cell.number_format = _TEXT_FORMAT
                cells.append(cell)
            page.append(cells)
        book.save(file)


def _end(page: Any) -> None:
    """Close a page that was not saved; left to itself it would complain, later and to nobody."""
    if not page.closed:
        page.close()


def _headings(sheet: Sheet, language: HeadingLanguage) -> list[str]:
    return [column.name if language == "en" else column.zh for column in sheet.columns]


def _texts(sheet: Sheet, row: Row) -> Iterator[str]:
    for column in sheet.columns:
        yield _text(getattr(row, column.name))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return guard(";".join(value))
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return repr(value) if isinstance(value, float) else guard(str(value))
