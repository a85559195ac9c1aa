"""A month of points: draft, published for seven days of objections, closed; and what changes its totals meanwhile."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, select

from bench.together import people, published, recount
from bench.together.town import Days, Town, actor, heard
from dispatch.ledger import chain
from dispatch.points import hand, reversing
from dispatch.publishing import objecting
from dispatch.work import Work
from models.habits import Deed, HandState, PublicationKind
from models.ledger import PointEntry
from models.people import Person
from models.points import HandEntry, PointMonth
from models.publishing import Objection, Publication
from models.words import Level

PERIODS, POINTS, BY_HAND = "periods of points", "points", "entries by hand"
RUNS = 4  # Minutes in which the calendar publishes or closes a month of the township, ten villages a minute.


@dataclass(slots=True)
class Month:
    """One month on its way, with what the script expects of it."""

    name: str
    number: int
    left: list[str] = field(default_factory=list)  # Tokens of objections that the branch leaves alone.

    def objects(self, village: int) -> bool:
        """Whether somebody of the village objects: in every fifth."""
        return (village + self.number) % 5 == 0


def period(town: Town, first: date, number: int) -> Days:
    """A month from its last noon to its closing; `first` is the first day of the month that follows."""

    def at(day: int, hour: int, minute: int = 0) -> datetime:
        return town.at(first + timedelta(days=day - 1), hour, minute)

    it = Month(f"{first - timedelta(days=1):%Y-%m}", number)
    yield at(0, 12)
    _stands(town, it, "a draft", [])
    yield at(1, 8)  # The first of the gentle hours: before anything else is looked at.
    town.look(at(1, 8), RUNS)
    _published(town, it)
    yield at(2, 12, 10)
    _object(town, it, at(2, 12, 10))
    yield at(3, 12, 30)
    town.look(at(3, 12, 30), RUNS)
    published.compare(town, it.name)
    yield at(4, 12, 10)
    _answer(town, it, at(4, 12, 10))
    _sums(town, it, "answered")
    yield at(7, 19, 55)
    town.look(at(7, 19, 55), RUNS)
    _stands(town, it, "on its seventh day", [(code, False) for code in people.CODES])
    yield at(8, 8, 3)
    town.look(at(8, 8, 3), RUNS)
    waits = [code for village, code in enumerate(people.CODES) if it.objects(village) and _left_alone(village)]
    _stands(town, it, "after seven days", [(code, code not in waits) for code in people.CODES])
    yield at(9, 13, 11)
    town.look(at(9, 13, 11))
    yield at(10, 13, 20)
    _answer_above(town, it, at(10, 13, 20))
    town.look(at(10, 13, 21), RUNS)
    _stands(town, it, "closed", [(code, True) for code in people.CODES])
    _sums(town, it, "closed")
    yield at(12, 12)
    _reverse(town, it, at(12, 12))
    _sums(town, it, "closed for good")
    recount.compare(town, it.name)


SAID = (HandState.WRITTEN, HandState.WRITTEN, HandState.REFUSED, HandState.LAPSED)
"""What a second admin says to an entry by hand; the last: nothing in time."""


def by_hand(town: Town, first: date, number: int) -> Days:
    """In a quarter of the villages an admin enters points; a second one agrees, declines, or says nothing in time."""
    now = town.at(first.replace(day=15), 13)
    yield now
    month, wanted = town.month(now), {}
    with town.work(now) as work:
        for village in (one for one in people.VILLAGES if (one + number) % 4 == 0):
            person, points = people.stewards(village)[(3 + number) % people.SIZE.stewards], 1 + (village + number) % 5
            asked = hand.enter(work, actor(work, people.branch(village)), person, points, "Lent the tractor")
            town.book.check(BY_HAND, f"asked in {village}", asked, len(_seconders(village)))
            wanted[person] = (SAID[(village // 4 + number) % len(SAID)], points)
    yield now + timedelta(days=1)
    with town.work(now + timedelta(days=1)) as work:
        for row in _entered(work.conn, now):
            said, points = wanted[row.person_id]
            if said is not HandState.LAPSED:
                seconder = actor(work, _seconders(people.CODES.index(row.village_code))[0])
                hand.second(work, seconder, row.token, agrees=said is HandState.WRITTEN)
            town.book.points[month, row.person_id] += points * (said is HandState.WRITTEN)
    yield now + timedelta(days=2, minutes=16)
    town.look(now + timedelta(days=2, minutes=16))
    with town.store.read() as conn:
        found = {row.person_id: (row.state, row.points) for row in _entered(conn, now)}
    town.book.check(BY_HAND, month, found, wanted)
    town.book.did[BY_HAND] += len(wanted)


def _seconders(village: int) -> list[int]:
    """The other admin of the branch; where there is none, those of the township."""
    return people.branches(village)[1:] or people.townships()


def _entered(conn: Connection, at: datetime) -> list[Row[Any]]:
    return list(conn.execute(select(HandEntry.__table__).where(HandEntry.at == at)))


def _left_alone(village: int) -> bool:
    """Whether the branch leaves an objection alone, so that it goes to the township."""
    return village % 4 == 3


def _stands(town: Town, it: Month, when: str, wanted: list[tuple[str, bool]]) -> None:
    """In which villages the month is published, and whether it is closed there."""
    with town.store.read() as conn:
        rows = conn.execute(select(PointMonth.area_code, PointMonth.closed_at).where(PointMonth.month == it.name))
        found = sorted((code, closed_at is not None) for code, closed_at in rows)
    town.book.check(PERIODS, f"{it.name} {when}", found, wanted)


def _published(town: Town, it: Month) -> None:
    """Each village once, with everybody's sum; everybody in it and the branch hear it once."""
    _stands(town, it, "published", [(code, False) for code in people.CODES])
    for village, (number, total) in _sums(town, it, "published").items():
        with town.store.read() as conn:
            told = sorted(heard(conn, f"points:{number}:"))
        town.book.did["periods"] += 1
        town.book.check(PERIODS, f"{it.name} told in {village}", told, sorted([*total, *people.branches(village)]))


