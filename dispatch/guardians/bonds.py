"""The bond between a frail person and whoever looks after their requests, as dispatch holds it in hand."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import aliased

from dispatch import errors
from dispatch.trail import write
from dispatch.work import Work
from models.guardians import Guardianship
from models.people import Admin, Link, Person, Steward


class Bond(NamedTuple):
    """One guardianship with the names of both; as a thing of `dispatch.permissions` it lies where the ward lives."""

    token: str
    county_code: str | None
    township_code: str | None
    village_code: str | None
    ward_id: int
    guardian_id: int
    named_by: int | None  # None: the roster.
    asked_at: datetime
    agreed_at: datetime | None
    confirmed_at: datetime | None
    ended_at: datetime | None
    ward: str
    guardian: str
    phone: str | None  # The ward's.
    household_id: int | None
    responsible_id: int | None  # The steward of the ward's household, who speaks for whoever has no chat.

    @property
    def holds(self) -> bool:
        """Whether both sides have said yes and neither has ended it."""
        return self.agreed_at is not None and self.confirmed_at is not None and self.ended_at is None


_ward, _guardian = aliased(Person), aliased(Person)
_BONDS = (
    select(
        Guardianship.token, Guardianship.county_code, Guardianship.township_code, Guardianship.village_code,
        Guardianship.ward_id, Guardianship.guardian_id, Guardianship.named_by, Guardianship.asked_at,
        Guardianship.agreed_at, Guardianship.confirmed_at, Guardianship.ended_at,
        _ward.name, _guardian.name, _ward.phone, _ward.household_id, Steward.person_id,
    )
    .join(_ward, _ward.id == Guardianship.ward_id)
    .join(_guardian, _guardian.id == Guardianship.guardian_id)
    .outerjoin(Link, Link.household_id == _ward.household_id)
    .outerjoin(Steward, Steward.id == Link.steward_id)
    .order_by(Guardianship.asked_at, Guardianship.token)
)  # fmt: skip
OPEN = Guardianship.ended_at.is_(None)
HOLDS = (Guardianship.agreed_at.is_not(None), Guardianship.confirmed_at.is_not(None), OPEN)


def _find(conn: Connection, *which: Any) -> list[Bond]:
    return [Bond._make(row) for row in conn.execute(_BONDS.where(*which))]


def by_token(conn: Connection, token: str) -> Bond:
    """The bond whose buttons carry this token.

    Raises:
        NotFound: there is none.
    """
    locked = _BONDS.where(Guardianship.token == token).with_for_update(of=Guardianship)
    row = conn.execute(locked).one_or_none()
    if row is None:
        raise errors.NotFound("error.button")
    return Bond._make(row)


def of_ward(conn: Connection, person_id: int) -> Bond | None:
    """The bond in which the person is looked after, or is going to be."""
    found = _find(conn, Guardianship.ward_id == person_id, OPEN)
    return found[0] if found else None


def of_guardian(conn: Connection, person_id: int) -> list[Bond]:
    """Whom the person looks after, or was asked to."""
    return _find(conn, Guardianship.guardian_id == person_id, OPEN)


def wards(conn: Connection, person_id: int) -> list[Bond]:
    """Whom the person looks after."""
    return _find(conn, Guardianship.guardian_id == person_id, *HOLDS)


def ever_guarded(conn: Connection, person_id: int) -> bool:
    """Whether the person looks after somebody, or has: then others' words stood in their chat."""
    return (
        conn.execute(select(Guardianship.token).where(Guardianship.guardian_id == person_id).limit(1)).first()
        is not None
    )


def of_home(conn: Connection, household_id: int) -> list[Bond]:
    """Those of a household who are looked after."""
    return _find(conn, _ward.household_id == household_id, *HOLDS)


_GUARDIAN_OF = (
    select(Guardianship.guardian_id)
    .join(_ward, _ward.id == Guardianship.ward_id)
    .where(*HOLDS, _ward.household_id == bindparam("household"), _ward.name == bindparam("name"))
    .limit(1)
)


def guardian_of(conn: Connection, household_id: int | None, name: str) -> int | None:
    """Who looks after the person of this name in a household, where that person is helped through somebody else."""
    if household_id is None:
        return None
    return conn.scalar(_GUARDIAN_OF, {"household": household_id, "name": name})


def branch(work: Work, bond: Bond) -> list[int]:
    """Who answers for the ward's village, and whoever named the guardian, where that is somebody else."""
    found = select(Admin.person_id).where(Admin.area_code == bond.village_code)
    return sorted({*work.conn.scalars(found), *([bond.named_by] if bond.named_by is not None else [])})


def trail(work: Work, actor_id: int | None, bond: Bond, action: str) -> None:
    """One line of the audit trail about a bond, under the name of the ward."""
    write(work, actor_id, bond, action, bond.ward_id, guardian=bond.guardian_id)
