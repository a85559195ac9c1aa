"""The monthly report on A4: what was done in the month, the chart of twelve, and who and what there is."""

from io import BytesIO
from typing import Any

from bot.print.fonts import Fonts
from bot.print.paper import HEIGHT, WIDTH, Colour, Paper

MARGIN = 12.0  # Millimetres, as are all the rest.
_TOP, _TITLE, _HEAD, _LINE = 34.0, 8.0, 13.0, 7.0
_NAME = 30.0  # Width of a village's name.
_CHART = 78.0  # Height of the chart with its title.
_GAP = 12.0  # Between two parts of a page.
_LEAST = 4  # Lines of a table: fewer are not begun at the foot of a page.
_GREY: Colour = (0.35, 0.35, 0.35)
_RED: Colour = (0.7, 0.15, 0.12)
_ROSE: Colour = (0.96, 0.82, 0.8)
_WHITE: Colour = (1, 1, 1)


def draw(facts: dict[str, Any]) -> bytes:
    """All pages."""
    content = BytesIO()
    _Report(Paper(content, Fonts(), facts["title"]), facts).draw()
    return content.getvalue()


class _Report:
    """What goes onto one page after the other; `y` is how far down this one has come."""

    def __init__(self, paper: Paper, facts: dict[str, Any]) -> None:
        self.paper, self.facts = paper, facts
        self.page, self.y = 1, 0.0

    def draw(self) -> None:
        self._head()
        (done, columns), *others = self.facts["parts"]
        self._table(done, columns)
        self._room(_CHART)
        _chart(self.paper, self.facts["chart"], self.y)
        self.y += _CHART + _GAP
        for title, theirs in others:
            self._table(title, theirs)
        self.paper.turn()
        self.paper.close()

    def _head(self) -> None:
        paper, facts = self.paper, self.facts
        paper.fitted(MARGIN, 20, facts["title"], 17, WIDTH - 2 * MARGIN, bold=True)
        paper.fitted(MARGIN, 27, facts["made"], 8.5, WIDTH - 2 * MARGIN, colour=_GREY)
        paper.text(WIDTH - MARGIN, 11, f"{self.page}", 9, align="right", colour=_GREY)
        self.y = _TOP

    def _turn(self) -> None:
        self.paper.turn()
        self.page += 1
        self._head()

    def _room(self, height: float) -> None:
        """Go on at the top of the next page where there is not so much left of this one."""
        if self.y + height > HEIGHT - MARGIN:
            self._turn()

    def _table(self, title: str, columns: list[int]) -> None:
        """A line a village, then all of them together; on each page under the title and the headings."""
        lines = [*self.facts["rows"], self.facts["together"]]
        self._room(_TITLE + _HEAD + min(len(lines), _LEAST) * _LINE)
        while lines:
            count = int((HEIGHT - MARGIN - self.y - _TITLE - _HEAD) / _LINE)
            if 0 < len(lines) - count < 2:  # The sum does not stand alone.
                count -= 1
            self._part(title, columns, lines[:count], last=count >= len(lines))
            lines = lines[count:]
            if lines:
                self._turn()
        self.y += _GAP

    def _part(self, title: str, columns: list[int], lines: list[list[Any]], *, last: bool) -> None:
        paper, heads = self.paper, self.facts["heads"]
        right = WIDTH - MARGIN
        width = (right - MARGIN - _NAME) / len(columns)
        paper.text(MARGIN, self.y + 4, title, 11, bold=True)
        self.y += _TITLE
        paper.line(MARGIN, self.y, right, self.y, weight=0.4)
        foot = self.y + _HEAD - 3
        paper.text(MARGIN + 1, foot, heads[1], 9, bold=True)
        for place, column in enumerate(columns, 1):
            words = paper.wrapped(heads[column], 9, width - 2)
            for up, part in enumerate(reversed(words)):
                paper.text(MARGIN + _NAME + place * width - 1, foot - up * 4, part.rstrip(), 9, align="right")
        self.y += _HEAD
        for number, line in enumerate(lines, 1):
            sum_ = last and number == len(lines)
            paper.line(MARGIN, self.y, right, self.y, weight=0.4 if number == 1 or sum_ else 0.1)
            paper.fitted(MARGIN + 1, self.y + 4.9, line[1], 10, _NAME - 2, bold=sum_)
            for place, column in enumerate(columns, 1):
                x = MARGIN + _NAME + place * width - 1
                paper.fitted(x, self.y + 4.9, f"{line[column]:,}", 10, width - 2, align="right", bold=sum_)
            self.y += _LINE
        paper.line(MARGIN, self.y, right, self.y, weight=0.4)


def _chart(paper: Paper, chart: dict[str, Any], top: float) -> None:
    """Bars by month, the second series within the first."""
    paper.text(MARGIN, top + 4, chart["title"], 11, bold=True)
    x = MARGIN
    for label, colour in zip(chart["labels"], (_ROSE, _RED), strict=True):
        _bar(paper, x, top + 10.5, 4, 3, colour)
        paper.text(x + 5.5, top + 10.5, label, 9)
        x += 14 + paper.fonts.width(label, 9)
    foot, tall = top + _CHART - 12, _CHART - 32
    most = max((max(values, default=0) for values in chart["values"]), default=0)
    step = (WIDTH - 2 * MARGIN) / len(chart["months"])
    for place, (months, all_, within) in enumerate(zip(chart["months"], *chart["values"], strict=True)):
        left, middle = MARGIN + (place + 0.16) * step, MARGIN + (place + 0.5) * step
        for value, colour in ((all_, _ROSE), (within, _RED)):
            if value:
                _bar(paper, left, foot, step * 0.68, tall * value / most, colour)
        if all_:
            paper.text(middle, foot - tall * all_ / most - 1.2, f"{all_:,}", 9, align="centre")
        if within and tall * within / most > 5:
            high = foot - tall * within / most + 3.8
            paper.fitted(middle, high, f"{within:,}", 8, step * 0.66, align="centre", colour=_WHITE)
        for down, words in enumerate(months):
            paper.text(middle, foot + 4.5 + 4 * down, words, 9, align="centre", colour=_GREY)
    if not most:
        paper.text(WIDTH / 2, foot - tall / 2, chart["nothing"], 11, align="centre", colour=_GREY)
    paper.line(MARGIN, foot, WIDTH - MARGIN, foot, weight=0.3)


def _bar(paper: Paper, x: float, foot: float, width: float, height: float, colour: Colour) -> None:
    """With an edge, so that the light one is seen on white paper, and on a grey print."""
    paper.box(x, foot - height, width, height, filled=True, colour=colour)
    paper.box(x, foot - height, width, height, colour=_RED, weight=0.25)
