"""One message to many people, written with one statement from rows that are in the tables already."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import String, bindparam, cast, literal, select

from dispatch.among import among
from dispatch.messages import Message
from dispatch.work import Work, once
from models.mail import Outbox
from models.requests import Offer, Request
from models.upsert import Insert, Upsert
from models.words import Lane, Post


class Circular:
    """To a person of each row whose `which` column is among the values that it is sent about.

    `key` is the parts of the outbox's key, columns and texts, which are joined by colons.
    """

    def __init__(self, which: Any, key: Sequence[Any], person: Any) -> None:
        offer = which.class_ is Offer
        columns = {
            Outbox.key: _joined(*key),
            Outbox.lane: bindparam("lane", type_=Outbox.lane.type),
            Outbox.person_id: person,
            Outbox.request_id: Offer.request_id if offer else Request.id,
            Outbox.county_code: which.class_.county_code,
            Outbox.township_code: which.class_.township_code,
            Outbox.village_code: which.class_.village_code,
            Outbox.offer_token: Offer.token if offer else literal(None, Outbox.offer_token.type),
            Outbox.message: bindparam("message", type_=Outbox.message.type),
            Outbox.state: literal(Post.PENDING, Outbox.state.type),
            Outbox.created_at: bindparam("now", type_=Outbox.created_at.type),
            Outbox.send_at: bindparam("now", type_=Outbox.send_at.type),
            Outbox.attempts: literal(0),
        }
        self._names = [column.key for column in columns]
        self._rows = select(*columns.values()).where(among(which, "about"))
        self._statement = Upsert(self._insert)

    def _insert(self, insert: Insert) -> Any:
        return once(insert(Outbox).from_select(self._names, self._rows))

    def send(self, work: Work, about: Sequence[Any], message: Message, lane: Lane) -> None:
        """Put it into the outbox for all of them, once for each key (`dispatch.work.once`)."""
        if about:
            params = {"about": about, "message": message.as_dict(), "lane": lane, "now": work.now}
            work.conn.execute(self._statement.on(work.conn), params)


def _joined(first: Any, *others: Any) -> Any:
    text: Any = literal(first) if isinstance(first, str) else cast(first, String)
    for part in others:
        text = text + ":" + (part if isinstance(part, str) else cast(part, String))
    return text
