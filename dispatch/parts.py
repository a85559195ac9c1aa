"""What all rules are made of: spans and hours as people write them, and the base of every part of the config."""

import re
from datetime import datetime, time, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def _span(raw: Any) -> Any:
    if isinstance(raw, timedelta):
        return raw
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([smhd])\s*", str(raw))
    if match is None:
        raise ValueError("a time span is a number with s, m, h or d: 30s, 5m, 2h, 1d")
    return timedelta(seconds=float(match[1]) * _UNITS[match[2]])


Span = Annotated[
    timedelta, BeforeValidator(_span), PlainSerializer(lambda span: f"{span.total_seconds():.10g}s", return_type=str)
]
"""A time span written as 30s, 5m, 2h or 1d."""


class Part(BaseModel):
    """Base of all rules: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Hours(Part):
    """A span of every day, from `begin` until before `end`; it may run over midnight. None where both are equal."""

    begin: time = time(0, 0)
    end: time = time(0, 0)

    def holds(self, local: datetime) -> bool:
        """Whether a local time lies within."""
        now = local.time()
        if self.begin <= self.end:
            return self.begin <= now < self.end
        return now >= self.begin or now < self.end
