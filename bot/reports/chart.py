"""Draws a chart as PNG in a process of its own: `python -m bot.reports.chart`; see `bot.reports.files`."""

import json
import sys
from io import BytesIO
from typing import Any

import matplotlib

matplotlib.use("Agg")

from matplotlib import font_manager, pyplot

from bot.print.fonts import SHIPPED
from bot.reports.files import PNG, answer

COLOURS = ("#f5d2cd", "#b3261e")  # All, and within them those in time.
_INK, _SOFT, _EDGE = "#2b211e", "#6b5a54", "#b3261e"
_FONT = 13  # Points, for a picture that a phone shows as wide as a hand; long numbers are set smaller.


def draw(chart: dict[str, Any]) -> bytes:
    """Bars by month, the second series within the first, about 1,200 by 840 dots."""
    font_manager.fontManager.addfont(SHIPPED)
    family = font_manager.FontProperties(fname=SHIPPED).get_name()
    with pyplot.rc_context({"font.family": [family], "text.color": _INK, "axes.unicode_minus": False}):
        page, axes = pyplot.subplots(figsize=(6, 4.2), dpi=200)
        places = range(len(chart["months"]))
        for label, values, colour in zip(chart["labels"], chart["values"], COLOURS, strict=True):
            axes.bar(places, values, 0.74, color=colour, edgecolor=_EDGE, linewidth=0.8, label=label)
        most = max((max(values, default=0) for values in chart["values"]), default=0)
        size = _FONT - 2 * max(0, len(f"{most:,}") - 3)
        for place, all_, within in zip(places, *chart["values"], strict=True):
            if all_:
                axes.text(place, all_ + most * 0.015, f"{all_:,}", ha="center", va="bottom", fontsize=size)
            if within > most * 0.1:
                axes.text(place, within - most * 0.015, f"{within:,}", ha="center", va="top", fontsize=size - 2,
                          color="white")  # fmt: skip
        if not most:
            axes.text((len(places) - 1) / 2, 0.5, chart["nothing"], ha="center", fontsize=_FONT)
        axes.set_xticks(list(places), ["\n".join(words) for words in chart["months"]], fontsize=_FONT - 2, color=_SOFT)
        axes.tick_params(length=0)
        axes.set_xlim(-0.5, len(places) - 0.5)
        axes.set_ylim(0, max(1, most) * 1.15)
        axes.yaxis.set_visible(False)
        axes.spines[["left", "right", "top"]].set_visible(False)
        axes.set_title(chart["title"], loc="left", fontsize=_FONT + 2, pad=32)
        axes.legend(loc="lower left", bbox_to_anchor=(-0.02, 1.0), ncols=2, frameon=False, fontsize=_FONT - 1)
        content = BytesIO()
        page.savefig(content, format="png", bbox_inches="tight", pad_inches=0.2)
        pyplot.close(page)
    return content.getvalue()


def main() -> None:
    """Answer one question."""
    sys.stdout.write(answer([(PNG, draw(json.load(sys.stdin)["chart"]))]))


if __name__ == "__main__":
    main()
