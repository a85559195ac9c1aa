"""Who lives in the township: their numbers by village, and what `bench.county` leaves out."""

from collections.abc import Iterator

from sqlalchemy import insert

from bench import county
from bench.county import Size
from models.cooperatives import Cooperative
from models.people import Admin, Link, Person, Steward
from models.store import Store
from models.words import Level

HOMES = 12
SIZE = Size(villages=24, stewards=12, volunteers=16, households=HOMES, residents=24 * HOMES)
VILLAGES = range(SIZE.villages)
CODES = [county.code(village) for village in VILLAGES]
COUNTY, TOWNSHIP = 1, 2  # The first admin of each; see `county`.
_FIRST_BRANCH, _SECONDS = 3, 100_000  # The first village's admin; the second admins come from here on.


def branch(village: int) -> int:
    """A village's admin."""
    return _FIRST_BRANCH + village


def branches(village: int) -> list[int]:
    """All admins of a village: every other one has a second."""
    return [branch(village), *([_SECONDS + 1 + village] if village % 2 == 0 else [])]


def townships() -> list[int]:
    """All admins of the township."""
    return [TOWNSHIP, _SECONDS]


def stewards(village: int) -> list[int]:
    """A village's stewards."""
    first = county.FIRST_STEWARD + village * SIZE.stewards
    return list(range(first, first + SIZE.stewards))


def volunteers(village: int) -> list[int]:
    """A village's volunteers."""
    first = county.FIRST_VOLUNTEER + village * SIZE.volunteers
    return list(range(first, first + SIZE.volunteers))


def residents(village: int) -> list[int]:
    """A village's residents, one in each of its homes."""
    first = county.FIRST_RESIDENT + village
    return list(range(first, first + SIZE.residents, SIZE.villages))


def home(village: int, place: int) -> int:
    """The number of a household."""
    return village * HOMES + place + 1


def villagers(village: int) -> list[int]:
    """Everybody of a village."""
    return [*stewards(village), *volunteers(village), *residents(village)]


def fill(store: Store) -> None:
    """The made-up township, with second admins, a cooperative in two of three villages, and a steward for each home."""
    county.fill(store, SIZE)
    known = {"made_up": True, "frail": False, "created_at": county.SINCE}
    with store.write() as conn:
        seconds = [(_SECONDS, county.TOWNSHIP, Level.TOWNSHIP)] + [
            (person, CODES[village], Level.BRANCH) for village in VILLAGES for person in branches(village)[1:]
        ]
        conn.execute(insert(Person), [{"id": one, "name": f"Admin {one}", **known} for one, *_ in seconds])
        rows = [{"person_id": one, "area_code": code, "level": level} for one, code, level in seconds]
        conn.execute(insert(Admin), rows)
        joined = [{"name": "Pears", **county.placed(code)} for place, code in enumerate(CODES) if place % 3]
        conn.execute(insert(Cooperative), joined)
        numbers = {row.person_id: row.id for row in conn.execute(Steward.__table__.select())}
        conn.execute(insert(Link), list(_links(numbers)))


def _links(numbers: dict[int, int]) -> Iterator[dict[str, object]]:
    for village in VILLAGES:
        for place in range(HOMES):
            steward = numbers[stewards(village)[place]]
            codes = county.placed(CODES[village])
            yield {"household_id": home(village, place), "steward_id": steward, "since": county.SINCE, **codes}
