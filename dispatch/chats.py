"""The chats in which people are reached: whether one works, and when none may be used any more."""

from typing import Any

from sqlalchemy import Connection, Exists, and_, bindparam, exists, select, update

from models.mail import IS_SENDING, WAITS, Card, Outbox
from models.people import Route
from models.words import Post, RouteState

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


_TAKEN = select(Route.id).where(Route.channel == _b("at_channel"), Route.address == _b("to"))
_MOVE: tuple[Any, ...] = tuple(
    update(table)
    .where(table.channel == _b("at_channel"), table.address == _b("at_address"), *which)
    .values(address=_b("to"))
    for table, which in ((Route, ()), (Card, ()), (Outbox, (WAITS,)), (Outbox, (IS_SENDING,)))
)
_UNSAID = (
    update(Outbox)
    .where(Outbox.channel == _b("at_channel"), Outbox.address == _b("at_address"), WAITS)
    .values(state=Post.DROPPED)
)


def moved(conn: Connection, channel: str, address: str, to: str) -> None:
    """A group became another kind of group with a new address: what is bound to the old one follows."""
    at = {"at_channel": channel, "at_address": address, "to": to}
    if conn.execute(_TAKEN, {"at_channel": channel, "to": to}).first() is not None:
        _become(conn, channel, address, RouteState.DEAD, "moved")
        return
    for statement in _MOVE:
        conn.execute(statement, at)


def left(conn: Connection, channel: str, address: str) -> None:
    """We were put out of a group: nothing that waits for it is said any more, and no route leads there."""
    _become(conn, channel, address, RouteState.DEAD, "removed from the group")
    conn.execute(_UNSAID, {"at_channel": channel, "at_address": address})


def _become(conn: Connection, channel: str, address: str, state: RouteState, why: str) -> None:
    conn.execute(_STATE, {"at_channel": channel, "at_address": address, "became": state, "why": why})
