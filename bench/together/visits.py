"""Home visits: each week a steward of every village calls at one of the homes; one in three finds nobody there."""

from datetime import date

from bench import county
from bench.together import people
from bench.together.town import Days, Town, actor
from dispatch.visits import visiting
from dispatch.visits.calls import Home
from models.habits import VisitKind


def day(town: Town, monday: date, week: int) -> Days:
    """One visit in every village."""
    now = town.at(monday, 16)
    yield now
    month = town.month(now)
    with town.work(now) as work:
        for village, code in enumerate(people.CODES):
            place = (village + week) % people.HOMES
            steward = people.stewards(village)[place]
            at = Home(people.home(village, place), "", "", None, None, visitor_id=steward, **county.placed(code))
            call = visiting.begin(work, actor(work, steward), at)
            if (village + week) % 3 == 0:
                visiting.turned_out(work, call, VisitKind.ABSENT)
                continue
            visiting.end(work, call)
            town.book.did["visits"] += 1
            town.book.count("visits", code, month)
            town.book.points[month, steward] += 1
