"""Income mentoring (1+5): a leader in every village, up to five people each, what was done, and who found work."""

from datetime import date, datetime, timedelta

from sqlalchemy import Connection, select

from bench.together import people
from bench.together.town import Days, Town, actor
from dispatch.mentoring import figures, leaders, mentoring, pairs
from dispatch.work import Work
from models.habits import PairState
from models.mentoring import IncomeLeader, JobFound, Pair
from models.people import Person

FIVE = 5
REFUSES = 4  # The last of the five says no in every third village.
LEAVES = 8  # In every eighth village the leader leaves after two weeks.


def pairs_form(town: Town, day: date) -> Days:
    """Leaders are made, ask five people each, and are answered; two weeks later some leave."""
    now = town.at(day, 16)
    yield now
    with town.work(now) as work:
        for village, code in enumerate(people.CODES):
            leader = people.stewards(village)[0]
            place = leaders.place_of(work.conn, leader)
            leaders.appoint(work, actor(work, people.branch(village)), place, leader, "pears")
            town.book.count("leaders", code, "")
            for person in people.residents(village)[:FIVE]:
                mentoring.ask(work, actor(work, leader), person)
    yield now + timedelta(days=1)
    with town.work(now + timedelta(days=1)) as work:
        for pair in pairs.find(work.conn, limit=1000):
            agreed = not _refuses(_village(pair.mentored_id), pair.mentored_id)
            mentoring.answer(work, actor(work, pair.mentored_id), pair.token, agreed=agreed)
            town.book.did["pairs"] += agreed
    yield now + timedelta(days=14)
    with town.work(now + timedelta(days=14)) as work:
        for village in people.VILLAGES:
            if village % LEAVES == LEAVES - 1:
                for leads in leaders.find(work.conn, IncomeLeader.village_code == people.CODES[village]):
                    leaders.leave(work, actor(work, people.branch(village)), leads)
                town.book.count("leaders", people.CODES[village], "", -1)


def month(town: Town, day: date, number: int) -> Days:
    """Something is done for two of each leader's five, for one of them twice; here and there somebody finds work."""
    now = town.at(day, 16)
    yield now
    with town.work(now) as work:
        for village in people.VILLAGES:
            leading = people.stewards(village)[0]
            running = [one for one in pairs.find(work.conn, Pair.village_code == people.CODES[village])
                       if one.state is PairState.ACTIVE]  # fmt: skip
            for which in (0, 0, 1):
                if running:
                    mentoring.done(work, actor(work, leading), running[which].token, "Pruned the trees together")
            town.book.points[town.month(now), leading] += 2 * bool(running)
            if running and (village + number) % 3 == 0:
                _finds_work(town, work, running[number % len(running)], now, number)


def _finds_work(town: Town, work: Work, pair: pairs.Both, now: datetime, number: int) -> None:
    """Every other time it is the villager who says so. Whoever finds work again counts once."""
    with_work = work.conn.scalar(select(JobFound.id).where(JobFound.pair_id == pair.id).limit(1))
    speaks = pair.mentored_id if number % 2 else pair.leading_id
    mentoring.found_work(work, actor(work, speaks), pair.token, "Orchard", town.rules.local(now).date())
    if with_work is None:
        town.book.count("in_work", pair.village_code or "", "")


def _refuses(village: int, person: int) -> bool:
    return village % 3 == 0 and person == people.residents(village)[REFUSES]


def _village(resident: int) -> int:
    return next(village for village in people.VILLAGES if resident in people.residents(village))


def compare(town: Town) -> None:
    """What a county admin sees of mentoring, village by village, is what the rows say."""
    with town.store.read() as conn:
        found = figures.by_village(conn, actor(Work(conn, town.at(date(2026, 2, 1), 9), town.rules), people.COUNTY))
        wanted = [_counted(conn, village) for village in people.VILLAGES]
    for village, line in zip(people.VILLAGES, found, strict=True):
        shown = line.leaders, line.mentored, line.refused, line.found_work
        town.book.check("mentoring", line.village, shown, wanted[village])
    together = figures.together(found)
    sums = together.leaders, together.mentored, together.refused, together.found_work
    town.book.check("mentoring", "together", sums, tuple(map(sum, zip(*wanted, strict=True))))


def _counted(conn: Connection, village: int) -> tuple[int, int, int, int]:
    """Who leads, is taken along, said no and found work, from the raw rows."""
    codes = conn.execute(select(Person.id, Person.village_code))
    theirs = {row.id for row in codes if row.village_code == people.CODES[village]}
    lead = [row for row in conn.execute(select(IncomeLeader.__table__)) if row.person_id in theirs]
    both = {row.id: row for row in conn.execute(select(Pair.__table__)) if row.person_id in theirs}
    jobs = {both[row.pair_id].person_id for row in conn.execute(select(JobFound.__table__)) if row.pair_id in both}
    states = [row.state for row in both.values()]
    active, refused = states.count(PairState.ACTIVE), states.count(PairState.REFUSED)
    return sum(row.left_at is None for row in lead), active, refused, len(jobs)
