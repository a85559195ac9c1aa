"""The service teams: everyone of one skill, counted and named by village, township and county. Reads only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from dispatch import chats
from dispatch.actors import Actor
from dispatch.areas import scope
from dispatch.messages import text
from dispatch.rules import Rules
from models.people import Person, Steward
from models.places import Area


@dataclass(frozen=True, slots=True)
class Team:
    """One skill in an area: how many people have it, how many of them are on duty, and on duty and reachable."""

    skill: str
    count: int
    on_duty: int
    reachable: int


@dataclass(frozen=True, slots=True)
class Member:
    """One of a team; `village` is the full name of theirs, None where it is not known."""

    person_id: int
    name: str
    made_up: bool
    phone: str | None
    village_code: str | None
    village: str | None
    skills: frozenset[str]
    on_duty: bool
    reachable: bool


def label(rules: Rules, name: str) -> dict[str, Any]:
    """What people call a skill, as a text in the reader's language; one that the config does not list as it stands."""
    known = next((skill for skill in rules.skills if skill.name == name), None)
    return text("team.skill", zh=known.zh if known else name, en=known.en if known else name)


def called(rules: Rules, word: str) -> str | None:
    """The skill that people call by this word, in whichever language; None for no skill at all."""
    plain = word.strip().casefold()
    for skill in rules.skills:
        if plain in (skill.name.casefold(), skill.zh.casefold(), skill.en.casefold()):
            return skill.name
    return next(
        (one.skill for one in rules.categories if one.skill and plain in (one.skill, one.name, *one.words)), None
    )


def in_order(rules: Rules, skills: Iterable[str]) -> list[str]:
    """Skills in the order of the config; those that it does not list follow by name."""
    place = {skill.name: index for index, skill in enumerate(rules.skills)}
    return sorted(set(skills), key=lambda name: (place.get(name, len(place)), name))


def of(conn: Connection, person_id: int) -> frozenset[str]:
    """The skills of a person, as steward and as volunteer."""
    rows = conn.execute(select(Steward.skills).where(Steward.person_id == person_id)).scalars()
    return frozenset(skill for skills in rows for skill in _split(skills))


def members(conn: Connection, where: ColumnElement[bool]) -> list[Member]:
    """Everyone with some skill among these rows of `Steward`, by village and name."""
    rows = conn.execute(
        select(
            Person.id,
            Person.name,
            Person.made_up,
            Person.phone,
            Steward.village_code,
            Area.name.label("village"),
            Steward.skills,
            Steward.on_duty,
            chats.live(Steward.person_id).label("live"),
        )
        .join(Person, Person.id == Steward.person_id)
        .outerjoin(Area, Area.code == Steward.village_code)
        .where(where, Steward.skills != "")
        .order_by(Steward.village_code, Person.name, Person.id)
    )
    found: dict[int, Member] = {}
    for row in rows:
        skills = frozenset(_split(row.skills)) | (found[row.id].skills if row.id in found else frozenset())
        found[row.id] = Member(
            row.id, row.name, row.made_up, row.phone, row.village_code, row.village, skills, row.on_duty, row.live
        )
    return list(found.values())


def within(actor: Actor) -> ColumnElement[bool]:
    """The stewards and volunteers of the areas that an admin answers for."""
    return scope(actor, Steward)


def in_village(code: str | None) -> ColumnElement[bool]:
    """The stewards and volunteers of a village."""
    return Steward.village_code == code


def in_township(code: str | None) -> ColumnElement[bool]:
    """The stewards and volunteers of a township."""
    return Steward.township_code == code


def counted(people: Iterable[Member]) -> Mapping[str, Team]:
    """The teams that these people make up, by skill."""
    counts: dict[str, list[int]] = {}
    for one in people:
        for skill in one.skills:
            count = counts.setdefault(skill, [0, 0, 0])
            count[0] += 1
            count[1] += one.on_duty
            count[2] += one.on_duty and one.reachable
    return {skill: Team(skill, *count) for skill, count in counts.items()}


def sizes(conn: Connection, where: ColumnElement[bool]) -> dict[str, int]:
    """How many rows of `Steward` have each skill: cheap, by groups of equal lists."""
    rows = conn.execute(
        select(Steward.skills, func.count()).where(where, Steward.skills != "").group_by(Steward.skills)
    )
    found: dict[str, int] = {}
    for skills, count in rows:
        for skill in _split(skills):
            found[skill] = found.get(skill, 0) + count
    return found


def _split(skills: str) -> list[str]:
    return [skill for skill in skills.split(";") if skill]
