"""Imports run one way, none is hidden in a function, and there is no cycle."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = {"models": set(), "dispatch": {"models"}, "web": {"dispatch", "models"}, "bot": {"web", "dispatch", "models"}}
FILES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
# Channels know only the conversation's message types; conversations know no channel, no command line, no SQL.
NOT_FROM = {
    "bot/channels": ("bot.conversation.flow", "bot.conversation.script", "bot.cli", "bot.app", "web"),
    "bot/conversation": (
        "bot.channels",
        "bot.app",
        "bot.cli",
        "bot.config",
        "web",
        "telegram",
        "starlette",
        "sqlalchemy",
    ),
    "dispatch": ("telegram", "aiohttp", "starlette", "asyncio"),
    "models": ("telegram", "aiohttp", "starlette", "asyncio"),
}


def module(path: Path) -> str:
    """The dotted name of a file."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(tree: ast.AST, known: set[str]) -> set[str]:
    """The modules that a file imports, as far down as they are modules."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found.add(whole if whole in known else node.module)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_keeps_to_its_room(path: Path) -> None:
    tree, room = ast.parse(path.read_text()), path.relative_to(ROOT).parts[0]
    ours = {name for name in imported(tree, set()) if name.split(".")[0] in ROOMS}
    beside = {name for name in ours if name.split(".")[0] not in {room, *ROOMS[room]}}
    assert not beside, f"{room} may import {ROOMS[room] or 'nothing of ours'}"
    for place, banned in NOT_FROM.items():
        if str(path.relative_to(ROOT)).startswith(f"{place}/"):
            wrong = {name for name in imported(tree, set()) for one in banned if f"{name}.".startswith(f"{one}.")}
            assert not wrong, f"{place} must not know these"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_import_is_hidden_in_a_function(path: Path) -> None:
    functions = (
        n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    hidden = [n.lineno for f in functions for n in ast.walk(f) if isinstance(n, ast.Import | ast.ImportFrom)]
    assert not hidden


def test_there_is_no_cycle() -> None:
    known = {module(path) for path in FILES}
    graph = {module(path): imported(ast.parse(path.read_text()), known) & known - {module(path)} for path in FILES}
    assert len(list(TopologicalSorter(graph).static_order())) >= len(known)


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_is_longer_than_it_may_be(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400
