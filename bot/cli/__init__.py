"""The command `red-steward`: one file for each small group of its commands."""

import gc
from importlib import import_module

THRESHOLDS = (100_000, 20, 20)
"""When the collector looks. By Python's own measure it takes a tenth of a start, and finds nothing there."""


def main() -> None:
    """What the installed command runs."""
    gc.set_threshold(*THRESHOLDS)
    import_module("bot.cli.commands").app()
