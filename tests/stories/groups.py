"""A group chat in a story, with our bot in it; only Telegram has such a thing."""

from dataclasses import dataclass
from typing import Any

from tests.stories.world import Neighbour, World


@dataclass
class Group:
    """A group in which neighbours talk with each other."""

    world: World
    chat: Any  # tests.standin.Group

    def says(self, who: Neighbour, text: str, reply_to: Any = None) -> Any:
        """Somebody writes into the group; returns the message."""
        message = self._person(who).says(text, chat=self.chat.chat, reply_to=reply_to)
        self.world.settle()
        return message

    def does(self, what: str, by: Neighbour) -> "Group":
        """`migrates`, `adds_bot`, `removes_bot`: somebody changes the group."""
        getattr(self.chat, what)(self._person(by))
        self.world.settle()
        return self

    @property
    def heard(self) -> list[str]:
        """What we said in the group."""
        return list(self.chat.heard)

    @property
    def ours(self) -> Any:
        """Our last message there."""
        return self.chat.from_bot[-1]

    def addresses(self) -> list[str]:
        """Where the buttons of our last message there lead."""
        rows = self.ours.get("reply_markup", {}).get("inline_keyboard", [])
        return [one["url"] for row in rows for one in row]

    def _person(self, who: Neighbour) -> Any:
        return self.world.line._person(who)


def group(world: World, number: int = -50, title: str = "三组邻居群") -> Group:
    """A group with the bot in it."""
    return Group(world, world.line.server.group(number, title))
