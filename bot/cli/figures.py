"""`figures` and `report`: the counts of an area for a script or a reader, and its month as a workbook and a page."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from bot.cli.front import WRONG_USE, AsJson, ConfigPath, Front, Lang, as_json, at_front
from bot.reports import facts, page, workbook
from dispatch.figures import area, counting, months
from dispatch.figures.area import Place
from dispatch.figures.months import Month
from models.clock import SystemClock
from models.habits import OrderKind

Code = Annotated[str, typer.Option("--area", metavar="CODE", help="cli.option.figures_area")]
Name = Annotated[str, typer.Option("--month", metavar="2026-03", help="cli.option.figures_month")]
WRITERS = {".xlsx": workbook.write, ".pdf": page.draw}


def figures(code: Code, month: Name = "", config: ConfigPath = None, lang: Lang = None, json: AsJson = False) -> None:
    with at_front(config, lang) as front, front.ready() as store, store.read() as conn:
        place, when = _asked(front, conn, code, month)
        found = counting.sums(counting.counts(conn, area.villages(conn, place), when))
        if json:
            as_json({"area": place.code, "month": when.name, "figures": found})
            return
        for key, count in found.items():
            typer.echo(front.say("figures.line", figure=front.say(f"figure.{key}"), count=count))


def report(
    code: Code,
    out: Annotated[Path, typer.Option(metavar="FILE.xlsx|.pdf", help="cli.option.report_out")],
    month: Name = "",
    config: ConfigPath = None,
    lang: Lang = None,
) -> None:
    with at_front(config, lang) as front, front.ready() as store:
        writer = WRITERS.get(out.suffix.lower())
        if writer is None or not out.parent.is_dir():
            front.warn("cli.report.out", path=out)
            raise typer.Exit(WRONG_USE)
        rules = front.config.dispatch
        with store.read() as conn:
            place, when = _asked(front, conn, code, month)
            at = f"{rules.local(SystemClock().now()):%Y-%m-%d}"
            found = facts.gather(conn, rules, OrderKind.REPORT, place, when, front.language, at)
        out.write_bytes(writer(found))
        front.tell("cli.report.done", area=place.name, month=when.name, path=out)


def _asked(front: Front, conn: Connection, code: str, name: str) -> tuple[Place, Month]:
    """The area and the month; without a month the last that is over and settled."""
    rules = front.config.dispatch
    month = months.named(rules, name) if name else months.complete(rules, SystemClock().now())
    place = area.by_code(conn, code)
    if place is None:
        raise front.fail("cli.figures.no_area", code=code)
    return place, month
