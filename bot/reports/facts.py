"""What a chart or a monthly report says, in the reader's words, as plain values for the process that draws it."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection

from bot.reports.rows import texts
from dispatch import spots
from dispatch.figures import area, counting, months
from dispatch.figures.area import Place
from dispatch.figures.months import Month
from dispatch.rules import Rules
from models.habits import OrderKind
from models.words import Language

BACK = 12  # Months of a chart, the last one included.
DRAWN = ("solved", "in_time")
COLUMNS = tuple(key for key in counting.FIGURES if key != "villages")

Facts = dict[str, Any]
Say = Callable[..., str]


def gather(
    conn: Connection, rules: Rules, kind: OrderKind, place: Place, month: Month, language: Language, at: str
) -> Facts:
    """Everything that is drawn; `at` is the day on which it was counted."""

    def say(key: str, **params: Any) -> str:
        return texts().say(language, key, **params)

    villages = area.villages(conn, place)
    chart = {
        "title": say("figures.chart_title", area=spots.short(place.name)),
        "nothing": say("figures.chart_nothing"),
        **_series(conn, rules, villages, month, say),
        "labels": [say(f"figure.{key}") for key in DRAWN],
    }
    if kind is OrderKind.CHART:
        return {"kind": str(kind), "chart": chart}
    found = counting.counts(conn, villages, month, COLUMNS)
    return {
        "kind": str(kind),
        "chart": chart,
        "title": say("figures.report_title", area=place.name, month=_name(month, say)),
        "made": say("figures.report_made", county=rules.county_name, at=at),
        "sheet": say("figures.sheet"),
        "heads": [say("figures.code"), say("figures.village"), *(say(f"figure.{key}") for key in COLUMNS)],
        "parts": [
            [title, [place for place, key in enumerate(COLUMNS, 2) if counting.FIGURES[key].monthly is monthly]]
            for monthly, title in (
                (True, say("figures.of_month", month=_name(month, say))),
                (False, say("figures.of_today", at=at)),
            )
        ],
        "rows": [
            [code, spots.short(name), *(found[key].get(code, 0) for key in COLUMNS)] for code, name in villages.items()
        ],
        "together": ["", say("figures.together"), *counting.sums(found).values()],
    }


def _name(month: Month, say: Say) -> str:
    """As people say it: 2026年3月, Mar 2026."""
    year, number = month.name.split("-")
    return say("month.of_year", year=year, month=say(f"month.{number}"))


def _label(month: Month, say: Say, *, first: bool) -> list[str]:
    """What stands under a bar: the month, and where a year begins the year in a second line."""
    year, number = month.name.split("-")
    return [say(f"month.{number}"), year] if first or number == "01" else [say(f"month.{number}")]


def _series(conn: Connection, rules: Rules, villages: Mapping[str, str], last: Month, say: Say) -> Facts:
    """Month by month, oldest first."""
    past = [last]
    while len(past) < BACK:
        past.insert(0, months.before(rules, past[0]))
    counts = [counting.sums(counting.counts(conn, villages, month, DRAWN)) for month in past]
    labels = [_label(month, say, first=month is past[0]) for month in past]
    return {"months": labels, "values": [[one[key] for one in counts] for key in DRAWN]}
