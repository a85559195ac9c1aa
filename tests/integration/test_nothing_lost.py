"""A burst over real HTTP, with the process killed in the middle and a network that loses, repeats and refuses.

Each message becomes one request, each request is offered once in its first rung. `python -m bench --only burst` does
the same with 2,000 requests and ten kills, on SQLite in both modes.
"""

from pathlib import Path

import pytest

from bench.burst import burst

REQUESTS, KILLS, VILLAGES = 150, 3, 20


@pytest.mark.timeout(600)  # What is waited for within has 240 s of its own.
def test_a_burst_with_kills_on_sqlite_polling(tmp_path: Path) -> None:
    found = burst(tmp_path, f"sqlite:///{tmp_path / 'burst.db'}", "polling", REQUESTS, KILLS, seed=7, villages=VILLAGES)
    assert (found.requests, found.wrong, found.kills) == (REQUESTS, 0, KILLS), found


@pytest.mark.timeout(600)
def test_a_burst_with_kills_on_postgresql_by_webhook(postgresql_url: str, tmp_path: Path) -> None:
    found = burst(tmp_path, postgresql_url, "webhook", REQUESTS, KILLS, seed=8, villages=VILLAGES)
    assert (found.requests, found.wrong, found.kills) == (REQUESTS, 0, KILLS), found
