"""Who acts: a person with the capacities that the permission table asks about."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, select

from models.guardians import Guardianship
from models.people import Admin, Person, Steward
from models.words import Language, Level, StewardKind


@dataclass(frozen=True, slots=True)
class Actor:
    """A person at the moment of acting. `areas` are the admin areas as (level, code), widest first."""

    id: int
    name: str
    language: Language | None
    phone: str | None
    household_id: int | None
    county_code: str | None
    township_code: str | None
    village_code: str | None
    made_up: bool
    told: bool  # What is kept about them, and why.
    guardian_id: int | None  # Who looks after their requests.
    kinds: frozenset[StewardKind]
    areas: tuple[tuple[Level, str], ...]
    leads: frozenset[int]  # The groups of volunteers that they lead.

    @property
    def linked(self) -> bool:
        """Whether this is somebody on the roster rather than a stranger."""
        return self.village_code is not None or bool(self.areas)


_ORDER = {Level.COUNTY: 0, Level.TOWNSHIP: 1, Level.BRANCH: 2}
_people: BindParameter[Any] = bindparam("people", expanding=True)
_guardian = (
    select(Guardianship.guardian_id)
    .where(
        Guardianship.ward_id == Person.id,
        Guardianship.ended_at.is_(None),
        Guardianship.agreed_at.is_not(None),
        Guardianship.confirmed_at.is_not(None),
    )
    .scalar_subquery()
)
_PERSON = select(
    Person.id, Person.name, Person.language, Person.phone, Person.household_id,
    Person.county_code, Person.township_code, Person.village_code, Person.made_up,
    Person.told_at.is_not(None).label("told"), _guardian.label("guardian_id"),
).where(Person.id.in_(_people))  # fmt: skip
_KINDS = select(Steward.person_id, Steward.kind, Steward.group_id, Steward.leads_since).where(
    Steward.person_id.in_(_people), Steward.left_at.is_(None)
)
_AREAS = select(Admin.person_id, Admin.level, Admin.area_code).where(Admin.person_id.in_(_people))


def load(conn: Connection, people: Collection[int]) -> dict[int, Actor]:
    """The actors with these person ids."""
    which = {"people": list(people)}
    kinds: dict[int, set[StewardKind]] = {}
    leads: dict[int, set[int]] = {}
    areas: dict[int, list[tuple[Level, str]]] = {}
    for person_id, kind, group_id, leads_since in conn.execute(_KINDS, which):
        kinds.setdefault(person_id, set()).add(kind)
        if group_id is not None and leads_since is not None:
            leads.setdefault(person_id, set()).add(group_id)
    for person_id, level, code in conn.execute(_AREAS, which):
        areas.setdefault(person_id, []).append((level, code))
    return {
        person.id: Actor(
            **person._mapping,
            kinds=frozenset(kinds.get(person.id, ())),
            areas=tuple(sorted(areas.get(person.id, ()), key=_rank)),
            leads=frozenset(leads.get(person.id, ())),
        )
        for person in conn.execute(_PERSON, which)
    }


def _rank(area: tuple[Level, str]) -> tuple[int, str]:
    return _ORDER[area[0]], area[1]
