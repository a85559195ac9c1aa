"""Writes down what became of messages: sent, again, in doubt, dead; and takes over from a sender that is gone."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, case, literal_column, or_, select, update

from dispatch.outbox.parcels import GROUP, Fate, Lost, Outcome, Parcel
from models.mail import Card, Lease, Outbox
from models.people import Route
from models.requests import Offer
from models.upsert import Insert, Upsert
from models.words import Lane, Post, RouteState

TAP_FIRST = timedelta(seconds=15)  # An offer in doubt may be on the screen: so long a tap may prove it.
# So long after a lease ran out nobody but its next holder takes over: its own may be back, with all of it in memory.
COMES_BACK = timedelta(minutes=10)
IN_DOUBT = "in doubt: it may or may not have arrived"

_SENDING: ColumnElement[Any] = literal_column(f"'{Post.SENDING}'")
_OURS = (
    select(Outbox.id)
    .where(
        Outbox.id.in_(bindparam("ids", expanding=True)),
        Outbox.state == _SENDING,
        Outbox.lease_epoch == bindparam("epoch"),
    )
    .with_for_update()
)
_WRITE = (
    update(Outbox)
    .where(Outbox.id == bindparam("parcel"))
    .values({name: bindparam(name) for name in ("state", "send_at", "sent_at", "attempts", "error")})
)
_SENT = (
    update(Outbox)
    .where(Outbox.id.in_(bindparam("ids", expanding=True)))
    .values(state=Post.SENT, sent_at=bindparam("now"), error=None)
)
_OFFERS = (
    update(Offer)
    .where(Offer.token.in_(bindparam("tokens", expanding=True)), Offer.sent_at.is_(None))
    .values(sent_at=bindparam("now"))
)
_DEAD_ROUTE = (
    update(Route)
    .where(Route.id == bindparam("route"), Route.address == bindparam("was"), Route.state == RouteState.LIVE)
    .values(state=RouteState.DEAD, reason=bindparam("why"))
)
_MOVED_ROUTE = (
    update(Route)
    .where(Route.id == bindparam("route"), Route.address == bindparam("was"))
    .values(address=bindparam("to"))
)
_MOVED_POST = update(Outbox).where(Outbox.id == bindparam("post")).values(address=bindparam("to"))
_KNOWN = select(Route.id).where(Route.channel == bindparam("channel"), Route.address == bindparam("to"))
_REACHABLE = select(Route.person_id).where(
    Route.person_id.in_(bindparam("people", expanding=True)), Route.state == RouteState.LIVE
)
_MINE = Outbox.lease_epoch == bindparam("mine")
_NOBODYS = or_(
    Outbox.lease_epoch.is_(None),
    (Outbox.lease_epoch != bindparam("mine"))
    & Outbox.lease_epoch.not_in(select(Lease.epoch).where(Lease.until > bindparam("since"))),
)
_UNDER_WAY = select(Outbox.id, _MINE).where(Outbox.state == _SENDING, or_(_MINE, _NOBODYS))
_LEFT_BEHIND = (
    update(Outbox)
    .where(Outbox.state == _SENDING, _NOBODYS)
    .values(
        state=case((Outbox.lane == Lane.BROADCAST, Post.SENT), else_=Post.IN_DOUBT),
        send_at=case((Outbox.lane == Lane.OFFER, bindparam("later")), else_=bindparam("now")),
        error=IN_DOUBT,
        attempts=0,  # Most were only waiting their turn: the second try of each is still to come.
    )
)
_FORGOTTEN = (
    update(Outbox)
    .where(Outbox.id.in_(bindparam("ids", expanding=True)), Outbox.state == _SENDING, _MINE)
    .values(state=case((Outbox.error == IN_DOUBT, Post.IN_DOUBT), else_=Post.PENDING), send_at=bindparam("now"))
)


def _remember(insert: Insert) -> Any:
    statement = insert(Card)
    fresh = {name: getattr(statement.excluded, name) for name in ("channel", "address", "message_ref")}
    return statement.on_conflict_do_update(index_elements=[Card.request_id, Card.person_id, Card.part], set_=fresh)


_CARDS = Upsert(_remember)


def settle(conn: Connection, epoch: int, outcomes: Sequence[Outcome], now: datetime) -> list[Lost]:
    """Write down what became of parcels that this epoch claimed; returns those whose people no route reaches.

    Rows that another epoch has taken over meanwhile, or that were woken up by a newer edit, are left as they are.
    """
    if not outcomes:
        return []
    _remember_sent(conn, outcomes)
    ours = set(conn.execute(_OURS, {"ids": [one.parcel.id for one in outcomes], "epoch": epoch}).scalars())
    kept = [one for one in outcomes if one.parcel.id in ours]
    sent = [one.parcel for one in kept if one.fate is Fate.SENT]
    if sent:
        conn.execute(_SENT, {"ids": [parcel.id for parcel in sent], "now": now})
        tokens = [parcel.offer_token for parcel in sent if parcel.offer_token and parcel.edit_ref is None]
        if tokens:
            conn.execute(_OFFERS, {"tokens": tokens, "now": now})
    others = [one for one in kept if one.fate is not Fate.SENT]
    if not others:
        return []
    reachable = _tend_routes(conn, others)
    rows = [_row(one, now, one.parcel.person_id in reachable) for one in others]
    conn.execute(_WRITE, rows)
    dead = {row["parcel"] for row in rows if row["state"] is Post.DEAD}
    return [
        _lost(one.parcel, one.reason)
        for one in others
        if one.parcel.id in dead and one.parcel.edit_ref is None and one.parcel.route_id != GROUP
    ]


def _row(outcome: Outcome, now: datetime, reachable: bool) -> dict[str, Any]:
    state, send_at = _next(outcome, now, reachable)
    doubtful = outcome.fate is Fate.IN_DOUBT
    return {
        "parcel": outcome.parcel.id,
        "state": state,
        "send_at": send_at,
        "sent_at": now if state is Post.SENT else None,
        "attempts": outcome.parcel.attempts + 1,
        "error": IN_DOUBT if doubtful else (outcome.reason or "")[:500] or None,
    }


def _next(outcome: Outcome, now: datetime, reachable: bool) -> tuple[Post, datetime]:
    """Where a message that was not plainly sent goes from here, and when."""
    parcel = outcome.parcel
    match outcome.fate:
        case Fate.IN_DOUBT if parcel.lane is Lane.BROADCAST or (parcel.again and parcel.attempts):
            return Post.SENT, now  # A broadcast is not repeated, anything else once after a try of its own.
        case Fate.IN_DOUBT:
            return Post.IN_DOUBT, now + TAP_FIRST if parcel.lane is Lane.OFFER else now
        case Fate.AGAIN:
            return Post.IN_DOUBT if parcel.again else Post.PENDING, now + timedelta(seconds=outcome.wait)
        case Fate.MIGRATED:
            return Post.PENDING, now
        case Fate.DEAD if parcel.route_id != GROUP and parcel.edit_ref is None and not parcel.message.ack and reachable:
            return Post.PENDING, now  # By the next route, at once.
        case Fate.DEAD | Fate.REFUSED:
            return Post.DEAD, now
        case _:
            return Post.DROPPED, now


def _tend_routes(conn: Connection, outcomes: Iterable[Outcome]) -> set[int]:
    """Mark dead routes as dead and follow chats that moved; returns who of the people concerned is still reachable."""
    dead = [one for one in outcomes if one.fate is Fate.DEAD or (one.fate is Fate.MIGRATED and not _moved(conn, one))]
    if not dead:
        return set()
    conn.execute(
        _DEAD_ROUTE,
        [
            {"route": one.parcel.route_id, "was": one.parcel.address, "why": (one.reason or "moved")[:200]}
            for one in dead
        ],
    )
    return set(conn.execute(_REACHABLE, {"people": list({one.parcel.person_id for one in dead})}).scalars())


def _moved(conn: Connection, outcome: Outcome) -> bool:
    """Give a route its new address, unless another route has it already."""
    parcel = outcome.parcel
    if parcel.route_id == GROUP:
        conn.execute(_MOVED_POST, {"post": parcel.id, "to": outcome.address})
        return True
    if conn.execute(_KNOWN, {"channel": parcel.channel, "to": outcome.address}).first() is not None:
        return False
    conn.execute(_MOVED_ROUTE, {"route": parcel.route_id, "was": parcel.address, "to": outcome.address})
    return True


def _lost(parcel: Parcel, reason: str | None) -> Lost:
    return Lost(parcel.person_id, parcel.request_id, parcel.offer_token, parcel.lane, reason or "")


def _remember_sent(conn: Connection, outcomes: Iterable[Outcome]) -> None:
    remember_cards(
        conn,
        [(one.parcel, one.message_ref) for one in outcomes if one.fate is Fate.SENT and one.message_ref is not None],
    )


def remember_cards(conn: Connection, sent: Iterable[tuple[Parcel, str]]) -> None:
    """Remember which message on whose screen shows a part of a request, so that edits find it."""
    rows = [
        {
            "request_id": parcel.request_id,
            "person_id": parcel.person_id,
            "part": parcel.part,
            "channel": parcel.channel,
            "address": parcel.address,
            "message_ref": ref,
        }
        for parcel, ref in sent
        if parcel.part is not None and parcel.request_id is not None
    ]
    if rows:
        conn.execute(_CARDS.on(conn), rows)


def under_way(conn: Connection, epoch: int, now: datetime) -> tuple[set[int], bool]:
    """What this epoch is sending, by the table, and whether there is something to take over; a look without a lock."""
    rows = conn.execute(_UNDER_WAY, {"mine": epoch, "since": now - COMES_BACK}).all()
    mine = {number for number, ours in rows if ours}
    return mine, len(mine) < len(rows)


def forget(conn: Connection, epoch: int, ids: Collection[int], now: datetime) -> int:
    """Let what this epoch claimed and does not have in memory wait again; returns how many messages.

    So it is where a claim was committed and its sender never heard of that: nobody has begun to send it.
    """
    return conn.execute(_FORGOTTEN, {"mine": epoch, "ids": list(ids), "now": now}).rowcount if ids else 0


def take_over(conn: Connection, epoch: int, now: datetime) -> int:
    """Put in doubt what senders whose lease somebody else has by now left behind; returns how many messages.

    Call it with one's own epoch after taking a lease, and now and then: who stood still before a claim writes it late.
    Epochs are unique among all leases, so that what another channel's sender is busy with is not touched. Of a lease
    that ran out and that nobody has taken, it is left alone for some minutes as well.
    """
    bound = {"mine": epoch, "since": now - COMES_BACK, "now": now, "later": now + TAP_FIRST}
    return conn.execute(_LEFT_BEHIND, bound).rowcount
