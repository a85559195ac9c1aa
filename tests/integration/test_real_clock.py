"""The real service on the real clock, with waits of seconds: each rung once, a standstill made up for once.

That each is asked within a second of its due time is for `python -m bench --only rungs` to show.
"""

from pathlib import Path

from bench.rungs import PEOPLE, play

WAIT = 10.0  # Seconds; a start beside other tests takes some.


def test_every_rung_once_and_not_too_early_also_after_a_restart(tmp_path: Path) -> None:
    found = play(tmp_path, WAIT)
    assert set(found.steps.values()) == {1}
    assert (found.early, found.made_up_for) == (0, PEOPLE)
