"""Ballots in any order: totals are the rows, nobody votes twice, and what is written is the same for every choice."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, insert, select

from dispatch import actors, errors
from dispatch.awards import closing, nominating, nominees, rounds
from dispatch.ballots import counting, papers, voting
from dispatch.rules import Rules
from dispatch.work import Work
from models.awards import AwardRound, Nomination
from models.ballots import Ballot, BallotChoice, BallotVoter
from models.clock import MovableClock
from models.habits import AwardEnding, Consent, TieRule
from models.people import Admin, Person, Route
from models.places import Area, Grid, Household
from models.publishing import Publication
from models.store import Store
from models.tables import metadata
from models.words import Level, RouteState
from tests.conftest import NOON

VILLAGE = {"county_code": "130227", "township_code": "130227100", "village_code": "130227100200"}
PEOPLE = 8


def _settle(store: Store, clock: MovableClock) -> list[int]:
    """A village with some residents and a secretary; returns the residents."""
    with store.write() as conn:
        conn.execute(insert(Area), [
            {"code": VILLAGE["county_code"], "level": Level.COUNTY, "name": "迁西县", "parent_code": None},
            {"code": VILLAGE["township_code"], "level": Level.TOWNSHIP, "name": "兴城镇", "parent_code": "130227"},
            {"code": VILLAGE["village_code"], "level": Level.BRANCH, "name": "东村", "parent_code": "130227100"},
        ])  # fmt: skip
        grid = {"village_code": VILLAGE["village_code"], "name": "一网格"}
        grid_id = conn.execute(insert(Grid).returning(Grid.id), [grid]).scalar_one()
        people = []
        for number in range(PEOPLE + 1):
            home = {**VILLAGE, "grid_id": grid_id, "name": f"{number}号", "address": ""}
            home_id = conn.execute(insert(Household).returning(Household.id), [home]).scalar_one()
            person = {**VILLAGE, "name": f"村民{number}", "household_id": home_id, "created_at": clock.now()}
            people.append(conn.execute(insert(Person).returning(Person.id), [person]).scalar_one())
            route = {"person_id": people[-1], "channel": "webchat", "address": str(number), "state": RouteState.LIVE}
            conn.execute(insert(Route), [route])
        office = {"person_id": people[0], "area_code": VILLAGE["village_code"], "level": Level.BRANCH}
        conn.execute(insert(Admin), [office])
    return people[1:]


_TAPS = st.lists(st.tuples(st.integers(1, PEOPLE), st.integers(0, PEOPLE)), min_size=1, max_size=PEOPLE)


class AnyOrder(RuleBasedStateMachine):
    """Whatever is named, seconded, refused, voted and closed, in any order."""

    store: Store
    votes = 0  # Of all runs together.

    @initialize(
        tie=st.sampled_from(TieRule),
        quorum=st.sampled_from([0, 0.3, 0.9]),
        days=st.sampled_from([7, 7, 0]),
        taps=_TAPS,
    )
    def begin(self, tie: TieRule, quorum: float, days: int, taps: list[tuple[int, int]]) -> None:
        with self.store.write() as conn:
            for table in reversed(metadata.sorted_tables):
                conn.execute(table.delete())
        self.clock = MovableClock(NOON)
        self.rules = Rules.model_validate({"ballots": {"tie": tie, "quorum": quorum, "fewest": 2}})
        self.people = _settle(self.store, self.clock)
        self.voted: Counter[tuple[int, int]] = Counter()  # By voter and ballot.
        self.model: dict[int, int] = {}
        self.again()
        self.days_pass(days)
        self.vote(taps)

    @rule()
    def again(self) -> None:
        """The next round; while one is under way, and where some already stand, it is refused."""
        self._do(lambda work: rounds.begin(work, self._actor(work, 0), _place(), self.rules.awards.kinds[-1]))
        for named in (1, 2):
            self.stand([named, *range(3, PEOPLE + 1)])

    def _actor(self, work: Work, index: int) -> actors.Actor:
        number = self.people[index - 1] if index else self.people[0] - 1
        return actors.load(work.conn, [number])[number]

    def _do(self, what: object) -> bool:
        """One letter's worth; whether it was not refused."""
        try:
            with self.store.write() as conn:
                work = Work(conn, self.clock.now(), self.rules)
                what(work)  # type: ignore[operator]
                work.flush()
        except errors.StewardError:
            return False
        return True

    def _rows(self) -> list[nominees.Nominee]:
        with self.store.read() as conn:
            return nominees.find(conn)

    @rule(whom=st.permutations(range(1, PEOPLE + 1)))
    def stand(self, whom: list[int]) -> None:
        """Named by one, willing, seconded by a third: the short way onto the ballot."""
        named, by, third = whom[:3]
        self.name(by, named)
        for at, one in enumerate(self._rows()):
            if one.nominee_id == self.people[named - 1]:
                self.answer(at, agreed=True)
                self.second(third, at)

    @rule(who=st.integers(1, PEOPLE), whom=st.integers(1, PEOPLE))
    def name(self, who: int, whom: int) -> None:
        def act(work: Work) -> None:
            it = rounds.find(work.conn, newest=True)[0]
            nominating.nominate(work, self._actor(work, who), it, self.people[whom - 1], "好")

        if self._do(act):
            assert who != whom

    @rule(who=st.integers(1, PEOPLE), at=st.integers(0, PEOPLE - 1))
    def second(self, who: int, at: int) -> None:
        named = self._rows()
        if at < len(named) and self._do(lambda work: nominating.second(work, self._actor(work, who), named[at].token)):
            assert self.people[who - 1] not in (named[at].nominee_id, named[at].nominated_by)

    @rule(at=st.integers(0, PEOPLE - 1), agreed=st.booleans())
    def answer(self, at: int, agreed: bool) -> None:
        named = self._rows()
        if at < len(named):
            index = self.people.index(named[at].nominee_id) + 1
            self._do(lambda work: nominating.answer(work, self._actor(work, index), named[at].token, agreed=agreed))

    @rule(taps=_TAPS)
    def vote(self, taps: list[tuple[int, int]]) -> None:
        with self.store.read() as conn:
            newest = select(func.max(Ballot.id)).scalar_subquery()
            choices = conn.execute(
                select(BallotChoice.id, BallotChoice.token, BallotChoice.ballot_id)
                .where(BallotChoice.ballot_id == newest)
                .order_by(BallotChoice.place)
            ).all()
        for who, at in taps if choices else ():
            choice = choices[at % len(choices)]
            if self._do(lambda work, who=who, choice=choice: voting.vote(work, self._actor(work, who), choice.token)):
                self.voted[who, choice.ballot_id] += 1
                type(self).votes += 1
                self.model[choice.id] = self.model.get(choice.id, 0) + 1

    @rule(days=st.sampled_from([1, 7]))
    def days_pass(self, days: int) -> None:
        self.clock.move(days=days)
        self._do(closing.look_after)
        self._do(closing.look_after)  # Another process, a moment later.

    @invariant()
    @precondition(lambda self: hasattr(self, "voted"))
    def totals_are_the_rows(self) -> None:
        with self.store.read() as conn:
            sums = conn.scalar(select(func.coalesce(func.sum(BallotChoice.votes), 0)))
            rows = conn.scalar(select(func.count()).select_from(BallotVoter))
            told = conn.scalar(select(func.coalesce(func.sum(Ballot.voted), 0)))
            counters = dict(
                conn.execute(select(BallotChoice.id, BallotChoice.votes).where(BallotChoice.votes > 0)).all()
            )
            won = conn.execute(select(Nomination.consent, Nomination.seconded_by).where(Nomination.won)).all()
            endings = conn.scalars(select(AwardRound.ending).where(AwardRound.ended_at.is_not(None))).all()
            published = conn.scalar(select(func.count()).select_from(Publication))
        assert sums == rows == told == sum(self.voted.values())
        assert counters == self.model
        assert set(self.voted.values()) <= {1}, "nobody votes twice"
        assert all(consent is Consent.AGREED and seconded for consent, seconded in won)
        assert bool(won) == bool(published) == (AwardEnding.AWARDED in endings)


