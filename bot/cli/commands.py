"""The command line as a whole: its commands by name, and their help in the reader's language."""

import os
import sys
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from bot.cli import table
from bot.cli.front import language_of, texts
from models.words import Language


class InTheReadersLanguage(TyperGroup):
    """Loads a command when it is looked up."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All names, in the table's order."""
        return list(table.COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command behind a name."""
        if cmd_name not in table.COMMANDS:
            return None
        alone = _typer()
        alone.command(cmd_name, cls=Explained)(table.command(cmd_name))
        return get_command(alone)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The list of commands under a sentence about the whole."""
        self.help = texts().say(_wished(), "cli.help")
        super().format_help(ctx, formatter)


class Explained(TyperCommand):
    """A command whose options carry text keys as their help. They are said when somebody reads them, and only then."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """What it does, and its options."""
        language = _wished()
        self.help = texts().say(language, f"cli.{self.name}.help")
        options: list[Any] = self.params
        for option in options:
            if (option.help or "").startswith("cli."):
                option.help = texts().say(language, option.help)
        super().format_help(ctx, formatter)

    def get_short_help_str(self, limit: int = 45) -> str:
        """Its line in the list of commands."""
        self.help = texts().say(_wished(), f"cli.{self.name}.help")
        return super().get_short_help_str(limit)


def _wished() -> Language:
    """The language before any config is read: what the line says, else what the machine speaks."""
    words = sys.argv[1:]
    said = next((words[place + 1] for place, word in enumerate(words[:-1]) if word == "--lang"), "")
    said = said or next((word.partition("=")[2] for word in words if word.startswith("--lang=")), "")
    return language_of(said or os.environ.get("RED_STEWARD__LOCALE", "") or os.environ.get("LANG", ""))


def _typer(**more: Any) -> typer.Typer:
    return typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, **more)


app = _typer(cls=InTheReadersLanguage, no_args_is_help=True)


@app.callback()
def _together() -> None:
    """Makes it a group; all it says is in the texts."""
