"""Takes due messages out of the outbox, with the route, language and card that each needs."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, case, func, select, update

from dispatch.messages import CardOf, Message, from_dict
from dispatch.outbox.parcels import GROUP, Lost, Parcel
from models.mail import WAITS, Card, Outbox, unsent
from models.people import Person, Route
from models.requests import Offer
from models.words import Answer, Lane, Post, RouteState

# Draws cards as they should read now; None where there is nothing to show.
Draw = Callable[[Connection, Sequence[CardOf]], Sequence[Message | None]]

CARD_FIRST = timedelta(seconds=2)  # An edit waits so long for the card that it belongs to, and looks again.
CARD_LOOKS = 30
OFFER_CARD = "offer"
NO_ROUTE = "no chat that works"
NOWHERE = ""  # Stands for the channel of whoever has no route; any sender finds that out.


@dataclass(slots=True)
class Claimed:
    """What a claim yields: parcels in order, and the messages that have nowhere to go."""

    parcels: list[Parcel] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits, by lane, and for how many seconds the oldest has been due."""

    waiting: dict[Lane, int]
    oldest: float


_BEST = Route.__table__.alias("best")
_LIVE_ROUTES = (
    select(_BEST.c.id)
    .where(_BEST.c.person_id == Outbox.person_id, _BEST.c.state == RouteState.LIVE)
    .order_by(_BEST.c.position, _BEST.c.id)
    .limit(1)
    .correlate(Outbox)
)
_FIRST_ROUTE = _LIVE_ROUTES.scalar_subquery()
_FIRST_CHANNEL = _LIVE_ROUTES.with_only_columns(_BEST.c.channel).scalar_subquery()
_HOME = Route.__table__.alias("home")  # The route by which a card was sent: its edits go there and nowhere else.
_IS_EDIT = Outbox.key.like("edit:%")
_ITS_CARD = and_(
    Card.request_id == Outbox.request_id,
    Card.person_id == Outbox.person_id,
    Card.part == Outbox.message["edit"].as_string(),
)
_CARD_CHANNEL = select(Card.channel).where(_ITS_CARD).correlate(Outbox).scalar_subquery()
_CHANNEL = case(
    (Outbox.channel.is_not(None), Outbox.channel),
    (_IS_EDIT, func.coalesce(_CARD_CHANNEL, _FIRST_CHANNEL)),
    else_=_FIRST_CHANNEL,
)
_DUE = and_(
    WAITS,
    Outbox.lane <= bindparam("last_lane"),
    Outbox.send_at <= bindparam("now"),
    Outbox.person_id.not_in(bindparam("held", expanding=True)),
    func.coalesce(_CHANNEL, NOWHERE).in_(bindparam("channels", expanding=True)),
)
# Walks the queue in order and stops when it has enough; no join, or a planner would rather sort all that waits.
_QUEUE = select(Outbox.id).where(_DUE).order_by(Outbox.lane, Outbox.id).limit(bindparam("limit"))
_CLAIM = _QUEUE.with_for_update(skip_locked=True)
_DETAILS = (
    select(
        Outbox.id, Outbox.key, Outbox.lane, Outbox.person_id, Outbox.request_id, Outbox.offer_token, Outbox.message,
        Outbox.channel.label("to_channel"), Outbox.address.label("to_address"), Outbox.state, Outbox.attempts,
        Person.language, Offer.answer, Route.id.label("route_id"), Route.channel, Route.address,
        Card.channel.label("card_channel"), Card.address.label("card_address"), Card.message_ref,
        _HOME.c.id.label("home_id"),
    )
    .join(Person, Person.id == Outbox.person_id)
    .outerjoin(Route, Route.id == _FIRST_ROUTE)
    .outerjoin(Offer, Offer.token == Outbox.offer_token)
    .outerjoin(Card, and_(_IS_EDIT, _ITS_CARD))
    .outerjoin(
        _HOME,
        and_(
            _HOME.c.channel == Card.channel,
            _HOME.c.address == Card.address,
            _HOME.c.person_id == Outbox.person_id,
            _HOME.c.state == RouteState.LIVE,
        ),
    )
    .where(Outbox.id.in_(bindparam("ids", expanding=True)))
    .order_by(Outbox.lane, Outbox.id)
)  # fmt: skip
_IDS = Outbox.id.in_(bindparam("ids", expanding=True))
_SENDING = (
    update(Outbox).where(_IDS).values(state=Post.SENDING, lease_epoch=bindparam("epoch"), attempts=Outbox.attempts + 1)
)
_DROP = update(Outbox).where(_IDS).values(state=Post.DROPPED)
_LOSE = update(Outbox).where(_IDS).values(state=Post.DEAD, error=NO_ROUTE)
_LATER = update(Outbox).where(_IDS).values(send_at=bindparam("later"), attempts=Outbox.attempts + 1)
_cards = unsent(Outbox.request_id, Outbox.person_id, Outbox.lane, Outbox.message["card"].as_string().label("card")).c
_CARDS_TO_COME = select(_cards.request_id, _cards.person_id, _cards.card).where(
    _cards.lane < Lane.BROADCAST, _cards.request_id.in_(bindparam("requests", expanding=True))
)
_lanes = unsent(Outbox.lane, Outbox.send_at).c
_BACKLOG = select(_lanes.lane, func.count(), func.min(_lanes.send_at)).group_by(_lanes.lane)


