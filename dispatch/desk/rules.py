"""How the desk takes requests in: when two are the same, how many of one person, for a later day, for two people."""

from datetime import datetime, time, timedelta

from pydantic import Field

from dispatch.parts import Hours, Part, Span


class Incidents(Part):
    """When two requests may be the same, and when many reports are one incident. Private kinds are never compared."""

    near: float = Field(default=100, ge=0)  # Metres within which a requester is asked: "the same?".
    recent: Span = timedelta(hours=2)  # So long after a request.
    reports: int = Field(default=3, ge=2)  # From so many reports on a shared matter is one incident.
    radius: float = Field(default=2000, ge=0)  # Metres between a report and the one that leads; a village's size.
    within: Span = timedelta(minutes=30)  # Between the reports that make one; later ones join while it runs.
    hold: Span = timedelta(seconds=60)  # A second card of one matter waits so long for it to become an incident.


class Floods(Part):
    """How much one person may ask for before the branch looks at it first. Emergencies are never counted nor held."""

    requests: int = Field(default=5, ge=1)
    within: Span = timedelta(hours=1)


class Appointments(Part):
    """Requests for a day and time: how long before somebody is looked for, and when it is confirmed."""

    lead: Span = timedelta(days=1)  # On the day so long before, in the gentle hours, somebody is looked for.
    patience: float = Field(default=12, ge=1, le=100)  # The waits of the ladder are up to so many times as long.
    confirm: time = time(18, 0)  # On the day before, both sides are asked whether it holds.
    soon: Span = timedelta(hours=1)  # Whoever has accepted it is busy with it from so long before.
    farthest: int = Field(default=60, ge=1, le=365)  # Days; what is asked for later is answered with a question.


class Pairs(Part):
    """When the requester is offered that two people come: for these categories, and in these hours for all."""

    categories: tuple[str, ...] = ("mediation", "security")
    hours: Hours = Hours(begin=time(21, 0), end=time(6, 0))

    def offered(self, category: str, local: datetime) -> bool:
        """Whether to offer it at this local time."""
        return category in self.categories or self.hours.holds(local)
