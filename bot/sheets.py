"""How a sheet of a workbook that we write looks, on the screen and on A4."""

from collections.abc import Sequence
from typing import Any

from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

# A font without a name is another one than that of plain cells, in whatever opens the file.
_PLAIN: dict[str, Any] = {"name": "Calibri", "size": 11}
BOLD = Font(**_PLAIN, bold=True)
TITLE = Font(name="Calibri", size=14, bold=True)
LINK = Font(**_PLAIN, color="0563C1", underline="single")
HEAD = Alignment(horizontal="center", vertical="center", wrap_text=True)
_TITLE_HEIGHT, _HEAD_HEIGHT = 22, 48  # Points: one large line, three plain ones.
_MARGIN, _FOOT = 0.5, 0.3  # Inches.


def lay_out(sheet: Any, head: int, widths: Sequence[float], *, named: int = 1) -> None:
    """Widths, and the row `head` of headings and the first `named` columns stay in sight.

    On paper: A4 across, as wide as the page, the headings on each page, with lines and the page's number.
    """
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.row_dimensions[1].height = _TITLE_HEIGHT
    sheet.row_dimensions[head].height = _HEAD_HEIGHT
    sheet.freeze_panes = f"{get_column_letter(named + 1)}{head + 1}"
    sheet.print_title_rows = f"{head}:{head}"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_options.gridLines = sheet.print_options.horizontalCentered = True
    sheet.oddFooter.center.text = "&A  &P / &N"
    for side in ("left", "right", "top", "bottom"):
        setattr(sheet.page_margins, side, _MARGIN)
    sheet.page_margins.footer = sheet.page_margins.header = _FOOT
    sheet.page_margins.bottom = _MARGIN + _FOOT
