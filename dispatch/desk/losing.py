"""What follows from messages that nobody can receive."""

from collections.abc import Sequence

from dispatch.desk import helping, leaving, pairs
from dispatch.outbox import Lost
from dispatch.rules import Rules
from dispatch.work import Work
from models.clock import Clock
from models.store import Store
from models.words import Lane


def lose(store: Store, clock: Clock, rules: Rules, lost: Sequence[Lost]) -> None:
    """An offer or a call to come along goes to the next person at once, and so does a task whose owner is gone."""
    if lost:
        with store.write() as conn:
            work = Work(conn, clock.now(), rules)
            for token in (one.offer_token for one in lost if one.offer_token is not None):
                helping.unreachable(work, token)
            for one in lost:
                if one.offer_token is None and one.request_id is not None and one.lane is Lane.OFFER:
                    pairs.unreached(work, one.request_id, one.person_id)
            for person_id in dict.fromkeys(one.person_id for one in lost):
                leaving.unreachable(work, person_id)
            work.flush()
