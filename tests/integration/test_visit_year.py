"""A virtual year of home visits: every week's reminders and lists go out exactly once, by one process and by two."""

from pathlib import Path

import pytest

from bench import visits


@pytest.mark.parametrize("processes", [1, 2])
def test_each_reminder_and_each_list_exactly_once(
    tmp_path: Path, request: pytest.FixtureRequest, processes: int
) -> None:
    database = f"sqlite:///{tmp_path / 'year.db'}" if processes == 1 else request.getfixturevalue("postgresql_url")
    year = visits.turn(database, visits.SMALL, visits.YEAR, processes)
    assert (year.wrong, year.runs) == (0, visits.YEAR)
    assert year.reminders > visits.YEAR
    assert year.lists > visits.YEAR
