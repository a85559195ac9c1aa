"""What people may look at: counts and lists within the areas they answer for, and what is their own. Reads only."""

from typing import Any

from sqlalchemy import Connection, exists, func, or_, select

from dispatch import chats, errors
from dispatch.actors import Actor
from dispatch.areas import below, scope
from dispatch.cases import CASES, Case
from dispatch.permissions import Action, can
from models.people import Admin, Person, Route, Steward
from models.places import Area, Grid
from models.requests import Offer, Request
from models.words import Answer, State

_LARGEST = 2**31 - 1  # Of a number on PostgreSQL; a larger one cannot be a request's, and would be a fault there.


def status(conn: Connection, actor: Actor) -> dict[State, int]:
    """Requests by state within the actor's areas."""
    inside = scope(actor, Request) & Request.drill.is_(False)
    rows = conn.execute(select(Request.state, func.count()).where(inside).group_by(Request.state))
    return {state: count for state, count in rows}  # noqa: C416 (rows are not pairs to the type checker)


def duty(conn: Connection, actor: Actor) -> tuple[int, int, int]:
    """Stewards and volunteers within the areas: all, on duty, on duty and reachable."""
    live = chats.live(Steward.person_id)
    row = conn.execute(
        select(
            func.count(),
            func.count().filter(Steward.on_duty),
            func.count().filter(Steward.on_duty, live),
        ).where(scope(actor, Steward), Steward.left_at.is_(None))
    ).one()
    return row[0], row[1], row[2]


def open_cases(conn: Connection, actor: Actor, limit: int = 20) -> tuple[list[Case], int]:
    """The open requests within the areas, oldest first, and how many there are in all."""
    condition = scope(actor, Request) & Request.ended_at.is_(None) & Request.drill.is_(False)
    total = conn.execute(select(func.count()).select_from(Request).where(condition)).scalar_one()
    rows = conn.execute(CASES.where(condition).order_by(Request.opened_at, Request.id).limit(limit))
    return [Case(*row) for row in rows], total


def drills(conn: Connection, actor: Actor) -> list[Case]:
    """The practices that run within the areas, oldest first: at most one in each village."""
    condition = scope(actor, Request) & Request.ended_at.is_(None) & Request.drill
    return [Case(*row) for row in conn.execute(CASES.where(condition).order_by(Request.opened_at, Request.id))]


def case(conn: Connection, actor: Actor, number: int, action: Action) -> Case:
    """The request of this number, for an admin who may do this to it.

    Raises:
        NotFound: no such request, or it lies beside the actor's areas (one is not told which).
    """
    asked = CASES.where(Request.id == number).with_for_update()
    row = conn.execute(asked).one_or_none() if number <= _LARGEST else None
    if row is None or not can(actor, action, Case(*row)):
        raise errors.NotFound("error.request", number=number)
    return Case(*row)


def people_named(
    conn: Connection, actor: Actor, name: str, *, only_helpers: bool = True, left: bool = False
) -> list[Any]:
    """People of this name, phone or phone's end within the areas: id, name, phone, village_code.

    With `only_helpers` stewards and volunteers (with `left` those who serve no more); else anybody but admins of an
    area that is not the actor's, whose powers would come with a card made out to them.
    """
    condition = or_(Person.name == name, Person.phone == name)
    if name.isdigit() and len(name) >= 4:
        condition = or_(condition, Person.phone.like(f"%{name}"))
    serves = Steward.left_at.is_not(None) if left else Steward.left_at.is_(None)
    helper = exists().where(Steward.person_id == Person.id, scope(actor, Steward), serves)
    beyond = exists().where(Admin.person_id == Person.id, Admin.area_code.not_in(below(actor)))
    inside = helper if only_helpers else or_(helper, scope(actor, Person)) & ~beyond
    statement = select(Person.id, Person.name, Person.phone, Person.village_code, Person.county_code,
                       Person.township_code).where(condition, inside).order_by(Person.id).limit(10)  # fmt: skip
    return list(conn.execute(statement))


def roster(conn: Connection, actor: Actor, limit: int = 40) -> list[Any]:
    """Grids within the areas, those with the fewest to reach first: village, grid, stewards, on duty, reachable."""
    live = chats.live(Steward.person_id)
    reached = func.count().filter(live)
    return list(
        conn.execute(
            select(
                Area.name.label("village"),
                Grid.name,
                func.count(Steward.id).label("stewards"),
                func.count().filter(Steward.on_duty).label("on_duty"),
                reached.label("reachable"),
            )
            .join(Area, Area.code == Grid.village_code)
            .outerjoin(Steward, (Steward.grid_id == Grid.id) & Steward.left_at.is_(None))
            .where(Area.code.in_(below(actor)))
            .group_by(Area.code, Area.name, Grid.id, Grid.name)
            .order_by(reached, Area.code, Grid.name)
            .limit(limit)
        )
    )


def unreachable(conn: Connection, actor: Actor, limit: int = 40) -> tuple[list[Any], int]:
    """Stewards and volunteers without a chat that works: name, village, why; and how many there are in all."""
    live = chats.live(Steward.person_id)
    reason = select(Route.reason).where(Route.person_id == Steward.person_id).limit(1).scalar_subquery()
    condition = scope(actor, Steward) & Steward.left_at.is_(None) & ~live
    total = conn.execute(select(func.count()).select_from(Steward).where(condition)).scalar_one()
    rows = conn.execute(
        select(Person.name, Steward.kind, Steward.village_code, reason.label("reason"))
        .join(Person, Person.id == Steward.person_id)
        .where(condition)
        .order_by(Steward.village_code, Person.name)
        .limit(limit)
    )
    return list(rows), total


def audience(conn: Connection, actor: Actor, *, after: int = 0, limit: int | None = None) -> list[int]:
    """Everyone within the areas who can be reached, whom a broadcast goes to; the next ones after one of them."""
    reached = scope(actor, Person) & chats.live(Person.id) & (Person.id > after)
    return list(conn.execute(select(Person.id).where(reached).order_by(Person.id).limit(limit)).scalars())


def latest(conn: Connection, person_id: int, limit: int = 5) -> list[Case]:
    """A requester's last requests, newest first."""
    rows = conn.execute(CASES.where(Request.requester_id == person_id).order_by(Request.id.desc()).limit(limit))
    return [Case(*row) for row in rows]


def followed(conn: Connection, person_id: int, limit: int = 5) -> list[Case]:
    """The last requests of those whom the person looks after, newest first."""
    rows = conn.execute(CASES.where(Request.guardian_id == person_id).order_by(Request.id.desc()).limit(limit))
    return [Case(*row) for row in rows]


def waiting_offers(conn: Connection, person_id: int) -> int:
    """How many offers wait for this person's answer."""
    statement = select(func.count()).where(Offer.person_id == person_id, Offer.answer == Answer.OPEN)
    return conn.execute(statement).scalar_one()
