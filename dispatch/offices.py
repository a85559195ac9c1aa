"""Who answers for an area: the admins of its office, what they are told, and the phone at which a human answers."""

from sqlalchemy import select

from dispatch import areas
from dispatch.areas import Located
from dispatch.cases import Case
from dispatch.messages import Message
from dispatch.work import Work
from models.people import Admin, Person
from models.places import Area
from models.words import Lane, Level


def answering(work: Work, place: Located, level: Level) -> list[int]:
    """The admins of one level who answer for a place; of the next above where it is not known yet."""
    area = areas.upward(place, level)
    return list(work.conn.execute(select(Admin.person_id).where(Admin.area_code == area)).scalars())


def admins(
    work: Work, case: Case, level: Level, message: Message, lane: Lane = Lane.STATUS, *, key: str | None = None
) -> int:
    """Tell the admins of one level who answer for the request's place; of the next above where it is not known yet.

    With a `key` each hears it once, however often it is told. Returns how many they are.
    """
    people = answering(work, case, level)
    for person_id in people:
        work.post(person_id, message, lane, key=key and f"{key}:{person_id}", case=case)
    return len(people)


def in_private(work: Work, case: Case, message: Message) -> None:
    """Tell the branch something about the owner; the next office above, where it is theirs or nobody is there."""
    theirs = select(Admin.id).where(Admin.person_id == case.owner_id, Admin.area_code == case.village_code)
    of_the_branch = work.conn.execute(theirs).first() is not None
    for level in (Level.TOWNSHIP, Level.COUNTY) if of_the_branch else (Level.BRANCH, Level.TOWNSHIP, Level.COUNTY):
        if admins(work, case, level, message):
            return


def office(work: Work, code: str | None) -> tuple[str, str]:
    """Name of an area's office, and a phone at which a human answers.

    The office's own, else that of an admin there, else the county's general number, else the police.
    """
    row = work.conn.execute(select(Area.name, Area.phone).where(Area.code == code)).one_or_none()
    admin = select(Person.phone).join(Admin, Admin.person_id == Person.id).where(Admin.area_code == code)
    phone = (row.phone if row else None) or work.conn.execute(admin.where(Person.phone.is_not(None)).limit(1)).scalar()
    numbers = work.rules.numbers
    return row.name if row else work.rules.county_name, phone or numbers.county_office or numbers.police
