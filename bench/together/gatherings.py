"""Theme days and service days: announced, answered, reminded, held and closed; who was there, and what it earned."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from bench.together import people
from bench.together.town import Days, Town, actor
from dispatch.gatherings import answering, attending, meetings, planning, seats
from dispatch.gatherings.meetings import Meeting
from dispatch.gatherings.seats import Guest
from dispatch.work import Work
from models.gatherings import Gathering
from models.habits import Errand, GatheringKind, Reply, Standing
from models.mail import Outbox

Written = defaultdict[tuple[int, str], list[int]]
"""Who has a message about a gathering, by its number and what it is about; each as often as they have one."""

NEEDED = 8
WHOLE = {GatheringKind.SERVICE: 120, GatheringKind.THEME: 30}  # Minutes.


def plan_months(town: Town, days: Collection[date]) -> Days:
    """On these days the calendar plans the next month's theme days."""
    for day in sorted(days):
        now = town.at(day, 9)
        yield now
        town.look(now)


def service_day(town: Town, saturday: date) -> Days:
    """Planned on Wednesday, answered on Thursday, held on Saturday."""
    begins_at, wednesday = town.at(saturday, 8, 30), town.at(saturday - timedelta(days=3), 10)
    yield wednesday
    with town.work(wednesday) as work:
        for village in people.VILLAGES:
            secretary = actor(work, people.branch(village))
            values = {"activity": "courtyard", "place": "Square", "needed": NEEDED, "safety": ""}
            at = planning.ground(work, secretary)
            planning.plan(work, secretary, at, GatheringKind.SERVICE, begins_at, **values)
    yield wednesday + timedelta(minutes=1)
    town.look(wednesday + timedelta(minutes=1))
    yield from _held(town, GatheringKind.SERVICE, begins_at)


def theme_day(town: Town, friday: date) -> Days:
    """Planned and announced by the calendar."""
    begins_at = town.at(friday, 15)
    yield begins_at - timedelta(days=7)
    town.look(begins_at - timedelta(days=7))
    yield from _held(town, GatheringKind.THEME, begins_at)


def _held(town: Town, kind: GatheringKind, begins_at: datetime) -> Days:
    """People answer, are reminded, come and go; four of five branches close it, and the calendar the rest."""
    with town.store.read() as conn:
        held = meetings.find(conn, Gathering.kind == kind, Gathering.begins_at == begins_at, limit=1000)
    town.book.check("gatherings", f"planned, {kind} {begins_at}", sorted(_codes(held)), people.CODES)
    counts = {one.id: Count(kind, one.id, _invited(kind, one)) for one in held}
    yield begins_at - timedelta(days=2)
    with town.work(begins_at - timedelta(days=2)) as work:
        for one in held:
            _answer(work, one, counts[one.id])
    evening = town.at(town.rules.local(begins_at).date() - timedelta(days=1), 18)
    for reminder in (evening, begins_at - timedelta(hours=1)):
        yield reminder
        town.look(reminder)
    yield begins_at
    with town.work(begins_at) as work:
        for one in held:
            _come(work, one, counts[one.id])
    for minute in sorted({minutes for count in counts.values() for minutes in count.leaves.values()}):
        yield begins_at + timedelta(minutes=minute)
        with town.work(begins_at + timedelta(minutes=minute)) as work:
            for one in held:
                _go(work, one, counts[one.id], minute)
    closing, late = held[0].ends_at + timedelta(minutes=5), held[0].ends_at + timedelta(hours=12)
    yield closing
    with town.work(closing) as work:
        for index, one in enumerate(held):
            if index % 5:
                attending.close(work, None, meetings.held(work.conn, Gathering.id == one.id))
    yield late
    town.look(late)
    written = _written(town, begins_at - timedelta(days=7, hours=1))
    for one in held:
        _compare(town, one, counts[one.id], written)
        _write_down(town, one, counts[one.id])


