"""Imports run one way, none is hidden in a function, there is no cycle, and no file of ours is too long to be read."""

import ast
from dataclasses import dataclass, field
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = {"models": set(), "dispatch": {"models"}, "web": {"dispatch", "models"}, "bot": {"web", "dispatch", "models"}}
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

LONGEST = 400  # Lines of a file that somebody writes and reads. Data and lock files are of no such length.
WRITTEN = (".py", ".js", ".css", ".html", ".yaml", ".po", ".md")
NOT_OURS = {"build"}


@dataclass(frozen=True)
class Source:
    """What these tests ask of a file: its imports, and the lines of its functions. The tree itself is let go."""

    imports: list[ast.Import | ast.ImportFrom] = field(default_factory=list)
    functions: list[range] = field(default_factory=list)


@cache
def sources() -> dict[str, Source]:
    """Each file of the four rooms by its place, read and parsed once for all tests."""
    files = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    return {path.relative_to(ROOT).as_posix(): source(path.read_text()) for path in files}


def source(code: str) -> Source:
    """One file. Expressions hold no imports and are passed over, which takes a fifth of the time."""
    found, nodes = Source(), [*ast.iter_child_nodes(ast.parse(code))]
    for node in nodes:
        nodes += [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr)]
        if isinstance(node, ast.Import | ast.ImportFrom):
            found.imports.append(node)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.functions.append(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return found


@cache
def imported() -> dict[str, set[str]]:
    """The modules that each file imports, as far down as they are modules."""
    known, found = {module(path) for path in sources()}, {}
    for path, source in sources().items():
        names = found[path] = set()
        for node in source.imports:
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif node.module and node.level == 0:
                wholes = {f"{node.module}.{alias.name}" for alias in node.names}
                names |= {whole if whole in known else node.module for whole in wholes}
    return found


def module(path: str) -> str:
    """The dotted name of a file."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def test_a_file_keeps_to_its_room() -> None:
    wrong = []
    for path, names in imported().items():
        room = path.partition("/")[0]
        banned = {*ROOMS} - {room, *ROOMS[room]}
        banned |= {one for place, known in NOT_FROM.items() if path.startswith(f"{place}/") for one in known}
        wrong += [f"{path}: {name}" for name in names if any(f"{name}.".startswith(f"{one}.") for one in banned)]
    assert not wrong, "\n".join(["ROOMS and NOT_FROM say what a file may not import", *sorted(wrong)])


def test_no_import_is_hidden_in_a_function() -> None:
    hidden = [
        f"{path}:{node.lineno}"
        for path, source in sources().items()
        for node in source.imports
        if any(node.lineno in lines for lines in source.functions)
    ]
    assert not hidden, "\n".join(hidden)


def test_there_is_no_cycle() -> None:
    known = {module(path) for path in sources()}
    graph = {module(path): names & known - {module(path)} for path, names in imported().items()}
    assert len(list(TopologicalSorter(graph).static_order())) >= len(known)


def test_no_file_is_longer_than_it_may_be() -> None:
    tops = [path for path in ROOT.iterdir() if path.name not in NOT_OURS and not path.name.startswith(".")]
    files = [path for top in tops for path in (top, *top.rglob("*")) if path.suffix in WRITTEN]
    counts = {path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines()) for path in files}
    assert set(WRITTEN) == {path.suffix for path in files}
    long = [f"{path}: {count}" for path, count in sorted(counts.items()) if count > LONGEST]
    assert not long, "\n".join([f"above {LONGEST} lines", *long])
