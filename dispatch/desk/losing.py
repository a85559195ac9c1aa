"""What follows from messages that nobody can receive."""

from collections.abc import Callable, Sequence
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError

from dispatch.desk import helping, leaving, pairs
from dispatch.outbox import Lost
from dispatch.rules import Rules
from dispatch.work import Work
from models.clock import Clock
from models.store import Store
from models.words import Lane

TRIES = 3

Step = Callable[[Work], None]

log = structlog.get_logger()


def lose(store: Store, clock: Clock, rules: Rules, lost: Sequence[Lost]) -> None:
    """An offer or a call to come along goes to the next person at once, and so does a task whose owner is gone.

    First all together, which is cheap. When that fails, again with a savepoint each, so that what goes wrong is taken
    back alone; a database that stumbles, as by a deadlock, is asked for all of it once more.

    Raises:
        SQLAlchemyError: the database is away.
    """
    steps = _steps(lost)
    for attempt in range(1, TRIES + 1) if steps else ():
        try:
            with store.write() as conn:
                work = Work(conn, clock.now(), rules)
                for step in steps:
                    if attempt == 1:
                        step(work)
                    else:
                        _apart(work, step, last=attempt == TRIES)
                work.flush()
        except Exception as fault:
            if attempt == TRIES:
                raise
            log.warning("lost messages not handled together", count=len(lost), fault=type(fault).__name__)
        else:
            return


def _steps(lost: Sequence[Lost]) -> list[Step]:
    offers = [partial(helping.unreachable, token=one.offer_token) for one in lost if one.offer_token is not None]
    calls = [
        partial(pairs.unreached, request_id=one.request_id, person_id=one.person_id)
        for one in lost
        if one.offer_token is None and one.request_id is not None and one.lane is Lane.OFFER
    ]
    people = dict.fromkeys(one.person_id for one in lost)
    return [*offers, *calls, *(partial(leaving.unreachable, person_id=person_id) for person_id in people)]


def _apart(work: Work, step: Step, *, last: bool) -> None:
    """Take one step, or leave it out: then the clock of its request asks the next one all the same.

    Raises:
        SQLAlchemyError: it is the database's fault, and not the last try.
    """
    mark = work.mark()
    try:
        with work.conn.begin_nested():
            step(work)
            work.flush()
    except Exception as fault:
        if isinstance(fault, SQLAlchemyError) and not last:
            raise
        work.cut(mark)
        log.exception("lost message not handled", fault=type(fault).__name__)
