"""What somebody has earned: the sums, and the entries behind every sum."""

from dataclasses import dataclass

from sqlalchemy import Connection, exists, func, or_, select

from dispatch import errors
from dispatch.actors import Actor
from dispatch.areas import scope
from dispatch.ledger.chain import ENTRIES, Entry
from dispatch.permissions import Action, can
from models.ledger import EntryNote, PointEntry
from models.people import Person
from models.points import PointMonth

SHOWN = 20  # Entries of a year in one answer; those of a month are shown up to MOST.
MOST = 200


@dataclass(frozen=True, slots=True)
class Sheet:
    """A person's points in a span of months (as in 2026 or 2026-03): the sum, and its newest entries of `count`."""

    name: str
    points: int
    count: int
    entries: list[Entry]


def sheet(conn: Connection, person_id: int, span: str, *, published: bool = False) -> Sheet:
    """One person's sheet; `published`: only months that everybody of the village may see."""
    theirs = [PointEntry.person_id == person_id, PointEntry.month.like(f"{span}%")]
    if published:
        known = (PointMonth.area_code == PointEntry.area_code, PointMonth.month == PointEntry.month)
        theirs.append(exists().where(*known))
    points, count = conn.execute(
        select(func.coalesce(func.sum(PointEntry.points), 0), func.count()).where(*theirs)
    ).one()  # fmt: skip
    most = MOST if "-" in span else SHOWN
    rows = conn.execute(ENTRIES.where(*theirs).order_by(PointEntry.id.desc()).limit(most))
    name = conn.scalar(select(Person.name).where(Person.id == person_id)) or ""
    return Sheet(name, int(points), count, [Entry(*row) for row in rows])


def whose(conn: Connection, actor: Actor, name: str) -> tuple[int, bool]:
    """The person of this name whose points the actor may see, and whether that is of published months alone.

    Raises:
        NotFound: nobody of this name in the actor's village or areas has an entry.
        BadValue: several have.
    """
    near = or_(scope(actor, Person), Person.village_code == actor.village_code)
    has = exists().where(PointEntry.person_id == Person.id)
    places = Person.id, Person.county_code, Person.township_code, Person.village_code
    rows = conn.execute(select(*places).where(Person.name == name, near, has).order_by(Person.id).limit(5)).all()
    found = [row for row in rows if can(actor, Action.SEE_POINTS, row)]
    if not found:
        raise errors.NotFound("points.nobody", name=name[:60])
    if len(found) > 1:
        raise errors.BadValue("points.several", name=name[:60])
    return int(found[0].id), not can(actor, Action.GIVE_POINTS, found[0])


def note(conn: Connection, entry: Entry) -> str:
    """Why it was made by hand or reversed; nothing where that was not written, or has been erased."""
    return conn.scalar(select(EntryNote.text).where(EntryNote.id == entry.note_id)) or ""
