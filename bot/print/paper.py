"""A document of A4 pages that is drawn in millimetres from the top left corner; sizes of type are in points."""

import re
from collections.abc import Iterable
from typing import BinaryIO, Literal

import segno
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from bot.print.fonts import Fonts

WIDTH, HEIGHT = 210.0, 297.0  # Millimetres.
LEADING = 1.4  # From line to line, in sizes of type.
LEAST = 6.5  # Points: words that do not fit are set smaller, down to this.
_MARK = 5.0  # Length of a cut mark.
_GAP = 1.5  # Between a cut mark and what is cut.
_BOLD = 0.035  # Width of the outline that makes type bold, in sizes of type.
_TOKEN = re.compile(r"[!-~À-ɏ]+ ?|.", re.DOTALL)
_NEVER_FIRST = "，。、；：？！）》”’」』】…·,.;:?!)%"
_NEVER_LAST = "（《“‘「『【("

Align = Literal["left", "centre", "right"]
Colour = tuple[float, float, float]
BLACK: Colour = (0, 0, 0)


class Paper:
    """Pages that are drawn one after the other. `shortened` gathers words that had to be cut to fit."""

    def __init__(self, target: BinaryIO, fonts: Fonts, title: str) -> None:
        self.fonts = fonts
        self.shortened: list[str] = []
        # Whatever font a page begins with is named in the file: it has to be one that is embedded.
        self._canvas = Canvas(target, pagesize=(WIDTH * mm, HEIGHT * mm), invariant=True, initialFontName=fonts.main)
        self._canvas.setTitle(title)

    def text(
        self, x: float, y: float, words: str, size: float, *,
        align: Align = "left", bold: bool = False, colour: Colour = BLACK,
    ) -> None:  # fmt: skip
        """One line whose foot stands at `y`; `x` is its left end, its middle or its right end."""
        x -= self.fonts.width(words, size) * {"left": 0.0, "centre": 0.5, "right": 1.0}[align]
        self._canvas.saveState()  # How type is filled outlives its text object, so it is put back.
        pen = self._canvas.beginText(x * mm, (HEIGHT - y) * mm)
        pen.setFillColorRGB(*colour)
        pen.setStrokeColorRGB(*colour)
        pen.setTextRenderMode(2 if bold else 0)
        self._canvas.setLineWidth(size * _BOLD)
        for name, run in self.fonts.runs(words):
            pen.setFont(name, size)
            pen.textOut(run)
        self._canvas.drawText(pen)
        self._canvas.restoreState()

    def fitted(
        self, x: float, y: float, words: str, size: float, width: float, *,
        align: Align = "left", bold: bool = False, colour: Colour = BLACK,
    ) -> None:  # fmt: skip
        """One line, set smaller where it would be wider than it may."""
        least = min(size, LEAST)
        while size > least and self.fonts.width(words, size) > width:
            size = max(least, size - 0.25)
        if self.fonts.width(words, size) > width:
            words = self._shorten(words, words, size, width)
        self.text(x, y, words, size, align=align, bold=bold, colour=colour)

    def paragraph(
        self, x: float, y: float, words: str, size: float, width: float, *,
        lines: int, align: Align = "left", bold: bool = False, colour: Colour = BLACK,
    ) -> float:  # fmt: skip
        """Wrapped words whose first line stands at `y`; returns where a further line would stand.

        More lines than `lines` are not drawn: the words are set smaller first, and cut at last.
        """
        least = min(size, LEAST)
        while size > least and len(self.wrapped(words, size, width)) > lines:
            size = max(least, size - 0.25)
        found = self.wrapped(words, size, width)
        if len(found) > lines:
            rest = "".join(found[lines - 1 :])
            found = [*found[: lines - 1], self._shorten(words, rest, size, width)]
        for line in found:
            self.text(x, y, line.rstrip(), size, align=align, bold=bold, colour=colour)
            y += size * LEADING / mm
        return y

    def wrapped(self, words: str, size: float, width: float) -> list[str]:
        """The words in lines that are at most so wide; Chinese breaks anywhere but before or after its signs."""
        lines = []
        for part in words.split("\n"):
            line = ""
            for token in self._tokens(part, size, width):
                if line and self.fonts.width((line + token).rstrip(), size) > width:
                    lines.append(line)
                    line = ""
                line += token
            lines.append(line)
        return lines

    def _tokens(self, words: str, size: float, width: float) -> list[str]:
        """What must stay together on a line; what is longer than a line is broken all the same."""
        tokens: list[str] = []
        for token in _TOKEN.findall(words):
            if tokens and (token[0] in _NEVER_FIRST or tokens[-1][-1] in _NEVER_LAST):
                tokens[-1] += token
            else:
                tokens.append(token)
        return [
            part for token in tokens for part in ([token] if self.fonts.width(token, size) <= width else list(token))
        ]

    def _shorten(self, whole: str, words: str, size: float, width: float) -> str:
        self.shortened.append(whole)
        while words and self.fonts.width(words + "…", size) > width:
            words = words[:-1]
        return words + "…"

    def line(
        self, x: float, y: float, to_x: float, to_y: float, *, weight: float = 0.2, colour: Colour = BLACK
    ) -> None:
        """A straight line; its weight is in millimetres."""
        self._canvas.setStrokeColorRGB(*colour)
        self._canvas.setLineWidth(weight * mm)
        self._canvas.line(x * mm, (HEIGHT - y) * mm, to_x * mm, (HEIGHT - to_y) * mm)

    def box(
        self, x: float, y: float, width: float, height: float, *, weight: float = 0.2, filled: bool = False,
        colour: Colour = BLACK,
    ) -> None:  # fmt: skip
        """A rectangle by its top left corner: its outline, or filled."""
        self._canvas.setStrokeColorRGB(*colour)
        self._canvas.setFillColorRGB(*colour)
        self._canvas.setLineWidth(weight * mm)
        bottom = (HEIGHT - y - height) * mm
        self._canvas.rect(x * mm, bottom, width * mm, height * mm, stroke=not filled, fill=filled)

    def qr(self, x: float, y: float, size: float, content: str) -> None:
        """A QR code of error level M by its top left corner; the four modules of white around it are yours to keep."""
        rows = [list(row) for row in segno.make_qr(content, error="m").matrix]
        side = size / len(rows)
        outline = self._canvas.beginPath()
        for down, row in enumerate(rows):
            for start, length in _dark(row):
                foot = HEIGHT - y - (down + 1) * side
                outline.rect((x + start * side) * mm, foot * mm, length * side * mm, side * mm)
        self._canvas.setFillColorRGB(*BLACK)
        self._canvas.drawPath(outline, stroke=0, fill=1)

    def cut_marks(self, xs: Iterable[float], ys: Iterable[float]) -> None:
        """Marks outside of what is cut, at each upright line `xs` and each level line `ys`."""
        upright, level = sorted(xs), sorted(ys)
        for x in upright:
            self.line(x, level[0] - _GAP - _MARK, x, level[0] - _GAP, weight=0.1)
            self.line(x, level[-1] + _GAP, x, level[-1] + _GAP + _MARK, weight=0.1)
        for y in level:
            self.line(upright[0] - _GAP - _MARK, y, upright[0] - _GAP, y, weight=0.1)
            self.line(upright[-1] + _GAP, y, upright[-1] + _GAP + _MARK, y, weight=0.1)

    def turn(self) -> None:
        """The next page."""
        self._canvas.showPage()

    def close(self) -> None:
        """Write everything to the target."""
        self._canvas.save()


def _dark(row: list[int]) -> Iterable[tuple[int, int]]:
    """Where the dark runs of a row begin, and how long they are: drawn whole, so that no hairlines show between."""
    start = None
    for place, dark in enumerate([*row, 0]):
        if dark and start is None:
            start = place
        elif not dark and start is not None:
            yield start, place - start
            start = None
