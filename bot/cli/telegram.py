"""One question to Telegram, for commands: is the token good, what is the bot called, what time is it there."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from bot.config import Config

_TIMEOUT = 5.0  # Seconds.


@dataclass(frozen=True, slots=True)
class Look:
    """What getMe said. `refused`: the token is wrong. `skew` is how many seconds our clock is ahead of the server's."""

    name: str = ""
    refused: bool = False
    why: str = ""
    skew: float | None = None


def look(config: Config) -> Look:
    """Ask getMe; whatever goes wrong is told in the answer, without the token."""
    url = f"{config.telegram.api_url}/bot{config.token}/getMe"
    try:
        with urllib.request.urlopen(url, timeout=_TIMEOUT) as answer:  # noqa: S310 - config allows http and https only.
            found = json.load(answer)
            return Look(name=str(found["result"]["username"]), skew=_skew(answer.headers.get("Date")))
    except urllib.error.HTTPError as fault:
        with fault:
            return Look(
                refused=fault.code in (401, 404), why=f"HTTP {fault.code}", skew=_skew(fault.headers.get("Date"))
            )
    except (OSError, ValueError, KeyError, TypeError) as fault:
        reason = getattr(fault, "reason", None)
        return Look(why=str(reason or type(fault).__name__).replace(str(config.token), "…"))


def _skew(date: str | None) -> float | None:
    try:
        there = parsedate_to_datetime(date or "")
    except ValueError:
        return None
    return (datetime.now(UTC) - there).total_seconds() if there.tzinfo else None
