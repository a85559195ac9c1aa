"""The command `red-steward`: one file for each small group of its commands."""

import gc
import os
from importlib import import_module

THRESHOLDS = (100_000, 20, 20)
"""When the collector looks. By Python's own measure it takes a tenth of a start, and finds nothing there."""


def main() -> None:
    """What the installed command runs."""
    os.umask(0o077)  # Database, exports and lists hold phones: whatever is written is for its owner alone.
    gc.set_threshold(*THRESHOLDS)
    import_module("bot.cli.commands").app()