def _place() -> object:
    class Place:
        county_code, township_code, village_code = VILLAGE.values()

    return Place()


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_in_any_order_totals_are_the_rows(store: Store) -> None:
    class Machine(AnyOrder):
        pass

    Machine.store = store
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=10, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
    assert Machine.votes, "the runs come as far as the ballot"


def _open(store: Store, clock: MovableClock, choices: int, **rules: object) -> tuple[papers.Paper, list[int]]:
    people = _settle(store, clock)
    with store.write() as conn:
        work = Work(conn, clock.now(), Rules.model_validate({"ballots": rules}))
        return papers.hand_out(work, _place(), choices), people  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("votes", "tie", "won", "valid"),
    [
        ([1, 1, 1, 2, 0], TieRule.SHARE, [1], True),
        ([1, 1, 2, 2, 0], TieRule.SHARE, [1, 2], True),
        ([2, 2, 1, 1, 0], TieRule.EARLIER, [1], True),
        ([0, 0, 1, 1, 2], TieRule.SHARE, [], True),  # As many against all as for one.
        ([0, 0, 0, 0, 0], TieRule.SHARE, [], True),
        ([1, 1, 1, 1], TieRule.SHARE, [], False),  # Four of five who have to.
    ],
)
def test_who_wins(
    store: Store, clock: MovableClock, votes: list[int], tie: TieRule, won: list[int], valid: bool
) -> None:
    paper, people = _open(store, clock, 2, tie=tie, fewest=5)
    by_place = {one.place: one for one in paper.choices}
    with store.write() as conn:
        work = Work(conn, clock.now(), Rules())
        for person_id, place in zip(people, votes, strict=False):
            voting.vote(work, actors.load(conn, [person_id])[person_id], by_place[place].token)
        count = counting.close(work, paper)
        assert counting.close(work, paper) is None, "closed once"
    assert count is not None
    assert (count.valid, count.voted) == (valid, len(votes))
    assert list(count.winners) == [by_place[place].id for place in won]


def test_nothing_is_voted_after_the_end(store: Store, clock: MovableClock) -> None:
    paper, people = _open(store, clock, 1)
    with store.write() as conn:
        late = Work(conn, clock.now() + timedelta(days=3), Rules())
        voter = actors.load(conn, [people[0]])[people[0]]
        with pytest.raises(errors.NotNow):
            voting.vote(late, voter, paper.choices[0].token)
        assert counting.count(conn, paper).voted == 0