def _sums(town: Town, it: Month, when: str) -> dict[int, tuple[int, dict[int, int]]]:
    """What stands published in each village is the sum of its rows, and that is what the script has.

    Returns the number of each village's publication, and what everybody in it has.
    """
    shown: dict[int, tuple[int, dict[int, int]]] = {}
    with town.store.read() as conn:
        entries = select(PointEntry.area_code, PointEntry.person_id, PointEntry.points)
        rows = conn.execute(entries.where(PointEntry.month == it.name)).all()
        names = {row.id: row.name for row in conn.execute(select(Person.id, Person.name))}
        ours = select(Publication.__table__).where(Publication.kind == PublicationKind.POINTS)
        bodies = {row.about: row for row in conn.execute(ours)}
    for village, code in enumerate(people.CODES):
        sums: dict[int, int] = {}
        for area_code, person, points in rows:
            if area_code == code:
                sums[person] = sums.get(person, 0) + points
        ordered = sorted(sums.items(), key=lambda one: (names[one[0]], one[0]))
        publication = bodies[f"{code}:{it.name}"]
        lines = [(line["params"]["name"]["person"], line["params"]["points"]) for line in publication.body]
        town.book.check(PERIODS, f"{it.name} {when} in {village}", lines, ordered)
        held = town.book.of_month(it.name, people.villagers(village))
        earned = {one: points for one, points in sums.items() if points}
        town.book.check(POINTS, f"{it.name} {when} in {village}", earned, held)
        shown[village] = publication.id, sums
    return shown


def _object(town: Town, it: Month, now: datetime) -> None:
    """Somebody of every fifth village says that it is not right."""
    with town.work(now) as work:
        for village, code in enumerate(people.CODES):
            if it.objects(village):
                number = _publication(work.conn, code, it.name)
                objecting.object_to(work, actor(work, people.residents(village)[5]), number, "I was there as well")
                town.book.did["objections"] += 1


def _answer(town: Town, it: Month, now: datetime) -> None:
    """The branch answers: some objections are right, and an entry is reversed. Some it leaves alone."""
    with town.work(now) as work:
        for row in _objections(work.conn, it.name):
            village = people.CODES.index(row.village_code)
            if _left_alone(village):
                it.left.append(row.token)
                continue
            secretary, upheld = actor(work, people.branch(village)), village % 4 < 2
            objecting.answer(work, secretary, row.token, "Looked at it again", upheld=upheld)
            if upheld:
                _take_back(town, it, work, village, it.name)


def _answer_above(town: Town, it: Month, now: datetime) -> None:
    """What the branch left alone went up after seven days; the township answers, and reverses an entry."""
    with town.work(now) as work:
        rows = [row for row in _objections(work.conn, it.name) if row.answered_at is None]
        levels = [(row.token, row.level) for row in rows]
        town.book.check(PERIODS, f"{it.name} went up", levels, [(token, Level.TOWNSHIP) for token in it.left])
        for row in rows:
            objecting.answer(work, actor(work, people.TOWNSHIP), row.token, "It was so", upheld=True)
            _take_back(town, it, work, people.CODES.index(row.village_code), it.name)


def _reverse(town: Town, it: Month, now: datetime) -> None:
    """What is reversed when the month is closed counts to the month that runs."""
    with town.work(now) as work:
        for village in people.VILLAGES:
            if (village + it.number) % 5 == 2:
                _take_back(town, it, work, village, town.month(now))


def _take_back(town: Town, it: Month, work: Work, village: int, month: str) -> None:
    """The first entry for a service day that still stands is reversed by the branch."""
    mine = (PointEntry.area_code == people.CODES[village], PointEntry.month == it.name)
    served = chain.ENTRIES.where(*mine, PointEntry.deed == Deed.SERVED).order_by(PointEntry.id)
    entries = [chain.Entry(*row) for row in work.conn.execute(served)]
    gone = {entry.reverses_id for entry in entries}
    entry = next(one for one in entries if one.stands and one.id not in gone)
    reversing.reverse(work, actor(work, people.branch(village)), entry.id, "Was counted twice")
    town.book.points[month, entry.person_id] -= entry.points
    town.book.did["reversals"] += 1


def _publication(conn: Connection, code: str, month: str) -> int:
    known = (Publication.kind == PublicationKind.POINTS, Publication.about == f"{code}:{month}")
    return int(conn.execute(select(Publication.id).where(*known)).scalar_one())


def _objections(conn: Connection, month: str) -> list[Row[Any]]:
    """The objections to a month of points, in their order."""
    theirs = select(Objection.__table__).join(Publication, Publication.id == Objection.publication_id)
    return list(conn.execute(theirs.where(Publication.about.like(f"%:{month}")).order_by(Objection.id)))
