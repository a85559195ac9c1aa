"""The public page of a village: what it has published of its months, for everybody, without an account or a script."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dispatch import spots
from dispatch.messages import text
from dispatch.publishing.publishing import Published, Text, find
from models.habits import PublicationKind
from models.places import Area
from models.publishing import Publication
from models.words import Level
from web.deps import Deps
from web.hub import Hub
from web.pages import Pages

MONTHS = 12  # On one page: what a view costs does not grow with the years.
KEPT = 300  # Seconds that browsers and proxies may keep it.
_CODE = re.compile(r"\d{12}")
_NUMBERS = ("solved", "in_time", "median", "visits", "points", "came")


@dataclass(frozen=True, slots=True)
class Month:
    """One month's results, sorted for the page; what it is called and each value that is no number is a text."""

    name: Text
    number: int
    numbers: dict[str, Any] = field(default_factory=dict)
    kinds: list[dict[str, Any]] = field(default_factory=list)
    rest: int | None = None
    endings: list[dict[str, Any]] = field(default_factory=list)
    activities: list[dict[str, Any]] = field(default_factory=list)


class Public:
    """Shows `/public/{village_code}`."""

    def __init__(self, deps: Deps, hub: Hub, pages: Pages) -> None:
        self._deps = deps
        self._hub = hub
        self._pages = pages

    def routes(self) -> list[Route]:
        """Where it is reached."""
        return [Route("/public/{code}", self.show)]

    async def show(self, request: Request) -> Response:
        """The page; in plain words that there is no such village."""
        code = request.path_params["code"]
        if not _CODE.fullmatch(code):
            raise HTTPException(404, "no_village")
        village, published = await self._hub.read(lambda conn: (_village(conn, code), _published(conn, code)))
        if village is None:
            raise HTTPException(404, "no_village")
        months = [_month(one) for one in published]
        answer = self._pages.page(
            request, "public.html", village=village, months=months, bars=_bars(months),
            all_open=request.query_params.get("months") == "all", day=self._deps.rules.figures.day,
            link=f"{self._deps.rules.figures.page or ''}/public/{code}", made_up=self._deps.demo is not None,
        )  # fmt: skip
        answer.headers["Cache-Control"] = f"public, max-age={KEPT}"
        return answer


def _village(conn: Any, code: str) -> str | None:
    name = conn.scalar(select(Area.name).where(Area.code == code, Area.level == Level.BRANCH))
    return None if name is None else spots.short(name)


def _published(conn: Any, code: str) -> list[Published]:
    return find(conn, Publication.area_code == code, Publication.kind == PublicationKind.RESULTS, limit=MONTHS)


def _month(published: Published) -> Month:
    year, _, number = str(published.title["params"]["month"]).partition("-")
    month = Month(text("month.of_year", year=year, month=text(f"month.{number}")), published.id)
    rest = None
    for line in published.body:
        _, _, what = str(line["key"]).partition(".")
        params: Text = line["params"]
        if what in _NUMBERS:
            month.numbers[what] = next(iter(params.values()))
        elif what == "rest":
            rest = params["value"]
        elif what == "activity":
            month.activities.append({"what": params["what"], "day": _day(str(params["day"]))})
        else:
            {"kind": month.kinds, "ending": month.endings}[what].append(params)
    return Month(month.name, month.number, month.numbers, month.kinds, rest, month.endings, month.activities)


def _day(said: str) -> Text:
    """A day as people say it: 3月14日, 14 Mar. Published is 03-14."""
    month, _, day = said.partition("-")
    return text("month.day", month=text(f"month.{month}"), day=int(day))


@dataclass(frozen=True, slots=True)
class Bar:
    """A month's line in the chart: its number or, where that is too small to be seen, the words for it."""

    month: Text
    value: Any
    width: float  # In hundredths of the largest.


def _bars(months: Sequence[Month]) -> list[Bar]:
    """A bar a month, oldest first; none where fewer than two can be compared."""
    solved = [(one.name, one.numbers.get("solved")) for one in reversed(months)]
    seen = [value for _, value in solved if isinstance(value, int)]
    if len(seen) < 2:
        return []
    return [Bar(name, value, 100 * value / max(seen) if isinstance(value, int) else 0) for name, value in solved]
