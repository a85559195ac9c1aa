"""The ladder that a request climbs: who is asked, in which order, how far away, and for how long."""

from datetime import timedelta
from functools import cached_property
from itertools import takewhile

from pydantic import Field, field_validator, model_validator

from dispatch.parts import Part, Span
from models.words import Ask, Level, Urgency, Within


class Rung(Part):
    """One step of a ladder: whom to ask, how far to look, how many, whom to tell besides, how long to wait."""

    ask: Ask
    within: Within = Within.VILLAGE
    count: int = Field(default=1, ge=1, le=50)
    tell: tuple[Level, ...] = ()
    wait: Span | None = None
    repeat: Span | None = None

    @model_validator(mode="after")
    def _one_clock(self) -> "Rung":
        if (self.wait is None) == (self.repeat is None):
            raise ValueError("a rung has either wait (then the next rung is asked) or repeat (it is the last)")
        span = self.clock
        if span < timedelta(seconds=1) or span > timedelta(days=7):
            raise ValueError("wait and repeat lie between 1s and 7d")
        return self

    @property
    def clock(self) -> timedelta:
        """How long this rung has before the next step."""
        return self.wait or self.repeat or timedelta()


Ladder = tuple[Rung, ...]

_NORMAL = (
    {"ask": "nearest", "within": "grid", "count": 1, "wait": "5m"},
    {"ask": "nearest", "within": "village", "count": 3, "wait": "5m"},
    {"ask": "volunteers", "within": "village", "count": 5, "wait": "5m"},
    {"ask": "branch", "wait": "10m"},
    {"ask": "township", "wait": "30m"},
    {"ask": "county", "repeat": "30m"},
)
_URGENT = (
    {"ask": "nearest", "within": "village", "count": 5, "tell": ["branch"], "wait": "2m"},
    {"ask": "volunteers", "within": "village", "count": 5, "tell": ["township"], "wait": "3m"},
    {"ask": "county", "repeat": "5m"},
)


class Ladders(Part):
    """The ladder of each urgency. One that the config does not name keeps its default."""

    normal: Ladder = Field(default=tuple(Rung.model_validate(rung) for rung in _NORMAL), min_length=1, max_length=20)
    urgent: Ladder = Field(default=tuple(Rung.model_validate(rung) for rung in _URGENT), min_length=1, max_length=20)

    @field_validator("normal", "urgent")
    @classmethod
    def _ends_with_a_human(cls, ladder: Ladder) -> Ladder:
        if any(rung.repeat is not None for rung in ladder[:-1]):
            raise ValueError("only the last rung repeats; give the others a wait")
        if ladder[-1].repeat is None:
            raise ValueError("the last rung needs repeat: it asks again until a human has the request")
        return ladder

    @cached_property
    def practice(self) -> Ladder:
        """What a practice climbs: the normal rungs below the first office. No office is asked, or told."""
        below = takewhile(lambda rung: rung.ask in (Ask.NEAREST, Ask.VOLUNTEERS), self.normal)
        return tuple(rung.model_copy(update={"tell": ()}) for rung in below)

    def of(self, urgency: Urgency) -> Ladder:
        """The ladder that a request of this urgency climbs."""
        return self.urgent if urgency is Urgency.URGENT else self.normal
