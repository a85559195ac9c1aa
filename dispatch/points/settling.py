"""Enters into the ledger what was earned and taken back in one transaction, at its end, village by village."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, func, select

from dispatch import cards, offices
from dispatch.among import among
from dispatch.areas import Located
from dispatch.ledger import chain
from dispatch.ledger.chain import ENTRIES, Entry, Head
from dispatch.ledger.facts import Fact
from dispatch.messages import Message, text
from dispatch.points import months
from dispatch.work import Work
from models.habits import Cut, Deed
from models.ledger import PointEntry
from models.people import Person
from models.words import Lane, Level

Key = tuple[Deed, int, str]

_HOMES = select(Person.id, Person.county_code, Person.township_code, Person.village_code).where(
    among(Person.id, "people")
)
_KNOWN = ENTRIES.where(among(PointEntry.about, "things"), among(PointEntry.person_id, "people")).order_by(
    PointEntry.turn
)
_DAYS = (
    select(PointEntry.person_id, PointEntry.day, PointEntry.deed, func.sum(PointEntry.points))
    .where(among(PointEntry.person_id, "people"), PointEntry.day.between(bindparam("first"), bindparam("last")))
    .group_by(PointEntry.person_id, PointEntry.day, PointEntry.deed)
)
_GIVEN = select(func.count()).where(
    PointEntry.person_id == bindparam("giver"),
    PointEntry.giver_id == bindparam("person"),
    PointEntry.day >= bindparam("since"),
    PointEntry.points > 0,
)


def settle(work: Work) -> None:
    """Write what the work has collected. Called before the commit by whoever began the transaction."""
    if not work.earned:
        return
    facts, work.earned = work.earned, []
    homes = {row.id: row for row in work.conn.execute(_HOMES, {"people": [fact.person_id for fact in facts]})}
    # A deed of somebody on no roster, for somebody of nowhere, has no chain in which it could stand.
    placed = [(_place(fact, homes.get(fact.person_id)), fact) for fact in facts]
    known = [(area, place, fact) for place, fact in placed if (area := chain.area_of(place)) is not None]
    known.sort(key=lambda one: one[0])  # Always in the same order, or two processes could wait for each other.
    for _, group in groupby(known, key=lambda one: one[0]):
        theirs = list(group)
        _Village(work, theirs[0][1], [fact for _, _, fact in theirs]).write()


def _place(fact: Fact, home: Any) -> Located:
    """The village on whose roster the person stands, wherever they helped; whoever stands on none: where it was."""
    place: Located = home if home is not None and home.village_code is not None else fact
    return place


class _Village:
    """One chain, held until the commit, with what has to be known of it to write these facts."""

    def __init__(self, work: Work, place: Located, facts: Sequence[Fact]) -> None:
        self.work, self.facts = work, facts
        self.head: Head = chain.lock(work.conn, place, months.of(work, work.now))
        which = {"things": [fact.about for fact in facts], "people": [fact.person_id for fact in facts]}
        rows = (Entry(*row) for row in work.conn.execute(_KNOWN, which))
        self.latest: dict[Key, Entry] = {(one.deed, one.person_id, one.about): one for one in rows}
        days = [self._day(fact) for fact in facts]
        span = {"people": which["people"], "first": min(days), "last": max(days)}
        self.sums: Counter[tuple[int, date, Deed]] = Counter()
        for person_id, day, deed, points in work.conn.execute(_DAYS, span):
            self.sums[person_id, day, deed] += points

    def _day(self, fact: Fact) -> date:
        return self.work.rules.local(fact.at).date()

    def write(self) -> None:
        """One after the other. What was earned already, or never was, is left as it is."""
        old: set[str] = set()
        for fact in self.facts:
            last = self.latest.get((fact.deed, fact.person_id, fact.about))
            stands = last is not None and last.stands
            if fact.takes != stands or (last is not None and not stands and last.note_hash is not None):
                continue  # What an admin has reversed, with a reason, is not earned again.
            values = self._taken(fact, last) if last is not None and fact.takes else self._earned(fact)
            turn = 0 if last is None else last.turn + 1
            self.head, entry = chain.append(
                self.work.conn, self.head, person_id=fact.person_id, deed=fact.deed, about=fact.about, turn=turn,
                made_at=self.work.now, giver_id=fact.giver_id, second_id=fact.second_id, note_id=fact.note_id, **values,
            )  # fmt: skip
            self.latest[entry.deed, entry.person_id, entry.about] = entry
            self.sums[entry.person_id, entry.day, entry.deed] += entry.points
            if entry.month < self.head.month:
                old.add(entry.month)
            if entry.flagged:
                self._flag(entry)
        chain.keep(self.work.conn, self.head)
        for month in sorted(old):
            months.refresh(self.work, self.head, month)

    def _earned(self, fact: Fact) -> Mapping[str, Any]:
        worth = self.work.rules.points.deeds.of(fact.deed).points * fact.amount
        points, cut = self._capped(fact, worth) if fact.points is None else (fact.points, None)
        if fact.giver_id == fact.person_id:
            points, cut = 0, Cut.SELF
        return {
            "amount": fact.amount, "points": points, "cut": cut, "at": fact.at, "day": self._day(fact),
            "month": max(self.head.month, months.of(self.work, self.work.now)),
            "flagged": cut is Cut.SELF or self._mutual(fact), "reverses_id": None,
        }  # fmt: skip

    def _capped(self, fact: Fact, worth: int) -> tuple[int, Cut | None]:
        """What a day still takes of it, and why it takes no more; the entry is written all the same."""
        rules, day = self.work.rules.points, self._day(fact)
        a_day = rules.deeds.of(fact.deed).a_day
        of_kind = self.sums[fact.person_id, day, fact.deed]
        of_all = sum(self.sums[fact.person_id, day, deed] for deed in Deed if deed is not Deed.BY_HAND)
        left = {Cut.DEED_CAP: worth if a_day is None else a_day - of_kind, Cut.DAY_CAP: rules.a_day - of_all}
        tightest = min(left, key=lambda cut: left[cut])
        return (worth, None) if left[tightest] >= worth else (max(left[tightest], 0), tightest)

    def _taken(self, fact: Fact, last: Entry) -> Mapping[str, Any]:
        """A reversal counts to the month that it corrects, as long as that is not closed."""
        now = max(self.head.month, months.of(self.work, self.work.now))
        closed = months.is_closed(self.work.conn, self.head.area_code, last.month)
        return {
            "amount": last.amount, "points": -last.points, "cut": None, "at": last.at, "day": last.day,
            "month": now if closed else last.month, "flagged": False, "reverses_id": last.id,
        }  # fmt: skip

    def _mutual(self, fact: Fact) -> bool:
        """Whether entries go back and forth between the two on whose word and for whom it is."""
        if fact.giver_id is None:
            return False
        rules = self.work.rules.points
        since = self._day(fact) - rules.back_and_forth_within
        pair = {"giver": fact.giver_id, "person": fact.person_id, "since": since}
        back = self.work.conn.execute(_GIVEN, pair).scalar_one()
        forth = self.work.conn.execute(
            _GIVEN, {**pair, "giver": fact.person_id, "person": fact.giver_id}
        ).scalar_one() + 1  # fmt: skip
        return min(back, forth) >= (1 if fact.deed is Deed.BY_HAND else rules.back_and_forth)

    def _flag(self, entry: Entry) -> None:
        """The level above hears of it, of two people once a month; whoever is of the village cannot make it go away."""
        level = Level.TOWNSHIP if entry.village_code is not None else Level.COUNTY
        names = [cards.shown_name(cards.person(self.work.conn, one)) for one in (entry.giver_id, entry.person_id)]
        params = {"number": entry.id, "giver": names[0], "name": names[1], "deed": text(f"points.deed.{entry.deed}")}
        message = Message("points.flagged_self" if entry.cut is Cut.SELF else "points.flagged", params)
        pair = sorted((entry.giver_id or 0, entry.person_id))
        for person_id in offices.answering(self.work, entry, level):
            key = f"flag:{pair[0]}:{pair[1]}:{entry.month}:{person_id}"
            self.work.post(person_id, message, Lane.STATUS, key=key)
