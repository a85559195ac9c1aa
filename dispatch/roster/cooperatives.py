"""The sheets of cooperatives: their names by village, and who has joined them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from dispatch.roster.batch import CODES, Batch, insert_all, select_in, table_of
from dispatch.roster.faults import Counts
from dispatch.roster.mentoring import Residents
from models.cooperatives import Cooperative, Member

_COOPERATIVES = table_of(Cooperative)
_MEMBERS = table_of(Member)


def write_cooperatives(
    batch: Batch, residents: Residents, part: Mapping[str, list[Any]], villages: Sequence[str]
) -> None:
    """Write the cooperatives of these villages and their members. Nobody is taken away."""
    if not (part["cooperatives"] or part["members"]):
        return
    known = {(row.village_code, row.name): row.id for row in select_in(batch.conn, _of_villages, villages)}
    counts = batch.counts.setdefault("cooperatives", Counts())
    fresh = []
    for row in part["cooperatives"]:
        place = batch.village(row)
        if place is None:
            continue
        key = (row.village_code, row.cooperative)
        counts.count(is_new=key not in known, is_changed=False)
        if key not in known:
            known[key] = batch.new_id(_COOPERATIVES)
            fresh.append((known[key], row.cooperative, *place.codes))
    insert_all(batch.conn, _COOPERATIVES, ("id", "name", *CODES), fresh)
    _write_members(batch, residents, part["members"], known)


def _write_members(
    batch: Batch, residents: Residents, sheet: Sequence[Any], cooperatives: Mapping[tuple[str, str], int]
) -> None:
    stored = select_in(batch.conn, _members_of, set(cooperatives.values()))
    joined = {(row.cooperative_id, row.person_id) for row in stored}
    counts = batch.counts.setdefault("members", Counts())
    fresh = []
    for row in sheet:
        one, cooperative = residents.of(row), cooperatives.get((row.village_code, row.cooperative))
        if cooperative is None:
            batch.findings.add("roster.fault.not_stored", row, "cooperative", row.cooperative, "cooperatives")
        if one is None or cooperative is None:
            continue
        is_new = (cooperative, one.id) not in joined
        if is_new:
            joined.add((cooperative, one.id))
            fresh.append((cooperative, one.id, batch.now, *one.codes))
        counts.count(is_new=is_new, is_changed=False)
    insert_all(batch.conn, _MEMBERS, ("cooperative_id", "person_id", "since", *CODES), fresh)


def _of_villages(some: list[str]) -> Any:
    columns = (_COOPERATIVES.c.id, _COOPERATIVES.c.village_code, _COOPERATIVES.c.name)
    return select(*columns).where(_COOPERATIVES.c.village_code.in_(some))


def _members_of(some: list[int]) -> Any:
    columns = (_MEMBERS.c.cooperative_id, _MEMBERS.c.person_id)
    return select(*columns).where(_MEMBERS.c.cooperative_id.in_(some))
