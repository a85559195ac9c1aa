"""Random months as rows of a store, so that they are counted, published and read again as real ones are."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import repeat
from random import Random
from typing import Any

from sqlalchemy import Connection, insert, select

from bench import county
from dispatch.figures import results
from dispatch.figures.months import Month, after
from dispatch.figures.results import Results
from dispatch.publishing.publishing import Text
from dispatch.rules import Rules
from dispatch.taps import new_token
from dispatch.work import Work
from models.gatherings import Gathering, Seat
from models.habits import Deed, PublicationKind, Standing
from models.ledger import PointEntry
from models.publishing import Publication
from models.requests import Request
from models.store import Store
from models.visits import Visit
from models.words import Ending, State, Urgency

PEOPLE = 60  # Of each village.
SIZE = county.Size(stewards=0, volunteers=PEOPLE, households=1, admins=0)


def published(
    store: Store, rules: Rules, month: Month, happened: Mapping[int, Results], seed: int = 1
) -> dict[int, list[Text]]:
    """Write the rows of a month of each village, let it be over, and return all that has been published of it."""
    random = Random(seed)
    with store.write() as conn:
        for village, found in happened.items():
            _write(conn, random, village, month, found)
    now = after(rules, month).since + timedelta(days=rules.figures.day)
    for _ in range(len(happened) // results.AT_ONCE + 1):
        with store.write() as conn:
            work = Work(conn, now.astimezone(UTC), rules)
            results.look_after(work)
            work.flush()
    villages = {county.code(village): village for village in happened}
    with store.read() as conn:
        rows = conn.execute(select(Publication)).all()
    assert {(row.kind, row.area_code in villages) for row in rows} <= {(PublicationKind.RESULTS, True)}
    return {villages[row.area_code]: row.body for row in rows if row.about.endswith(month.name)}


def _write(conn: Connection, random: Random, village: int, month: Month, found: Results) -> None:
    codes, people = county.placed(county.code(village)), _people(village)

    def at() -> datetime:
        return (month.since + (month.until - month.since) * random.random()).astimezone(UTC)

    ended: list[tuple[str, Ending, float | None]] = [
        *zip(Counter(found.solved).elements(), repeat(Ending.SOLVED), found.waits, strict=False),
        *(("road", ending, 60.0) for ending in Counter(found.otherwise).elements()),
    ]  # fmt: skip
    _insert(conn, Request, [_request(at(), *one) for one in ended], codes, requester_id=people[0])
    visits = [
        {"token": new_token(), "at": at(), "counts": True, "household_id": village + 1} for _ in range(found.visits)
    ]
    _insert(conn, Visit, visits, codes, person_id=people[0])
    left = found.came
    for kind, activity, day in found.gatherings:
        begins = datetime.fromisoformat(f"{month.name}-{day[3:]} 09:00").replace(tzinfo=month.since.tzinfo)
        row = {"token": new_token(), "kind": kind, "activity": activity, "begins_at": begins, "ends_at": begins,
               "place": "", "standing": Standing.CLOSED, **codes}  # fmt: skip
        number = conn.execute(insert(Gathering).values(**row).returning(Gathering.id)).scalar_one()
        seats = [
            {"token": new_token(), "person_id": one, "came_at": begins, "stayed": 60}
            for one in people[: min(left, PEOPLE)]
        ]
        _insert(conn, Seat, seats, codes, gathering_id=number)
        left -= len(seats)
    shares = [found.points, *[0] * PEOPLE][: found.earners]
    entries = [_entry(month, people[place], place, points) for place, points in enumerate(shares)]
    _insert(conn, PointEntry, entries, codes, area_code=county.code(village))


def _people(village: int) -> list[int]:
    return [county.FIRST_VOLUNTEER + village * PEOPLE + one for one in range(PEOPLE)]


def _request(ended: datetime, kind: str, ending: Ending, wait: float | None) -> dict[str, Any]:
    opened = ended - timedelta(hours=2)
    taken = None if wait is None else opened + timedelta(seconds=wait)
    kept = ended if wait == 0 else None  # An appointment that was taken before its hour.
    return {
        "token": new_token(), "words": "", "category": kind, "urgency": Urgency.NORMAL, "state": State.CLOSED,
        "ladder": [], "ending": ending, "opened_at": opened, "heard_at": opened, "ended_at": ended, "wanted_at": kept,
        "accepted_at": taken if kept is None else opened + timedelta(hours=1), "drill": False,
    }  # fmt: skip


def _entry(month: Month, person_id: int, place: int, points: int) -> dict[str, Any]:
    at = month.since.astimezone(UTC)
    return {
        "number": int(month.name[5:]) * 1000 + place, "person_id": person_id, "deed": Deed.SERVED,
        "about": f"{month.name}:{place}", "turn": 0, "amount": 1, "points": points, "at": at, "day": at.date(),
        "month": month.name, "made_at": at, "flagged": False, "previous": "", "hash": "",
    }  # fmt: skip


def _insert(conn: Connection, table: Any, rows: list[dict[str, Any]], codes: dict[str, str], **more: Any) -> None:
    if rows:
        conn.execute(insert(table), [{**row, **codes, **more} for row in rows])
