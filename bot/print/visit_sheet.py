"""The visit sheet: one steward's month on A4, for people who write on paper; a line for each visit, four columns."""

from collections.abc import Callable, Sequence

from bot.print.paper import HEIGHT, WIDTH, Colour, Paper
from dispatch.visits.sheets import Row, Sheet

Say = Callable[..., str]
"""From a text key and its parameters to the words on the page."""

MARGIN = 12.0  # Millimetres, as are all the rest.
_HEAD, _LINE = 9.0, 15.5  # Heights of the table's head and of a line that is written on by hand.
_TOP = 38.0
_LINES = 14  # Lines of a page.
_COLUMNS = (("home", 34.0), ("date", 17.0), ("kind", 21.0), ("find_out", 28.0), ("ask", 28.0), ("solve", 29.0),
            ("report_back", 29.0))  # fmt: skip
_KINDS = ("in_person", "absent", "refused", "by_phone")
_GREY: Colour = (0.45, 0.45, 0.45)


def draw(paper: Paper, sheet: Sheet, say: Say) -> None:
    """All pages of one steward's sheet."""
    lines = [(row, number) for row in sheet.rows for number in range(row.times)]
    parts = [lines[start : start + _LINES] for start in range(0, len(lines), _LINES)] or [[]]
    for number, part in enumerate(parts, 1):
        _head(paper, sheet, say, number, len(parts))
        _table(paper, part, say)
        paper.paragraph(MARGIN, HEIGHT - MARGIN - 8, say("sheet.foot"), 8, WIDTH - 2 * MARGIN, lines=2, colour=_GREY)
        paper.turn()


def _head(paper: Paper, sheet: Sheet, say: Say, number: int, pages: int) -> None:
    right = WIDTH - MARGIN
    paper.text(WIDTH / 2, 18, say("sheet.title"), 17, align="centre", bold=True)
    who = say("sheet.who", village=sheet.village, grid=sheet.grid, name=sheet.steward)
    paper.fitted(MARGIN, 29, who, 11, 125)
    paper.text(right, 29, say("sheet.month"), 11, align="right")
    paper.text(right, 11, f"{number} / {pages}", 8, align="right", colour=_GREY)


def _table(paper: Paper, lines: Sequence[tuple[Row, int]], say: Say) -> None:
    bottom = _TOP + _HEAD + len(lines) * _LINE
    x = MARGIN
    for name, width in _COLUMNS:
        paper.text(x + width / 2, _TOP + 6, say(f"sheet.column.{name}"), 10, align="centre", bold=True)
        paper.line(x, _TOP, x, bottom)
        x += width
    paper.line(x, _TOP, x, bottom)
    paper.line(MARGIN, _TOP, x, _TOP, weight=0.4)
    y = _TOP + _HEAD
    for row, number in lines:
        paper.line(MARGIN, y, x, y, weight=0.4 if number == 0 else 0.15)
        _line(paper, y, row, number, say)
        y += _LINE
    paper.line(MARGIN, y, x, y, weight=0.4)


def _line(paper: Paper, y: float, row: Row, number: int, say: Say) -> None:
    width = _COLUMNS[0][1] - 3
    if number == 0:
        paper.fitted(MARGIN + 1.5, y + 5.5, row.home, 11, width)
        paper.paragraph(MARGIN + 1.5, y + 9.7, row.address, 7, width, lines=2, colour=_GREY)
    else:
        paper.text(MARGIN + _COLUMNS[0][1] / 2, y + 8.5, f"{number + 1}", 8, align="centre", colour=_GREY)
    at = MARGIN + _COLUMNS[0][1] + _COLUMNS[1][1] + 1.5
    for place, kind in enumerate(_KINDS):
        foot = y + 3.9 + place * 3.4
        paper.box(at, foot - 2.3, 2.3, 2.3, weight=0.15)
        paper.fitted(at + 3.2, foot, say(f"sheet.kind.{kind}"), 7, _COLUMNS[2][1] - 6)
