"""Where a code can be opened: in Telegram, when the bot's name can be asked for, and in the web chat."""

from collections.abc import Callable

from bot.cli import telegram
from bot.config import Config


def links(settings: Config) -> Callable[[str], dict[str, str]]:
    """Asks for the bot's name once; returns what gives the links of a code, the best first."""
    bases = {}
    if settings.token is not None:
        bot = telegram.look(settings)
        if bot.name:
            bases["telegram"] = f"https://t.me/{bot.name}?start="
    base = settings.web.public_url or f"http://{settings.web.host}:{settings.web.port}"
    bases["web"] = f"{base}/i/"
    return lambda code: {name: before + code for name, before in bases.items()}
