"""The sheets of places: villages with the townships and the county above them, grids, groups and households."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from dispatch import geo
from dispatch.roster import rows
from dispatch.roster.batch import (
    CODES,
    NO_POINT,
    POINT,
    Batch,
    Place,
    Values,
    insert_all,
    select_in,
    table_of,
    update_all,
)
from dispatch.roster.faults import Counts
from models.people import VolunteerGroup
from models.places import Area, Grid, Household
from models.words import Level

Names = dict[tuple[str, str], int]  # (village code, name) → id.

_AREAS = table_of(Area)
_GRIDS = table_of(Grid)
_GROUPS = table_of(VolunteerGroup)
_AREA_COLUMNS = ("code", "level", "name", "parent_code", "lat", "lon", "phone")
_HOUSEHOLDS = table_of(Household)
_HOUSEHOLD_COLUMNS = ("id", "grid_id", "address", "phone", *POINT)


def write_areas(batch: Batch, villages: Sequence[rows.Village]) -> None:
    """Write the villages, and the townships and county that their codes name; then `batch.places` knows them all."""
    stored = {row.code: tuple(row) for row in batch.conn.execute(select(*(_AREAS.c[name] for name in _AREA_COLUMNS)))}
    wanted: dict[str, Values] = {}
    sheet = batch.counts["villages"] = Counts()
    for row in villages:
        county = row.township_code[:6]
        _want(batch, wanted, stored, row, (county, Level.COUNTY, batch.rules.county_name, None), NO_POINT[:3])
        _want(batch, wanted, stored, row, (row.township_code, Level.TOWNSHIP, row.township, county), NO_POINT[:3])
        if row.lat is not None and row.lon is not None:
            batch.inside(row, geo.Point(row.lat, row.lon))
        more = (row.lat, row.lon, row.phone)
        _want(batch, wanted, stored, row, (row.village_code, Level.BRANCH, row.village, row.township_code), more)
        known = stored.get(row.village_code)
        sheet.count(is_new=known is None, is_changed=wanted.get(row.village_code) != known)
    batch.findings.settle()
    insert_all(batch.conn, _AREAS, _AREA_COLUMNS, [area for code, area in wanted.items() if code not in stored])
    changed = [area for code, area in wanted.items() if code in stored and area != stored[code]]
    for area in changed:  # Few and rare; their key is no `id`.
        values = dict(zip(_AREA_COLUMNS, area, strict=True))
        batch.conn.execute(_AREAS.update().where(_AREAS.c.code == area[0]).values(values))
    batch.places.update(_places(stored | wanted))


def _want(
    batch: Batch, wanted: dict[str, Values], stored: dict[str, Values], row: rows.Village, area: Values, more: Values
) -> None:
    code, level = area[:2]
    known = wanted.get(code) or stored.get(code)
    if known is not None and known[1] is not level:
        batch.findings.add("roster.fault.other_level", row, "village_code", code, known[1])
        return
    kept = known[4:] if known is not None else NO_POINT[:3]
    wanted[code] = (*area, *(new if new is not None else old for new, old in zip(more, kept, strict=True)))


def _places(areas: dict[str, Values]) -> dict[str, Place]:
    found = {}
    for code, level, _name, parent, *_ in areas.values():
        if level is Level.COUNTY:
            codes = (code, None, None)
        elif level is Level.TOWNSHIP:
            codes = (parent, code, None)
        else:
            codes = (areas[parent][3], parent, code)
        found[code] = Place(code, level, codes)
    return found


def write_grids(batch: Batch, grids: Iterable[rows.Grid], villages: Sequence[str]) -> Names:
    """Write the grids of these villages, and return all that they have."""
    known = _named(batch, _GRIDS, villages)
    sheet = batch.counts.setdefault("grids", Counts())
    fresh = []
    for row in grids:
        if batch.village(row) is None:
            continue
        key = (row.village_code, row.grid)
        sheet.count(is_new=key not in known, is_changed=False)
        if key not in known:
            known[key] = batch.new_id(_GRIDS)
            fresh.append((known[key], *key))
    insert_all(batch.conn, _GRIDS, ("id", "village_code", "name"), fresh)
    return known


def write_groups(batch: Batch, volunteers: Iterable[rows.Volunteer], villages: Sequence[str]) -> Names:
    """Write the groups that the volunteers of these villages name."""
    known = _named(batch, _GROUPS, villages)
    fresh = []
    for row in volunteers:
        key = (row.village_code, row.group)
        if key not in known and row.village_code in batch.places:
            known[key] = batch.new_id(_GROUPS)
            fresh.append((known[key], *key))
    insert_all(batch.conn, _GROUPS, ("id", "village_code", "name"), fresh)
    return known


def _named(batch: Batch, table: Any, villages: Sequence[str]) -> Names:
    def choose(some: list[str]) -> Any:
        return select(table.c.village_code, table.c.name, table.c.id).where(table.c.village_code.in_(some))

    return {(village, name): number for village, name, number in select_in(batch.conn, choose, villages)}


def write_households(
    batch: Batch, households: Iterable[rows.Household], villages: Sequence[str], grids: Names
) -> Names:
    """Write the households of these villages, and return all that they have."""
    table = _HOUSEHOLDS

    def choose(some: list[str]) -> Any:
        columns = (table.c.village_code, table.c.name, *(table.c[name] for name in _HOUSEHOLD_COLUMNS))
        return select(*columns).where(table.c.village_code.in_(some))

    stored = {(row[0], row[1]): tuple(row[2:]) for row in select_in(batch.conn, choose, villages)}
    known = {key: values[0] for key, values in stored.items()}
    sheet = batch.counts.setdefault("households", Counts())
    fresh, changed = [], []
    for row in households:
        place, grid = batch.village(row), grids.get((row.village_code, row.grid))
        key = (row.village_code, row.household)
        old = stored.get(key)
        point = batch.point(row, old[4:] if old else NO_POINT)
        if place is not None and grid is None:
            batch.findings.add("roster.fault.not_stored", row, "grid", row.grid, "grids")
        if place is None or grid is None or point is None:
            continue
        new = (old[0] if old else 0, grid, row.address, row.phone or (old[3] if old else None), *point)
        if old is None:
            known[key] = batch.new_id(table)
            fresh.append((known[key], *new[1:], row.household, *place.codes))
        elif new != old:
            changed.append(new)
        sheet.count(is_new=old is None, is_changed=new != old)
    insert_all(batch.conn, table, (*_HOUSEHOLD_COLUMNS, "name", *CODES), fresh)
    update_all(batch.conn, table, _HOUSEHOLD_COLUMNS, changed)
    return known
