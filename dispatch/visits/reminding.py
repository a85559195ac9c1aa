"""Once a week: a gentle word to each steward with overdue visits, and to each branch which grids wait. No ranking."""

from itertools import groupby

from sqlalchemy import true

from dispatch import spots
from dispatch.messages import Message, listed, text
from dispatch.visits import due
from dispatch.visits.due import Waiting
from dispatch.work import Work
from models.words import Lane

PART = 1000  # Messages that are held in memory at once.


def remind(work: Work) -> None:
    """One message a person, whatever is overdue; the key holds the day, so that a week's word goes out once."""
    today = work.rules.local(work.now).date()
    found = due.late(work.conn, work.rules, work.now, true())
    for person_id, theirs in groupby(found, lambda one: one.person_id):
        count = sum(one.count for one in theirs if not one.on_leave(today))
        if count:
            _post(work, person_id, Message("visit.reminder", {"count": count}), f"visits:{today}:{person_id}")
    admins = due.branches(work.conn)
    for code, grids in groupby(due.by_grid(work.conn, found, true()), lambda one: one.village_code):
        message = by_grid(list(grids))
        for person_id in admins.get(code, ()):
            _post(work, person_id, message, f"overdue:{today}:{person_id}:{code}")


def _post(work: Work, person_id: int, message: Message, key: str) -> None:
    work.post(person_id, message, Lane.BROADCAST, key=key)
    if len(work.posts) >= PART:
        work.flush()


def by_grid(grids: list[Waiting], most: int = 40) -> Message:
    """The grids that wait, one a line as far as they fit, with the sum above them."""
    lines = [
        text("visit.grid", village=spots.short(one.village), grid=one.grid, overdue=one.overdue, linked=one.linked)
        for one in grids[:most]
    ]
    if len(grids) > most:
        lines.append(text("visit.more_grids", count=len(grids) - most))
    return Message("visit.overdue", {"count": sum(one.overdue for one in grids), "lines": listed(lines)})
