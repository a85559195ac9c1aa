"""Roster files for the tests: written from texts, and read for their faults."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from bot.roster import Fault, RosterFaults, read_roster

Files = Callable[..., Path]
Faults = Callable[[Path], tuple[Fault, ...]]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """A folder with one CSV file for each keyword; texts are saved as UTF-8, bytes as they are."""

    def write(**contents: str | bytes) -> Path:
        for name, content in contents.items():
            saved = content.encode() if isinstance(content, str) else content
            (tmp_path / f"{name}.csv").write_bytes(saved)
        return tmp_path

    return write


@pytest.fixture
def workbook(tmp_path: Path) -> Files:
    """A workbook with one sheet for each keyword, given as lists of cells."""

    def write(**sheets: list[list[object]]) -> Path:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(row)
        path = tmp_path / "roster.xlsx"
        book.save(path)
        return path

    return write


@pytest.fixture
def faults() -> Faults:
    """What is wrong with the files at a path."""

    def read(path: Path) -> tuple[Fault, ...]:
        with pytest.raises(RosterFaults) as raised:
            read_roster(path)
        assert all(str(fault) for fault in raised.value.faults)
        return raised.value.faults

    return read
