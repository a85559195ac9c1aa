"""`visits sheet`: printable visit sheets of a village, for people who write on paper."""

from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.front import WRONG_USE, ConfigPath, Front, Lang, at_front
from bot.print import Fonts, Paper, visit_sheet
from dispatch.visits import sheets


class What(StrEnum):
    """What can be made of the visits."""

    SHEET = "sheet"


def visits(
    what: Annotated[What, typer.Argument(metavar="sheet", help="cli.option.visits_what")],  # noqa: ARG001 - one so far.
    village: Annotated[str, typer.Option(metavar="CODE", help="cli.option.visits_village")],
    out: Annotated[Path, typer.Option(metavar="FILE.pdf", help="cli.option.visits_out")],
    config: ConfigPath = None,
    lang: Lang = None,
    steward: Annotated[str, typer.Option(metavar="NUMBER|NAME", help="cli.option.visits_steward")] = "",
) -> None:
    with at_front(config, lang) as front, front.ready() as store:
        if out.suffix.lower() != ".pdf" or not out.parent.is_dir():
            front.warn("cli.visits.out", path=out)
            raise typer.Exit(WRONG_USE)
        with store.read() as conn:
            if not sheets.is_village(conn, village):
                raise front.fail("cli.visits.no_village", code=village)
            found = sheets.of_village(conn, front.config.dispatch, village, steward)
        if not found:
            raise front.fail("cli.visits.nobody", code=village, steward=steward or "–")
        _draw(front, found, out)


def _draw(front: Front, found: list[sheets.Sheet], out: Path) -> None:
    """First whole, then written: a file is never left half-way."""
    content = BytesIO()
    paper = Paper(content, Fonts(), front.say("sheet.title"))
    for one in found:
        visit_sheet.draw(paper, one, front.say)
    paper.close()
    out.write_bytes(content.getvalue())
    front.tell("cli.visits.done", count=len(found), path=out)
    for words in dict.fromkeys(paper.shortened):
        front.warn("cli.visits.shortened", words=words)
    if paper.fonts.missing:
        front.warn("cli.visits.missing", signs="".join(sorted(paper.fonts.missing)))
