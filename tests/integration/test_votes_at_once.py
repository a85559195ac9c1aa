"""Many vote in the same moment, some of them twice, while two processes close the ballot: totals are the rows."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from dispatch import errors
from dispatch.actors import load
from dispatch.ballots import counting, papers, voting
from dispatch.rules import Rules
from dispatch.work import Work
from models.ballots import Ballot, BallotChoice, BallotVoter
from models.clock import MovableClock
from models.store import Store
from tests.stories.polls import villagers
from tests.stories.world import COUNTY, TOWNSHIP, VILLAGE, village

TWICE = 2


class Here:
    """The village, as a place."""

    county_code, township_code, village_code = COUNTY, TOWNSHIP, VILLAGE


def _vote(store: Store, clock: MovableClock, start: Barrier, person_id: int, token: str) -> bool:
    """One tap, in a transaction of its own; whether it counted."""
    start.wait()
    with store.write() as conn:
        try:
            voting.vote(Work(conn, clock.now(), Rules()), load(conn, [person_id])[person_id], token)
        except errors.NotNow:
            return False
    return True


def _close(store: Store, clock: MovableClock, start: Barrier, paper: papers.Paper) -> counting.Count | None:
    start.wait()
    with store.write() as conn:
        return counting.close(Work(conn, clock.now(), Rules()), paper)


@pytest.mark.parametrize("closing", [False, True])
def test_votes_at_once(store: Store, clock: MovableClock, closing: bool) -> None:
    with village(store, clock, "webchat") as world:
        people = [one.id for one in villagers(world, "甲", "乙", "丙", "丁")]
        with store.write() as conn:
            paper = papers.hand_out(Work(conn, clock.now(), Rules()), Here(), 2)
        taps = [
            (person_id, paper.choices[(number + turn) % 3].token)
            for number, person_id in enumerate(people)
            for turn in range(TWICE)
        ]
        start = Barrier(len(taps) + (2 if closing else 0))
        with ThreadPoolExecutor(start.parties) as hands:
            heard = [hands.submit(_vote, store, clock, start, *tap) for tap in taps]
            ends = [hands.submit(_close, store, clock, start, paper) for _ in range(2 if closing else 0)]
        counted = sum(one.result() for one in heard)
        with store.read() as conn:
            votes = conn.scalar(select(func.sum(BallotChoice.votes)))
            voters = conn.scalar(select(func.count()).select_from(BallotVoter))
            told = conn.scalar(select(Ballot.voted))
        assert votes == voters == told == counted
        if closing:
            (count,) = (one.result() for one in ends if one.result() is not None)
            assert count is not None
            assert count.voted == counted, "what counts was there when it was closed"
        else:
            assert counted == len(people)
