"""When a month is published and reported, and where."""

from pydantic import Field

from dispatch.parts import Part


class Figures(Part):
    """The calendar of the figures."""

    day: int = Field(default=3, ge=1, le=28)  # Of the next month: then a month's results and reports are made.
    page: str | None = None  # Before `/public/` and the village's code; that of `web.public_url` if it has one.
