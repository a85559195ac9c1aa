"""Draws a monthly report in a process of its own: `python -m bot.reports.drawing`; see `bot.reports.files`."""

import json
import sys

from bot.reports import page, workbook
from bot.reports.files import PDF, XLSX, answer


def main() -> None:
    """Answer one question."""
    facts = json.load(sys.stdin)
    sys.stdout.write(answer([(XLSX, workbook.write(facts)), (PDF, page.draw(facts))]))


if __name__ == "__main__":
    main()
