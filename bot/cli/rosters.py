"""`import` and `export`: the roster from files into the store, and back."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.bar import bar
from bot.cli.front import PROBLEM, AsJson, ConfigPath, Front, Lang, as_json, at_front
from bot.roster import RECORDS, SHEETS, RosterFaults, Row, read_roster, write_roster
from dispatch import roster
from dispatch.division import repairing
from dispatch.division.solver import Solver
from dispatch.guardians import naming
from dispatch.work import Work
from models.clock import SystemClock
from models.migrate import migrate
from models.store import Store

_KINDS = {sheet.name: sheet.row for sheet in SHEETS + RECORDS}


class _DryRun(Exception):
    """Leaves the transaction without a commit; carries what it would have come to."""

    def __init__(self, report: roster.Report) -> None:
        super().__init__()
        self.report = report


def import_(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="cli.option.roster")],
    config: ConfigPath = None,
    lang: Lang = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="cli.option.dry_run")] = False,
    json: AsJson = False,
) -> None:
    with at_front(config, lang) as front, front.store() as store:
        migrate(store)
        try:
            outcome = _import(front, store, path, dry_run=dry_run)
        except RosterFaults as refusal:
            _refuse(
                front,
                [(one.sheet, one.row, one.column, one.key, one.params) for one in refusal.faults],
                refusal.more,
                json,
            )
        except roster.Refused as refusal:
            told = [(one.source, one.line, one.column, one.key, asdict(one)) for one in refusal.faults]
            _refuse(front, told, refusal.more, json)
        else:
            _tell(front, outcome, dry_run=dry_run, json=json)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What an import came to, how many households got another steward by it, and for how many a guardian was asked."""

    report: roster.Report
    relinked: int = 0
    guardians: int = 0
    passed_over: tuple[str, ...] = ()  # Files with records, which are not read.


def _import(front: Front, store: Store, path: Path, *, dry_run: bool) -> _Outcome:
    with bar(front.say("cli.import.reading")) as report:
        passed_over: list[str] = []
        rows = read_roster(path, passed_over)
        report(1, 1)
    try:
        with bar(front.say("cli.import.writing")) as report, store.write() as conn:
            work = Work(conn, SystemClock().now(), front.config.dispatch)
            done = roster.write(conn, work.now, work.rules, rows, progress=report)
            if dry_run:
                raise _DryRun(done)
            with Solver() as solver:
                relinked = repairing.settle(work, done.moved, solver)
            asked = naming.by_roster(work, done.wards)
            work.flush()
            return _Outcome(done, relinked, asked, tuple(passed_over))
    except _DryRun as stop:
        return _Outcome(stop.report, passed_over=tuple(passed_over))


def _tell(front: Front, outcome: _Outcome, *, dry_run: bool, json: bool) -> None:
    report, relinked = outcome.report, outcome.relinked
    if json:
        sheets = {name: asdict(one) for name, one in report.counts.items()}
        counted = {"relinked": relinked, "guardians": outcome.guardians, "passed_over": outcome.passed_over}
        as_json({"dry_run": dry_run, "sheets": sheets, **counted})
        return
    if outcome.passed_over:
        front.tell("cli.import.passed_over", names=", ".join(outcome.passed_over))
    for name, one in report.counts.items():
        if one.added or one.changed or one.unchanged:
            front.tell("cli.import.sheet", sheet=name, **asdict(one))
    if relinked:
        front.tell("cli.import.relinked", count=relinked)
    if outcome.guardians:
        front.tell("cli.import.guardians", count=outcome.guardians)
    elif not report.changes:
        front.tell("cli.import.nothing_new")
    if report.changes and dry_run:
        front.tell("cli.import.dry_run")


def _refuse(front: Front, faults: list[tuple[str, int, str, str, dict[str, Any]]], more: int, json: bool) -> None:
    lines = []
    for source, row, column, key, params in faults:
        place = ", ".join(filter(None, (source, front.say("cli.import.row", row=row) if row else "", column)))
        lines.append({"source": source, "row": row, "column": column, "key": key, "text": front.say(key, **params)})
        if not json:
            typer.echo(f"{place}: {lines[-1]['text']}", err=True)
    if json:
        as_json({"faults": lines, "more": more})
    else:
        front.warn("cli.import.refused", count=len(faults) + more, more=more)
    raise typer.Exit(PROBLEM)


def export(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="cli.option.export_to")],
    config: ConfigPath = None,
    lang: Lang = None,
    within: Annotated[str, typer.Option(metavar="CODE", help="cli.option.within")] = "",
) -> None:
    with at_front(config, lang) as front, front.ready() as store, store.read() as conn:
        counted = [0]
        with bar(front.say("cli.export.writing")) as report:
            write_roster(
                path,
                _rows(front, conn, within, counted, report),
                "zh" if front.language == "zh" else "en",
            )
        front.tell("cli.export.done", count=counted[0], path=path)


def _rows(front: Front, conn: Any, within: str, counted: list[int], report: Any) -> Iterator[Row]:
    zone = front.config.dispatch.zone
    for sheet, values in chain(roster.export_rows(conn, within, zone), roster.export_records(conn, within, zone)):
        counted[0] += 1
        if counted[0] % 1000 == 0:
            report(counted[0], None)
        if sheet == "publications":
            values["title"] = front.say(values["title"]["key"], **values["title"]["params"])
        yield _KINDS[sheet]("export", counted[0], **values)
