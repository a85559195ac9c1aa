"""One transaction's worth of decisions: the connection, the instant, the rules, and what is written at its end."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, literal_column, select

from dispatch.bulk import Bulk, Row
from dispatch.cases import Case
from dispatch.ledger.facts import Fact
from dispatch.messages import Message, about, practice
from dispatch.rules import Rules
from dispatch.spots import Spot
from dispatch.taps import new_tokens
from models.mail import Outbox
from models.people import Person
from models.requests import Audit, Note, Request
from models.upsert import insert_of
from models.words import Lane, Post


@dataclass(slots=True)
class Work:
    """Collects the rows nobody reads before the commit (audit, timeline, outbox) for one bulk insert each.

    `now` is one instant for the whole transaction, so that everything in it agrees. `running` holds what was read ahead
    for many people at once; whoever writes a request forgets its requester's (`dispatch.lifecycle`).
    """

    connection: Connection
    now: datetime
    rules: Rules
    opened: list[Row] = field(default_factory=list)  # New requests; written before anything else is done with them.
    audit: list[Row] = field(default_factory=list)
    notes: list[Row] = field(default_factory=list)
    posts: list[Row] = field(default_factory=list)
    starting: list[Case] = field(default_factory=list)  # New requests; `escalation.start` asks for them all at once.
    earned: list[Fact] = field(default_factory=list)  # Deeds that ended; `settling.settle` enters them all at once.
    running: dict[int, list[Case]] = field(default_factory=dict)  # Open requests by requester, newest first.
    homes: dict[int, Spot] = field(default_factory=dict)  # Spots of households.
    _number: int = 0

    @property
    def conn(self) -> Connection:
        """The connection, to read and write with: new requests are in the tables by then.

        The usual request never asks for it, so that those of a batch are written together: whoever hands it on to what
        may not need it writes them one by one.
        """
        if self.opened:
            rows, self.opened = self.opened, []
            _OPEN.run(self.connection, rows)
        return self.connection

    def next_number(self) -> int:
        """The number of a new request. On SQLite nobody else writes meanwhile; PostgreSQL counts for all of us."""
        if self.connection.dialect.name == "postgresql":
            return int(self.connection.execute(_NEXT_NUMBER).scalar_one())
        if not self._number:
            self._number = self.connection.execute(_LAST_NUMBER).scalar_one()
        self._number += 1
        return self._number

    def post(
        self,
        person_id: int,
        message: Message,
        lane: Lane,
        *,
        key: str | None = None,
        case: Case | None = None,
        offer_token: str | None = None,
        send_at: datetime | None = None,
        to: tuple[str, str] | None = None,
    ) -> None:
        """Put a message into the outbox. The same key twice is one message; an edit's key wakes it up again.

        `to` is the channel and address of a group that shall read it, or of a chat to which no route leads any more;
        else it goes to the person's own chat.
        """
        channel, address = to or (None, None)
        if case is not None and case.drill:
            message = practice(message)
        if case is not None and case.guardian_id is not None and person_id == case.requester_id:
            self._to_guardian(case.guardian_id, case, message, lane, key, send_at)
        self.posts.append(
            {
                "key": key,
                "lane": lane,
                "person_id": person_id,
                "channel": channel,
                "address": address,
                "request_id": case.id if case is not None else None,
                "county_code": case.county_code if case is not None else None,
                "township_code": case.township_code if case is not None else None,
                "village_code": case.village_code if case is not None else None,
                "offer_token": offer_token,
                "message": message.as_dict(),
                "state": Post.PENDING,
                "created_at": self.now,
                "send_at": send_at or self.now,
                "attempts": 0,
            }
        )

    def _to_guardian(
        self, guardian_id: int, case: Case, message: Message, lane: Lane, key: str | None, send_at: datetime | None
    ) -> None:
        """Whoever looks after the one who is helped hears the same, with the name before it, and may tap as well."""
        if message.edit is not None:
            key = f"edit:{case.id}:{guardian_id}:{message.edit}"
        elif not message.key:  # A card, which is drawn for its reader when it is sent.
            key = key and f"{key}:guardian"
        else:
            name = case.helped_name or self.conn.execute(_NAME, {"person": case.requester_id}).scalar_one()
            message, key = about(name, message), key and f"{key}:guardian"
        self.post(guardian_id, message, lane, key=key, case=case, send_at=send_at)

    def mark(self) -> tuple[int, ...]:
        """How much is collected, for `cut` after a savepoint is rolled back."""
        return tuple(len(rows) for rows in self._collected())

    def cut(self, mark: tuple[int, ...]) -> None:
        """Forget what was collected after the mark."""
        for rows, size in zip(self._collected(), mark, strict=True):
            del rows[size:]

    def _collected(self) -> tuple[list[Any], ...]:
        return self.opened, self.audit, self.notes, self.posts, self.starting, self.earned

    def flush(self) -> None:
        """Write what was collected. Called once, before the commit, and by whoever must read it earlier."""
        unique = [row for row in self.posts if row["key"] is None]
        for row, token in zip(unique, new_tokens(len(unique)), strict=True):
            row["key"] = f"once:{token}"
        for bulk, rows in zip(_WRITERS, (self.audit, self.notes, self.posts), strict=True):
            bulk.run(self.conn, rows)
            rows.clear()

    def flush_trail(self) -> None:
        """Write the lines that were collected, so that what is written directly stands after them."""
        _TRAIL.run(self.conn, self.audit)
        self.audit.clear()


_NAME = select(Person.name).where(Person.id == bindparam("person"))
_OPEN = Bulk(lambda *_: insert(Request))
_LAST_NUMBER = select(func.coalesce(func.max(Request.id), 0))
_NEXT_NUMBER = select(func.nextval(func.pg_get_serial_sequence("requests", "id")))


def once(statement: Any) -> Any:
    """An INSERT into the outbox that wakes up an edit still remembered under its key; other repetitions are ignored."""
    fresh = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=[Outbox.key],
        set_={
            "state": literal_column(f"'{Post.PENDING}'"),
            "send_at": fresh.send_at,
            "attempts": literal_column("0"),
            "message": fresh.message,
        },
        where=Outbox.key.like(literal_column("'edit:%'")),
    )


_POST = Bulk(lambda dialect, _columns: once(insert_of(dialect)(Outbox)))
_TRAIL, _SAID = (Bulk(lambda *_, table=table: insert(table)) for table in (Audit, Note))
_WRITERS = (_TRAIL, _SAID, _POST)
