"""The demo: a made-up roster on the county's real list of villages, in a store of its own."""

from bot.demo.building import Size, open_demo
from bot.demo.cast import DemoCast, Player, cast

__all__ = ["DemoCast", "Player", "Size", "cast", "open_demo"]
