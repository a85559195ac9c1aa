"""Pages for the printer: contact cards, and whatever else people hold in their hands."""

from bot.print.fonts import BadFont, Fonts
from bot.print.paper import HEIGHT, WIDTH, Paper

__all__ = ["HEIGHT", "WIDTH", "BadFont", "Fonts", "Paper"]
