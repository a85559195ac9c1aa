"""What the documentation names is there: files, commands, faults, headings; and it sends nobody to a foreign host."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command

from bot.cli.commands import app
from bot.roster import RECORDS, SHEETS

ROOT = Path(__file__).resolve().parents[2]
ADRS = sorted((ROOT / "docs" / "adr").glob("*.md"))
PAGES = [*(ROOT / name for name in ("README.md", "CHANGELOG.md")), *sorted((ROOT / "docs").glob("*.md")), *ADRS]
HOSTS = {"127.0.0.1", "localhost", "api.telegram.org", "www.apache.org"}
PLACES = ("models/", "dispatch/", "bot/", "web/", "tests/", "bench/", "docs/")
TOP = r"[A-Za-z][\w-]*\.(?:md|toml|yaml|py)|LICENSE|Makefile"
WRITTEN = {"config.yaml", "polling.py", "webhook.py", "sending.py", "webchat.py"}  # One's own, or short for a path.

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def _named(text: str) -> set[str]:
    """The paths of ours that stand in backticks, without a remark such as a function's name behind them."""
    quoted = {word.strip() for word in re.findall(r"`([^`\n]+)`", text)}
    return {word for word in quoted if word.startswith(PLACES) or re.fullmatch(TOP, word)} - WRITTEN


@every_page
def test_every_file_that_is_named_exists(page: Path) -> None:
    missing = [name for name in sorted(_named(page.read_text())) if not (ROOT / name).exists()]
    assert not missing


@every_page
def test_every_command_that_is_named_exists(page: Path) -> None:
    group: Any = get_command(app)
    commands = set(group.list_commands(typer.Context(group)))
    named = set(re.findall(r"red-steward (?!--)([a-z]+)(?=[ `\n])", "\n".join(_code(page.read_text()))))
    assert named <= commands


def _code(text: str) -> list[str]:
    """What stands in backticks and in blocks of shell, without the remarks."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    lines = [line.partition("#")[0] + "\n" for block in blocks for line in block.splitlines()]
    return lines + [f"{quoted}\n" for quoted in re.findall(r"`([^`\n]+)`", text)]


@every_page
def test_every_target_of_make_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = page.read_text()
    named = set(re.findall(r"^make ([a-z-]+)|`make ([a-z-]+)`", text, re.MULTILINE))
    if page.name != "lifecycle.md":  # Its head is its maker's.
        assert {one or other for one, other in named} <= targets


@every_page
def test_nobody_is_sent_to_a_foreign_host(page: Path) -> None:
    hosts = set(re.findall(r"https?://([\w.-]+\w)", page.read_text()))
    assert {host for host in hosts - HOSTS if not host.endswith("example.org")} == set()


def test_every_fault_is_explained_to_the_operator() -> None:
    sources = [ROOT / "dispatch" / "health.py", *sorted((ROOT / "bot" / "cli").glob("*.py")), ROOT / "web" / "watch.py"]
    text = "\n".join(source.read_text() for source in sources)
    names = set(re.findall(r"\bFault\(\s*\"(\w+)\"|_silent\(conn, now, \"(\w+)\"|\"name\": \"(\w+)\"", text))
    faults = {name for found in names for name in found if name}
    assert {"database", "schema", "hold", "sweep", "poller", "token", "requests", "inbox"} <= faults
    told = (ROOT / "docs" / "operate.md").read_text()
    assert {name for name in faults if f"| `{name}` |" not in told} == set()


ROSTER = ("roster.md", "roster-together.md")


def test_every_heading_of_the_roster_is_explained() -> None:
    told = "".join((ROOT / "docs" / name).read_text() for name in ROSTER)
    for sheet in SHEETS:
        section = told.partition(f"### `{sheet.name}` · {sheet.zh}\n")[2].partition("\n### ")[0]
        for column in sheet.columns:
            star = "*" if column in sheet.required else ""
            row = f"| `{column.name}`{star} | {column.zh} | {', '.join(column.others)} |"
            assert row in section, f"{sheet.name}: {row}"


def test_every_heading_of_the_records_is_explained() -> None:
    told = "".join((ROOT / "docs" / name).read_text() for name in ROSTER)
    for sheet in RECORDS:
        section = told.partition(f"### `{sheet.name}` · {sheet.zh}\n")[2].partition("\n### ")[0]
        for column in sheet.columns:
            assert f"| `{column.name}` | {column.zh} |" in section, f"{sheet.name}: {column.name}"


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(adr.name[:4]) for adr in ADRS] == list(range(1, len(ADRS) + 1))
    for adr in ADRS:
        heads = re.findall(r"^#+ (.+)$", adr.read_text(), re.MULTILINE)
        assert heads[0].startswith(f"{adr.name[:4]}. ")
        assert heads[1:] == ["Status", "Context", "Decision", "Consequences", "Where in the code"]
