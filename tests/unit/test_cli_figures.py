"""`figures` and `report` on the command line."""

import json
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
from typer.testing import CliRunner, Result

from bench import county
from bot.cli.commands import app
from models.store import Store
from tests.conftest import stamp

RUN = CliRunner()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(f"database: {{url: 'sqlite:///{tmp_path / 'figures.db'}'}}\nlocale: en\n")
    store = stamp(Store(f"sqlite:///{tmp_path / 'figures.db'}"))
    county.fill(store, county.Size(villages=2, stewards=3, households=10))
    store.close()
    return path


def _run(*words: str) -> Result:
    return RUN.invoke(app, list(words))


def test_figures_for_a_reader_and_for_a_script(config: Path) -> None:
    said = _run("figures", "--config", str(config), "--area", county.COUNTY, "--month", "2026-03")
    assert said.exit_code == 0, said.output
    assert "stewards: 6" in said.output
    found = json.loads(_run("figures", "--config", str(config), "--area", county.code(0), "--json").stdout)
    assert (found["area"], found["figures"]["households"]) == (county.code(0), 10)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--area", "999"), 1, "no area with the code 999"),
        (("--area", county.COUNTY, "--month", "x"), 1, "is no month"),
    ],
)
def test_what_is_not_there_is_said(config: Path, words: tuple[str, ...], code: int, told: str) -> None:
    said = _run("figures", "--config", str(config), *words)
    assert said.exit_code == code
    assert told in said.output


def test_a_report_as_workbook_and_as_page(config: Path, tmp_path: Path) -> None:
    for name in ("r.xlsx", "r.pdf"):
        said = _run("report", "--config", str(config), "--area", county.TOWNSHIP, "--out", str(tmp_path / name))
        assert said.exit_code == 0, said.output
    page = openpyxl.load_workbook(tmp_path / "r.xlsx").active
    assert page is not None
    assert [line[0].value for line in page.iter_rows(min_row=4)] == [county.code(0), county.code(1), None]
    document = pypdfium2.PdfDocument(tmp_path / "r.pdf")
    assert len(document) == 1
    document.close()


def test_a_file_of_another_kind_is_refused(config: Path, tmp_path: Path) -> None:
    said = _run("report", "--config", str(config), "--area", county.TOWNSHIP, "--out", str(tmp_path / "r.doc"))
    assert said.exit_code == 2
    assert "ends in .xlsx or .pdf" in said.output
    assert not (tmp_path / "r.doc").exists()
