"""The command `red-steward`: one file for each small group of its commands."""

from bot.cli.commands import app


def main() -> None:
    """What the installed command runs."""
    app()


__all__ = ["app", "main"]
