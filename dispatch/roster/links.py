"""Which steward the households sheet names as responsible: by phone, and by name where several share the phone."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, select

from dispatch.roster import rows
from dispatch.roster.batch import CODES, Batch, chunks, insert_all, select_in, table_of
from dispatch.roster.faults import Counts
from dispatch.roster.places import Names
from models.people import Link, Person, Steward
from models.words import StewardKind

_LINKS = table_of(Link)


def write_links(batch: Batch, households: Iterable[rows.Household], villages: Sequence[str], homes: Names) -> None:
    """Link the households that name a steward; a blank cell leaves what is known."""
    named = [row for row in households if row.steward]
    if not named:
        return
    stewards = _stewards(batch, villages)
    known = {row.household_id: row.steward_id for row in select_in(batch.conn, _of_villages, villages)}
    sheet = batch.counts.setdefault("links", Counts())
    fresh = []
    for row in named:
        place, home = batch.village(row), homes.get((row.village_code, row.household))
        if place is None or home is None:
            continue
        found = stewards.get((row.village_code, row.steward or ""), [])
        if len(found) != 1:
            key = "roster.fault.shared_phone" if found else "roster.fault.not_stored"
            batch.findings.add(key, row, "steward", row.steward, "stewards")
            continue
        sheet.count(is_new=home not in known, is_changed=known.get(home) != found[0])
        if known.get(home) != found[0]:
            fresh.append((home, found[0], batch.now, *place.codes))
    for some in chunks([link[0] for link in fresh]):
        batch.conn.execute(delete(Link).where(Link.household_id.in_(some)))
    insert_all(batch.conn, _LINKS, ("household_id", "steward_id", "since", *CODES), fresh)


def _of_villages(some: list[str]) -> object:
    return select(_LINKS.c.household_id, _LINKS.c.steward_id).where(_LINKS.c.village_code.in_(some))


def _stewards(batch: Batch, villages: Sequence[str]) -> dict[tuple[str, str], list[int]]:
    """Who serves there, by village and phone, and by village and phone with name."""

    def choose(some: list[str]) -> object:
        serving = (Steward.kind == StewardKind.STEWARD, Steward.left_at.is_(None), Steward.village_code.in_(some))
        joined = select(Steward.id, Steward.village_code, Person.phone, Person.name)
        return joined.join(Person, Person.id == Steward.person_id).where(*serving)

    found: dict[tuple[str, str], list[int]] = {}
    for row in select_in(batch.conn, choose, villages):
        for said in (row.phone, f"{row.phone} {row.name}"):
            if row.phone:
                found.setdefault((row.village_code, said), []).append(row.id)
    return found
