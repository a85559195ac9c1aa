"""What stands on a steward's contact card, for the chat and for paper. Reads only."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, case, or_, select

from dispatch import spots
from dispatch.messages import Message, joined, text
from dispatch.rules import Rules
from models.people import Link, Person, Steward
from models.places import Area, Grid, Household
from models.words import StewardKind


@dataclass(frozen=True, slots=True)
class Face:
    """A steward as a household should know them; `phone` is that of the office, empty where nobody wrote one down."""

    steward_id: int
    person_id: int
    name: str
    made_up: bool
    village: str
    grid: str
    skills: tuple[str, ...]
    phone: str
    village_code: str


@dataclass(frozen=True, slots=True)
class Door:
    """A card to be printed: whose it is, and for which household; None: for any of the steward's."""

    face: Face
    household_id: int | None
    household: str


_FACE: Any = (
    select(
        Steward.id, Steward.person_id, Person.name, Person.made_up, Area.name, Grid.name, Steward.skills,
        Steward.county_code, Steward.township_code, Steward.village_code,
    )
    .join(Person, Person.id == Steward.person_id)
    .join(Area, Area.code == Steward.village_code)
    .outerjoin(Grid, Grid.id == Steward.grid_id)
)  # fmt: skip
_STEWARDS_FIRST = case((Steward.kind == StewardKind.STEWARD, 0), else_=1)


def of_person(conn: Connection, rules: Rules, person_id: int) -> Face | None:
    """The card of a steward or volunteer; of one who is both, that of the steward."""
    mine = _FACE.where(Steward.person_id == person_id).order_by(_STEWARDS_FIRST).limit(1)
    row = conn.execute(mine).one_or_none()
    return _face(conn, rules, row) if row is not None else None


def of_home(conn: Connection, rules: Rules, household_id: int | None) -> Face | None:
    """The card of the steward who is responsible for a household."""
    if household_id is None:
        return None
    row = conn.execute(_FACE.join(Link, Link.steward_id == Steward.id).where(Link.household_id == household_id)).first()
    return _face(conn, rules, row) if row is not None else None


def to_print(conn: Connection, rules: Rules, village_code: str, who: str = "") -> Iterator[Door]:
    """A card for each household that a steward of the village is responsible for; one without where there is none.

    `who` narrows it to the steward of this number, name, phone, or end of a phone of at least four digits.
    """
    phones: dict[tuple[str | None, ...], str] = {}
    condition = and_(Steward.village_code == village_code, Steward.kind == StewardKind.STEWARD)
    if who:
        condition &= _called(who)
    for row in conn.execute(_FACE.where(condition).order_by(Grid.name, Person.name, Steward.id)).all():
        codes = tuple(row[-3:])
        phones[codes] = phones.get(codes) or office_phone(conn, rules, codes)
        face = _face(conn, rules, row, phones[codes])
        homes = conn.execute(
            select(Household.id, Household.name)
            .join(Link, Link.household_id == Household.id)
            .where(Link.steward_id == face.steward_id)
        ).all()
        in_order = sorted(homes, key=lambda home: _as_counted(home.name))
        yield from (Door(face, *home) for home in in_order) if homes else (Door(face, None, ""),)


def _as_counted(name: str) -> list[tuple[int, str]]:
    """For sorting: 9号 comes before 10号, as the doors do."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d+)", name)]


def _called(who: str) -> Any:
    condition = or_(Person.name == who, Person.phone == who)
    if who.isdecimal() and len(who) >= 4:
        return or_(condition, Person.phone.endswith(who))
    return or_(condition, Steward.id == int(who)) if who.isdecimal() else condition


def message(rules: Rules, face: Face) -> Message:
    """The card as it reads in a chat."""
    name = text("name.made_up", name=face.name) if face.made_up else face.name
    place = f"{face.village} · {face.grid}" if face.grid else face.village
    phone = text("contact.office", phone=face.phone) if face.phone else text("contact.no_office")
    return Message(
        "contact.card", {"name": name, "place": place, "services": services(rules, face.skills), "phone": phone}
    )


def services(rules: Rules, skills: Iterable[str]) -> Any:
    """What a steward is good at, as a text; whoever has no special skill still comes for everything."""
    titles = _titles(rules)
    named = [text(f"category.{titles[one]}") if one in titles else one for one in skills]
    return joined(named) if named else text("contact.services_all")


def _titles(rules: Rules) -> dict[str, str]:
    """The category whose title names a skill, by the skill; the first of several."""
    return {one.skill: one.name for one in reversed(rules.categories) if one.skill}


def _face(conn: Connection, rules: Rules, row: Any, phone: str | None = None) -> Face:
    steward_id, person_id, name, made_up, village, grid, skills, *codes = row
    words = tuple(skill for skill in skills.split(";") if skill)
    phone = office_phone(conn, rules, codes) if phone is None else phone
    return Face(steward_id, person_id, name, made_up, spots.short(village), grid or "", words, phone, codes[-1] or "")


def office_phone(conn: Connection, rules: Rules, codes: Iterable[str | None]) -> str:
    """The phone of the village's office, else of the township's, else of the county's."""
    upward = [code for code in reversed(tuple(codes)) if code]
    known = dict(conn.execute(select(Area.code, Area.phone).where(Area.code.in_(upward))).all())
    return next((phone for code in upward if (phone := known.get(code))), rules.numbers.county_office)
