"""The sheets of people: residents, stewards, volunteers and admins."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

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
from dispatch.roster.crowd import Crowd, Known
from dispatch.roster.faults import Counts
from dispatch.roster.places import Names
from models.people import Admin, Steward
from models.words import Level, StewardKind

_STEWARDS = table_of(Steward)
_STEWARD_COLUMNS = ("id", "person_id", "kind", "grid_id", "group_id", "skills", "on_duty", *CODES, *POINT)
_SKILLS_LENGTH = 200
_DIGITS = {Level.COUNTY: 6, Level.TOWNSHIP: 9, Level.BRANCH: 12}
Posts = dict[tuple[Any, ...], list[Known]]  # What somebody does where, under which name → who.


def write_residents(batch: Batch, crowd: Crowd, residents: Iterable[rows.Resident], homes: Names) -> None:
    """Residents are known by their home and name; or by phone and name, when they help in the village already."""
    sheet = batch.counts.setdefault("residents", Counts())
    for row in residents:
        place, home = batch.village(row), homes.get((row.village_code, row.household))
        if place is not None and home is None:
            batch.findings.add("roster.fault.not_stored", row, "household", row.household, "households")
        if place is None or home is None:
            continue
        one = crowd.by_chat(row) or crowd.by_home.get((home, row.name))
        one = one or (crowd.by_phone.get((row.village_code, row.phone, row.name)) if row.phone else None)
        is_new = one is None
        if one is None:
            one = crowd.create(row, place, home)
        elif one.household_id not in (None, home):
            batch.moved.append(one.id)
        changed = one.learn(name=row.name, household_id=home, codes=place.codes, frail=row.frail)
        crowd.by_home.setdefault((home, row.name), one)
        sheet.count(is_new=is_new, is_changed=crowd.settle(one, row) or changed)


class Helpers:
    """Writes one kind of helper: stewards by grid, volunteers by group."""

    def __init__(self, batch: Batch, crowd: Crowd, kind: StewardKind, villages: Sequence[str]) -> None:
        self.batch, self.crowd, self.kind = batch, crowd, kind
        self.stored: dict[int, Values] = {}  # By person.
        self.left: set[int] = set()  # People who serve no more; a list that still has them does not bring them back.
        self.posts: Posts = {}
        self.said: dict[int, int] = {}  # Person → row of this roster.
        self.named: set[tuple[str, str | None, str]] = set()  # Village, phone and name of every row in hand.
        self.fresh: list[Values] = []
        self.changed: list[Values] = []
        elsewhere = [one.id for one in crowd.by_id.values() if one.codes[2] not in villages]
        self._load(_STEWARDS.c.village_code, villages)
        self._load(_STEWARDS.c.person_id, elsewhere)

    def _load(self, column: Any, values: Iterable[Any]) -> None:
        columns = [_STEWARDS.c[name] for name in (*_STEWARD_COLUMNS, "left_at")]

        def choose(some: list[Any]) -> Any:
            return select(*columns).where(column.in_(some), _STEWARDS.c.kind == self.kind)

        for row in select_in(self.batch.conn, choose, values):
            self.stored[row.person_id] = tuple(row)[:-1]
            if row.left_at is not None:
                self.left.add(row.person_id)
            one = self.crowd.by_id.get(row.person_id)
            if one is not None:
                self.posts.setdefault((row.grid_id, row.group_id, one.name), []).append(one)

    def write(self, helpers: Sequence[Any], column: str, known: Names) -> None:
        """Write the rows; `column` is grid or group, and `known` its names."""
        sheet = self.batch.counts.setdefault(f"{self.kind}s", Counts())
        alike = Counter((row.village_code, getattr(row, column), row.name) for row in helpers)
        self.named = {(row.village_code, row.phone, row.name) for row in helpers}
        for row in helpers:
            name = getattr(row, column)
            place, number = self.batch.village(row), known.get((row.village_code, name))
            if place is not None and number is None:
                self.batch.findings.add("roster.fault.not_stored", row, column, name, f"{column}s")
            if place is None or number is None:
                continue
            post = (number, None) if self.kind is StewardKind.STEWARD else (None, number)
            one = self._find(row, post, is_only=alike[row.village_code, name, row.name] == 1)
            self._write(sheet, row, one, place, post)

    def _find(self, row: Any, post: Values, *, is_only: bool) -> Known | None:
        one = self.crowd.by_chat(row) or self.crowd.by_phone.get((row.village_code, row.phone, row.name))
        if one is None and is_only:  # The same name at the same post with another phone: the number has changed.
            there = self.posts.get((*post, row.name), [])
            one = (
                there[0] if len(there) == 1 and (row.village_code, there[0].phone, row.name) not in self.named else None
            )
        return one

    def _write(self, sheet: Counts, row: Any, one: Known | None, place: Place, post: Values) -> None:
        old = self.stored.get(one.id) if one is not None else None
        point = self.batch.point(row, old[-len(POINT) :] if old else NO_POINT)
        skills = self._skills(row)
        if point is None or skills is None:
            return
        if one is not None and one.id in self.said:
            self.batch.findings.add("roster.fault.two_posts", row, "name", row.name, str(self.said[one.id]))
            return
        if one is not None and one.id in self.left:
            sheet.count(is_new=False, is_changed=False)
            return
        changed = one.learn(name=row.name) if one is not None else False
        one = one or self.crowd.create(row, place)
        self.said[one.id] = row.line
        changed = self.crowd.settle(one, row) or changed
        on_duty = getattr(row, "on_duty", None)
        if on_duty is None:
            on_duty = old[6] if old else True
        if not skills and old:
            skills = old[5]
        new = (old[0] if old else 0, one.id, self.kind, *post, skills, on_duty, *place.codes, *point)
        if old is None:
            self.fresh.append(new[1:])
        elif new != old:
            self.changed.append(new)
        sheet.count(is_new=old is None, is_changed=changed or new != old)

    def _skills(self, row: rows.Helper) -> str | None:
        words = dict.fromkeys(map(self.batch.skill, row.skills))
        skills = f";{';'.join(words)};" if words else ""
        if len(skills) > _SKILLS_LENGTH:
            self.batch.findings.add("roster.fault.skills_long", row, "skills", skills[:60], str(_SKILLS_LENGTH))
            return None
        return skills

    def flush(self) -> None:
        """Write the helpers; their people have to be there."""
        insert_all(self.batch.conn, _STEWARDS, _STEWARD_COLUMNS[1:], self.fresh)
        update_all(self.batch.conn, _STEWARDS, _STEWARD_COLUMNS, self.changed)


def write_admins(batch: Batch, crowd: Crowd, admins: Sequence[rows.Admin]) -> None:
    """Admins are known by their office and name; or by phone and name anywhere in the county."""
    sheet = batch.counts.setdefault("admins", Counts())
    offices: dict[tuple[str, str], list[Known]] = {}
    holders = set()
    for person, area in batch.conn.execute(select(Admin.person_id, Admin.area_code)):
        holders.add((person, area))
        if person in crowd.by_id:
            offices.setdefault((area, crowd.by_id[person].name), []).append(crowd.by_id[person])
    alike = Counter((row.area_code, row.name) for row in admins)
    fresh = []
    for row in admins:
        place = _area(batch, row)
        if place is None:
            continue
        there = offices.get((place.code, row.name), []) if alike[row.area_code, row.name] == 1 else []
        one = crowd.by_chat(row) or (there[0] if len(there) == 1 else None) or _by_phone(crowd, row, place)
        changed = one.learn(name=row.name) if one is not None else False
        one = one or crowd.create(row, place)
        changed = crowd.settle(one, row) or changed
        is_new = (one.id, place.code) not in holders
        if is_new:
            holders.add((one.id, place.code))
            fresh.append((one.id, place.code, place.level))
        sheet.count(is_new=is_new, is_changed=changed)
    crowd.flush()
    insert_all(batch.conn, table_of(Admin), ("person_id", "area_code", "level"), fresh)


def _area(batch: Batch, row: rows.Admin) -> Place | None:
    code = row.area_code
    digits = _DIGITS[row.level]
    if code not in batch.places and set(code[digits:]) == {"0"}:
        code = code[:digits]  # Some lists fill the code of a township or county up with zeros.
    place = batch.places.get(code)
    if place is None or place.level is not row.level:
        batch.findings.add("roster.fault.not_stored", row, "area_code", row.area_code, "villages")
        return None
    return place


def _by_phone(crowd: Crowd, row: rows.Admin, place: Place) -> Known | None:
    """Somebody of that phone and name: of the village, of no village, or the only one in the county."""
    if row.phone is None:
        return None
    alike = [one for one in crowd.by_id.values() if (one.phone, one.name) == (row.phone, row.name)]
    near = [one for one in alike if one.codes[2] == place.codes[2]]
    if near:
        return near[0]
    return alike[0] if len(alike) == 1 and place.level is not Level.BRANCH else None
