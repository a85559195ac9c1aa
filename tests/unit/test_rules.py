"""Rules that compute: when what can wait may be sent, and caps of 1+10+N that can be."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from dispatch.division.rules import Grids
from dispatch.rules import Rules


@pytest.mark.parametrize(
    ("hours", "said", "sent"),
    [
        (("08:00", "20:00"), "12:00", "1 12:00"),
        (("08:00", "20:00"), "07:59", "1 08:00"),
        (("08:00", "20:00"), "20:00", "2 08:00"),
        (("08:00", "20:00"), "23:30", "2 08:00"),
        (("22:00", "06:00"), "05:00", "1 05:00"),
        (("22:00", "06:00"), "12:00", "1 22:00"),
    ],
)
def test_what_can_wait_waits_for_the_gentle_hours(hours: tuple[str, str], said: str, sent: str) -> None:
    rules = Rules.model_validate({"gentle_hours": {"begin": hours[0], "end": hours[1]}})
    at = datetime.strptime(f"2026-03-01 {said} +0800", "%Y-%m-%d %H:%M %z").astimezone(UTC)
    assert rules.local(rules.gently(at)).strftime("%-d %H:%M") == sent


@pytest.mark.parametrize("caps", [{"least": 12}, {"most": 8}, {"most": 0}, {"frail_most": 0}, {"keep": -1}])
def test_caps_that_cannot_be_are_refused(caps: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Grids.model_validate(caps)
