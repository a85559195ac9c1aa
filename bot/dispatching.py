"""Ties of dispatch that every runner needs: drawing cards, and what happens to messages that nobody can receive."""

from collections.abc import Sequence
from functools import partial

from sqlalchemy import Connection

from dispatch import cards, sweep
from dispatch.desk import helping, leaving
from dispatch.messages import Message
from dispatch.outbox import Draw, Lost
from dispatch.rules import Rules
from dispatch.work import Work
from models.clock import Clock
from models.store import Store


def drawing(rules: Rules) -> Draw:
    """How the outbox draws a card that it brings up to date."""
    return partial(_draw, rules)


def _draw(rules: Rules, conn: Connection, request_id: int, person_id: int, part: str) -> Message | None:
    return cards.draw(conn, rules, request_id, person_id, part)


def lose(store: Store, clock: Clock, rules: Rules, lost: Sequence[Lost]) -> None:
    """An offer that cannot be delivered goes to the next person at once, and so does a task whose owner is gone."""
    if lost:
        with store.write() as conn:
            work = Work(conn, clock.now(), rules)
            for token in (one.offer_token for one in lost if one.offer_token is not None):
                helping.unreachable(work, token)
            for person_id in dict.fromkeys(one.person_id for one in lost):
                leaving.unreachable(work, person_id)
            work.flush()


def sweep_all(store: Store, clock: Clock, rules: Rules) -> int:
    """Take every step whose time has come; returns how many there were."""
    total = 0
    while True:
        with store.write() as conn:
            count = sweep.sweep(Work(conn, clock.now(), rules))
        total += count
        if count < sweep.BATCH:
            return total
