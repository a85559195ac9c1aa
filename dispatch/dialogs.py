"""The step at which a person's dialog stands: a row, never memory, and it ends by itself."""

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, select

from dispatch.among import among
from dispatch.work import Work
from models.mail import Dialog
from models.upsert import Insert, Upsert


class Standing(NamedTuple):
    """Where a dialog stands, and what it has learned so far."""

    step: str
    memo: dict[str, Any]


def _keep(insert: Insert) -> Any:
    statement = insert(Dialog)
    fresh = statement.excluded
    changes = {"step": fresh.step, "memo": fresh.memo, "expires_at": fresh.expires_at}
    return statement.on_conflict_do_update(index_elements=[Dialog.person_id], set_=changes)


_KEEP = Upsert(_keep)
_RUNNING = select(Dialog.person_id, Dialog.step, Dialog.memo).where(
    among(Dialog.person_id, "people"), Dialog.expires_at > bindparam("now")
)
_END = delete(Dialog).where(among(Dialog.person_id, "people"))
_LATE = (
    select(Dialog.person_id, Dialog.step)
    .where(Dialog.expires_at <= bindparam("now"))
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)


def load(work: Work, people: Collection[int]) -> dict[int, Standing]:
    """The dialogs that these people are in the middle of."""
    rows = work.conn.execute(_RUNNING, {"people": list(people), "now": work.now}).all()
    return {person_id: Standing(step, memo) for person_id, step, memo in rows}


def keep(work: Work, person_id: int, step: str, memo: dict[str, Any]) -> None:
    """The dialog goes on from this step, and has its whole time again."""
    values = {"person_id": person_id, "step": step, "memo": memo}
    expires_at = work.now + work.rules.dialog_valid
    work.conn.execute(_KEEP.on(work.conn), {**values, "expires_at": expires_at})


def end(conn: Connection, people: Collection[int]) -> bool:
    """End the dialogs of these people; whether there was any."""
    return conn.execute(_END, {"people": list(people)}).rowcount > 0


def take_late(work: Work, limit: int) -> dict[int, str]:
    """End up to `limit` dialogs that were left half-way; the step of each by person."""
    rows = work.conn.execute(_LATE, {"now": work.now, "limit": limit}).all()
    if rows:
        end(work.conn, [row.person_id for row in rows])
    return {row.person_id: row.step for row in rows}
