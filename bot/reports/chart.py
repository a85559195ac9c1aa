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

COLOURS = ("#e6a49d", "#b3261e")  # All, and within them those in time.
_INK, _SOFT = "#2b211e", "#6b5a54"


def draw(chart: dict[str, Any]) -> bytes:
    """Bars by month, the second series within the first, 1,200 by 720 dots."""
    font_manager.fontManager.addfont(SHIPPED)
    family = font_manager.FontProperties(fname=SHIPPED).get_name()
    with pyplot.rc_context({"font.family": [family], "text.color": _INK, "axes.unicode_minus": False}):
        page, axes = pyplot.subplots(figsize=(8, 4.8), dpi=150)
        places = range(len(chart["months"]))
        for label, values, colour in zip(chart["labels"], chart["values"], COLOURS, strict=True):
            axes.bar(places, values, 0.68, color=colour, label=label)
        most = max((max(values, default=0) for values in chart["values"]), default=0)
        for place, value in zip(places, chart["values"][0], strict=True):
            if value:
                axes.text(place, value + most * 0.015, f"{value:,}", ha="center", va="bottom", fontsize=11)
        axes.set_xticks(list(places), [name[2:] for name in chart["months"]], fontsize=10, color=_SOFT)
        axes.set_ylim(0, max(1, most) * 1.15)
        axes.yaxis.set_visible(False)
        axes.spines[["left", "right", "top"]].set_visible(False)
        axes.set_title(chart["title"], loc="left", fontsize=15, pad=30)
        axes.legend(loc="lower left", bbox_to_anchor=(-0.01, 1.0), ncols=2, frameon=False, fontsize=11)
        content = BytesIO()
        page.savefig(content, format="png", bbox_inches="tight", pad_inches=0.2)
        pyplot.close(page)
    return content.getvalue()


def main() -> None:
    """Answer one question."""
    sys.stdout.write(answer([(PNG, draw(json.load(sys.stdin)["chart"]))]))


if __name__ == "__main__":
    main()