def claim(
    conn: Connection,
    channels: Sequence[str],
    epoch: int,
    now: datetime,
    limit: int,
    draw: Draw,
    *,
    held: Collection[int] = (),
    last_lane: Lane = Lane.BROADCAST,
) -> Claimed:
    """Take up to `limit` due messages for these channels, best lane first, and mark them as being sent by this epoch.

    A person's first living route decides the channel; an edit goes where its card is. People in `held` are passed
    over (their chats have enough to do), as are lanes behind `last_lane`. An offer that was answered meanwhile is
    dropped unsent. Whoever has no route at all comes back as lost, whichever channels were asked for.
    """
    ids = conn.execute(_CLAIM, _look(channels, now, held, last_lane, limit)).scalars().all()
    if not ids:
        return Claimed()
    rows = conn.execute(_DETAILS, {"ids": ids}).all()
    to_come = _cards_to_come(conn, rows)
    drawn = _drawn(conn, rows, draw)
    claimed = Claimed()
    fates: dict[Any, list[int]] = {_SENDING: [], _DROP: [], _LOSE: [], _LATER: []}
    for row in rows:
        if row.key.startswith("edit:"):
            fates[_take_edit(row, drawn, to_come, claimed)].append(row.id)
        else:
            fates[_take(row, drawn, claimed)].append(row.id)
    bound = {"epoch": epoch, "later": now + CARD_FIRST}
    for statement, ids in fates.items():
        if ids:
            conn.execute(statement, {**{k: bound[k] for k in _NEEDS.get(statement, ())}, "ids": ids})
    return claimed


def due(
    conn: Connection,
    channels: Sequence[str],
    now: datetime,
    *,
    held: Collection[int] = (),
    last_lane: Lane = Lane.BROADCAST,
) -> bool:
    """Whether `claim` would find anything; a look for which nobody has to wait."""
    return conn.execute(_QUEUE, _look(channels, now, held, last_lane, 1)).first() is not None


def _look(channels: Sequence[str], now: datetime, held: Collection[int], last_lane: Lane, limit: int) -> dict[str, Any]:
    return {
        "channels": [NOWHERE, *channels],
        "now": now,
        "limit": limit,
        "held": list(held) or [0],  # An empty list would be a subquery of its own.
        "last_lane": last_lane,
    }


