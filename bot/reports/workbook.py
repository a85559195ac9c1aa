"""The monthly report as a workbook: a line for each village, and all of them together."""

from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from bot.formulas import guard

_TEXT_FORMAT = "@"


def write(facts: dict[str, Any]) -> bytes:
    """The file. Texts are cells of text that no spreadsheet takes for formulas; counts are numbers."""
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet(facts["sheet"])
    page.freeze_panes = "C4"
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 15, 28
    for line in ([facts["title"]], [facts["made"]], facts["heads"]):
        page.append([_cell(page, value, bold=True) for value in line])
    for line in (*facts["rows"], facts["together"]):
        page.append([_cell(page, value, bold=line is facts["together"]) for value in line])
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _cell(page: Any, value: Any, *, bold: bool) -> Any:
    cell = WriteOnlyCell(page, value=guard(value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.number_format = _TEXT_FORMAT
    if bold:
        cell.font = Font(bold=True)
    return cell
