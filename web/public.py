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
    """One month's results, sorted for the page; each value is a number or itself a text."""

    name: str
    number: int
    numbers: dict[str, Any] = field(default_factory=dict)
    kinds: list[dict[str, Any]] = field(default_factory=list)
    rest: int | None = None
    endings: list[dict[str, Any]] = field(default_factory=list)
    activities: list[dict[str, Any]] = field(default_factory=list)

    @property
    def solved(self) -> int:
        """For the chart: a number that is not shown is none."""
        value = self.numbers.get("solved")
        return value if isinstance(value, int) else 0


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
            request, "public.html", village=village, code=code, months=months, bars=_bars(months),
            day=self._deps.rules.figures.day,
        )  # fmt: skip
        answer.headers["Cache-Control"] = f"public, max-age={KEPT}"
        return answer


def _village(conn: Any, code: str) -> str | None:
    name = conn.scalar(select(Area.name).where(Area.code == code, Area.level == Level.BRANCH))
    return None if name is None else spots.short(name)


def _published(conn: Any, code: str) -> list[Published]:
    return find(conn, Publication.area_code == code, Publication.kind == PublicationKind.RESULTS, limit=MONTHS)


def _month(published: Published) -> Month:
    month = Month(str(published.title["params"]["month"]), published.id)
    rest = None
    for line in published.body:
        _, _, what = str(line["key"]).partition(".")
        params: Text = line["params"]
        if what in _NUMBERS:
            month.numbers[what] = next(iter(params.values()))
        elif what == "rest":
            rest = params["value"]
        else:
            {"kind": month.kinds, "ending": month.endings, "activity": month.activities}[what].append(params)
    return Month(month.name, month.number, month.numbers, month.kinds, rest, month.endings, month.activities)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of the chart, in hundredths of its width and height from the top left corner."""

    x: float
    y: float
    width: float
    height: float
    month: str
    value: int


def _bars(months: Sequence[Month]) -> list[Bar]:
    """A bar a month, oldest first; none where fewer than two months can be compared."""
    most = max((one.solved for one in months), default=0)
    if len(months) < 2 or not most:
        return []
    step = 100 / len(months)
    return [
        Bar(place * step + step * 0.14, 100 - 100 * one.solved / most, step * 0.72, 100 * one.solved / most,
            one.name, one.solved)
        for place, one in enumerate(reversed(months))
    ]  # fmt: skip
