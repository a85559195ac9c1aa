"""How often a steward calls at each household, and when a call that was not made is called overdue."""

from datetime import timedelta

from pydantic import Field

from dispatch.parts import Part, Span
from models.habits import VisitKind


class Visits(Part):
    """The calendar of the home visits."""

    a_month: int = Field(default=2, ge=1, le=30)
    a_month_frail: int = Field(default=4, ge=1, le=30)  # Where somebody frail lives.
    grace: Span = timedelta(days=3)  # So long after it was due the steward is reminded and the branch sees it.
    count: tuple[VisitKind, ...] = (VisitKind.IN_PERSON, VisitKind.BY_PHONE, VisitKind.REFUSED)
    stops: int = Field(default=15, ge=1, le=18)  # The most households in one round; so many are ordered exactly.

    def every(self, *, frail: bool) -> timedelta:
        """The time between two visits: a month of thirty days, divided."""
        return timedelta(days=30) / (self.a_month_frail if frail else self.a_month)
