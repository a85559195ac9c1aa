"""One round of awards in every village: named, seconded, agreed to, voted on in secret, and published once."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import Any

from sqlalchemy import select

from bench.together import people
from bench.together.town import Days, Town, actor, heard
from dispatch import errors, spots
from dispatch.awards import announcing, nominating, nominees, rounds
from dispatch.awards.rounds import Round
from dispatch.ballots import papers, voting
from dispatch.work import Work
from models.awards import AwardRound
from models.ballots import BallotChoice, BallotVoter
from models.habits import AwardEnding, PublicationKind
from models.mail import Outbox
from models.publishing import Publication

KIND = "neighbour"
ROUNDS = "rounds of awards"
AGAINST = -1  # The vote for none of them.


class Fate(StrEnum):
    """What becomes of a village's round, by the script's rule."""

    PLAIN = "plain"  # The second of the named has most votes.
    FEW = "few"  # Fewer vote than the quorum asks for.
    TIE = "tie"  # Two have as many.
    REFUSES = "refuses"  # Whoever has most says no when all have voted.
    AGAINST = "against"  # “None of them” has most.
    NOBODY = "nobody"  # Nobody is seconded.


@dataclass(slots=True)
class Village:
    """One round, and what the script cast in it."""

    place: int
    it: Round
    votes: Counter[int] = field(default_factory=Counter)  # By the named person; AGAINST for none of them.
    voted: list[int] = field(default_factory=list)

    @property
    def fate(self) -> Fate:
        """By the village's place."""
        return tuple(Fate)[self.place % len(Fate)]

    @property
    def named(self) -> list[int]:
        """Who is named: three residents and a steward. The third says no at once."""
        return [*people.residents(self.place)[:3], people.stewards(self.place)[5]]

    @property
    def standing(self) -> list[int]:
        """Who stands on the paper, in the order of their naming."""
        named = self.named
        return [] if self.fate is Fate.NOBODY else [named[0], named[1], named[3]]

    def ending(self) -> tuple[AwardEnding, list[int]]:
        """How it has to end, and who wins, by the votes that were cast."""
        if not self.standing:
            return AwardEnding.NO_NOMINEE, []
        if len(self.voted) < ceil(0.3 * len(people.villagers(self.place))):
            return AwardEnding.NO_QUORUM, []
        left = self.standing[:1] + self.standing[2:] if self.fate is Fate.REFUSES else self.standing
        most = max(self.votes[one] for one in left)
        if most <= self.votes[AGAINST]:
            return AwardEnding.NOBODY, []
        return AwardEnding.AWARDED, [one for one in left if self.votes[one] == most]


def round_of_awards(town: Town, day: date) -> Days:
    """Eleven days from the opening to the result."""

    def at(days: int, minute: int = 0) -> datetime:
        return town.at(day + timedelta(days=days), 16, minute)

    yield at(0)
    with town.work(at(0)) as work:
        villages = [Village(place, _open(work, place)) for place in people.VILLAGES]
    for days, step in ((1, _nominate), (2, _agree)):
        yield at(days)
        with town.work(at(days)) as work:
            for one in villages:
                step(work, one)
    yield at(7, 1)
    town.look(at(7, 1), 6)
    yield at(8)
    with town.work(at(8)) as work:
        for one in villages:
            _vote(town, work, one)
    yield at(9)
    with town.work(at(9)) as work:
        for one in villages:
            _refuse(work, one)
    yield at(10, 2)
    town.look(at(10, 2), 6 + people.SIZE.villages)
    for one in villages:
        _compare(town, one)


def _open(work: Work, place: int) -> Round:
    spot = spots.village(work.conn, people.CODES[place])
    assert spot is not None
    it = rounds.begin(work, actor(work, people.branch(place)), spot, rounds.kind_of(work.rules, KIND))
    announcing.take_names(work, it)
    return it


def _nominate(work: Work, one: Village) -> None:
    neighbours = people.residents(one.place)[6:]
    for who, person in zip(neighbours, one.named, strict=False):
        nominating.nominate(work, actor(work, who), one.it, person, "Always there")


def _agree(work: Work, one: Village) -> None:
    """They say yes but for the third, and another neighbour seconds."""
    for place, named in enumerate(nominees.of_round(work.conn, one.it.id)):
        nominating.answer(work, actor(work, named.nominee_id), named.token, agreed=place != 2)
        if place != 2 and one.fate is not Fate.NOBODY:
            nominating.second(work, actor(work, people.residents(one.place)[10 + place % 2]), named.token)


