"""The year-end list as .xlsx: a row a person, and every number leads to the entries that it was counted from."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl

from bot import sheets
from bot.formulas import guard
from dispatch.points.yearend import GROUPS, YearList

Say = Callable[..., str]
_ENTRY = ("number", "name", "day", "month", "deed", "amount", "points", "about", "remark")
_WIDTHS = (9, 14, 12, 10, 26, 8, 8, 16, 30)
_ABOUT = frozenset({"request", "visit", "gathering", "hand", "mentor"})  # What has a number that people know.
_HEAD = 4  # The row of the headings on the first sheet; the people follow.


def write(path: Path, found: YearList, say: Say) -> None:
    """Write the workbook. What people are called can be no formula."""
    book = openpyxl.Workbook()
    sums: Any = book.active
    sums.title = say("yearlist.sums")
    rows = book.create_sheet(say("yearlist.entries"))
    first = _entries(rows, found, say)
    _sums(sums, found, say, rows.title, first)
    book.save(path)


def _entries(sheet: Any, found: YearList, say: Say) -> dict[tuple[int, str], int]:
    """All entries, those behind one number together; returns in which row those of a person and group begin."""
    first: dict[tuple[int, str], int] = {}
    group_of = {deed: group for group, deeds in GROUPS.items() for deed in deeds}
    sheet.append([say(f"yearlist.column.{name}") for name in _ENTRY])
    every = ((row, entry) for row in found.rows for entry in row.entries)
    for place, (row, entry) in enumerate(every, 2):
        first.setdefault((row.person_id, ""), place)
        first.setdefault((row.person_id, group_of[entry.deed]), place)
        remark = say("points.reverses", number=entry.reverses_id) if entry.reverses_id else ""
        remark = say(f"points.cut.{entry.cut}") if entry.cut else remark
        sheet.append([
            entry.id, guard(row.name), entry.day, entry.month, say(f"points.deed.{entry.deed}"), entry.amount,
            entry.points, _about(entry.about, say), remark,
        ])  # fmt: skip
    _tidy(sheet, 1, _WIDTHS, named=2)
    return first


def _sums(sheet: Any, found: YearList, say: Say, entries: str, first: dict[tuple[int, str], int]) -> None:
    sheet.append([guard(say("yearlist.title", village=found.village, year=found.year))])
    sheet["A1"].font = sheets.TITLE
    sheet.append([say("yearlist.made", number=found.last_number, seal=found.seal[:16])])
    sheet.append([say("yearlist.draft", months="、".join(found.open_months))] if found.open_months else [])
    heads = [say(f"yearlist.{what}", group=say(f"yearlist.group.{group}")) for group in GROUPS
             for what in ("times", "points")]  # fmt: skip
    for column, words in enumerate((say("yearlist.column.name"), *heads, say("yearlist.total")), 1):
        sheet.cell(_HEAD, column, words)
    for place, row in enumerate(found.rows, _HEAD + 1):
        sheet.cell(place, 1, guard(row.name))
        column = 2
        for group in GROUPS:
            for number in row.of(group):
                _linked(sheet.cell(place, column), number, entries, first.get((row.person_id, group)))
                column += 1
        _linked(sheet.cell(place, column), row.points, entries, first.get((row.person_id, "")))
    _tidy(sheet, _HEAD, (14, *(11,) * (2 * len(GROUPS)), 9))


def _linked(cell: Any, number: int, sheet: str, row: int | None) -> None:
    """A number that opens its entries; without any it is empty."""
    if row is not None:
        cell.value = number
        cell.hyperlink = f"#'{sheet}'!A{row}"
        cell.font = sheets.LINK


def _about(about: str, say: Say) -> str:
    """What the entry is about, by the number that people know it by."""
    kind, _, number = about.partition(":")
    return say(f"yearlist.about.{kind}", number=number.partition(":")[0]) if kind in _ABOUT else guard(about)


def _tidy(sheet: Any, head: int, widths: tuple[int, ...], *, named: int = 1) -> None:
    for cell in sheet[head]:
        cell.font, cell.alignment = sheets.BOLD, sheets.HEAD
    sheets.lay_out(sheet, head, widths, named=named)
