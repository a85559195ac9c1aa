"""Asks a process of its own for the files of a chart or a report: facts as JSON in, files as JSON out.

The service would carry the libraries for pictures, workbooks and pages in its memory for a few minutes of a month. In
go the facts of `bot.reports.facts`, out comes a list of `[kind, content in base64]`.
"""

import base64
import json
import subprocess
from collections.abc import Iterable
from typing import Any

from dispatch import children
from models.habits import OrderKind

PNG, PDF, XLSX = "image/png", "application/pdf", "application/x-xlsx"  # The last one's full name fits no column.
SECONDS = 120.0  # A report takes three, most of it the start of the process.


def answer(files: Iterable[tuple[str, bytes]]) -> str:
    """What that process says in the end."""
    return json.dumps([[mime, base64.b64encode(content).decode("ascii")] for mime, content in files])


def make(facts: dict[str, Any], seconds: float = SECONDS) -> list[tuple[str, bytes]]:
    """The files, each with its kind.

    Raises:
        subprocess.SubprocessError: it failed, or was not ready in time.
    """
    module = "bot.reports.chart" if facts["kind"] == OrderKind.CHART else "bot.reports.drawing"
    done = subprocess.run(  # noqa: S603 - our own module, and nothing from outside in the command.
        children.command(module), input=json.dumps(facts), capture_output=True, encoding="utf-8",
        env=children.environment(), timeout=seconds, check=True,
    )  # fmt: skip
    return [(mime, base64.b64decode(content)) for mime, content in json.loads(done.stdout)]
