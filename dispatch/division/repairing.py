"""After the roster has changed: homes without a steward get one, and whoever moved hears who is theirs."""

from collections.abc import Iterable

from sqlalchemy import exists, or_, select

from dispatch import cards, chats
from dispatch.division import linking
from dispatch.division.solver import Solver
from dispatch.division.village import load, steward_of
from dispatch.messages import Message
from dispatch.work import Work
from models.people import Link, Person, Steward
from models.places import Household
from models.words import StewardKind

_gone = or_(
    Steward.left_at.is_not(None),
    Steward.kind != StewardKind.STEWARD,
    Steward.village_code.is_(None),
    Steward.village_code != Household.village_code,
)
_BROKEN = (
    select(Household.village_code)
    .join(Link, Link.household_id == Household.id)
    .join(Steward, Steward.id == Link.steward_id)
    .where(_gone)
    .distinct()
)
# A village without a single link has not been divided yet, and waits for its branch.
_UNLINKED = (
    select(Household.village_code)
    .where(
        Household.village_code.in_(select(Link.village_code).distinct()),
        ~exists().where(Link.household_id == Household.id),
    )
    .distinct()
)


def settle(work: Work, moved: Iterable[int], solver: Solver) -> int:
    """Bring the links up to the roster as it is now; returns how many households got another steward.

    `moved` are people who live in another household than before: they, and the steward of that household, are told.
    What they asked for stays where it is.
    """
    broken = {str(code) for statement in (_BROKEN, _UNLINKED) for code in work.conn.execute(statement).scalars()}
    linked: set[int] = set()
    for code in sorted(broken):
        place = load(work.conn, code)
        homes = [home.id for home in place.homes if home.steward_id is None]
        linked.update(one.household_id for one in linking.relink(work, place, homes, solver))
    for person_id in moved:
        _welcome(work, person_id, told=linked)
    return len(linked)


def _welcome(work: Work, person_id: int, told: set[int]) -> None:
    live = chats.live(Person.id)
    row = work.conn.execute(
        select(Person.name, Person.made_up, Person.household_id, Household.name.label("home"), live.label("live"))
        .join(Household, Household.id == Person.household_id)
        .where(Person.id == person_id)
    ).one_or_none()
    steward = steward_of(work.conn, row.household_id) if row is not None else None
    if row is None or steward is None or steward.person_id == person_id or row.household_id in told:
        return
    if row.live:
        linking.tell(work, person_id, linking.yours(steward))
    moved_in = Message("grid.told.moved_in", {"name": cards.shown_name(row), "home": row.home})
    linking.tell(work, steward.person_id, moved_in)
