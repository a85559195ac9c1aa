"""The fonts of a printed page: ours, one that the configuration names, and what the system has for rare characters."""

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

SHIPPED = Path(__file__).parent / "fonts" / "red-steward-sans-sc.ttf"
# Where systems keep a font with many Chinese characters and TrueType outlines. Only looked at when ours lacks one.
USUAL = (
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/wqy-zenhei/wqy-zenhei.ttc",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    "/usr/share/fonts/truetype/arphic/uming.ttc",
    "/usr/share/fonts/truetype/arphic/ukai.ttc",
    "C:/Windows/Fonts/simsun.ttc",
    "C:/Windows/Fonts/simsunb.ttf",
    "C:/Windows/Fonts/msyh.ttc",
    "/Library/Fonts/Arial Unicode.ttf",
    "/System/Library/Fonts/Supplemental/Arial Unicode.ttf",
    "/System/Library/Fonts/STHeiti Light.ttc",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
)
INSTEAD = "□"  # Stands for a character that no font has; which ones is told.


class BadFont(Exception):
    """The font file that the configuration names cannot be used. Do: name a .ttf or .ttc with TrueType outlines."""

    def __init__(self, path: Path, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(str(path), why)


class Fonts:
    """The fonts in the order in which a character is looked for: the wished one, ours, then those of the system.

    `missing` gathers the characters that none of them has.

    Raises:
        BadFont: the wished font cannot be read.
    """

    def __init__(self, wished: Path | None = None, usual: Iterable[str | Path] = USUAL) -> None:
        self.missing: set[str] = set()
        self._known: dict[str, str | None] = {}
        self._open = [_load(SHIPPED)]
        if wished is not None:
            self._open.insert(0, _load(wished))
        self._closed = [Path(path) for path in usual]

    @property
    def main(self) -> str:
        """The name of the font that most of a page is set in."""
        return str(self._open[0].fontName)

    def runs(self, words: str) -> list[tuple[str, str]]:
        """The words in pieces, each with the name of the font that has its characters."""
        signs = [(self._font_of(sign), sign) for sign in words]
        fitting = [(name or self.main, sign if name else INSTEAD) for name, sign in signs]
        return [(name, "".join(sign for _, sign in run)) for name, run in groupby(fitting, key=lambda one: one[0])]

    def width(self, words: str, size: float) -> float:
        """How wide the words are, in millimetres, at a size in points."""
        return float(sum(pdfmetrics.stringWidth(run, name, size) for name, run in self.runs(words)) / mm)

    def _font_of(self, sign: str) -> str | None:
        if sign not in self._known:
            found = next((str(font.fontName) for font in self._fonts() if ord(sign) in font.face.charToGlyph), None)
            if found is None:
                self.missing.add(sign)
            self._known[sign] = found
        return self._known[sign]

    def _fonts(self) -> Iterator[Any]:
        """Those that are open, then one after the other of those that are not yet."""
        yield from self._open
        while self._closed:
            path = self._closed.pop(0)
            try:
                font = _load(path)
            except BadFont:
                continue  # Not on this system, or with outlines that cannot be embedded: there may be another.
            self._open.append(font)
            yield font


@cache
def _load(path: Path) -> Any:
    name = f"{path.stem}-{hashlib.sha256(str(path).encode()).hexdigest()[:6]}"
    try:
        font = TTFont(name, str(path))
    except Exception as cause:  # The parser raises whatever a damaged file leads it to.
        raise BadFont(path, " ".join(str(cause).split())[:200] or type(cause).__name__) from cause
    pdfmetrics.registerFont(font)
    return font
