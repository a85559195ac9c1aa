"""Writes docs/lifecycle.md from the table in dispatch/lifecycle.py: `python -m docs.make_lifecycle`."""

from pathlib import Path

from dispatch.lifecycle import CLOCKS, TABLE
from dispatch.rules import Rules

HEAD = """# The life of a request

Made from the table in `dispatch/lifecycle.py` by `make docs`; do not edit.

| at | on | by | to | who is told |
|---|---|---|---|---|
"""


def page() -> str:
    """The whole page."""
    rows = [
        f"| {move.at} | {move.on} | {', '.join(str(role) if role else 'the clock' for role in move.by)} "
        f"| {move.to} | {', '.join(move.tell) or '–'} |"
        for move in TABLE
    ]
    rules = Rules()
    clocks = [
        f"| {state} | {due} | {getattr(rules, name).total_seconds() / 60:g} min (`dispatch.{name}`) |"
        for state, (due, name) in CLOCKS.items()
    ]
    clocks.insert(0, "| waiting, offered | climb | the rung's `wait` or `repeat` |")
    tail = "\n## The clock of each state\n\n| state | what the sweep does then | after |\n|---|---|---|\n"
    return HEAD + "\n".join(rows) + "\n" + tail + "\n".join(clocks) + "\n"


if __name__ == "__main__":
    Path(__file__).with_name("lifecycle.md").write_text(page())
