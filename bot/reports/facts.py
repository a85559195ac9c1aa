"""What a chart or a monthly report says, in the reader's words, as plain values for the process that draws it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from bot.reports.rows import texts
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


def gather(
    conn: Connection, rules: Rules, kind: OrderKind, place: Place, month: Month, language: Language, at: str
) -> Facts:
    """Everything that is drawn; `at` is the day on which it was counted."""

    def say(key: str, **params: Any) -> str:
        return texts().say(language, key, **params)

    villages = area.villages(conn, place)
    chart = {
        "title": say("figures.chart_title", area=place.name),
        **_series(conn, rules, villages, month),
        "labels": [say(f"figure.{key}") for key in DRAWN],
    }
    if kind is OrderKind.CHART:
        return {"kind": str(kind), "chart": chart}
    found = counting.counts(conn, villages, month, COLUMNS)
    return {
        "kind": str(kind),
        "chart": chart,
        "title": say("figures.report_title", area=place.name, month=month.name),
        "made": say("figures.report_made", county=rules.county_name, at=at),
        "sheet": say("figures.sheet"),
        "heads": [say("figures.code"), say("figures.village"), *(say(f"figure.{key}") for key in COLUMNS)],
        "rows": [[code, name, *(found[key].get(code, 0) for key in COLUMNS)] for code, name in villages.items()],
        "together": ["", say("figures.together"), *counting.sums(found).values()],
    }


def _series(conn: Connection, rules: Rules, villages: Mapping[str, str], last: Month) -> Facts:
    """Month by month, oldest first."""
    past = [last]
    while len(past) < BACK:
        past.insert(0, months.before(rules, past[0]))
    counts = [counting.sums(counting.counts(conn, villages, month, DRAWN)) for month in past]
    return {"months": [month.name for month in past], "values": [[one[key] for one in counts] for key in DRAWN]}
