"""The year-end list as A4 pages: a line a person, and where everybody finds the entries behind the numbers."""

from collections.abc import Callable, Sequence

from bot.print.paper import HEIGHT, WIDTH, Colour, Paper
from dispatch.points.yearend import GROUPS, Row, YearList

Say = Callable[..., str]

MARGIN = 12.0  # Millimetres, as are all the rest.
_NAME, _TOTAL = 32.0, 22.0  # Widths of the first and the last column; the groups share what is between.
_GROUP = (WIDTH - 2 * MARGIN - _NAME - _TOTAL) / len(GROUPS)
_TOP, _HEAD, _LINE = 40.0, 10.0, 7.0
_LINES = 29  # Lines of a page: under the last one there is room for the sum and for who signs.
_GREY: Colour = (0.45, 0.45, 0.45)


def draw(paper: Paper, found: YearList, say: Say) -> None:
    """All pages; a village without an entry has one, which says so."""
    parts = [found.rows[start : start + _LINES] for start in range(0, len(found.rows), _LINES)] or [()]
    for number, part in enumerate(parts, 1):
        _head(paper, found, say, f"{number} / {len(parts)}")
        bottom = _table(paper, part, say)
        if number == len(parts):
            _sum(paper, found, say, bottom)
        _foot(paper, found, say)
        paper.turn()


def _head(paper: Paper, found: YearList, say: Say, number: str) -> None:
    paper.fitted(WIDTH / 2, 20, say("yearlist.title", village=found.village, year=found.year), 17, WIDTH - 2 * MARGIN,
                 align="centre", bold=True)  # fmt: skip
    paper.text(WIDTH - MARGIN, 11, number, 8, align="right", colour=_GREY)
    paper.text(MARGIN, 30, say("yearlist.how"), 9)
    if found.open_months:
        draft = say("yearlist.draft", months="、".join(found.open_months))
        paper.fitted(MARGIN, 36, draft, 9, WIDTH - 2 * MARGIN, bold=True)


def _edges() -> list[float]:
    """Where the upright lines stand."""
    return [MARGIN, *(MARGIN + _NAME + index * _GROUP for index in range(len(GROUPS) + 1)), WIDTH - MARGIN]


def _table(paper: Paper, rows: Sequence[Row], say: Say) -> float:
    edges, bottom = _edges(), _TOP + _HEAD + len(rows) * _LINE
    words = [say("yearlist.column.name"), *(say(f"yearlist.group.{group}") for group in GROUPS), say("yearlist.total")]
    for left, right, head in zip(edges, edges[1:], words, strict=False):
        paper.fitted((left + right) / 2, _TOP + 6.5, head, 10, right - left - 2, align="centre", bold=True)
    for x in edges:
        paper.line(x, _TOP, x, bottom)
    for y in (_TOP, *(_TOP + _HEAD + index * _LINE for index in range(len(rows) + 1))):
        paper.line(MARGIN, y, WIDTH - MARGIN, y)
    for index, row in enumerate(rows):
        _row(paper, row, edges, _TOP + _HEAD + index * _LINE + 4.9, say)
    return bottom


def _row(paper: Paper, row: Row, edges: list[float], y: float, say: Say) -> None:
    paper.fitted(MARGIN + 2, y, row.name, 11, _NAME - 4)
    for index, group in enumerate(GROUPS):
        times, points = row.of(group)
        if times or points:
            words = say("yearlist.cell", points=points, times=times)
            paper.fitted((edges[index + 1] + edges[index + 2]) / 2, y, words, 10, _GROUP - 2, align="centre")
    paper.text(WIDTH - MARGIN - 3, y, str(row.points), 11, align="right", bold=True)


def _sum(paper: Paper, found: YearList, say: Say, bottom: float) -> None:
    words = say("yearlist.sum", people=len(found.rows), points=found.points) if found.rows else say("yearlist.nobody")
    paper.text(WIDTH - MARGIN, bottom + 7, words, 11, align="right", bold=True)


def _foot(paper: Paper, found: YearList, say: Say) -> None:
    y = HEIGHT - MARGIN - 8
    paper.text(MARGIN, y - 8, say("yearlist.signed"), 11)
    paper.fitted(MARGIN, y, say("yearlist.open"), 8, WIDTH - 2 * MARGIN, colour=_GREY)
    made = say("yearlist.made", number=found.last_number, seal=found.seal[:16] or "—")
    paper.fitted(MARGIN, y + 4.5, made, 8, WIDTH - 2 * MARGIN, colour=_GREY)