def _choice(one: Village, place: int) -> int:
    """For whom the villager of this place votes."""
    first, second, _ = one.standing
    if one.fate is Fate.TIE:
        return (first, second)[place % 2]
    if one.fate is Fate.AGAINST and place % 5 < 3:
        return AGAINST
    return (second, second, first, second, one.standing[place % 3], first, AGAINST)[place % 7]


def _vote(town: Town, work: Work, one: Village) -> None:
    """Two of three villagers vote, few where it is to fail; some try twice."""
    if not one.standing:
        return
    paper = papers.by_id(work.conn, _ballot(work, one))
    *named, against = paper.choices
    tokens = {person: choice.token for person, choice in zip(one.standing, named, strict=True)}
    tokens[AGAINST] = against.token
    who = [person for place, person in enumerate(people.villagers(one.place)) if place % 3]
    who = who[:8] if one.fate is Fate.FEW else who[: len(who) // 2 * 2]
    for place, person in enumerate(who):
        choice = _choice(one, place)
        voting.vote(work, actor(work, person), tokens[choice])
        one.votes[choice] += 1
        one.voted.append(person)
        if place % 10 == 0:
            _twice(town, work, person, tokens[one.standing[0]])
    town.book.did["votes"] += len(who)


def _ballot(work: Work, one: Village) -> int:
    ballot_id = rounds.by_id(work.conn, one.it.id).ballot_id
    assert ballot_id is not None
    return ballot_id


def _twice(town: Town, work: Work, person: int, token: str) -> None:
    """A second vote is refused."""
    try:
        voting.vote(work, actor(work, person), token)
    except errors.NotNow as refusal:
        town.book.check(ROUNDS, "a second vote", refusal.key, "ballot.voted_already")
    else:
        town.book.check(ROUNDS, "a second vote", "counted", "refused")


def _refuse(work: Work, one: Village) -> None:
    """Whoever leads says no after all."""
    if one.fate is Fate.REFUSES:
        named = nominees.of_round(work.conn, one.it.id)[1]
        nominating.answer(work, actor(work, named.nominee_id), named.token, agreed=False)


def _compare(town: Town, one: Village) -> None:
    """Told once to each, counted as it was cast, and published once where somebody won."""
    ending, winners = one.ending()
    who, about = sorted(people.villagers(one.place)), f"award:{one.it.id}"
    with town.store.read() as conn:
        row = conn.execute(select(AwardRound.__table__).where(AwardRound.id == one.it.id)).one()
        choices = conn.execute(select(BallotChoice.place, BallotChoice.votes)
                               .where(BallotChoice.ballot_id == row.ballot_id)).all()  # fmt: skip
        voters = conn.scalars(select(BallotVoter.person_id).where(BallotVoter.ballot_id == row.ballot_id)).all()
        found: dict[str, Any] = {
            "ending": row.ending,
            "names": heard(conn, f"names:{one.it.id}:"),
            "ballot": heard(conn, f"ballot:{row.ballot_id}:") if row.ballot_id else [],
            "branch": heard(conn, f"{about}:"),
            "voters": sorted(voters),
            "votes": {place: votes for place, votes in choices if votes},
            "won": sorted(named.nominee_id for named in nominees.of_round(conn, one.it.id) if named.won),
            "thanked": _congratulated(town, who),
        }
        known = (Publication.kind == PublicationKind.AWARD, Publication.about == about)
        published = conn.execute(select(Publication.id, Publication.body).where(*known)).all()
        found["published"] = [_names(one.body) for one in published]
        found["told"] = [heard(conn, f"published:{one.id}:") for one in published]
    places = {AGAINST: 0, **{person: place for place, person in enumerate(one.standing, start=1)}}
    wanted = {
        "ending": ending,
        "names": who,
        "ballot": who if one.standing else [],
        "branch": people.branches(one.place),
        "voters": sorted(one.voted),
        "votes": {places[person]: votes for person, votes in one.votes.items()},
        "won": sorted(winners),
        "thanked": sorted(winners),
        "published": [(winners, len(one.voted))] if winners else [],
        "told": [who] if winners else [],
    }
    town.book.check(ROUNDS, f"{one.place} {one.fate}", found, wanted)
    town.book.did["rounds"] += 1
    if winners:
        town.awarded.append(about)


def _names(body: list[Any]) -> tuple[list[int], int]:
    """Whom a result names, and how many it says have voted."""
    people_ = [line["params"]["name"]["person"] for line in body if "name" in line["params"]]
    return people_, next(line["params"]["voted"] for line in body if "voted" in line["params"])


def _congratulated(town: Town, who: list[int]) -> list[int]:
    with town.store.read() as conn:
        rows = conn.execute(select(Outbox.person_id, Outbox.message).where(Outbox.person_id.in_(who))).all()
    return sorted(row.person_id for row in rows if row.message.get("key") == "award.congratulations")
