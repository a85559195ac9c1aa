"""`points list`: a village's list at the year's end, as a workbook whose numbers open their entries, or to print."""

from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.front import WRONG_USE, ConfigPath, Front, Lang, at_front
from bot.print import Fonts, Paper
from bot.yearend import page, workbook
from dispatch.points import yearend
from dispatch.points.yearend import YearList
from models.clock import SystemClock


class What(StrEnum):
    """What can be made of the points."""

    LIST = "list"


def points(
    what: Annotated[What, typer.Argument(metavar="list", help="cli.option.points_what")],  # noqa: ARG001 - one so far.
    village: Annotated[str, typer.Option(metavar="CODE", help="cli.option.points_village")],
    out: Annotated[Path, typer.Option(metavar="FILE.xlsx|FILE.pdf", help="cli.option.points_out")],
    config: ConfigPath = None,
    lang: Lang = None,
    year: Annotated[int, typer.Option(metavar="YEAR", help="cli.option.points_year", min=0, max=9999)] = 0,
) -> None:
    with at_front(config, lang) as front, front.ready() as store:
        if out.suffix.lower() not in (".xlsx", ".pdf") or not out.parent.is_dir():
            front.warn("cli.points.out", path=out)
            raise typer.Exit(WRONG_USE)
        year = year or front.config.dispatch.local(SystemClock().now()).year
        with store.read() as conn:
            found = yearend.of_village(conn, front.config.dispatch, village, year)
        if found is None:
            raise front.fail("cli.visits.no_village", code=village)
        if out.suffix.lower() == ".pdf":
            _draw(front, found, out)
        else:
            workbook.write(out, found, front.say)
        front.tell("cli.points.done", count=len(found.rows), points=found.points, path=out)
        if found.open_months:
            front.tell("cli.points.draft", months=" ".join(found.open_months))


def _draw(front: Front, found: YearList, out: Path) -> None:
    """First whole, then written: a file is never left half-way."""
    content = BytesIO()
    paper = Paper(content, Fonts(front.config.printing.font), front.say("yearlist.sums"))
    page.draw(paper, found, front.say)
    paper.close()
    out.write_bytes(content.getvalue())
    for words in dict.fromkeys(paper.shortened):
        front.warn("cli.visits.shortened", words=words)
    if paper.fonts.missing:
        front.warn("cli.visits.missing", signs="".join(sorted(paper.fonts.missing)))
