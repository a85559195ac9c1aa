"""The commands in the order in which they are listed, and where each lives; a module is loaded when it is needed.

So a long-running `run` carries neither spreadsheets nor QR codes in its memory, and starts at once.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

COMMANDS = {
    "demo": ("demo", "demo"),
    "run": ("run", "run"),
    "init": ("begin", "init"),
    "doctor": ("check", "doctor"),
    "migrate": ("begin", "migrate_"),
    "import": ("rosters", "import_"),
    "export": ("rosters", "export"),
    "invite": ("invite", "invite"),
    "grid": ("grid", "grid"),
    "cards": ("cards", "cards"),
    "visits": ("visits", "visits"),
    "points": ("points", "points"),
    "figures": ("figures", "figures"),
    "report": ("figures", "report"),
    "backup": ("keep", "backup"),
    "restore": ("keep", "restore"),
    "status": ("check", "status"),
}


def module(name: str) -> Any:
    """The module of this package by its name."""
    return import_module(f"bot.cli.{name}")


def command(name: str) -> Callable[..., None]:
    """The function behind a command."""
    where, function = COMMANDS[name]
    found: Callable[..., None] = getattr(module(where), function)
    return found
