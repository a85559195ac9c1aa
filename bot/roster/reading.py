"""Reads the roster: a folder of CSV files, one CSV file or one workbook; all of it or nothing."""

from pathlib import Path

from bot.roster.checks import check_agreement, check_references
from bot.roster.csvs import csv_page
from bot.roster.faults import Fault, ReadingError, shown
from bot.roster.headings import nearest
from bot.roster.records import is_record
from bot.roster.roster import Roster
from bot.roster.rows import Reading, read_page
from bot.roster.sheets import SHEETS, sheet_named
from bot.roster.workbooks import workbook_pages

CSV_ENDINGS = (".csv", ".tsv")
WORKBOOK_ENDINGS = (".xlsx", ".xlsm", ".xltx", ".xls", ".et")  # What is no .xlsx inside is refused with the reason.
SHEET_NAMES = ", ".join(f"{sheet.name}/{sheet.zh}" for sheet in SHEETS)


def read_roster(path: Path, passed_over: list[str] | None = None) -> Roster:
    """Everything that the files say; raises `RosterFaults` with what is to be mended, up to a limit.

    Records that only an export writes are not read; their names are added to `passed_over`.
    """
    reading = Reading(passed_over=passed_over if passed_over is not None else [])
    ending = path.suffix.casefold()
    if path.is_dir():
        _read_folder(path, reading)
    elif not path.is_file():
        _refuse(reading, path.name, ReadingError("roster.fault.no_file"))
    elif ending in CSV_ENDINGS:
        _read_csv(path, reading)
    elif ending in WORKBOOK_ENDINGS:
        _read_workbook(path, reading)
    else:
        _refuse(reading, path.name, ReadingError("roster.fault.file_kind", ".xlsx, .csv"))
    if not reading.findings.faults:  # Rows left out for faults of their own would make others look wrong.
        check_references(reading.roster, reading.indexes, reading.findings)
        check_agreement(reading.roster, reading.findings)
    reading.findings.settle()
    return reading.roster


def _read_folder(folder: Path, reading: Reading) -> None:
    files = [file for file in sorted(folder.iterdir()) if file.suffix.casefold() in CSV_ENDINGS]
    files = [file for file in files if not file.name.startswith((".", "~"))]
    for file in files:
        _read_csv(file, reading)
    if not files:
        _refuse(reading, folder.name, ReadingError("roster.fault.no_sheets", SHEET_NAMES))


def _read_csv(path: Path, reading: Reading) -> None:
    sheet = sheet_named(path.stem)
    if sheet is None:
        _without_sheet(reading, path.name, path.stem)
        return
    try:
        read_page(csv_page(path, sheet), sheet, reading)
    except (ReadingError, OSError) as error:
        _refuse(reading, path.name, error)


def _read_workbook(path: Path, reading: Reading) -> None:
    is_any = False
    try:
        with workbook_pages(path) as pages:
            for page in pages:
                is_any = True
                sheet = sheet_named(page.source)
                if sheet is None:
                    _without_sheet(reading, page.source, page.source)
                else:
                    read_page(page, sheet, reading)
        if not is_any:
            raise ReadingError("roster.fault.no_sheets", SHEET_NAMES)
    except (ReadingError, OSError) as error:
        _refuse(reading, path.name, error)


def _refuse(reading: Reading, source: str, error: ReadingError | OSError) -> None:
    if isinstance(error, OSError):
        error = ReadingError("roster.fault.not_readable", value=error.strerror or type(error).__name__)
    reading.findings.add(Fault(error.key, source, error.row, value=shown(error.value), allowed=error.allowed))


def _without_sheet(reading: Reading, source: str, name: str) -> None:
    if is_record(name):
        reading.passed_over.append(source)
        return
    slip = nearest(name, (known for sheet in SHEETS for known in sheet.names))
    key = "roster.fault.sheet_near" if slip else "roster.fault.sheet_unknown"
    reading.findings.add(Fault(key, source, value=shown(name), allowed=SHEET_NAMES, nearest=slip))