_NEEDS: dict[Any, tuple[str, ...]] = {_SENDING: ("epoch",), _LATER: ("later",)}


def _drawn(conn: Connection, rows: Sequence[Row[Any]], draw: Draw) -> dict[int, Message]:
    """The cards among these messages, and the cards that these edits bring up to date, by the message's id."""
    wanted = {}
    for row in rows:
        if row.message.get("edit"):
            if row.message_ref is not None and row.home_id is not None:
                wanted[row.id] = CardOf(row.request_id, row.person_id, row.message["edit"])
        elif row.message.get("card") and not row.message.get("key"):
            wanted[row.id] = CardOf(row.request_id, row.person_id, row.message["card"], row.offer_token)
    if not wanted:
        return {}
    drawn = zip(wanted, draw(conn, list(wanted.values())), strict=True)
    return {number: message for number, message in drawn if message is not None}


def _take(row: Row[Any], drawn: Mapping[int, Message], claimed: Claimed) -> Any:
    if row.answer is not None and row.answer is not Answer.OPEN and row.message.get("card") == OFFER_CARD:
        return _DROP  # Tapped while in doubt, or taken by somebody else: the card would only mislead.
    if row.to_address is not None:
        claimed.parcels.append(_parcel(row, from_dict(row.message), row.to_channel, row.to_address, GROUP, None, None))
        return _SENDING
    if row.route_id is None:
        claimed.lost.append(Lost(row.person_id, row.request_id, row.offer_token, Lane(row.lane), NO_ROUTE))
        return _LOSE
    message = from_dict(row.message)
    if not message.key and message.card:
        if row.id not in drawn:
            return _DROP  # Nothing is left to be shown.
        message = replace(drawn[row.id], loud=message.loud)
    claimed.parcels.append(_parcel(row, message, row.channel, row.address, row.route_id, None, message.card))
    return _SENDING


def _take_edit(
    row: Row[Any], drawn: Mapping[int, Message], to_come: set[tuple[int, int, str]], claimed: Claimed
) -> Any:
    part = row.message["edit"]
    if row.message_ref is None:
        waits = (row.request_id, row.person_id, part) in to_come and row.attempts < CARD_LOOKS
        return _LATER if waits else _DROP
    if row.id not in drawn:
        return _DROP
    where = (row.card_channel, row.card_address, row.home_id)
    message = replace(drawn[row.id], media=())  # Its recordings stand on the screen already.
    claimed.parcels.append(_parcel(row, message, *where, row.message_ref, part))
    return _SENDING


def _parcel(
    row: Row[Any], message: Message, channel: str, address: str, route_id: int, ref: str | None, part: str | None
) -> Parcel:
    return Parcel(
        id=row.id,
        key=row.key,
        lane=Lane(row.lane),
        person_id=row.person_id,
        request_id=row.request_id,
        offer_token=row.offer_token,
        message=message,
        language=row.language,
        channel=channel,
        address=address,
        route_id=route_id,
        attempts=row.attempts,
        again=row.state is Post.IN_DOUBT,
        edit_ref=ref,
        part=part,
    )


def _cards_to_come(conn: Connection, rows: Sequence[Row[Any]]) -> set[tuple[int, int, str]]:
    """The cards that edits wait for and that are still on their way out."""
    requests = {row.request_id for row in rows if row.message_ref is None and row.key.startswith("edit:")}
    if not requests:
        return set()
    found = conn.execute(_CARDS_TO_COME, {"requests": list(requests)})
    return {(request_id, person_id, part) for request_id, person_id, part in found if part}


def backlog(conn: Connection, now: datetime) -> Backlog:
    """What waits to be sent, and how long the oldest of it is overdue."""
    rows = conn.execute(_BACKLOG).all()
    oldest = min((due for _, _, due in rows), default=now)
    return Backlog({Lane(lane): count for lane, count, _ in rows}, max(0.0, (now - oldest).total_seconds()))
