"""The two habits as descriptions on the same calendar: whom they ask, whether hours count, who hears of a change."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from dispatch.gatherings.rules import Activity
from dispatch.messages import text
from dispatch.rules import Rules
from models.habits import Deed, GatheringKind
from models.words import StewardKind

FRIDAY, SATURDAY = 4, 5  # As in `datetime.weekday`.


@dataclass(frozen=True, slots=True)
class Habit:
    """What is particular to one kind of gathering."""

    command: str  # By which people speak of it.
    asks: frozenset[StewardKind]  # Whom of the village it invites.
    joinable: bool  # Whoever was not invited may come in by /join.
    hours: bool  # People come and go, and their time counts.
    material: bool  # What was said there can be read afterwards.
    deed: Deed  # What it earns to have been there; where hours count, for each of them.
    tells_all: bool  # A change is told to everybody who was invited; otherwise to those who answered.


HABITS = {
    GatheringKind.THEME: Habit(
        "theme", frozenset({StewardKind.STEWARD}), joinable=False, hours=False, material=True,
        deed=Deed.THEME_ATTENDED, tells_all=True,
    ),
    GatheringKind.SERVICE: Habit(
        "service", frozenset(StewardKind), joinable=True, hours=True, material=False,
        deed=Deed.SERVED, tells_all=False,
    ),
}  # fmt: skip


def name(rules: Rules, kind: GatheringKind, activity: str) -> dict[str, Any]:
    """What people call it, as a text in the reader's language."""
    if kind is GatheringKind.THEME:
        return text("gather.theme")
    known = next((one for one in rules.gatherings.service.activities if one.name == activity), None)
    return text("gather.service", zh=known.zh if known else activity, en=known.en if known else activity)


def activity_called(rules: Rules, word: str) -> Activity | None:
    """The activity of the config that people call by this word, in whichever language."""
    plain = word.strip().casefold()
    known = rules.gatherings.service.activities
    return next((one for one in known if plain in (one.name, one.zh.casefold(), one.en.casefold())), None)


def first_friday(year: int, month: int) -> date:
    """The theme day's day in a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(FRIDAY - first.weekday()) % 7)


def next_saturday(local: datetime) -> date:
    """The coming Saturday; on a Saturday the next one."""
    return local.date() + timedelta(days=(SATURDAY - local.weekday() - 1) % 7 + 1)


def listed(begins_at: datetime, place: str) -> str:
    """What makes a service day of a list one, wherever it is moved: when and where the list first said."""
    said = f"{begins_at.timestamp():.0f} {' '.join(place.split())}"
    return f"list:{sha256(said.encode()).hexdigest()[:11]}"  # As much as the column holds.


def series(day: date) -> str:
    """What makes a month's theme day one, whoever plans it and wherever in the month it is moved."""
    return f"{GatheringKind.THEME}:{day:%Y-%m}"
