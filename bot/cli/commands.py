"""The command line as a whole: its commands by name, and their help in the reader's language."""

import os
import sys
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from bot.cli import table
from bot.cli.front import language_of, texts
from models.words import Language


class InTheReadersLanguage(TyperGroup):
    """Loads a command when it is looked up. Options carry text keys as their help, which are said then."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All names, in the table's order."""
        return list(table.COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command with its help said."""
        if cmd_name not in table.COMMANDS:
            return None
        language, alone = _wished(), _typer()
        alone.command(cmd_name)(table.command(cmd_name))
        command: Any = get_command(alone)
        command.help = texts().say(language, f"cli.{cmd_name}.help")
        for option in command.params:
            key = getattr(option, "help", None)
            if key and key.startswith("cli."):
                option.help = texts().say(language, key)
        return command

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The list of commands under a sentence about the whole."""
        self.help = texts().say(_wished(), "cli.help")
        super().format_help(ctx, formatter)


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
