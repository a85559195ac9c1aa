"""The command menus of a chat, by role. The descriptions are texts: `menu.` and the command."""

from bot.texts import Texts
from models.words import Language

RESIDENT = (
    "mine", "for", "two", "team", "card", "visits", "points", "published", "object", "public", "nominate", "vote",
    "mentor", "cancel", "lang", "help", "stop", "mydata", "erase", "guardian",
)  # fmt: skip
STEWARD = ("tasks", "visit", "due", "paper", "theme", "service", "join", "duty", "leave", *RESIDENT)
ADMIN = (
    "status", "open", "show", "why", "assign", "close", "roster", "offduty", "invite", "revoke", "broadcast",
    "unreachable", "grid", "left", "overdue", "drill", "give", "reverse", "award", "leader", "figures",
    *STEWARD,
)  # fmt: skip
MENUS = {"resident": RESIDENT, "steward": STEWARD, "admin": ADMIN}


def menu(texts: Texts, name: str, language: Language) -> list[tuple[str, str]]:
    """The commands of a menu with their descriptions in a language."""
    return [(command, texts.say(language, f"menu.{command}")) for command in MENUS.get(name, RESIDENT)]
