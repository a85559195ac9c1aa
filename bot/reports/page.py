"""The monthly report on A4: a line for each village, all of them together, and the chart under the last line."""

from io import BytesIO
from typing import Any

from bot.print.fonts import Fonts
from bot.print.paper import HEIGHT, WIDTH, Colour, Paper

MARGIN = 12.0  # Millimetres, as are all the rest.
_TOP, _HEAD, _LINE = 34.0, 15.0, 7.0
_NAME = 28.0  # Width of a village's name.
_CHART = 78.0  # Height of the chart with its title.
_GREY: Colour = (0.45, 0.45, 0.45)
_RED: Colour = (0.7, 0.15, 0.12)
_ROSE: Colour = (0.9, 0.64, 0.62)
_LINES = int((HEIGHT - _TOP - _HEAD - MARGIN) / _LINE) - 1


def draw(facts: dict[str, Any]) -> bytes:
    """All pages."""
    content = BytesIO()
    paper = Paper(content, Fonts(), facts["title"])
    lines = [*facts["rows"], facts["together"]]
    parts = [lines[start : start + _LINES] for start in range(0, len(lines), _LINES)]
    bottom = 0.0
    for number, part in enumerate(parts, 1):
        if number > 1:
            paper.turn()
        _head(paper, facts, f"{number} / {len(parts)}")
        bottom = _table(paper, facts["heads"][1:], [line[1:] for line in part], last=number == len(parts))
    if bottom + _CHART > HEIGHT - MARGIN:
        paper.turn()
        bottom = MARGIN
    _chart(paper, facts["chart"], bottom + 14)
    paper.turn()
    paper.close()
    return content.getvalue()


def _head(paper: Paper, facts: dict[str, Any], number: str) -> None:
    paper.fitted(MARGIN, 20, facts["title"], 17, WIDTH - 2 * MARGIN, bold=True)
    paper.fitted(MARGIN, 28, facts["made"], 8, WIDTH - 2 * MARGIN, colour=_GREY)
    paper.text(WIDTH - MARGIN, 11, number, 8, align="right", colour=_GREY)


def _table(paper: Paper, heads: list[str], lines: list[list[Any]], *, last: bool) -> float:
    """The table's part on this page; returns where it ends."""
    right = WIDTH - MARGIN
    width = (right - MARGIN - _NAME) / (len(heads) - 1)
    paper.line(MARGIN, _TOP, right, _TOP, weight=0.4)
    paper.text(MARGIN + 1, _TOP + _HEAD - 3, heads[0], 8, bold=True)
    for place, head in enumerate(heads[1:]):
        middle = MARGIN + _NAME + (place + 0.5) * width
        paper.paragraph(middle, _TOP + 3.6, head, 6.0, width - 0.4, lines=4, align="centre")
    y = _TOP + _HEAD
    for number, line in enumerate(lines, 1):
        sum_ = last and number == len(lines)
        paper.line(MARGIN, y, right, y, weight=0.4 if number == 1 or sum_ else 0.1)
        paper.fitted(MARGIN + 1, y + 4.8, line[0], 9, _NAME - 2, bold=sum_)
        for place, value in enumerate(line[1:], 1):
            paper.fitted(
                MARGIN + _NAME + place * width - 1, y + 4.8, f"{value:,}", 9, width - 1.4, align="right", bold=sum_
            )
        y += _LINE
    paper.line(MARGIN, y, right, y, weight=0.4)
    return y


def _chart(paper: Paper, chart: dict[str, Any], top: float) -> None:
    """Bars by month, the second series within the first."""
    paper.text(MARGIN, top, chart["title"], 11, bold=True)
    x = MARGIN
    for label, colour in zip(chart["labels"], (_ROSE, _RED), strict=True):
        paper.box(x, top + 4, 3, 3, filled=True, colour=colour)
        paper.text(x + 4.5, top + 6.6, label, 8, colour=_GREY)
        x += 12 + paper.fonts.width(label, 8)
    foot, tall = top + _CHART - 22, _CHART - 40
    most = max((max(values, default=0) for values in chart["values"]), default=0) or 1
    step = (WIDTH - 2 * MARGIN) / len(chart["months"])
    for values, colour in zip(chart["values"], (_ROSE, _RED), strict=True):
        for place, value in enumerate(values):
            high = tall * value / most
            paper.box(MARGIN + (place + 0.16) * step, foot - high, step * 0.68, high, filled=True, colour=colour)
    for place, (month, value) in enumerate(zip(chart["months"], chart["values"][0], strict=True)):
        middle = MARGIN + (place + 0.5) * step
        if value:
            paper.text(middle, foot - tall * value / most - 1.2, f"{value:,}", 8, align="centre")
        paper.text(middle, foot + 4.5, month[2:], 8, align="centre", colour=_GREY)
    paper.line(MARGIN, foot, WIDTH - MARGIN, foot, weight=0.2)
