"""The days of the two habits, and how one series makes a month's theme day one."""

from datetime import date, datetime

import pytest

from dispatch.gatherings import habits
from dispatch.rules import Rules


@pytest.mark.parametrize(
    ("year", "month", "day"), [(2026, 4, 3), (2026, 5, 1), (2026, 1, 2), (2027, 10, 1), (2026, 8, 7), (2028, 2, 4)]
)
def test_the_first_friday(year: int, month: int, day: int) -> None:
    assert habits.first_friday(year, month) == date(year, month, day)
    assert habits.first_friday(year, month).weekday() == habits.FRIDAY


@pytest.mark.parametrize(
    ("today", "saturday"),
    [("2026-03-04", "2026-03-07"), ("2026-03-06", "2026-03-07"), ("2026-03-07", "2026-03-14"),
     ("2026-03-08", "2026-03-14")],
)  # fmt: skip
def test_the_coming_saturday_is_never_today(today: str, saturday: str) -> None:
    assert habits.next_saturday(datetime.fromisoformat(today)) == date.fromisoformat(saturday)


def test_a_series_is_a_month() -> None:
    assert habits.series(date(2026, 5, 1)) == habits.series(date(2026, 5, 8)) == "theme:2026-05"


@pytest.mark.parametrize("word", ["清洁庭院", "courtyard", "Courtyard Clean-Up"])
def test_an_activity_by_any_of_its_names(word: str) -> None:
    found = habits.activity_called(Rules(), word)
    assert found is not None
    assert found.name == "courtyard"
    assert habits.activity_called(Rules(), "修桥") is None
