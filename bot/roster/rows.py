"""Reads one page: its headings, then each line into a row of the sheet's type, or into faults."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import cast

from bot.roster.cells import dated, point_fault, trim
from bot.roster.checks import Index, Key, is_repeated
from bot.roster.faults import Fault, Findings, ReadingError, shown
from bot.roster.headings import ABSENT, Slot, find_columns
from bot.roster.pages import MOST_ROWS, Cell, Page
from bot.roster.roster import Roster, Row
from bot.roster.sheets import SHEETS, Sheet


@dataclass(slots=True)
class Reading:
    """One roster while it is read: what came in, what was found fault with, and what was understood before."""

    roster: Roster = field(default_factory=Roster)
    findings: Findings = field(default_factory=Findings)
    indexes: dict[str, Index] = field(default_factory=lambda: {sheet.name: {} for sheet in SHEETS})
    passed_over: list[str] = field(default_factory=list)  # Records, which are not read.
    # Column name to what each text of it meant, where values repeat: one object serves all rows.
    meanings: dict[str, dict[Cell, object]] = field(default_factory=dict)


def read_page(page: Page, sheet: Sheet, reading: Reading) -> None:
    """Adds the page's rows to the roster; raises `ReadingError` where the rest of the file cannot be read."""
    for merged in page.merged:
        reading.findings.add(Fault("roster.fault.merged", page.source, value=merged))
    slots = _read_headings(page, sheet, reading.findings)
    if slots is None:
        return
    read = _LineReader(sheet, slots, page.source, reading).read
    rows: list[Row] = getattr(reading.roster, sheet.name)
    index, key_of = reading.indexes[sheet.name], _key_of(sheet)
    for number, cells in page.lines:
        row = read(number, cells)
        if row is not None and not is_repeated(row, index, key_of(row), reading.findings):
            rows.append(row)
            if len(rows) > MOST_ROWS:
                raise ReadingError("roster.fault.too_many_rows", str(MOST_ROWS))


def _read_headings(page: Page, sheet: Sheet, findings: Findings) -> list[Slot] | None:
    for number, cells in page.lines:
        if not _is_blank(cells):
            return find_columns(sheet, page.source, number, cells, findings)
    return find_columns(sheet, page.source, 1, (), findings) if page.is_file else None


def _key_of(sheet: Sheet) -> Callable[[Row], Key]:
    if len(sheet.key) > 1:
        return cast("Callable[[Row], Key]", attrgetter(*sheet.key))
    part = cast("Callable[[Row], str]", attrgetter(sheet.key[0]))
    return lambda row: (part(row),)


def _is_blank(cells: Sequence[Cell]) -> bool:
    return not any(not isinstance(cell, str) or cell.strip() for cell in cells)


class _LineReader:
    """Turns the lines of one page into rows."""

    def __init__(self, sheet: Sheet, slots: list[Slot], source: str, reading: Reading) -> None:
        self._make = cast("Callable[..., Row]", sheet.row)
        self._source = sys.intern(source)
        self._findings = reading.findings
        self._width = 1 + max(slot.place for slot in slots if slot.place != ABSENT)
        # Where values repeat, what each text means is looked up; elsewhere None.
        self._steps = [
            (slot, slot.place, reading.meanings.setdefault(slot.column.name, {}) if slot.column.repeats else None)
            for slot in slots
        ]
        names = [slot.column.name for slot in slots]
        self._point = (names.index("lat"), names.index("lon")) if "lat" in names else None

    def read(self, number: int, cells: Sequence[Cell]) -> Row | None:
        """The row of a line; None for a blank line, or for one with faults, which are noted."""
        values: list[object] = []
        faults: list[Fault] = []
        count = len(cells)
        for slot, place, meanings in self._steps:
            cell = cells[place] if place < count else ""
            try:
                if meanings is None or type(cell) is not str:
                    values.append(_meaning(slot, cell))
                elif cell in meanings:
                    values.append(meanings[cell])
                else:
                    values.append(meanings.setdefault(cell, _meaning(slot, cell)))
            except ReadingError as error:
                faults.append(self._fault(number, slot.heading, error, cell))
        if count > self._width and not _is_blank(cells[self._width :]):
            stray = next(cell for cell in cells[self._width :] if not _is_blank([cell]))
            faults.append(self._fault(number, "", ReadingError("roster.fault.heading_blank"), stray))
        if self._point is not None and not faults:
            faults += self._check_point(number, *(values[place] for place in self._point))
        if not faults:
            return self._make(self._source, number, *values)
        if not _is_blank(cells):
            for fault in faults:
                self._findings.add(fault)
        return None

    def _check_point(self, number: int, lat: object, lon: object) -> list[Fault]:
        error = point_fault(cast("float | None", lat), cast("float | None", lon))
        return [] if error is None else [self._fault(number, "", error, f"{lat}, {lon}")]

    def _fault(self, number: int, heading: str, error: ReadingError, cell: Cell) -> Fault:
        value = error.value or (cell if isinstance(cell, str) else cell[1])
        return Fault(error.key, self._source, number, heading, shown(value), error.allowed)


def _meaning(slot: Slot, cell: Cell) -> object:
    if type(cell) is not str:
        known = dated(slot.column.parse, cell[1]) if cell[0] == "roster.fault.date" else None
        if known is None:
            raise ReadingError(cell[0], value=cell[1])
        cell = known
    text = trim(cell)
    if text:
        return slot.column.parse(text)
    if slot.is_required:
        raise ReadingError("roster.fault.blank")
    return slot.column.blank
