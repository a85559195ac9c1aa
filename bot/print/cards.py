"""Contact cards on paper: A4, eight a page; backs lie behind their fronts when the sheet is turned on its long edge."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from bot.print.fonts import Fonts
from bot.print.paper import HEIGHT, WIDTH, Colour, Paper

CARD_WIDTH, CARD_HEIGHT = 90.0, 62.0  # Millimetres.
COLUMNS, ROWS = 2, 4
EACH_PAGE = COLUMNS * ROWS
_LEFT = (WIDTH - COLUMNS * CARD_WIDTH) / 2
_TOP = (HEIGHT - ROWS * CARD_HEIGHT) / 2
_MARGIN = 3.0  # Nothing is printed nearer to where it is cut, since no knife is exact.
_EDGE = 6.0  # Where words begin.
_INNER = CARD_WIDTH - 2 * _EDGE
_BAND = 10.5  # The coloured head of a front.
_QR = 36.0
RED: Colour = (0.72, 0.09, 0.11)
GREY: Colour = (0.35, 0.35, 0.35)
WHITE: Colour = (1, 1, 1)


@dataclass(frozen=True, slots=True)
class Front:
    """Who the steward is."""

    title: str
    role: str
    name: str
    place: str
    services: str
    promise: str
    phone: str


@dataclass(frozen=True, slots=True)
class Back:
    """How to get in: what the QR holds, the code to type, and for whom it is."""

    link: str
    code: str
    home: str
    how_to_scan: str
    how_to_type: str
    footer: str


def draw(target: BinaryIO, fonts: Fonts, title: str, cards: Iterable[tuple[Front, Back]]) -> list[str]:
    """Write all cards; returns what had to be cut short, so that somebody can look."""
    paper = Paper(target, fonts, title)
    left = iter(cards)
    while page := list(islice(left, EACH_PAGE)):
        _side(paper, [front for front, _ in page], mirrored=False)
        paper.turn()
        _side(paper, [back for _, back in page], mirrored=True)
        paper.turn()
    paper.close()
    return paper.shortened


def _side(paper: Paper, cards: Sequence[Front | Back], *, mirrored: bool) -> None:
    """One side of a sheet. Seen from behind left is right, so the backs begin at the right."""
    paper.cut_marks(
        [_LEFT + column * CARD_WIDTH for column in range(COLUMNS + 1)],
        [_TOP + row * CARD_HEIGHT for row in range(ROWS + 1)],
    )
    for place, card in enumerate(cards):
        row, column = divmod(place, COLUMNS)
        x = _LEFT + (COLUMNS - 1 - column if mirrored else column) * CARD_WIDTH
        y = _TOP + row * CARD_HEIGHT
        if isinstance(card, Front):
            _front(paper, x, y, card)
        else:
            _back(paper, x, y, card)


def _front(paper: Paper, x: float, y: float, card: Front) -> None:
    left = x + _EDGE
    paper.box(x + _MARGIN, y + _MARGIN, CARD_WIDTH - 2 * _MARGIN, _BAND, filled=True, colour=RED)
    paper.fitted(left, y + 10, card.title, 15, _INNER, bold=True, colour=WHITE)
    paper.text(left, y + 20, card.role, 9, colour=GREY)
    paper.fitted(left, y + 29, card.name, 21, _INNER, bold=True)
    paper.fitted(left, y + 35.3, card.place, 10, _INNER, colour=GREY)
    paper.paragraph(left, y + 41.5, card.services, 10, _INNER, lines=2)
    paper.line(left, y + 49, x + CARD_WIDTH - _EDGE, y + 49, colour=RED, weight=0.3)
    paper.fitted(left, y + 53.6, card.promise, 11, _INNER, bold=True, colour=RED)
    if card.phone:
        paper.fitted(left, y + 58.4, card.phone, 10, _INNER)


def _back(paper: Paper, x: float, y: float, card: Back) -> None:
    left, right = x + _EDGE, x + CARD_WIDTH - _EDGE
    paper.qr(left, y + 9, _QR, card.link)
    words = left + _QR + 4
    width = right - words
    paper.paragraph(words, y + 12.5, card.home, 10, width, lines=3, bold=True)
    foot = paper.paragraph(words, y + 27.5, card.how_to_scan, 9, width, lines=2)
    paper.paragraph(words, foot + 0.6, card.how_to_type, 9, width, lines=3)
    paper.fitted(x + CARD_WIDTH / 2, y + 53, card.code, 17, _INNER, align="centre", bold=True)
    paper.fitted(x + CARD_WIDTH / 2, y + 58.2, card.footer, 8, _INNER, align="centre", colour=GREY)
