"""The monthly report as a workbook: a line for each village, and all of them together."""

from io import BytesIO
from typing import Any

import openpyxl

from bot import sheets
from bot.formulas import guard

_TEXT_FORMAT = "@"
_HEAD = 3  # The row of the headings; the title and when it was counted stand above.
_CODE, _NAME, _COUNT = 15, 18, 11  # Widths.


def write(facts: dict[str, Any]) -> bytes:
    """The file. Texts are cells of text that no spreadsheet takes for formulas; counts are numbers."""
    book = openpyxl.Workbook()
    page: Any = book.active
    page.title = facts["sheet"]
    for line in ([facts["title"]], [facts["made"]], facts["heads"], *facts["rows"], facts["together"]):
        page.append([guard(value) if isinstance(value, str) else value for value in line])
    for row in page.iter_rows():
        for cell in row:
            if isinstance(cell.value, str):
                cell.number_format = _TEXT_FORMAT
            elif cell.value is not None:
                cell.number_format = "#,##0"
    page["A1"].font = sheets.TITLE
    for cell in page[_HEAD]:
        cell.font, cell.alignment = sheets.BOLD, sheets.HEAD
    for cell in page[page.max_row]:
        cell.font = sheets.BOLD
    sheets.lay_out(page, _HEAD, (_CODE, _NAME, *(_COUNT for _ in facts["heads"][2:])), named=2)
    content = BytesIO()
    book.save(content)
    return content.getvalue()
