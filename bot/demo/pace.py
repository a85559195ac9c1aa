"""The demo page's controls: its three phones, and the switch between waits of minutes and of seconds."""

from collections.abc import Callable
from datetime import timedelta

from bot.circle import Circle
from bot.demo.cast import DemoCast
from dispatch.ladders import Ladder, Ladders
from dispatch.rules import Rules
from web.deps import DemoControls, Phone

REAL, FAST = "real", "fast"
_TIMES = 10  # Fast: five minutes become thirty seconds.
_HURRIED = ("least_time", "arrived_after", "take_back_after", "check_after", "here_or_home")


def hurried(rules: Rules) -> Rules:
    """The same rules with every wait of the circle a tenth as long, at least a second."""
    ladders = Ladders(normal=_hurried(rules.ladders.normal), urgent=_hurried(rules.ladders.urgent))
    spans = {name: _tenth(getattr(rules, name)) for name in _HURRIED}
    return rules.model_copy(update={"ladders": ladders, **spans})


def _hurried(ladder: Ladder) -> Ladder:
    spans = [{name: _tenth(span) for name in ("wait", "repeat") if (span := getattr(rung, name))} for rung in ladder]
    return tuple(rung.model_copy(update=spans[place]) for place, rung in enumerate(ladder))


def _tenth(span: timedelta) -> timedelta:
    return max(span / _TIMES, timedelta(seconds=1))


def controls(players: DemoCast) -> Callable[[Circle], DemoControls]:
    """Makes the controls for the circle that the demo runs in. What is under way keeps the waits it began with."""
    phones = [
        Phone("web.demo.resident", players.resident.key, players.resident.name),
        Phone("web.demo.steward", players.steward.key, players.steward.name),
        Phone("web.demo.secretary", players.secretary.key, players.secretary.name),
    ]

    def for_circle(circle: Circle) -> DemoControls:
        paces = {REAL: circle.rules, FAST: hurried(circle.rules)}

        def set_pace(pace: str) -> None:
            circle.rules = paces[pace]

        return DemoControls(phones, lambda: FAST if circle.rules is paces[FAST] else REAL, set_pace)

    return for_circle
