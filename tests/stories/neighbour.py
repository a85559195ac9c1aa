"""One person of the village with one chat: what they say and do, and what they hear and see on their screen."""

import math
from dataclasses import dataclass
from typing import Any, Protocol

from dispatch import geo

CENTRE = geo.Point(40.146, 118.305)


def place(east: float, north: float) -> geo.Point:
    """The point so many metres east and north of the village's centre."""
    return geo.Point(CENTRE.lat + north / 111_040, CENTRE.lon + east / (111_320 * math.cos(math.radians(CENTRE.lat))))


class Village(Protocol):
    """What a person needs of the world around them: the ends of the wire, and that what they do takes its course."""

    line: Any

    def settle(self) -> None: ...


@dataclass
class Neighbour:
    """One person with one chat, on whichever channel the story runs."""

    world: Village
    id: int
    name: str
    address: str

    def says(self, text: str) -> "Neighbour":
        """Write a message, or a command, and let everything that follows from it happen."""
        self.world.line.says(self, text)
        self.world.settle()
        return self

    def sends(self, kind: str, text: str = "") -> "Neighbour":
        """Send a photo, voice or video."""
        self.world.line.sends(self, kind, text)
        self.world.settle()
        return self

    def is_at(self, east: float, north: float) -> "Neighbour":
        """Send a place, in metres from the village's centre."""
        self.world.line.is_at(self, place(east, north))
        self.world.settle()
        return self

    def does(self, what: str, *how: Any, **more: Any) -> "Neighbour":
        """What only some channels have: `edits`, `sends_album`, `sends_sticker`, `shares_live`, `moves`, `blocks_bot` …

        A story with such a thing is marked as telegram's.
        """
        self.world.line.does(self, what, *how, **more)
        self.world.settle()
        return self

    def repeats(self) -> "Neighbour":
        """The network delivers the last thing that they sent a second time."""
        self.world.line.repeats(self)
        self.world.settle()
        return self

    def taps(self, label: str) -> "Neighbour":
        """Tap the newest button with this label that is still to be seen."""
        self.world.line.taps(self, label)
        self.world.settle()
        return self

    def repeats_tap(self, label: str, data: str) -> "Neighbour":
        """Tap a button that is no longer there, or was never theirs, by what it carries."""
        self.world.line.sends_tap(self, data)
        self.world.settle()
        return self

    @property
    def heard(self) -> list[str]:
        """All that the bot said to them, as it reads on their screen now, oldest first."""
        return [text for text, _ in self.world.line.screen(self)]

    @property
    def last(self) -> str:
        """The newest thing that the bot said."""
        return self.heard[-1] if self.heard else ""

    def hears(self, *parts: str) -> bool:
        """Whether one thing on the screen holds all these parts."""
        return any(all(part in text for part in parts) for text in self.heard)

    def woken(self, *parts: str) -> bool:
        """Whether something that holds all these parts came loudly, so that a pocket rings."""
        return any(all(part in text for part in parts) for text in self.world.line.loud(self))

    def labels(self) -> list[str]:
        """The labels of all buttons on the screen, oldest message first."""
        return [label for _, rows in self.world.line.screen(self) for label, _ in rows]

    def data(self, label: str) -> str:
        """What the newest button with this label carries."""
        found = [data for _, rows in self.world.line.screen(self) for known, data in rows if known == label]
        assert found, f"{self.name} sees no button {label!r} but {self.labels()}"
        return found[-1]
