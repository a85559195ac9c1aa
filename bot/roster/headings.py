"""Finds the columns of a sheet by its headings, in either language and in any order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.roster.cells import trim
from bot.roster.faults import Fault, Findings, ReadingError, shown
from bot.roster.pages import MOST_COLUMNS, Cell
from bot.roster.sheets import Column, Sheet, spelling

ALIKE = 60.0  # Of 100: how much a word must look like an allowed one to be taken for a slip of the pen.
ABSENT = MOST_COLUMNS  # The place of a column that the file does not have: right of everything.


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a column stands in this file and what its heading says there."""

    column: Column
    place: int  # From 0, or ABSENT.
    heading: str
    is_required: bool


def find_columns(
    sheet: Sheet, source: str, number: int, cells: Sequence[Cell], findings: Findings
) -> list[Slot] | None:
    """One slot for each of the sheet's columns, in their order; None and faults where the headings do not fit."""
    known = {spelling(heading): column for column in sheet.columns for heading in column.headings}
    found: dict[str, tuple[int, str]] = {}
    faults: list[Fault] = []
    for place, cell in enumerate(cells):
        heading = _heading(cell)
        if not heading:
            continue
        column = known.get(spelling(heading))
        if column is None:
            faults.append(_unknown(sheet, source, number, heading))
        elif column.name in found:
            faults.append(Fault("roster.fault.heading_twice", source, number, value=shown(heading)))
        else:
            found[column.name] = (place, heading)
    faults += [
        Fault("roster.fault.heading_missing", source, number, allowed=f"{column.name}/{column.zh}")
        for column in sheet.required
        if column.name not in found
    ]
    for fault in faults:
        findings.add(fault)
    if faults:
        return None
    required = set(sheet.required)
    return [Slot(column, *found.get(column.name, (ABSENT, "")), column in required) for column in sheet.columns]


def nearest(word: str, allowed: Iterable[str]) -> str:
    """The allowed word that `word` was probably meant to be, or nothing."""
    match = process.extractOne(word, list(allowed), scorer=fuzz.ratio, processor=spelling, score_cutoff=ALIKE)
    return match[0] if match else ""


def _heading(cell: Cell) -> str:
    try:
        return trim(cell) if isinstance(cell, str) else cell[1]
    except ReadingError:  # A formula; as a heading it is simply unknown.
        return str(cell)


def _unknown(sheet: Sheet, source: str, number: int, heading: str) -> Fault:
    slip = nearest(heading, (known for column in sheet.columns for known in column.headings))
    return Fault(
        "roster.fault.heading_near" if slip else "roster.fault.heading_unknown",
        source,
        number,
        value=shown(heading),
        allowed=", ".join(f"{column.name}/{column.zh}" for column in sheet.columns),
        nearest=slip,
    )
