"""A word from an admin to everyone of their area, written into the outbox in batches, so that no offer waits for it."""

import structlog
from sqlalchemy import select

from dispatch import actors, marks, views
from dispatch.actors import Actor
from dispatch.messages import Message, from_dict
from dispatch.work import Work
from models.mail import Outbox
from models.words import Lane

BATCH = 2000  # People in one transaction: about as many as a bot may write to in a minute.
_MARK = "cast:"

log = structlog.get_logger()


def begin(work: Work, actor: Actor, token: str, words: str) -> None:
    """Write to the first of them, and leave the others to `go_on`."""
    message = Message("broadcast.text", {"name": actor.name, "words": words})
    _write(work, f"{_MARK}{token}", actor, views.audience(work.conn, actor, limit=BATCH), message)


def go_on(work: Work) -> None:
    """A job of the calendar: the next batch of each broadcast that has not reached everyone yet."""
    for mark, value in marks.beginning(work.conn, _MARK):
        actor_id, _, last = value.partition(":")
        actor = actors.load(work.conn, [int(actor_id)]).get(int(actor_id))
        sent = work.conn.scalar(select(Outbox.message).where(Outbox.key == f"{mark}:{last}"))
        if actor is None or sent is None:  # Whoever said it is gone, or was told to forget it.
            log.warning("broadcast ends half-way", mark=mark, after=last)
            marks.drop(work.conn, mark)
            continue
        people = views.audience(work.conn, actor, after=int(last), limit=BATCH)
        _write(work, mark, actor, people, from_dict(sent))


def _write(work: Work, mark: str, actor: Actor, people: list[int], message: Message) -> None:
    for person_id in people:
        work.post(person_id, message, Lane.BROADCAST, key=f"{mark}:{person_id}")
    if len(people) == BATCH:
        marks.put(work.conn, mark, f"{actor.id}:{people[-1]}", work.now)
    else:
        marks.drop(work.conn, mark)
