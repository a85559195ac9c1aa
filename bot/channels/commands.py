"""A command as people type it, on any channel: a slash, a name, perhaps the bot's name, and the rest."""

import re

_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)


def parse(text: str) -> tuple[str, str] | None:
    """Name in lower case and arguments; None when the text is no command."""
    match = _COMMAND.fullmatch(text.strip())
    return (match[1].casefold(), (match[2] or "").strip()) if match else None