class Count:
    """What the rule makes of one gathering, in plain Python."""

    def __init__(self, kind: GatheringKind, number: int, invited: list[int]) -> None:
        self.kind, self.invited = kind, invited
        said = {person: (person * 7919 + number * 104729) % 100 for person in invited}
        self.yes = [person for person in invited if said[person] < 40]
        self.no = [person for person in invited if 40 <= said[person] < 55]
        self.back = [person for person in self.yes[: self._most()] if said[person] < 5]  # Cannot after all.
        left = [person for person in self.yes if person not in self.back]
        self.coming = left[: self._most()]
        luck = {person: (person * 31 + number * 17) % 100 for person in self.coming}
        self.there = [person for person in self.coming if luck[person] < 85]
        service = kind is GatheringKind.SERVICE
        self.leaves = {one: 60 + luck[one] % 50 for one in self.there if service and luck[one] % 10}
        self.stayed = {one: self.leaves.get(one, WHOLE[kind]) for one in self.there}
        self.guests: dict[int, Guest] = {}  # Who has come, as they are in hand then.

    def _most(self) -> int:
        return NEEDED if self.kind is GatheringKind.SERVICE else len(self.invited)

    def points(self, person: int) -> int:
        """What having been there earns."""
        return round(self.stayed[person] / 60) if self.kind is GatheringKind.SERVICE else 1


def _codes(held: Iterable[Meeting]) -> list[str]:
    return [one.village_code or "" for one in held]


def _invited(kind: GatheringKind, meeting: Meeting) -> list[int]:
    """Who is invited, by the county's own numbers."""
    village = people.CODES.index(meeting.village_code or "")
    return people.stewards(village) + (people.volunteers(village) if kind is GatheringKind.SERVICE else [])


def _answer(work: Work, meeting: Meeting, count: Count) -> None:
    guests = {one.invited_id: one for one in seats.of(work.conn, meeting)}
    for say, who in ((answering.yes, count.yes), (answering.no, count.no), (answering.no, count.back)):
        for person in who:
            say(work, guests[person])


def _come(work: Work, meeting: Meeting, count: Count) -> None:
    village = people.CODES.index(meeting.village_code or "")
    secretary = actor(work, people.branch(village))
    opened = attending.open_(work, secretary, meetings.held(work.conn, Gathering.id == meeting.id))
    for person in count.there:
        count.guests[person] = attending.come(work, person, opened, seats.taken(work, opened, person))


def _go(work: Work, meeting: Meeting, count: Count, minute: int) -> None:
    for person in (one for one, minutes in count.leaves.items() if minutes == minute):
        opened = meetings.held(work.conn, Gathering.id == meeting.id)
        attending.go(work, person, opened, count.guests[person])


def _compare(town: Town, meeting: Meeting, count: Count, written: Written) -> None:
    silent = [one for one in count.invited if one not in {*count.yes, *count.no}]
    told = count.coming + (silent if count.kind is GatheringKind.THEME else [])
    wanted: dict[str, Any] = {
        "invite": sorted(count.invited),
        str(Errand.DAY_BEFORE): sorted(told),
        str(Errand.HOUR_BEFORE): sorted(count.coming),
        "seats": sorted(count.invited),
        "coming": sorted(count.coming),
        "stayed": count.stayed,
        "standing": Standing.CLOSED,
    }
    found: dict[str, Any] = {what: sorted(written[meeting.id, what]) for what in list(wanted)[:3]}
    with town.store.read() as conn:
        guests = {one.invited_id: one for one in seats.of(conn, meeting)}
        found["standing"] = conn.scalar(select(Gathering.standing).where(Gathering.id == meeting.id))
    found["seats"] = sorted(guests)
    found["coming"] = sorted(one for one, guest in guests.items() if guest.reply is Reply.YES)
    found["stayed"] = {one: guest.stayed for one, guest in guests.items() if guest.stayed is not None}
    town.book.check("gatherings", f"{count.kind} {meeting.id}", found, wanted)


def _write_down(town: Town, meeting: Meeting, count: Count) -> None:
    """What the figures have to say of it."""
    village, month = meeting.village_code or "", town.month(meeting.begins_at)
    town.book.did[str(count.kind)] += 1
    town.book.did["invitations"] += len(count.invited)
    town.book.count("gatherings", village, month)
    town.book.count("came", village, month, len(count.there))
    for person in count.there:
        town.book.points[month, person] += count.points(person)


def _written(town: Town, since: datetime) -> Written:
    found: Written = defaultdict(list)
    with town.store.read() as conn:
        for key, person in conn.execute(select(Outbox.key, Outbox.person_id).where(Outbox.created_at >= since)):
            if key.startswith("gather:"):
                _, number, moves, what, _ = key.split(":")
                found[int(number), what if moves == "0" else key].append(person)
    return found
