"""When somebody is looked for, and when an accepted appointment is asked about: tables of local times."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dispatch import appointments
from dispatch.rules import Rules
from models.words import Due

ZONE = ZoneInfo("Asia/Shanghai")
RULES = Rules()


def at(local: str) -> datetime:
    """A time of March 2026, as in 07 10:00."""
    return datetime.strptime(f"2026-03-{local}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("now", "wanted", "start"),
    [
        ("04 12:00", "07 10:00", "06 08:00"),  # The day before, from the first gentle hour.
        ("04 12:00", "05 15:30", None),  # That is today already.
        ("04 21:00", "05 15:30", "05 08:00"),  # In the evening nobody is disturbed for it.
        ("04 06:00", "05 15:30", "04 08:00"),
        ("04 21:00", "05 08:30", None),  # No gentle hour is left before it.
        ("04 19:00", "04 22:00", None),
        ("06 18:30", "07 20:00", None),
    ],
)
def test_when_somebody_is_looked_for(now: str, wanted: str, start: str | None) -> None:
    assert appointments.start(RULES, at(wanted), at(now)) == (at(start) if start else None)


@pytest.mark.parametrize(
    ("now", "wanted", "due", "due_at"),
    [
        ("06 09:00", "07 10:00", Due.ASK_STILL_ON, "06 18:00"),
        ("06 17:30", "07 10:00", Due.ASK_ARRIVED, "07 10:05"),  # Accepted just now: nothing to confirm.
        ("07 08:00", "07 10:00", Due.ASK_ARRIVED, "07 10:05"),
    ],
)
def test_the_clock_of_an_accepted_appointment(now: str, wanted: str, due: Due, due_at: str) -> None:
    case: Any = SimpleNamespace(wanted_at=at(wanted))
    assert appointments.clock(RULES, case, at(now)) == {"due": due, "due_at": at(due_at)}


@pytest.mark.parametrize("wanted", [None, "07 10:00"])
def test_no_clock_of_its_own_without_a_time_ahead(wanted: str | None) -> None:
    case: Any = SimpleNamespace(wanted_at=at(wanted) if wanted else None)
    assert appointments.clock(RULES, case, at("07 10:00")) == {}


@pytest.mark.parametrize(("hours", "times"), [(1, 1), (2, 1), (4, 2), (26, 12), (100, 12)])
def test_the_ladder_is_patient_as_far_as_the_time_allows(hours: int, times: float) -> None:
    now = at("04 12:00")
    assert appointments.patience(RULES, now + timedelta(hours=hours), now, timedelta(hours=1)) == times
