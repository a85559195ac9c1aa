"""The chats in which people are reached: whether one works, and when none may be used any more."""

from typing import Any

from sqlalchemy import Connection, Exists, and_, bindparam, exists, select, update

from models.people import Route
from models.words import RouteState

_b = bindparam
_STATE = (
    update(Route)
    .where(and_(Route.channel == _b("at_channel"), Route.address == _b("at_address")))
    .values(state=_b("became"), reason=_b("why"))
)
_WORKS = select(Route.id).where(Route.person_id == _b("person"), Route.state == RouteState.LIVE).limit(1)


def live(person_id: Any) -> Exists:
    """The condition that some chat of the person in this column works."""
    return exists().where(Route.person_id == person_id, Route.state == RouteState.LIVE)


def reachable(conn: Connection, person_id: int) -> bool:
    """Whether some chat of the person works."""
    return conn.execute(_WORKS, {"person": person_id}).first() is not None


def stop(conn: Connection, channel: str, address: str) -> None:
    """The person wants to hear nothing here until they speak again."""
    _become(conn, channel, address, RouteState.STOPPED, "/stop")


def block(conn: Connection, channel: str, address: str) -> None:
    """The person shut the bot out of this chat: it is dead until they come back."""
    _become(conn, channel, address, RouteState.DEAD, "blocked")


def _become(conn: Connection, channel: str, address: str, state: RouteState, why: str) -> None:
    conn.execute(_STATE, {"at_channel": channel, "at_address": address, "became": state, "why": why})
